//! AM-Q15: a foreign key that every run of ash_sqlite generates again.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q15",
    title: "The foreign key of a polymorphic table is generated again in every run",
    severity: Severity::Warning,
    lock: None,
    docs: "Where the resource that gives a table to a polymorphic one has `polymorphic_on_delete`, ash_sqlite takes that \
           action for the name of the foreign key (`delete`), as an atom. The snapshot keeps it as a string, which is never \
           equal to it: from then on each run writes the foreign key again, in a migration that SQLite cannot run \
           (AM-Q02).\n\nLeave `polymorphic_on_delete` out and write the action into the migration that creates the \
           table, or set `migrate? false` on the polymorphic resource and write its migrations by hand. `polymorphic_name` \
           changes nothing.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    // On a new table, too: it begins there.
    let operations = changes.operations.iter().enumerate();
    operations.filter_map(|(index, operation)| returning(index, operation)).collect()
}

fn returning(index: usize, operation: &Operation) -> Option<Finding> {
    let attribute = match &operation.change {
        Change::AddAttribute { attribute } => attribute,
        Change::AlterAttribute { new_attribute, .. } => new_attribute,
        _ => return None,
    };
    let reference = attribute.references.as_ref().filter(|reference| reference.name_is_atom)?;
    let name = column(&operation.on, &attribute.source);
    Some(RULE.finding(
        index,
        format!("ash_sqlite names the foreign key of {name} :{}, and generates it again in every run", reference.name),
        "Leave `polymorphic_on_delete` out of the `references` section of the resource behind the key.".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{add, create_table, on, referring};
    use crate::snapshot::{Attribute, OnDelete};

    fn key(name_is_atom: bool) -> Attribute {
        let mut attribute = referring("subject_id", "jars", "id");
        let reference = attribute.references.as_mut().expect("a reference");
        reference.on_delete = Some(OnDelete::Atom("delete".to_owned()));
        if name_is_atom {
            (reference.name, reference.name_is_atom) = ("delete".to_owned(), true);
        }
        attribute
    }

    #[test]
    fn a_name_that_is_an_action() {
        let alter = |new: bool| Change::AlterAttribute { old_attribute: key(false), new_attribute: key(new) };
        let operations = [
            on("jar_notes", create_table()),
            on("jar_notes", add(key(true))),
            on("jar_notes", add(key(false))),
            on("jar_notes", alter(true)),
            on("jar_notes", alter(false)),
        ];
        expect![[r#"
            1: ash_sqlite names the foreign key of jar_notes.subject_id :delete, and generates it again in every run
                Leave `polymorphic_on_delete` out of the `references` section of the resource behind the key.
            3: ash_sqlite names the foreign key of jar_notes.subject_id :delete, and generates it again in every run
                Leave `polymorphic_on_delete` out of the `references` section of the resource behind the key.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
