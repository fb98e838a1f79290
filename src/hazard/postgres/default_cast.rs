//! AM-F07: the old default does not fit the new type.

use super::conversion::{self, Conversion};
use super::database_type;
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-F07",
    title: "The old default cannot be cast to the new type",
    severity: Severity::Error,
    lock: Some(Lock::AccessExclusive),
    docs: "`USING` converts the rows, not the default: `default for column cannot be cast automatically`. This comes on \
           top of AM-F06, and stays when that one is mended.\n\nDrop the default before the type change, and set the \
           new one after it.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation| {
        let (old, new, conversion) = conversion::of_change(&operation.change)?;
        if conversion != Conversion::Impossible || old.default == "nil" {
            return None;
        }
        let (table, source, to) = (table(&operation.on), &new.source, database_type::of(new));
        Some(RULE.finding(
            index,
            format!("The default of {} cannot be cast to {to}", column(&operation.on, source)),
            format!(
                "Before the type change:\n\n```elixir\nexecute(\"ALTER TABLE {table} ALTER COLUMN {source} DROP \
                 DEFAULT\")\n```"
            ),
        ))
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
    fn only_with_a_default_and_without_a_cast() {
        let old = |default: &str| Attribute { default: default.to_owned(), ..attribute("a") };
        let change = |old_attribute: Attribute, to: &str| {
            let new_attribute = Attribute { column_type: ColumnType::Atom(to.to_owned()), ..attribute("a") };
            on("posts", Change::AlterAttribute { old_attribute, new_attribute })
        };
        expect![[r#"
            0: The default of posts.a cannot be cast to jsonb
                Before the type change:
                
                ```elixir
                execute("ALTER TABLE posts ALTER COLUMN a DROP DEFAULT")
                ```
        "#]]
        .assert_eq(&show(
            &RULE,
            &[change(old("\"{}\""), "map"), change(old("nil"), "map"), change(old("\"{}\""), "citext")],
        ));
    }
}
