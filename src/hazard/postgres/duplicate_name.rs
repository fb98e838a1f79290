//! AM-N02: two things get the same name.

use std::collections::BTreeMap;

use super::names::{Kind, custom_index, given, stored};
use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-N02",
    title: "A name is taken already",
    severity: Severity::Error,
    lock: None,
    docs: "Tables and indexes of a schema share one space of names, and so do the constraints of a table; names count \
           as equal when their first 63 bytes are. The second one is refused: `relation already exists`.\n\nA changed \
           custom index without a `name:` runs into this by itself: the generator creates the new index before it drops \
           the old one, which has the same default name. With a `name:` it drops first.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let mut taken: BTreeMap<(Kind, String, String), usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for (index, operation) in changes.operations.iter().enumerate() {
        for (kind, name) in given(operation).into_iter().filter(|(kind, _)| *kind != Kind::Column) {
            let space = match kind {
                Kind::Constraint => (kind, table(&operation.on)),
                _ => (Kind::Table, operation.on.schema.clone().unwrap_or_default()),
            };
            let first = *taken.entry((space.0, space.1, stored(&name).to_owned())).or_insert(index);
            if first != index {
                findings.push(RULE.finding(
                    index,
                    format!("{} {name} of {} has a name that is taken", kind.word(), table(&operation.on)),
                    format!("Give one of the two another name than {}.", stored(&name)),
                ));
            }
        }
        findings.extend(replaced_under_its_own_name(changes, index, operation));
    }
    findings
}

/// A custom index with a default name that changes: the new one comes before the old one goes.
fn replaced_under_its_own_name(changes: &ChangeSet<'_>, index: usize, operation: &Operation) -> Option<Finding> {
    let Change::AddCustomIndex { index: new, .. } = &operation.change else { return None };
    let name = custom_index(&operation.on, new, &operation.on.multitenancy)?;
    let is_old_one = |other: &Operation| match &other.change {
        Change::RemoveCustomIndex { index: old, .. } => {
            old.name.is_none() && custom_index(&other.on, old, &other.on.old_multitenancy).as_ref() == Some(&name)
        }
        _ => false,
    };
    if new.name.is_some() || !changes.on(&operation.on).any(is_old_one) {
        return None;
    }
    Some(RULE.finding(
        index,
        format!(
            "The new index {name} of {} is created before the old one of that name is dropped",
            table(&operation.on)
        ),
        format!("Give the custom index a name: `name: \"{name}_2\"`."),
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{self, identity, on, unique_index};
    use crate::snapshot::CustomIndex;

    fn add(index: CustomIndex) -> Operation {
        on("posts", Change::AddCustomIndex { index, base_filter: None })
    }

    #[test]
    fn an_index_beside_an_identity() {
        let operations =
            [on("posts", unique_index(identity("title", &["title"]), false)), add(samples::custom_index(&["title"]))];
        expect![[r#"
            1: index posts_title_index of posts has a name that is taken
                Give one of the two another name than posts_title_index.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }

    #[test]
    fn a_changed_index_without_a_name() {
        let changed = CustomIndex { unique: true, ..samples::custom_index(&["title"]) };
        let remove = |index| on("posts", Change::RemoveCustomIndex { index, base_filter: None });
        expect![[r#"
            0: The new index posts_title_index of posts is created before the old one of that name is dropped
                Give the custom index a name: `name: "posts_title_index_2"`.
        "#]]
        .assert_eq(&show(&RULE, &[add(changed.clone()), remove(samples::custom_index(&["title"]))]));
        let named = CustomIndex { name: Some("t".to_owned()), ..changed };
        assert_eq!(show(&RULE, &[add(named.clone()), remove(named)]), "");
    }
}
