//! AM-Q07: a column is dropped that SQLite does not let go.

use super::rebuild;
use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::{Attribute, Multitenancy, Strategy};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q07",
    title: "SQLite does not drop a column that something needs",
    severity: Severity::Error,
    lock: None,
    docs: "`DROP COLUMN` (SQLite 3.35 or later) is refused for a column of the primary key, of an index (in its `WHERE` \
           or expressions, too), of a `UNIQUE` or table-level `CHECK` or `FOREIGN KEY` constraint, of a generated \
           column or a view.\n\nash_sqlite drops the index of a removed identity after its column, so the migration \
           fails: move the `drop_if_exists` before the `alter`. A key column needs a rebuild of the table.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::RemoveAttribute { attribute, commented: false } = &operation.change else { return None };
        let name = column(&operation.on, &attribute.source);
        if attribute.primary_key {
            let message = format!("SQLite refuses to drop {name}: it is part of the primary key");
            return Some(RULE.finding(index, message, rebuild(&operation.on)));
        }
        if has_table_level_foreign_key(attribute, &operation.on.old_multitenancy) {
            let message = format!("SQLite refuses to drop {name}: its foreign key covers the tenant's column, too");
            return Some(RULE.finding(index, message, rebuild(&operation.on)));
        }
        let identity = changes.on(&operation.on).find_map(|other| match &other.change {
            Change::RemoveUniqueIndex { identity } => {
                identity.keys.iter().any(|key| key.value() == attribute.source).then_some(identity)
            }
            _ => None,
        })?;
        let index_name = &identity.index_name;
        Some(RULE.finding(
            index,
            format!("SQLite refuses to drop {name} while index {index_name} is there, which is dropped after it"),
            format!("Move the `drop_if_exists` of {index_name} before the `alter table` in the generated file."),
        ))
    })
}

/// ecto_sqlite3 writes a foreign key `with:` another column as a constraint of the table.
fn has_table_level_foreign_key(attribute: &Attribute, multitenancy: &Multitenancy) -> bool {
    let by_attribute = |multitenancy: &Multitenancy| multitenancy.strategy == Some(Strategy::Attribute);
    attribute.references.as_ref().is_some_and(|target| {
        by_attribute(multitenancy)
            && by_attribute(&target.multitenancy)
            && target.multitenancy.attribute.as_ref() != Some(&target.destination_attribute)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{attribute, by_attribute, identity, on, referring};

    fn remove(attribute: Attribute) -> Operation {
        on("jars", Change::RemoveAttribute { attribute, commented: false })
    }

    #[test]
    fn what_needs_the_column() {
        let key = Attribute { primary_key: true, ..attribute("id") };
        let mut of_tenant = remove(referring("shelf_id", "shelves", "id"));
        of_tenant.on.old_multitenancy = by_attribute("org");
        if let Change::RemoveAttribute { attribute, .. } = &mut of_tenant.change
            && let Some(target) = &mut attribute.references
        {
            target.multitenancy = by_attribute("org");
        }
        let operations = [
            on("jars", Change::RemoveUniqueIndex { identity: identity("label", &["label", "kind"]) }),
            remove(key),
            of_tenant,
            remove(attribute("label")),
            remove(attribute("free")),
            remove(referring("lid_id", "lids", "id")),
        ];
        expect![[r#"
            1: SQLite refuses to drop jars.id: it is part of the primary key
                (rebuild jars)
            2: SQLite refuses to drop jars.shelf_id: its foreign key covers the tenant's column, too
                (rebuild jars)
            3: SQLite refuses to drop jars.label while index posts_label_index is there, which is dropped after it
                Move the `drop_if_exists` of posts_label_index before the `alter table` in the generated file.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
