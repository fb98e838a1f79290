//! AM-N03: Ecto cannot make a name for an index.

use super::names::{custom_index, reference_index};
use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, keys, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::Field;

pub(super) static RULE: Rule = Rule {
    code: "AM-N03",
    title: "Ecto makes no name for an index on such a column",
    severity: Severity::Error,
    lock: None,
    docs: "An index without `name:` is called after its table and columns. Ecto replaces what it does not take for a letter \
           byte by byte, which breaks most letters beyond ASCII (`größe`, `año`) in two: `invalid UTF8 encoding`. The \
           migration stops there, also where the index is only dropped, and the way back stops at the same place.\n\nGive a \
           custom index a `name:`. An index that comes with `reference …, index?: true` has no option for its name: make \
           it a custom index with a name, or keep the column in ASCII with `source`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.operations.iter().enumerate().filter_map(|(index, operation)| unnamed(index, operation)).collect()
}

fn unnamed(index: usize, operation: &Operation) -> Option<Finding> {
    let on = &operation.on;
    let (name, columns, recipe) = match &operation.change {
        Change::AddCustomIndex { index, .. } => {
            let columns = keys(&index.fields, index.all_tenants, &on.multitenancy);
            (custom_index(on, index, &on.multitenancy), columns, "Give the custom index a `name:`.")
        }
        Change::RemoveCustomIndex { index, .. } => {
            let columns = keys(&index.fields, index.all_tenants, &on.old_multitenancy);
            (
                custom_index(on, index, &on.old_multitenancy),
                columns,
                "Add a `name:` to the index in the generated file.",
            )
        }
        Change::AddReferenceIndex { source, .. } => {
            let columns = keys(&[Field::Column(source.clone())], false, &on.multitenancy);
            let recipe = "Declare a custom index with a `name:` instead of `index?: true`.";
            (reference_index(on, source, &on.multitenancy), columns, recipe)
        }
        Change::RemoveReferenceIndex { source, .. } => {
            let columns = keys(&[Field::Column(source.clone())], false, &on.old_multitenancy);
            let recipe = "Add a `name:` to the index in the generated file.";
            (reference_index(on, source, &on.old_multitenancy), columns, recipe)
        }
        _ => return None,
    };
    if name.is_some() {
        return None;
    }
    let message = format!("Ecto cannot make a name for the index of {} on {columns}: the migration raises", table(on));
    Some(RULE.finding(index, message, recipe.to_owned()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{self, on};
    use crate::snapshot::CustomIndex;

    #[test]
    fn only_without_a_name() {
        let custom = |index| on("posts", Change::AddCustomIndex { index, base_filter: None });
        let named = CustomIndex { name: Some("sizes".to_owned()), ..samples::custom_index(&["größe"]) };
        let reference = |source: &str| Change::AddReferenceIndex { source: source.to_owned(), filter: None };
        let operations = [
            custom(samples::custom_index(&["größe"])),
            custom(named),
            custom(samples::custom_index(&["title"])),
            on("posts", reference("größe_id")),
            on("posts", reference("owner_id")),
        ];
        expect![[r#"
            0: Ecto cannot make a name for the index of posts on größe: the migration raises
                Give the custom index a `name:`.
            3: Ecto cannot make a name for the index of posts on größe_id: the migration raises
                Declare a custom index with a `name:` instead of `index?: true`.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
