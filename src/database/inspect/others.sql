-- Extensions, functions, triggers, views, types and schemas: what no resource declares.
WITH own AS (
  SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
), named AS (
  SELECT 'extension ' || extname AS name, NULL::oid AS oid FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'
  UNION ALL
  SELECT 'schema ' || nspname, oid FROM own WHERE nspname <> 'public'
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure::text, p.oid FROM pg_catalog.pg_proc p JOIN own ON own.oid = p.pronamespace
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' on ' || own.nspname || '.' || c.relname, t.oid
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN own ON own.oid = c.relnamespace
  WHERE NOT t.tgisinternal
  UNION ALL
  SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' ELSE 'foreign table ' END
         || own.nspname || '.' || c.relname, c.oid
  FROM pg_catalog.pg_class c JOIN own ON own.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'm', 'f')
  UNION ALL
  SELECT 'type ' || t.oid::regtype::text, t.oid
  FROM pg_catalog.pg_type t JOIN own ON own.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd', 'r')
)
SELECT json_build_object('row', 'other', 'name', name)::text
FROM named
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = named.oid AND e.deptype = 'e')
