//! The SQL of a simple Ash expression: what `identity_wheres_to_sql` says for a `where` that compares columns with
//! plain values.
//!
//! An offer for the user to accept, so everything that could mean something else in the database is left to them: calls,
//! types that are stored in a form of their own, comparisons with nil.

use crate::snapshot::{Attribute, ColumnType};
use crate::syntax::{Call, Expr, Kind};

/// The condition as SQL. `column` gives the column of an attribute, `None` when it is not known.
pub fn to_sql<'a>(expr: &Expr, column: &dyn Fn(&str) -> Option<&'a Attribute>) -> Option<String> {
    let expr = match expr.as_call().filter(|call| call.local_name() == Some("expr")) {
        Some(call) => only(call)?,
        None => expr,
    };
    term(expr, column)
}

type Columns<'c, 'a> = &'c dyn Fn(&str) -> Option<&'a Attribute>;

fn term(expr: &Expr, columns: Columns) -> Option<String> {
    match &expr.kind {
        Kind::Identifier(name) => {
            let attribute = columns(name).filter(|attribute| is_a(attribute, &["boolean"]))?;
            Some(quoted(&attribute.source))
        }
        Kind::Call(call) if call.local_name() == Some("is_nil") => {
            Some(format!("{} IS NULL", named(only(call)?, columns)?))
        }
        Kind::Unary { operator, operand } if operator == "not" || operator == "!" => match is_nil(operand) {
            Some(call) => Some(format!("{} IS NOT NULL", named(only(call)?, columns)?)),
            None => Some(format!("NOT ({})", term(operand, columns)?)),
        },
        Kind::Binary { operator, left, right } => match operator.as_str() {
            "and" | "&&" => Some(format!("{} AND {}", operand(left, columns)?, operand(right, columns)?)),
            "or" | "||" => Some(format!("{} OR {}", operand(left, columns)?, operand(right, columns)?)),
            "==" => comparison("=", left, right, columns),
            "!=" | "<" | "<=" | ">" | ">=" => comparison(operator, left, right, columns),
            "in" => {
                let Kind::List(items) = &right.kind else { return None };
                let attribute = attribute(left, columns)?;
                let items: Option<Vec<String>> = items.iter().map(|item| literal(item, attribute)).collect();
                let items = items.filter(|items| !items.is_empty())?;
                Some(format!("{} IN ({})", quoted(&attribute.source), items.join(", ")))
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_nil(expr: &Expr) -> Option<&Call> {
    expr.as_call().filter(|call| call.local_name() == Some("is_nil"))
}

/// In parentheses where it is a combination itself.
fn operand(expr: &Expr, columns: Columns) -> Option<String> {
    let sql = term(expr, columns)?;
    let combined =
        matches!(&expr.kind, Kind::Binary { operator, .. } if matches!(operator.as_str(), "and" | "&&" | "or" | "||"));
    Some(if combined { format!("({sql})") } else { sql })
}

fn comparison(operator: &str, left: &Expr, right: &Expr, columns: Columns) -> Option<String> {
    let attribute = attribute(left, columns)?;
    Some(format!("{} {operator} {}", quoted(&attribute.source), literal(right, attribute)?))
}

fn attribute<'a>(expr: &Expr, columns: Columns<'_, 'a>) -> Option<&'a Attribute> {
    match &expr.kind {
        Kind::Identifier(name) => columns(name),
        _ => None,
    }
}

fn named(expr: &Expr, columns: Columns) -> Option<String> {
    attribute(expr, columns).map(|attribute| quoted(&attribute.source))
}

/// A value of the column's type. Atoms are stored as text where the column is text.
fn literal(expr: &Expr, attribute: &Attribute) -> Option<String> {
    let text =
        |text: &str| is_a(attribute, &["text", "citext", "string"]).then(|| format!("'{}'", text.replace('\'', "''")));
    match &expr.kind {
        Kind::Atom(name) => text(name),
        Kind::String(_) => text(&expr.as_text()?),
        Kind::Bool(value) => is_a(attribute, &["boolean"]).then(|| value.to_string()),
        Kind::Integer(digits) => {
            let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
            (plain && is_a(attribute, &["bigint", "integer", "smallint"])).then(|| digits.clone())
        }
        _ => None,
    }
}

fn is_a(attribute: &Attribute, types: &[&str]) -> bool {
    matches!(&attribute.column_type, ColumnType::Atom(name) if types.contains(&name.as_str()))
}

/// The only argument of a call.
fn only(call: &Call) -> Option<&Expr> {
    match &call.arguments[..] {
        [argument] => Some(argument),
        _ => None,
    }
}

/// The words that PostgreSQL does not take for a column without quotes.
const RESERVED: &str = " all analyse analyze and any array as asc asymmetric both case cast check collate column \
    constraint create current_catalog current_date current_role current_time current_timestamp current_user default \
    deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect \
    into lateral leading limit localtime localtimestamp not null offset on only or order placing primary references \
    returning select session_user some symmetric system_user table then to trailing true union unique user using variadic \
    when where window with ";

/// A column's name, in quotes where it needs them.
fn quoted(name: &str) -> String {
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let plain = starts && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    match plain && !RESERVED.contains(&format!(" {name} ")) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expressions;

    fn attribute(name: &str, ty: &str) -> Attribute {
        Attribute {
            source: name.to_owned(),
            column_type: ColumnType::Atom(ty.to_owned()),
            ..crate::plan::samples::attribute(name)
        }
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let known = [
            attribute("title", "text"),
            attribute("active", "boolean"),
            attribute("views", "bigint"),
            attribute("archived_at", "utc_datetime_usec"),
            attribute("order", "text"),
            attribute("level", "smallint"),
        ];
        let column = |name: &str| known.iter().find(|attribute| attribute.source == name);
        let expressions = parse_expressions(text);
        assert_eq!(to_sql(&expressions[0], &column).as_deref(), expected, "{text}");
    }

    #[test]
    fn columns_and_plain_values() {
        check("expr(is_nil(archived_at))", Some("archived_at IS NULL"));
        check("expr(not is_nil(archived_at))", Some("archived_at IS NOT NULL"));
        check("expr(title == \"it's\")", Some("title = 'it''s'"));
        check("expr(title != :draft)", Some("title != 'draft'"));
        check("expr(order in [:a, :b])", Some("\"order\" IN ('a', 'b')"));
        check("expr(active)", Some("active"));
        check("expr(not active)", Some("NOT (active)"));
        check("expr(active == true)", Some("active = true"));
        check("expr(views >= 10)", Some("views >= 10"));
    }

    #[test]
    fn combinations_keep_their_meaning() {
        check(
            "expr(active and (views > 1 or is_nil(archived_at)))",
            Some("active AND (views > 1 OR archived_at IS NULL)"),
        );
        check(
            "expr(active and views > 1 or is_nil(archived_at))",
            Some("(active AND views > 1) OR archived_at IS NULL"),
        );
        check("expr(not (active or views > 1))", Some("NOT (active OR views > 1)"));
    }

    #[test]
    fn what_may_mean_something_else_is_left() {
        check("expr(archived_at == nil)", None);
        check("expr(level == :high)", None);
        check("expr(title == ^name)", None);
        check("expr(title)", None);
        check("expr(unknown == 1)", None);
        check("expr(string_length(title) > 1)", None);
        check("expr(author.active)", None);
        check("expr(title in [])", None);
        check("expr(views == 1_000)", None);
        check("[active: true]", None);
    }
}
