//! AM-Q04: a new column has a default that is computed.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q04",
    title: "A new column needs a constant default",
    severity: Severity::Warning,
    lock: None,
    docs: "`ALTER TABLE … ADD COLUMN` on a table with rows takes only constants as default: `Cannot add a column with \
           non-constant default` for `CURRENT_TIMESTAMP` and expressions in parentheses. (An empty table takes them.) A \
           function call without parentheses around it is a syntax error in any case.\n\nLet Ash set the value, and \
           fill old rows with an `UPDATE`; or rebuild the table.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        let expression = fragment(&attribute.default).filter(|expression| !is_constant(expression))?;
        let name = column(&operation.on, &attribute.source);
        Some(RULE.finding(
            index,
            format!("Adding {name} fails if the table has rows: its default `{expression}` is not constant"),
            "Add the column without a default, fill it with `UPDATE`, and let Ash set it from then on.".to_owned(),
        ))
    })
}

/// The SQL of a default `fragment("…")`; other defaults are literals.
fn fragment(default: &str) -> Option<String> {
    let inner = default.trim().strip_prefix("fragment(")?.strip_suffix(')')?.trim();
    let text = inner.strip_prefix('"')?.strip_suffix('"')?;
    Some(text.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// Whether SQLite takes the expression for a constant: a literal, maybe in parentheses.
fn is_constant(expression: &str) -> bool {
    let mut text = expression.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        text = inner.trim();
    }
    let is_string = |text: &str| {
        let inner = text.strip_prefix(['x', 'X']).unwrap_or(text);
        let inner = inner.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        inner.is_some_and(|inner| !inner.replace("''", "").contains('\''))
    };
    let is_word = ["NULL", "TRUE", "FALSE"].iter().any(|word| text.eq_ignore_ascii_case(word));
    is_word || is_string(text) || text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{add, attribute, on};
    use crate::snapshot::Attribute;

    #[test]
    fn constants_are_fine() {
        let with = |default: &str| on("jars", add(Attribute { default: default.to_owned(), ..attribute("made") }));
        let constant = ["nil", "0", "fragment(\"'it''s'\")", "fragment(\"(-1.5)\")", "fragment(\"null\")", "[]"];
        assert_eq!(show(&RULE, &constant.map(with)), "");
        expect![[r#"
            0: Adding jars.made fails if the table has rows: its default `CURRENT_TIMESTAMP` is not constant
                Add the column without a default, fill it with `UPDATE`, and let Ash set it from then on.
            1: Adding jars.made fails if the table has rows: its default `(datetime('now'))` is not constant
                Add the column without a default, fill it with `UPDATE`, and let Ash set it from then on.
            2: Adding jars.made fails if the table has rows: its default `('a' || 'b')` is not constant
                Add the column without a default, fill it with `UPDATE`, and let Ash set it from then on.
        "#]]
        .assert_eq(&show(
            &RULE,
            &["fragment(\"CURRENT_TIMESTAMP\")", "fragment(\"(datetime('now'))\")", "fragment(\"('a' || 'b')\")"]
                .map(with),
        ));
    }
}
