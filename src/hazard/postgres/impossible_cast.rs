//! AM-F06: a type change that needs `USING`.

use super::conversion::{self, Conversion};
use super::database_type;
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-F06",
    title: "PostgreSQL does not cast between these types by itself",
    severity: Severity::Error,
    lock: Some(Lock::AccessExclusive),
    docs: "`ALTER COLUMN … TYPE` converts rows only where there is an assignment cast: from text to uuid, jsonb, numbers \
           or dates, and between numbers and booleans, there is none. The migration fails with `column cannot be cast \
           automatically`, with or without rows.\n\nReplace the `modify` in the generated file by an `execute` that says \
           how (`USING`), or add a new column and copy.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation| {
        let (old, new, conversion) = conversion::of_change(&operation.change)?;
        if conversion != Conversion::Impossible {
            return None;
        }
        let (from, to) = (database_type::of(old), database_type::of(new));
        let (table, source) = (table(&operation.on), &new.source);
        Some(RULE.finding(
            index,
            format!("{} cannot be cast from {from} to {to} automatically", column(&operation.on, source)),
            format!(
                "Instead of `modify`:\n\n```elixir\nexecute(\"ALTER TABLE {table} ALTER COLUMN {source} TYPE {to} USING \
                 {source}::{to}\")\n```"
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::diff::operation::{Change, Operation};
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::{Attribute, ColumnType};

    #[test]
    fn texts_become_nothing_else() {
        let typed = |name: &str| Attribute { column_type: ColumnType::Atom(name.to_owned()), ..attribute("a") };
        let change = |from: &str, to: &str| -> Operation {
            on("posts", Change::AlterAttribute { old_attribute: typed(from), new_attribute: typed(to) })
        };
        expect![[r#"
            0: posts.a cannot be cast from text to uuid automatically
                Instead of `modify`:
                
                ```elixir
                execute("ALTER TABLE posts ALTER COLUMN a TYPE uuid USING a::uuid")
                ```
        "#]]
        .assert_eq(&show(&RULE, &[change("text", "uuid"), change("uuid", "text"), change("text", "ltree")]));
    }
}
