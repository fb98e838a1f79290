//! AM-R10: the primary key of a table in a schema is added to a table that there is not.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::Strategy;

pub(super) static RULE: Rule = Rule {
    code: "AM-R10",
    title: "The primary key of a table in a schema is added to another table",
    severity: Severity::Error,
    lock: None,
    docs: "For a changed primary key ash_postgres writes `ALTER TABLE \"schema.table\" ADD PRIMARY KEY …`, with one pair of quotes \
           around both names. That is the name of a table with a dot in it: `relation \"schema.table\" does not exist`.\n\nWrite \
           `\"schema\".\"table\"` in the generated file, in `up` and in `down`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let on = &operation.on;
        let tenants = on.multitenancy.strategy == Some(Strategy::Context);
        let schema = on.schema.as_ref().filter(|_| !tenants)?;
        matches!(operation.change, Change::AddPrimaryKey { .. }).then(|| {
            RULE.finding(
                index,
                format!("The primary key of {} is added to a table called \"{schema}.{}\"", table(on), on.table),
                format!("Write `\\\"{schema}\\\".\\\"{}\\\"` in the statement.", on.table),
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::on;

    #[test]
    fn only_in_a_schema() {
        let plain = on("posts", Change::AddPrimaryKey { keys: vec!["id".to_owned()] });
        let mut in_blog = plain.clone();
        in_blog.on.schema = Some("blog".to_owned());
        expect![[r#"
            1: The primary key of blog.posts is added to a table called "blog.posts"
                Write `\"blog\".\"posts\"` in the statement.
        "#]]
        .assert_eq(&show(&RULE, &[plain, in_blog]));
    }
}
