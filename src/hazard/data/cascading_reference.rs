//! AM-D09: deleting a row starts to change other rows.

use crate::diff::Operation;
use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::{OnDelete, Reference};

pub(super) static RULE: Rule = Rule {
    code: "AM-D09",
    title: "A foreign key starts to delete or empty rows",
    severity: Severity::Warning,
    lock: None,
    docs: "With `on_delete: :delete` the database deletes the referring rows along with the row they refer to, with \
           `:nilify` it empties their column: silently, without running Ash actions, policies or notifications. Where \
           deleting used to be refused, it now succeeds and takes data along.\n\nMake sure that every place that \
           deletes the referred-to rows means it. The migration drops the foreign key and adds it again, which checks \
           all rows.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let changed = |(index, operation): (usize, &Operation)| {
        let Change::AlterAttribute { old_attribute, new_attribute } = &operation.change else { return None };
        let (old, new) = (old_attribute.references.as_ref()?, new_attribute.references.as_ref()?);
        let (name, effect) = effect(new).filter(|(name, _)| effect_name(old) != Some(name))?;
        let name = format!("on_delete: {name}");
        Some(RULE.finding(
            index,
            format!("Deleting a row of {} now {effect} {}", new.table, column(&operation.on, &new_attribute.source)),
            format!("Check every action that destroys rows of {} before adding `{name}`.", new.table),
        ))
    };
    changes.existing().filter_map(changed).collect()
}

fn effect(reference: &Reference) -> Option<(&'static str, &'static str)> {
    match reference.on_delete.as_ref()? {
        OnDelete::Atom(action) if action == "delete" => Some((":delete", "deletes the rows that refer to it through")),
        OnDelete::Atom(action) if action == "nilify" => Some((":nilify", "empties")),
        OnDelete::Nilify(_) => Some(("{:nilify, columns}", "empties columns of the rows that refer to it through")),
        OnDelete::Atom(_) => None,
    }
}

fn effect_name(reference: &Reference) -> Option<&'static str> {
    effect(reference).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{on, referring};
    use crate::snapshot::Attribute;

    fn to(action: Option<&str>) -> Attribute {
        let mut attribute = referring("author_id", "users", "id");
        if let Some(reference) = &mut attribute.references {
            reference.on_delete = action.map(|action| OnDelete::Atom(action.to_owned()));
        }
        attribute
    }

    #[test]
    fn only_what_becomes_destructive() {
        let change = |old, new| on("posts", Change::AlterAttribute { old_attribute: to(old), new_attribute: to(new) });
        let operations = [
            change(None, Some("delete")),
            change(Some("restrict"), Some("nilify")),
            change(Some("delete"), Some("delete")),
            change(Some("delete"), Some("restrict")),
        ];
        expect![[r#"
            0: Deleting a row of users now deletes the rows that refer to it through posts.author_id
                Check every action that destroys rows of users before adding `on_delete: :delete`.
            1: Deleting a row of users now empties posts.author_id
                Check every action that destroys rows of users before adding `on_delete: :nilify`.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
