//! AM-R08: an index that is not in the public schema gets another name.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::Strategy;

pub(super) static RULE: Rule = Rule {
    code: "AM-R08",
    title: "An index outside of the public schema cannot be renamed",
    severity: Severity::Error,
    lock: None,
    docs: "For an identity whose index gets another name, ash_postgres writes `ALTER INDEX … RENAME TO …`. For a table with a \
           `schema` it puts the schema before the new name too, which is a syntax error; in a migration of the tenants it names \
           none, and the index is not found.\n\nWrite the schema before the old name alone, in `up` and in `down`; for tenants \
           that is `#{prefix()}`. Or keep the old name with `identity_index_names`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::RenameUniqueIndex { old_identity, new_identity } = &operation.change else { return None };
        let on = &operation.on;
        let tenants = on.multitenancy.strategy == Some(Strategy::Context);
        if !tenants && on.schema.is_none() {
            return None;
        }
        let schema = if tenants { "#{prefix()}" } else { on.schema.as_deref().unwrap_or_default() };
        let (old, new) = (&old_identity.index_name, &new_identity.index_name);
        Some(RULE.finding(
            index,
            format!("Index {old} of {} cannot be renamed to {new}: the migration fails", table(on)),
            format!("Instead: `execute(\"ALTER INDEX {schema}.{old} RENAME TO {new}\")`."),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{by_context, identity, on};
    use crate::snapshot::Identity;

    #[test]
    fn in_a_schema_and_for_tenants() {
        let old_identity = identity("title", &["title"]);
        let new_identity = Identity { index_name: "titles".to_owned(), ..old_identity.clone() };
        let plain = on("posts", Change::RenameUniqueIndex { old_identity, new_identity });
        let (mut in_blog, mut tenants) = (plain.clone(), plain.clone());
        in_blog.on.schema = Some("blog".to_owned());
        tenants.on.multitenancy = by_context();
        expect![[r#"
            1: Index posts_title_index of blog.posts cannot be renamed to titles: the migration fails
                Instead: `execute("ALTER INDEX blog.posts_title_index RENAME TO titles")`.
            2: Index posts_title_index of posts cannot be renamed to titles: the migration fails
                Instead: `execute("ALTER INDEX #{prefix()}.posts_title_index RENAME TO titles")`.
        "#]]
        .assert_eq(&show(&RULE, &[plain, in_blog, tenants]));
    }
}
