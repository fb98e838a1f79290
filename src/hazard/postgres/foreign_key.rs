//! AM-F05: a foreign key on a column that is there already.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};
use crate::snapshot::Reference;

pub(super) static RULE: Rule = Rule {
    code: "AM-F05",
    title: "A new foreign key fails on rows that refer to nothing",
    severity: Severity::Warning,
    lock: Some(Lock::ShareRowExclusive),
    docs: "Adding a foreign key checks every row: a value without a counterpart makes the migration fail.\n\nLook for \
           such rows first. AM-L03 says how to add the key without a long lock; rows can then be cleaned up between \
           the two steps.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let (source, target) = new_foreign_key(changes, operation)?;
        if keeps_its_target(operation, target) {
            return None;
        }
        let (name, own) = (column(&operation.on, source), table(&operation.on));
        let schema = target.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
        let (other, key) = (format!("{schema}{}", target.table), &target.destination_attribute);
        Some(RULE.finding(
            index,
            format!("The foreign key of {name} fails if a value is not in {other}.{key}"),
            format!(
                "Look for such rows first:\n\n```sql\nSELECT * FROM {own} WHERE {source} IS NOT NULL AND NOT EXISTS \
                 (SELECT FROM {other} WHERE {other}.{key} = {own}.{source});\n```"
            ),
        ))
    })
}

/// The column and target of a foreign key that is added to rows which may have a value.
pub(super) fn new_foreign_key<'a>(
    changes: &ChangeSet<'_>,
    operation: &'a Operation,
) -> Option<(&'a str, &'a Reference)> {
    let attribute = match &operation.change {
        Change::AlterAttribute { old_attribute, new_attribute }
            if old_attribute.references != new_attribute.references =>
        {
            let added = changes.added(&operation.on, &new_attribute.source);
            if added.is_some_and(|added| added.default == "nil") {
                return None;
            }
            new_attribute
        }
        Change::AddAttribute { attribute } if attribute.default != "nil" => attribute,
        _ => return None,
    };
    let target = attribute.references.as_ref().filter(|_| attribute.has_foreign_key(&operation.on.multitenancy))?;
    Some((&attribute.source, target))
}

/// Whether the column had a foreign key to the same column already.
fn keeps_its_target(operation: &Operation, new: &Reference) -> bool {
    let Change::AlterAttribute { old_attribute, .. } = &operation.change else { return false };
    old_attribute.references.as_ref().is_some_and(|old| {
        (&old.table, &old.schema, &old.destination_attribute) == (&new.table, &new.schema, &new.destination_attribute)
            && old.match_with == new.match_with
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, give_reference, on, referring};
    use crate::snapshot::{Attribute, OnDelete};

    #[test]
    fn orphans_are_to_be_found() {
        expect![[r#"
            0: The foreign key of posts.author_id fails if a value is not in users.id
                Look for such rows first:
                
                ```sql
                SELECT * FROM posts WHERE author_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE users.id = posts.author_id);
                ```
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", give_reference(referring("author_id", "users", "id")))]));
    }

    #[test]
    fn rows_without_a_value_and_rows_that_were_checked_pass() {
        let new = referring("author_id", "users", "id");
        let mut stricter = new.clone();
        stricter.references.as_mut().expect("a reference").on_delete = Some(OnDelete::Atom("restrict".to_owned()));
        let same_target = Change::AlterAttribute { old_attribute: new.clone(), new_attribute: stricter };
        assert_eq!(show(&RULE, &[on("posts", same_target), on("posts", add(new.clone()))]), "");
        let added = Attribute { references: None, ..attribute("author_id") };
        assert_eq!(show(&RULE, &[on("posts", add(added)), on("posts", give_reference(new))]), "");
    }
}
