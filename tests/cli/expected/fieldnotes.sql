-- Fieldnotes.Repo

-- Table sightings
-- lib/fieldnotes/notes/sighting.ex:25: change column remark of sightings: not null
-- lib/fieldnotes/notes/sighting.ex:26: add column photo_path text to sightings
-- error AM-Q01: The migration raises `ALTER COLUMN not supported by SQLite3` at `modify` of sightings.remark
-- warning AM-Q10: Rows with null in sightings.remark keep the table from being rebuilt
-- fails: ALTER COLUMN not supported by SQLite3
-- The whole migration fails, and nothing of it is done.
-- not reached: ALTER TABLE "sightings" ADD COLUMN "photo_path" TEXT;
