//! The `custom_indexes` section.

use super::finding::{Findings, IssueKind};
use super::options::{Options, convert};
use super::types::Database;
use crate::elixir::eval::{Node, Origin, Value};
use crate::snapshot::{CustomIndex, Field};

/// Reads the indexes in order. `table` is used for the default name in paths and messages.
pub fn custom_indexes(
    entries: &[Node],
    database: Database,
    table: &str,
    findings: &mut Findings,
) -> Vec<(CustomIndex, Origin)> {
    let mut indexes = Vec::new();
    for node in entries {
        if let Some(unknown) = &node.unknown {
            findings.unknown("custom_indexes", unknown);
            continue;
        }
        if &*node.name != "index" {
            continue;
        }
        let options = Options::entity(node, 1);
        let as_options = keywords_alone(node);
        check_options(as_options, database, node, findings);
        let first = if as_options.is_some() { None } else { node.arguments.first().cloned() };
        let fields = match first.or_else(|| options.get("fields").map(|(value, _)| value)) {
            Some(fields) => convert(&fields, &node.origin, "columns", |value| {
                value.wrap().iter().map(|item| field(item, database)).collect::<Option<Vec<_>>>()
            }),
            None => continue,
        };
        let fields = match fields {
            Ok(fields) => fields,
            Err(unknown) => {
                findings.unknown("custom_indexes", &unknown);
                continue;
            }
        };
        let name = options.text("name");
        let path =
            format!("custom_indexes.{}", index_name(table, name.as_ref().ok().and_then(Option::as_deref), &fields));
        findings.origins.insert(&path, node.origin.clone());
        let mut flag = |key: &str, default: bool| {
            let given = findings.settle(format!("{path}.{key}"), options.bool(key), None);
            given.unwrap_or(default)
        };
        let (unique, concurrently) = (flag("unique", false), flag("concurrently", false));
        let (nulls_distinct, all_tenants) = (flag("nulls_distinct", true), flag("all_tenants?", false));
        let include_base_filter = flag("include_base_filter?", true);
        let index = CustomIndex {
            table: None,
            error_fields: error_fields(&options, &fields, database, &path, findings),
            unique,
            concurrently,
            using: findings.settle(format!("{path}.using"), options.text("using"), None),
            prefix: findings.settle(format!("{path}.prefix"), options.text("prefix"), None),
            filter: findings.settle(format!("{path}.where"), options.text("where"), None),
            include: findings.settle(format!("{path}.include"), options.texts("include"), None),
            nulls_distinct,
            message: findings.settle(format!("{path}.message"), options.text("message"), None),
            all_tenants,
            include_base_filter,
            name: findings.settle(format!("{path}.name"), name, None),
            fields,
        };
        check_names(&index, &node.origin, findings);
        indexes.push((index, node.origin.clone()));
    }
    indexes
}

/// Spark takes a keyword list in the place of the columns for the options when no options follow: `index [desc: :at]`
/// has an option `desc`, `index [desc: :at], unique: true` a column.
fn keywords_alone(node: &Node) -> Option<&Value> {
    match &*node.arguments {
        [only] if only.is_keywords() && node.children.is_empty() => Some(only),
        _ => None,
    }
}

fn check_options(options: Option<&Value>, database: Database, node: &Node, findings: &mut Findings) {
    let Some(options) = options else { return };
    let known = known_options(database);
    let names = options.as_list().unwrap_or_default().iter().filter_map(|pair| match pair {
        Value::Tuple(pair) => pair.first()?.as_atom(),
        _ => None,
    });
    let unknown: Vec<&str> = names.filter(|name| !known.contains(name)).collect();
    if unknown.is_empty() {
        return;
    }
    let list = |names: &[&str]| names.iter().map(|name| format!(":{name}")).collect::<Vec<_>>().join(", ");
    let message = format!("unknown options [{}], valid options are: [{}]", list(&unknown), list(known));
    findings.issue(IssueKind::Invalid, &node.origin, message);
}

fn known_options(database: Database) -> &'static [&'static str] {
    match database {
        Database::Postgres => &[
            "fields",
            "error_fields",
            "name",
            "unique",
            "concurrently",
            "using",
            "prefix",
            "where",
            "include",
            "nulls_distinct",
            "message",
            "all_tenants?",
            "include_base_filter?",
        ],
        Database::Sqlite => &["fields", "name", "unique", "using", "where", "include", "message"],
    }
}

fn field(value: &Value, database: Database) -> Option<Field> {
    match value {
        Value::String(text) if database == Database::Postgres => Some(Field::Expression(text.to_string())),
        Value::String(text) => Some(Field::Column(text.to_string())),
        Value::Tuple(pair) if pair.len() == 2 && database == Database::Postgres => {
            let order = pair[0].as_atom()?.to_owned();
            match &pair[1] {
                Value::String(value) => Some(Field::DirectedExpression { order, value: value.to_string() }),
                value => Some(Field::Directed { order, value: value.as_atom()?.to_owned() }),
            }
        }
        value => value.as_atom().map(|name| Field::Column(name.to_owned())),
    }
}

/// `set_error_fields/1` of `AshPostgres.CustomIndex`.
fn error_fields(
    options: &Options,
    fields: &[Field],
    database: Database,
    path: &str,
    findings: &mut Findings,
) -> Option<Vec<String>> {
    if database == Database::Sqlite {
        return None;
    }
    let given = findings.settle(format!("{path}.error_fields"), options.atoms("error_fields"), None);
    Some(given.unwrap_or_else(|| {
        fields.iter().map(Field::value).filter(|value| is_plain(value)).map(str::to_owned).collect()
    }))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `set_name/1` of `AshPostgres.CustomIndex` refuses names and columns that need quoting.
fn check_names(index: &CustomIndex, origin: &Origin, findings: &mut Findings) {
    let message = match &index.name {
        Some(name) if !is_plain(name) => {
            format!("Custom index name {name} is not valid. Must have letters, numbers and underscores only")
        }
        Some(_) => return,
        None => match index.fields.iter().find(|field| !is_plain(field.value())) {
            Some(field) => format!(
                "Custom index field {} contains invalid index name characters.\n\nA name must be set manually, i.e\n\n    \
                 `name: \"your_desired_index_name\"`\n\nIndex names must have letters, numbers and underscores only\n",
                field.value()
            ),
            None => return,
        },
    };
    findings.issue(IssueKind::Invalid, origin, message);
}

/// `AshPostgres.CustomIndex.name/2`.
pub fn index_name(table: &str, name: Option<&str>, fields: &[Field]) -> String {
    if let Some(name) = name {
        return name.to_owned();
    }
    let parts = std::iter::once(table).chain(fields.iter().map(Field::value)).chain(["index"]);
    let parts: Vec<String> = parts
        .map(|part| {
            let word = |character: char| if character.is_alphanumeric() || character == '_' { character } else { '_' };
            let part: String = part.chars().map(word).collect();
            part.trim_end_matches('_').to_owned()
        })
        .collect();
    parts.join("_")
}
