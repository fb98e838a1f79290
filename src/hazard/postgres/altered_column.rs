//! AM-L10: a change of the default or of null restates the type.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L10",
    title: "Ecto restates the type of a modified column",
    severity: Severity::Information,
    lock: Some(Lock::AccessExclusive),
    docs: "Ecto's `modify` always writes `ALTER COLUMN … TYPE …`, although only the default or null changes. PostgreSQL \
           does not rewrite anything for the same type, but it refuses the statement if a view, a rule or a generated \
           column uses the column: `cannot alter type of a column used by a view or rule`.\n\nWhere that matters, replace \
           the `modify` by an `execute` that says just what changes.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AlterAttribute { old_attribute: old, new_attribute: new } = &operation.change else { return None };
        let same_type = (&old.column_type, old.size, old.precision, old.scale)
            == (&new.column_type, new.size, new.precision, new.scale);
        if !same_type || (old.allow_nil && !new.allow_nil) {
            return None;
        }
        let (name, table, source) = (column(&operation.on, &new.source), table(&operation.on), &new.source);
        let instead = match (new.allow_nil != old.allow_nil, new.default != old.default) {
            (true, _) => "DROP NOT NULL",
            (false, true) if new.default == "nil" => "DROP DEFAULT",
            (false, true) => "SET DEFAULT …",
            (false, false) => return None,
        };
        Some(RULE.finding(
            index,
            format!("`modify` of {name} restates its type, which fails if a view uses the column"),
            format!("Instead:\n\n```elixir\nexecute(\"ALTER TABLE {table} ALTER COLUMN {source} {instead}\")\n```"),
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
    fn only_where_the_type_stays() {
        let change = |old_attribute: Attribute, new_attribute: Attribute| {
            on("posts", Change::AlterAttribute { old_attribute, new_attribute })
        };
        let with_default = Attribute { default: "1".to_owned(), ..attribute("a") };
        let number = Attribute { column_type: ColumnType::Atom("bigint".to_owned()), ..with_default.clone() };
        expect![[r#"
            0: `modify` of posts.a restates its type, which fails if a view uses the column
                Instead:
                
                ```elixir
                execute("ALTER TABLE posts ALTER COLUMN a SET DEFAULT …")
                ```
        "#]]
        .assert_eq(&show(&RULE, &[change(attribute("a"), with_default), change(attribute("a"), number)]));
    }
}
