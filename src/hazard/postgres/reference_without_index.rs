//! AM-I01: a foreign key column without an index.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::{Field, Strategy};

pub(super) static RULE: Rule = Rule {
    code: "AM-I01",
    title: "A foreign key without an index makes deleting slow",
    severity: Severity::Information,
    lock: None,
    docs: "PostgreSQL makes no index for a foreign key. Deleting a row that is referred to, or changing its key, then \
           reads the whole referring table, once per row; so does loading the relationship from the other side.\n\nAdd \
           `index? true` to the `reference` in the `postgres` section (or `references do … end`).",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let operations = changes.operations.iter().enumerate();
    operations.filter_map(|(index, operation)| without_index(changes, index, operation)).collect()
}

fn without_index(changes: &ChangeSet<'_>, index: usize, operation: &Operation) -> Option<Finding> {
    let attribute = match &operation.change {
        Change::AddAttribute { attribute } => attribute,
        // The plan adds most foreign keys behind their columns.
        Change::AlterAttribute { old_attribute, new_attribute } if old_attribute.references.is_none() => new_attribute,
        _ => return None,
    };
    let reference = attribute.references.as_ref()?;
    let source = &attribute.source;
    let covered = reference.index
        || (attribute.primary_key && is_only_key(changes, operation))
        || changes.on(&operation.on).any(|other| leads_with(other, source));
    if covered || !attribute.has_foreign_key(&operation.on.multitenancy) {
        return None;
    }
    Some(RULE.finding(
        index,
        format!("No index covers {}, which refers to {}", column(&operation.on, source), reference.table),
        "Add `index? true` to its `reference`.".to_owned(),
    ))
}

/// Whether no other column of the new table is part of the key.
fn is_only_key(changes: &ChangeSet<'_>, operation: &Operation) -> bool {
    let is_key =
        |other: &&Operation| matches!(&other.change, Change::AddAttribute { attribute } if attribute.primary_key);
    changes.creates(&operation.on) && changes.on(&operation.on).filter(is_key).count() == 1
}

/// Whether the operation makes an index of all rows that begins with the column, or with the tenant and the column.
fn leads_with(operation: &Operation, source: &str) -> bool {
    let (keys, is_partial) = match &operation.change {
        Change::AddReferenceIndex { source: indexed, filter } => return indexed == source && filter.is_none(),
        Change::AddUniqueIndex { identity, .. } => {
            (&identity.keys, identity.filter.is_some() || identity.base_filter.is_some())
        }
        Change::AddCustomIndex { index, .. } => (&index.fields, index.filter.is_some()),
        _ => return false,
    };
    let multitenancy = &operation.on.multitenancy;
    let is_tenant =
        multitenancy.strategy == Some(Strategy::Attribute) && multitenancy.attribute.as_deref() == Some(source);
    !is_partial && (is_tenant || keys.first().map(Field::value) == Some(source))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, custom_index, give_reference, on, referring};

    #[test]
    fn any_index_that_begins_with_the_column_covers_it() {
        let column = on("posts", add(referring("author_id", "users", "id")));
        let index =
            |fields: &[&str]| on("posts", Change::AddCustomIndex { index: custom_index(fields), base_filter: None });
        expect![[r#"
            0: No index covers posts.author_id, which refers to users
                Add `index? true` to its `reference`.
        "#]]
        .assert_eq(&show(&RULE, &[column.clone(), index(&["title", "author_id"])]));
        assert_eq!(show(&RULE, &[column, index(&["author_id", "title"])]), "");
    }

    #[test]
    fn a_foreign_key_behind_its_column_counts_too() {
        let key = on("posts", give_reference(referring("author_id", "users", "id")));
        expect![[r#"
            0: No index covers posts.author_id, which refers to users
                Add `index? true` to its `reference`.
        "#]]
        .assert_eq(&show(&RULE, &[key]));
    }
}
