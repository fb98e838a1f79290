-- Open questions. What is shown here takes them as answered with no.
--   Are you renaming sla_policies.resolution_minutes to sla_policies.resolve_within_minutes?
--     --rename sla_policies.resolution_minutes:resolve_within_minutes or --no
--   Are you renaming tickets.satisfaction?
--     --rename tickets.satisfaction:urgent or --rename tickets.satisfaction:first_response_at or --no

-- Helpdesk.Repo

-- Table canned_replies
-- lib/helpdesk/support/canned_reply.ex:7: create table canned_replies
CREATE TABLE "canned_replies" ("id" uuid DEFAULT gen_random_uuid() NOT NULL, "title" text NOT NULL, "body" text NOT NULL, "uses" bigint DEFAULT 0 NOT NULL, "inserted_at" timestamp DEFAULT (now() AT TIME ZONE 'utc') NOT NULL, "updated_at" timestamp DEFAULT (now() AT TIME ZONE 'utc') NOT NULL, "team_id" uuid, CONSTRAINT "canned_replies_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id"), PRIMARY KEY ("id"));

-- lib/helpdesk/support/canned_reply.ex:28: create unique index canned_replies_unique_title_index on canned_replies
CREATE UNIQUE INDEX "canned_replies_unique_title_index" ON "canned_replies" ("team_id", "title") NULLS NOT DISTINCT;

-- Table comments
-- lib/helpdesk/support/comment.ex:28: create unique index comments_unique_body_index on comments
-- takes SHARE: writes wait
-- warning AM-F03: The unique index on comments (ticket_id, author_id, body) fails if rows have equal values
-- warning AM-L06: Index comments_unique_body_index blocks writes of comments while it is built
CREATE UNIQUE INDEX "comments_unique_body_index" ON "comments" ("ticket_id", "author_id", "body");

-- Table organizations
-- lib/helpdesk/accounts/organization.ex:11: drop check constraint seats_are_positive of organizations
-- takes ACCESS EXCLUSIVE: reads and writes wait
ALTER TABLE "organizations" DROP CONSTRAINT IF EXISTS "seats_are_positive";

-- lib/helpdesk/accounts/organization.ex:11: add check constraint seats_are_positive to organizations
-- takes ACCESS EXCLUSIVE: reads and writes wait
-- warning AM-F04: Check seats_are_positive fails if a row of organizations violates it
-- warning AM-L04: Check seats_are_positive blocks reads and writes of organizations while all rows are looked at
ALTER TABLE "organizations" ADD CONSTRAINT "seats_are_positive" CHECK (  seats BETWEEN 1 AND 10000
);

-- Table sla_policies
-- lib/helpdesk/support/sla_policy.ex:19: add column resolve_within_minutes bigint to sla_policies
-- lib/helpdesk/support/sla_policy.ex: drop column resolution_minutes of sla_policies
-- takes ACCESS EXCLUSIVE: reads and writes wait
-- warning AM-D01: Column sla_policies.resolution_minutes is dropped with its data; old nodes that still select it fail
ALTER TABLE "sla_policies" ADD COLUMN "resolve_within_minutes" bigint, DROP COLUMN "resolution_minutes";

-- Table tickets
-- lib/helpdesk/support/ticket.ex:52: add column urgent boolean to tickets
-- lib/helpdesk/support/ticket.ex:53: add column first_response_at utc_datetime_usec to tickets
-- lib/helpdesk/support/ticket.ex:51: change column channel of tickets: not null, default "email"
-- lib/helpdesk/support/ticket.ex: drop column satisfaction of tickets
-- takes ACCESS EXCLUSIVE: reads and writes wait
-- warning AM-F01: Adding tickets.urgent fails if the table has rows: it refuses null and has no default
-- warning AM-F02: Setting tickets.channel to NOT NULL fails if a row has null
-- warning AM-L02: Setting tickets.channel to NOT NULL blocks reads and writes of tickets while all rows are looked at
-- warning AM-D01: Column tickets.satisfaction is dropped with its data; old nodes that still select it fail
ALTER TABLE "tickets" ADD COLUMN "urgent" boolean NOT NULL, ADD COLUMN "first_response_at" timestamp, ALTER COLUMN "channel" TYPE text, ALTER COLUMN "channel" SET NOT NULL, ALTER COLUMN "channel" SET DEFAULT 'email', DROP COLUMN "satisfaction";

-- lib/helpdesk/support/ticket.ex:17: create index on tickets (assignee_id)
-- takes SHARE: writes wait
-- warning AM-L06: The index on assignee_id blocks writes of tickets while it is built
CREATE INDEX "tickets_assignee_id_index" ON "tickets" ("assignee_id");
