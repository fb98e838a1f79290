//! AM-B03: a type that cannot be cast back.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::postgres::conversion::{self, Conversion};
use crate::hazard::postgres::database_type;
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-B03",
    title: "Rolling back fails where PostgreSQL does not cast back",
    severity: Severity::Information,
    lock: None,
    docs: "`down` changes the type back without `USING`. PostgreSQL casts everything to text by itself, but nothing back, so \
           a column that becomes text stays text: the rollback fails with `column cannot be cast automatically`, with or \
           without rows.\n\nReplace the `modify` in `down` by an `execute` that says how (`USING`).",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AlterAttribute { old_attribute: old, new_attribute: new } = &operation.change else { return None };
        let (old_type, new_type) = (database_type::of(old), database_type::of(new));
        let there = conversion::conversion(&old_type, &new_type);
        let back = conversion::conversion(&new_type, &old_type);
        // Where there is no way there, nothing has to come back.
        if there == Conversion::Impossible || back != Conversion::Impossible {
            return None;
        }
        let (source, on) = (&new.source, crate::hazard::change_set::table(&operation.on));
        Some(RULE.rollback_finding(
            index,
            format!(
                "Rolling back fails: {} cannot be cast from {new_type} to {old_type} automatically",
                column(&operation.on, source)
            ),
            format!(
                "Instead of `modify` in `down`:\n\n```elixir\nexecute(\"ALTER TABLE {on} ALTER COLUMN {source} TYPE \
                 {old_type} USING {source}::{old_type}\")\n```"
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::{Attribute, ColumnType};

    #[test]
    fn what_becomes_text_stays_text() {
        let typed = |name: &str| Attribute { column_type: ColumnType::Atom(name.to_owned()), ..attribute("a") };
        let change = |from: &str, to: &str| -> Operation {
            on("posts", Change::AlterAttribute { old_attribute: typed(from), new_attribute: typed(to) })
        };
        expect![[r#"
            0 (rollback): Rolling back fails: posts.a cannot be cast from text to uuid automatically
                Instead of `modify` in `down`:
                
                ```elixir
                execute("ALTER TABLE posts ALTER COLUMN a TYPE uuid USING a::uuid")
                ```
        "#]]
        .assert_eq(&show(&RULE, &[change("uuid", "text"), change("text", "uuid"), change("bigint", "integer")]));
    }
}
