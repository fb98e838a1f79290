//! AM-F03: a unique index on rows that are there already.

use crate::diff::Operation;
use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, keys, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::{Field, Multitenancy};

pub(super) static RULE: Rule = Rule {
    code: "AM-F03",
    title: "A new unique index fails on duplicates",
    severity: Severity::Warning,
    lock: None,
    docs: "The index cannot be built while two rows have equal keys: the migration fails. A concurrent build of \
           PostgreSQL leaves an invalid index behind then, which must be dropped by hand before the next try.\n\nLook \
           for duplicates first, and clean them up. Nothing is said where the index replaces one that was at least as \
           strict, or where a key column is new and so null in all rows.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let added = |(index, operation): (usize, &Operation)| {
        let new = Unique::added(operation)?;
        if new.nulls_distinct && changes.is_null_everywhere(&operation.on, new.fields) {
            return None;
        }
        if changes.on(&operation.on).filter_map(Unique::removed).any(|old| old.implies(&new)) {
            return None;
        }
        let table = table(&operation.on);
        let columns = keys(new.fields, new.all_tenants, new.multitenancy);
        let filter = new.filter.map(|filter| format!(" WHERE {filter}")).unwrap_or_default();
        Some(RULE.finding(
            index,
            format!("The unique index on {table} ({columns}) fails if rows have equal values"),
            format!(
                "Find duplicates before:\n\n```sql\nSELECT {columns}, count(*) FROM {table}{filter} GROUP BY {columns} \
                 HAVING count(*) > 1;\n```"
            ),
        ))
    };
    changes.existing().filter_map(added).collect()
}

/// A unique index of either kind.
struct Unique<'a> {
    fields: &'a [Field],
    filter: Option<&'a str>,
    nulls_distinct: bool,
    all_tenants: bool,
    multitenancy: &'a Multitenancy,
}

impl<'a> Unique<'a> {
    fn added(operation: &'a Operation) -> Option<Unique<'a>> {
        Unique::of(operation, &operation.on.multitenancy, false)
    }

    fn removed(operation: &'a Operation) -> Option<Unique<'a>> {
        Unique::of(operation, &operation.on.old_multitenancy, true)
    }

    fn of(operation: &'a Operation, multitenancy: &'a Multitenancy, removed: bool) -> Option<Unique<'a>> {
        match (&operation.change, removed) {
            (Change::AddUniqueIndex { identity, .. }, false) | (Change::RemoveUniqueIndex { identity }, true) => {
                Some(Unique {
                    fields: &identity.keys,
                    filter: identity.filter.as_deref().or(identity.base_filter.as_deref()),
                    nulls_distinct: identity.nils_distinct,
                    all_tenants: identity.all_tenants,
                    multitenancy,
                })
            }
            (Change::AddCustomIndex { index, .. }, false) | (Change::RemoveCustomIndex { index, .. }, true)
                if index.unique =>
            {
                Some(Unique {
                    fields: &index.fields,
                    filter: index.filter.as_deref(),
                    nulls_distinct: index.nulls_distinct,
                    all_tenants: index.all_tenants,
                    multitenancy,
                })
            }
            _ => None,
        }
    }

    /// Whether rows that satisfy this index satisfy the other, too.
    fn implies(&self, other: &Unique<'_>) -> bool {
        let columns = |unique: &Unique<'_>| keys(unique.fields, unique.all_tenants, unique.multitenancy);
        let (own, others) = (columns(self), columns(other));
        let others: Vec<&str> = others.split(", ").collect();
        own.split(", ").all(|key| others.contains(&key))
            && (self.filter.is_none() || self.filter == other.filter)
            && (!self.nulls_distinct || other.nulls_distinct)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, by_attribute, custom_index, identity, on, unique_index};
    use crate::snapshot::{CustomIndex, Identity};

    fn index(columns: &[&str]) -> Operation {
        on("posts", unique_index(identity("slug", columns), false))
    }

    #[test]
    fn duplicates_are_to_be_found() {
        let mut operation = index(&["slug"]);
        operation.on.multitenancy = by_attribute("org");
        expect![[r#"
            0: The unique index on posts (org, slug) fails if rows have equal values
                Find duplicates before:

                ```sql
                SELECT org, slug, count(*) FROM posts GROUP BY org, slug HAVING count(*) > 1;
                ```
        "#]]
        .assert_eq(&show(&RULE, &[operation]).replace("    \n", "\n"));
        let custom = CustomIndex { unique: true, filter: Some("live".to_owned()), ..custom_index(&["a"]) };
        let custom = on("posts", Change::AddCustomIndex { index: custom, base_filter: None });
        assert!(show(&RULE, &[custom]).contains("FROM posts WHERE live GROUP BY a"));
    }

    #[test]
    fn a_new_empty_column_has_no_duplicates() {
        let column = on("posts", add(attribute("slug")));
        assert_eq!(show(&RULE, &[column.clone(), index(&["slug"])]), "");
        let strict = Identity { nils_distinct: false, ..identity("slug", &["slug"]) };
        assert_ne!(show(&RULE, &[column, on("posts", unique_index(strict, false))]), "");
    }

    #[test]
    fn an_index_that_was_as_strict_vouches_for_the_rows() {
        let remove = |columns: &[&str]| on("posts", Change::RemoveUniqueIndex { identity: identity("old", columns) });
        assert_eq!(show(&RULE, &[remove(&["slug"]), index(&["site", "slug"])]), "");
        assert_ne!(show(&RULE, &[remove(&["site", "slug"]), index(&["slug"])]), "");
    }
}
