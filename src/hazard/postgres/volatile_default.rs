//! AM-L01: a new column has a default that differs from row to row.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L01",
    title: "A new column with a volatile default rewrites the table",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "A constant default, or one like `now()` that is the same for all rows, is written down once (PostgreSQL 11 \
           and later). A volatile one (`gen_random_uuid()`, `uuid_generate_v7()`, `random()`, `clock_timestamp()`) is \
           computed for every row: the table and its indexes are rewritten under ACCESS EXCLUSIVE.\n\nAdd the column \
           without a default, then set the default (which only applies to new rows), and fill old rows in batches.",
    check,
};

/// Functions that PostgreSQL declares stable or immutable.
const NOT_VOLATILE: &[&str] = &[
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "current_timestamp",
    "current_time",
    "localtimestamp",
    "localtime",
    "timezone",
    "date_trunc",
    "to_timestamp",
    "make_interval",
    "make_date",
    "lower",
    "upper",
    "coalesce",
    "concat",
    "md5",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "to_jsonb",
    "array",
    "cast",
    "current_setting",
    "uuid_nil",
    "abs",
    "round",
    "floor",
    "ceil",
    "extract",
    "interval",
    "varchar",
    "numeric",
];

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        let function = volatile_function(&attribute.default)?;
        let (name, table, source) = (column(&operation.on, &attribute.source), table(&operation.on), &attribute.source);
        Some(RULE.finding(
            index,
            format!("Adding {name} rewrites {table} and blocks reads and writes: its default calls {function}()"),
            format!(
                "Add the column without the default, then:\n\n```sql\nALTER TABLE {table} ALTER COLUMN {source} SET \
                 DEFAULT …;\nUPDATE {table} SET {source} = DEFAULT WHERE {source} IS NULL; -- in batches\n```"
            ),
        ))
    })
}

/// The first function in a default `fragment("…")` that is not known to be stable. Functions of the project count as
/// volatile, because PostgreSQL takes them for it unless they say otherwise.
fn volatile_function(default: &str) -> Option<&str> {
    let sql = default.trim().strip_prefix("fragment(\"")?.strip_suffix("\")")?;
    let mut calls = sql.split('\'').step_by(2).flat_map(|outside_of_strings| {
        outside_of_strings.match_indices('(').filter_map(move |(at, _)| {
            let before = outside_of_strings[..at].trim_end();
            let start = before
                .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
                .map_or(0, |index| index + before[index..].chars().next().map_or(1, char::len_utf8));
            let name = &before[start..];
            name.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name)
        })
    });
    calls.find(|name| !NOT_VOLATILE.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, on};
    use crate::snapshot::Attribute;

    #[test]
    fn functions_of_every_row() {
        let with = |default: &str| on("posts", add(Attribute { default: default.to_owned(), ..attribute("token") }));
        let stable = [
            "nil",
            "\"random()\"",
            "fragment(\"now()\")",
            "fragment(\"(now() AT TIME ZONE 'utc (x)')\")",
            "fragment(\"'f()'\")",
            "fragment(\"CURRENT_TIMESTAMP\")",
        ];
        assert_eq!(show(&RULE, &stable.map(with)), "");
        expect![[r#"
            0: Adding posts.token rewrites posts and blocks reads and writes: its default calls gen_random_uuid()
                Add the column without the default, then:
                
                ```sql
                ALTER TABLE posts ALTER COLUMN token SET DEFAULT …;
                UPDATE posts SET token = DEFAULT WHERE token IS NULL; -- in batches
                ```
        "#]]
        .assert_eq(&show(&RULE, &[with("fragment(\"gen_random_uuid()\")")]));
        assert!(show(&RULE, &[with("fragment(\"lower(my_token())\")")]).contains("my_token()"));
    }
}
