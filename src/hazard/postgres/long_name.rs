//! AM-N01: a name is longer than PostgreSQL keeps.

use super::names::{LIMIT, given, stored};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-N01",
    title: "A name longer than 63 bytes is cut",
    severity: Severity::Warning,
    lock: None,
    docs: "PostgreSQL keeps 63 bytes of a name and cuts the rest with nothing but a notice. What looks for the full name \
           later does not find it: Ecto does not recognise the constraint of a failed insert (so an error is raised \
           instead of a message on the field), and two long names may become the same.\n\nGive a shorter name: \
           `identity_index_names` for identities, `name:` for custom indexes, references and checks.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let names = changes.operations.iter().enumerate().flat_map(|(index, operation)| {
        given(operation).into_iter().map(move |(kind, name)| (index, operation, kind, name))
    });
    names
        .filter(|(_, _, _, name)| name.len() > LIMIT)
        .map(|(index, operation, kind, name)| {
            let (kind, kept) = (kind.word(), stored(&name));
            RULE.finding(
                index,
                format!("PostgreSQL cuts the name of {kind} {name} of {} to {kept}", table(&operation.on)),
                format!("Give the {kind} a name of at most {LIMIT} bytes."),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::diff::operation::Change;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, custom_index, on};

    #[test]
    fn bytes_count() {
        let column = |length: usize| on("posts", add(attribute(&"ä".repeat(length))));
        let fields = ["a_rather_long_column_name", "another_rather_long_column_name"];
        let index = Change::AddCustomIndex { index: custom_index(&fields), base_filter: None };
        expect![[r#"
            1: PostgreSQL cuts the name of column ääääääääääääääääääääääääääääääää of posts to äääääääääääääääääääääääääääääää
                Give the column a name of at most 63 bytes.
            2: PostgreSQL cuts the name of index posts_a_rather_long_column_name_another_rather_long_column_name_index of posts to posts_a_rather_long_column_name_another_rather_long_column_name
                Give the index a name of at most 63 bytes.
        "#]]
        .assert_eq(&show(&RULE, &[column(31), column(32), on("posts", index)]));
    }
}
