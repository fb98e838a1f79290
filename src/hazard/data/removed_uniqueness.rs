//! AM-D06: a guarantee of uniqueness goes.

use crate::diff::Operation;
use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, keys, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::Field;

pub(super) static RULE: Rule = Rule {
    code: "AM-D06",
    title: "A removed identity drops its unique index",
    severity: Severity::Warning,
    lock: None,
    docs: "From then on equal rows can be written, and an upsert that names the identity (`upsert_identity`) fails, \
           because `ON CONFLICT` needs a matching unique index. Adding the index again later fails if duplicates came \
           in meanwhile.\n\nNothing is said when the same change set adds a unique index that is at least as strict.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let removed = |(index, operation): (usize, &Operation)| {
        let (fields, name) = removed_key(operation)?;
        if changes.on(&operation.on).filter_map(added_key).any(|added| added.iter().all(|key| fields.contains(key))) {
            return None;
        }
        let table = table(&operation.on);
        let columns = keys(fields, true, &operation.on.old_multitenancy);
        Some(RULE.finding(
            index,
            format!("{table} may hold rows with equal ({columns}) once {name} is dropped"),
            format!("Look for upserts that rely on {name} (`upsert_identity`, `upsert_fields`) before it goes."),
        ))
    };
    changes.existing().filter_map(removed).collect()
}

fn removed_key(operation: &Operation) -> Option<(&[Field], String)> {
    match &operation.change {
        Change::RemoveUniqueIndex { identity } => Some((&identity.keys, format!("index {}", identity.index_name))),
        Change::RemoveCustomIndex { index, .. } if index.unique => {
            let name = index.name.as_ref().map_or("the unique index".to_owned(), |name| format!("index {name}"));
            Some((&index.fields, name))
        }
        _ => None,
    }
}

fn added_key(operation: &Operation) -> Option<&[Field]> {
    match &operation.change {
        Change::AddUniqueIndex { identity, .. } => Some(&identity.keys),
        Change::AddCustomIndex { index, .. } if index.unique => Some(&index.fields),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{custom_index, identity, on, unique_index};
    use crate::snapshot::CustomIndex;

    #[test]
    fn a_stricter_index_makes_up_for_it() {
        let remove = on("posts", Change::RemoveUniqueIndex { identity: identity("slug", &["site", "slug"]) });
        expect![[r#"
            0: posts may hold rows with equal (site, slug) once index posts_slug_index is dropped
                Look for upserts that rely on index posts_slug_index (`upsert_identity`, `upsert_fields`) before it goes.
        "#]]
        .assert_eq(&show(&RULE, &[remove.clone(), on("posts", unique_index(identity("other", &["slug", "x"]), false))]));
        let stricter = on("posts", unique_index(identity("slug", &["slug"]), false));
        assert_eq!(show(&RULE, &[remove, stricter]), "");
    }

    #[test]
    fn unique_custom_indexes_count() {
        let index = |unique| CustomIndex { unique, ..custom_index(&["title"]) };
        let remove = |unique| on("posts", Change::RemoveCustomIndex { index: index(unique), base_filter: None });
        assert_eq!(show(&RULE, &[remove(false)]), "");
        assert!(show(&RULE, &[remove(true)]).starts_with("0: posts may hold rows with equal (title) once the unique"));
    }
}
