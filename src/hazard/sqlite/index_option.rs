//! AM-Q09: an index has an option that SQLite does not know.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::CustomIndex;

pub(super) static RULE: Rule = Rule {
    code: "AM-Q09",
    title: "SQLite does not know this option of an index",
    severity: Severity::Error,
    lock: None,
    docs: "ecto_sqlite3 raises for `concurrently`, `using`, `include` and `nulls_distinct`, which ash_sqlite writes for \
           custom indexes and for identities with `nils_distinct? false`. That goes for new tables, too.\n\nTake the \
           option out. Instead of `nils_distinct? false`, a custom unique index on `ifnull(column, '')` treats nulls \
           as equal.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let operations = changes.operations.iter().enumerate();
    operations.filter_map(|(index, operation)| refused(index, operation)).collect()
}

fn refused(index: usize, operation: &Operation) -> Option<Finding> {
    let (option, declared) = match &operation.change {
        Change::AddUniqueIndex { identity, .. } if !identity.nils_distinct => {
            ("nulls_distinct", format!("`nils_distinct? false` of identity {}", identity.name))
        }
        Change::AddCustomIndex { index, .. } => {
            let option = unknown_option(index)?;
            (option, format!("`{option}` of the custom index"))
        }
        _ => return None,
    };
    let table = table(&operation.on);
    Some(RULE.finding(
        index,
        format!("The migration raises `{option}` is not supported with SQLite3 at the index of {table}"),
        format!("Remove {declared}."),
    ))
}

fn unknown_option(index: &CustomIndex) -> Option<&'static str> {
    if index.concurrently {
        return Some("concurrently");
    }
    if index.include.as_ref().is_some_and(|include| !include.is_empty()) {
        return Some("include");
    }
    index.using.as_ref().map(|_| "using")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{custom_index, identity, on, unique_index};
    use crate::snapshot::Identity;

    #[test]
    fn options_of_postgresql() {
        let nulls = Identity { nils_distinct: false, ..identity("label", &["label"]) };
        let custom = |index| on("jars", Change::AddCustomIndex { index, base_filter: None });
        let include = |columns: &[&str]| Some(columns.iter().map(|column| (*column).to_owned()).collect());
        let operations = [
            on("jars", unique_index(nulls, false)),
            on("jars", unique_index(identity("kind", &["kind"]), false)),
            custom(CustomIndex { include: include(&["id"]), ..custom_index(&["label"]) }),
            custom(CustomIndex { include: include(&[]), ..custom_index(&["label"]) }),
            custom(CustomIndex { using: Some("hash".to_owned()), ..custom_index(&["label"]) }),
        ];
        expect![[r#"
            0: The migration raises `nulls_distinct` is not supported with SQLite3 at the index of jars
                Remove `nils_distinct? false` of identity label.
            2: The migration raises `include` is not supported with SQLite3 at the index of jars
                Remove `include` of the custom index.
            4: The migration raises `using` is not supported with SQLite3 at the index of jars
                Remove `using` of the custom index.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
