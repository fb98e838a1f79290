-- Primary keys, unique, check, exclusion and foreign key constraints. Not-null constraints belong to the columns.
SELECT json_build_object(
  'row', 'constraint',
  'schema', n.nspname,
  'table', c.relname,
  'name', k.conname,
  'definition', pg_catalog.pg_get_constraintdef(k.oid)
)::text
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('p', 'u', 'c', 'x', 'f')
  AND n.nspname !~ '^(pg_|information_schema$)'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
