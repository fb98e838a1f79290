-- Open questions. What is shown here takes them as answered with no.
--   Are you renaming sla_policies.resolution_minutes to sla_policies.resolve_within_minutes?
--     --rename sla_policies.resolution_minutes:resolve_within_minutes or --no
--   Are you renaming tickets.satisfaction?
--     --rename tickets.satisfaction:urgent or --rename tickets.satisfaction:first_response_at or --no

-- Helpdesk.Repo, rollback

-- Table tickets
-- lib/helpdesk/support/ticket.ex:17: undo: create index on tickets (assignee_id)
DROP INDEX IF EXISTS "tickets_assignee_id_index";

-- lib/helpdesk/support/ticket.ex:52: undo: add column urgent boolean to tickets
-- lib/helpdesk/support/ticket.ex:53: undo: add column first_response_at utc_datetime_usec to tickets
-- lib/helpdesk/support/ticket.ex:51: undo: change column channel of tickets: not null, default "email"
-- lib/helpdesk/support/ticket.ex: undo: drop column satisfaction of tickets
ALTER TABLE "tickets" ADD COLUMN "satisfaction" decimal, ALTER COLUMN "channel" TYPE text, ALTER COLUMN "channel" DROP NOT NULL, ALTER COLUMN "channel" SET DEFAULT NULL, DROP COLUMN "first_response_at", DROP COLUMN "urgent";

-- Table sla_policies
-- lib/helpdesk/support/sla_policy.ex:19: undo: add column resolve_within_minutes bigint to sla_policies
-- lib/helpdesk/support/sla_policy.ex: undo: drop column resolution_minutes of sla_policies
ALTER TABLE "sla_policies" ADD COLUMN "resolution_minutes" bigint, DROP COLUMN "resolve_within_minutes";

-- Table organizations
-- lib/helpdesk/accounts/organization.ex:11: undo: add check constraint seats_are_positive to organizations
ALTER TABLE "organizations" DROP CONSTRAINT IF EXISTS "seats_are_positive";

-- lib/helpdesk/accounts/organization.ex:11: undo: drop check constraint seats_are_positive of organizations
ALTER TABLE "organizations" ADD CONSTRAINT "seats_are_positive" CHECK (  seats > 0
);

-- Table comments
-- lib/helpdesk/support/comment.ex:28: undo: create unique index comments_unique_body_index on comments
DROP INDEX IF EXISTS "comments_unique_body_index";

-- Table canned_replies
-- lib/helpdesk/support/canned_reply.ex:24: undo: drop foreign key canned_replies_team_id_fkey of canned_replies
ALTER TABLE "canned_replies" DROP CONSTRAINT "canned_replies_team_id_fkey";

-- lib/helpdesk/support/canned_reply.ex:28: undo: create unique index canned_replies_unique_title_index on canned_replies
DROP INDEX IF EXISTS "canned_replies_unique_title_index";

-- lib/helpdesk/support/canned_reply.ex:7: undo: create table canned_replies
DROP TABLE "canned_replies";
