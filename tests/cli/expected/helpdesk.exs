# Open questions. What is shown here takes them as answered with no.
#   Are you renaming sla_policies.resolution_minutes to sla_policies.resolve_within_minutes?
#     --rename sla_policies.resolution_minutes:resolve_within_minutes or --no
#   Are you renaming tickets.satisfaction?
#     --rename tickets.satisfaction:urgent or --rename tickets.satisfaction:first_response_at or --no

# Helpdesk.Repo

# Table canned_replies
# lib/helpdesk/support/canned_reply.ex:7: create table canned_replies
create table(:canned_replies, primary_key: false) do
  add :id, :uuid, null: false, default: fragment("gen_random_uuid()"), primary_key: true
  add :title, :text, null: false
  add :body, :text, null: false
  add :uses, :bigint, null: false, default: 0

  add :inserted_at, :utc_datetime_usec,
    null: false,
    default: fragment("(now() AT TIME ZONE 'utc')")

  add :updated_at, :utc_datetime_usec,
    null: false,
    default: fragment("(now() AT TIME ZONE 'utc')")

  add :team_id,
      references(:teams,
        column: :id,
        name: "canned_replies_team_id_fkey",
        type: :uuid,
        prefix: "public"
      )
end

# lib/helpdesk/support/canned_reply.ex:28: create unique index canned_replies_unique_title_index on canned_replies
create unique_index(:canned_replies, [:team_id, :title],
         name: "canned_replies_unique_title_index",
         nulls_distinct: false
       )

# Table comments
# lib/helpdesk/support/comment.ex:28: create unique index comments_unique_body_index on comments
# takes SHARE: writes wait
# warning AM-F03: The unique index on comments (ticket_id, author_id, body) fails if rows have equal values
# warning AM-L06: Index comments_unique_body_index blocks writes of comments while it is built
create unique_index(:comments, [:ticket_id, :author_id, :body],
         name: "comments_unique_body_index"
       )

# Table organizations
# lib/helpdesk/accounts/organization.ex:11: drop check constraint seats_are_positive of organizations
# takes ACCESS EXCLUSIVE: reads and writes wait
drop_if_exists constraint(:organizations, :seats_are_positive)

# lib/helpdesk/accounts/organization.ex:11: add check constraint seats_are_positive to organizations
# takes ACCESS EXCLUSIVE: reads and writes wait
# warning AM-F04: Check seats_are_positive fails if a row of organizations violates it
# warning AM-L04: Check seats_are_positive blocks reads and writes of organizations while all rows are looked at
create constraint(:organizations, :seats_are_positive,
         check: """
           seats BETWEEN 1 AND 10000
         """
       )

# Table sla_policies
# lib/helpdesk/support/sla_policy.ex:19: add column resolve_within_minutes bigint to sla_policies
# lib/helpdesk/support/sla_policy.ex: drop column resolution_minutes of sla_policies
# takes ACCESS EXCLUSIVE: reads and writes wait
# warning AM-D01: Column sla_policies.resolution_minutes is dropped with its data; old nodes that still select it fail
alter table(:sla_policies) do
  add :resolve_within_minutes, :bigint
  remove :resolution_minutes
end

# Table tickets
# lib/helpdesk/support/ticket.ex:52: add column urgent boolean to tickets
# lib/helpdesk/support/ticket.ex:53: add column first_response_at utc_datetime_usec to tickets
# lib/helpdesk/support/ticket.ex:51: change column channel of tickets: not null, default "email"
# lib/helpdesk/support/ticket.ex: drop column satisfaction of tickets
# takes ACCESS EXCLUSIVE: reads and writes wait
# warning AM-F01: Adding tickets.urgent fails if the table has rows: it refuses null and has no default
# warning AM-F02: Setting tickets.channel to NOT NULL fails if a row has null
# warning AM-L02: Setting tickets.channel to NOT NULL blocks reads and writes of tickets while all rows are looked at
# warning AM-D01: Column tickets.satisfaction is dropped with its data; old nodes that still select it fail
alter table(:tickets) do
  add :urgent, :boolean, null: false
  add :first_response_at, :utc_datetime_usec
  modify :channel, :text, null: false, default: "email"
  remove :satisfaction
end

# lib/helpdesk/support/ticket.ex:17: create index on tickets (assignee_id)
# takes SHARE: writes wait
# warning AM-L06: The index on assignee_id blocks writes of tickets while it is built
create index(:tickets, [:assignee_id])
