//! Which part of a combined statement one operation is: `ALTER TABLE … ADD COLUMN a …, ADD COLUMN b …` has a clause for
//! each.
//!
//! Goes by the text that the operation has when it is alone. What is not found there, once, has no part of its own.

use crate::ide::analyzer::PreviewFormat;
use crate::pending::{self, PendingOperation, PendingRepo};
use crate::text::Range;

/// A statement as it is written, and the byte of the preview at which it begins.
pub(super) type Written = (usize, String);

/// The parts of the preview that an operation is, among the statements that it was written into with others.
pub(super) fn clauses(
    operation: &PendingOperation,
    repo: &PendingRepo,
    format: PreviewFormat,
    written: &[Written],
) -> Option<Vec<Range>> {
    let (ecto, sql) = pending::alone(&operation.operation, repo.dialect, repo.tenant);
    let parts: Option<Vec<Range>> = match format {
        PreviewFormat::Sql => sql.iter().map(|sql| in_sql(sql.as_ref().ok()?, written)).collect(),
        PreviewFormat::Ecto => ecto.split("\n\n").map(|statement| in_ecto(statement, written)).collect(),
    };
    parts.filter(|parts| !parts.is_empty())
}

fn in_sql(alone: &str, written: &[Written]) -> Option<Range> {
    let (head, clause) = split(alone);
    let mut found = written.iter().filter_map(|(start, text)| {
        let rest = text.strip_prefix(head)?;
        let at = only(
            rest,
            clause,
            |before| before.is_empty() || before.ends_with(", "),
            |after| after.is_empty() || after.starts_with(", "),
        )?;
        Some(part(start + head.len() + at, clause))
    });
    found.next()
}

/// `ALTER TABLE "posts" ` and what it does; any other statement is a clause as a whole.
fn split(statement: &str) -> (&str, &str) {
    let verbs = [" ADD ", " ALTER COLUMN ", " DROP "];
    let first = verbs.iter().filter_map(|verb| statement.find(verb)).min();
    match first.filter(|_| statement.starts_with("ALTER TABLE ")) {
        Some(at) => statement.split_at(at + 1),
        None => ("", statement),
    }
}

fn in_ecto(alone: &str, written: &[Written]) -> Option<Range> {
    let inside = alone.strip_prefix("alter table").and_then(|rest| rest.split_once('\n')?.1.strip_suffix("\nend"));
    let clause = inside.unwrap_or(alone).trim();
    let mut found = written.iter().filter_map(|(start, text)| {
        let starts_line = |before: &str| before.is_empty() || before.trim_end_matches(' ').ends_with('\n');
        let at = only(text, clause, starts_line, |after| after.is_empty() || after.starts_with('\n'))?;
        Some(part(start + at, clause))
    });
    found.next()
}

fn part(start: usize, clause: &str) -> Range {
    Range::new(start, start + clause.len())
}

/// Where `clause` stands in `text`, if it does so in one place only, between what is asked for.
fn only(text: &str, clause: &str, before: impl Fn(&str) -> bool, after: impl Fn(&str) -> bool) -> Option<usize> {
    if clause.is_empty() {
        return None;
    }
    let places = text.match_indices(clause).map(|(at, _)| at);
    let mut places = places.filter(|at| before(&text[..*at]) && after(&text[at + clause.len()..]));
    let place = places.next()?;
    places.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, alone: &str, expected: Option<&str>) {
        let written = [(0, text.to_owned())];
        let found = if text.contains("do\n") { in_ecto(alone, &written) } else { in_sql(alone, &written) };
        assert_eq!(found.map(|range| range.slice(text)), expected, "{alone}");
    }

    #[test]
    fn clauses_of_sql() {
        let text = r#"ALTER TABLE "posts" ADD COLUMN "a" text, ADD COLUMN "ab" text[] DEFAULT '{}', ALTER COLUMN "c" TYPE text, ALTER COLUMN "c" SET NOT NULL"#;
        check(text, r#"ALTER TABLE "posts" ADD COLUMN "a" text"#, Some(r#"ADD COLUMN "a" text"#));
        check(text, r#"ALTER TABLE "posts" ADD COLUMN "ab" text"#, None);
        check(text, r#"ALTER TABLE "other" ADD COLUMN "a" text"#, None);
        let both = r#"ALTER COLUMN "c" TYPE text, ALTER COLUMN "c" SET NOT NULL"#;
        check(text, &format!(r#"ALTER TABLE "posts" {both}"#), Some(both));
    }

    #[test]
    fn lines_of_ecto() {
        let text = "alter table(:posts) do\n  add :a, :text\n  add :ab, :text, null: false\n  remove :c\nend";
        check(text, "alter table(:posts) do\n  add :a, :text\nend", Some("add :a, :text"));
        check(text, "alter table(:posts) do\n  add :ab, :text\nend", None);
        check(text, "alter table(:posts) do\n  remove :c\nend", Some("remove :c"));
    }
}
