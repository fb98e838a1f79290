//! AM-L09: a type change rewrites the table.

use super::conversion::{self, Conversion};
use super::database_type;
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L09",
    title: "A type change rewrites the table while nothing can read it",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "`ALTER COLUMN … TYPE` holds ACCESS EXCLUSIVE and rewrites all rows and indexes, except where the stored form \
           is the same: a longer or no limit of `varchar`, more digits of `numeric` with the same scale, more digits of \
           a second, `cidr` to `inet`. Between `text` and `citext` (and between `timestamp` and `timestamptz` when the \
           session is in UTC) only indexes on the column are built again.\n\nThe way without a long lock is a new \
           column: write both, copy in batches, switch reads, drop the old one.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation| {
        let (old, new, conversion) = conversion::of_change(&operation.change)?;
        let (table, name) = (table(&operation.on), column(&operation.on, &new.source));
        let (from, to) = (database_type::of(old), database_type::of(new));
        let message = match conversion {
            Conversion::Rewrite => format!("{name} from {from} to {to} rewrites {table}: reads and writes wait"),
            Conversion::Reindex => {
                format!("{name} from {from} to {to} builds the indexes on it again: reads and writes of {table} wait")
            }
            Conversion::Unknown => format!("{name} from {from} to {to} may rewrite {table}: reads and writes wait"),
            Conversion::None | Conversion::Metadata | Conversion::Impossible => return None,
        };
        let recipe = format!("Add a new column of type {to}, write both, copy in batches, then switch.");
        Some(RULE.finding(index, message, recipe))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::diff::operation::Change;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::{Attribute, ColumnType};

    #[test]
    fn only_where_rows_or_indexes_are_written() {
        let typed = |name: &str| Attribute { column_type: ColumnType::Atom(name.to_owned()), ..attribute("a") };
        let change = |(from, to): (&str, &str)| {
            on("posts", Change::AlterAttribute { old_attribute: typed(from), new_attribute: typed(to) })
        };
        let pairs =
            [("integer", "bigint"), ("text", "citext"), ("text", "ltree"), ("string", "text"), ("text", "uuid")];
        let shown = show(&RULE, &pairs.map(change));
        let messages: Vec<&str> = shown.lines().filter(|line| !line.starts_with(' ')).collect();
        expect![[r#"
            0: posts.a from integer to bigint rewrites posts: reads and writes wait
            1: posts.a from text to citext builds the indexes on it again: reads and writes of posts wait
            2: posts.a from text to ltree may rewrite posts: reads and writes wait"#]]
        .assert_eq(&messages.join("\n"));
    }
}
