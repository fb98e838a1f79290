-- Tables, columns, foreign keys and indexes of a SQLite file.
SELECT json_object('row', 'table', 'schema', '', 'table', m.name)
FROM sqlite_master m
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
UNION ALL
SELECT json_object(
  'row', 'column', 'schema', '', 'table', m.name, 'name', c.name, 'type', upper(c.type),
  'not_null', json(CASE c."notnull" WHEN 1 THEN 'true' ELSE 'false' END), 'default', c.dflt_value,
  'generated', CASE c.hidden WHEN 2 THEN 'ALWAYS, virtual' WHEN 3 THEN 'ALWAYS, stored' END
)
FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
UNION ALL
SELECT json_object('row', 'constraint', 'schema', '', 'table', m.name, 'name', 'primary key',
  'definition', 'PRIMARY KEY (' || group_concat('"' || c.name || '"', ', ') || ')')
FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
WHERE m.type = 'table' AND c.pk > 0 AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
GROUP BY m.name
UNION ALL
SELECT json_object('row', 'constraint', 'schema', '', 'table', m.name, 'name', 'foreign key of ' || f."from",
  'definition', 'FOREIGN KEY ("' || f."from" || '") REFERENCES "' || f."table" || '" ("' || coalesce(f."to", 'id') || '") ON DELETE '
    || f.on_delete || ' ON UPDATE ' || f.on_update)
FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table'
UNION ALL
SELECT json_object('row', 'index', 'schema', '', 'table', m.tbl_name, 'name', m.name, 'definition', m.sql, 'valid', json('true'))
FROM sqlite_master m
WHERE m.type = 'index' AND m.sql IS NOT NULL
UNION ALL
SELECT json_object('row', 'other', 'name', m.type || ' ' || m.name)
FROM sqlite_master m
WHERE m.type IN ('view', 'trigger')
