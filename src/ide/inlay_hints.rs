//! The pending statement at the end of the line that caused it.

use crate::text::Range;

use super::analysis::{Effect, FileAnalysis, PendingChange};
use super::hover::sql_block;
use super::lines::line_end;

/// A note drawn after a line.
#[derive(Debug, Clone, PartialEq)]
pub struct InlayHint {
    /// The end of the line.
    pub offset: usize,
    pub label: String,
    /// Markdown: all statements of the line.
    pub tooltip: String,
}

/// What the hints show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// The lock that the statement takes.
    pub locks: bool,
    /// What is removed, at the line of its section.
    pub removals: bool,
}

/// Characters of SQL in a label; the rest is in the tooltip.
const LABEL_WIDTH: usize = 72;

/// The hints of the lines in `range`, one per line.
pub fn inlay_hints(analysis: &FileAnalysis, text: &str, range: Range, config: Config) -> Vec<InlayHint> {
    let mut lines: Vec<(usize, Vec<Shown<'_>>)> = Vec::new();
    let shown = |change: &&PendingChange| config.removals || !removes(change);
    let own = analysis.resources.iter().flat_map(|resource| &resource.changes).filter(shown);
    let own = own.map(|change| Shown { change, elsewhere: false });
    let brought = analysis.brought.iter().filter(shown).map(|change| Shown { change, elsewhere: true });
    for Shown { change, elsewhere } in own.chain(brought) {
        let end = line_end(text, change.range.start);
        if !range.touches(end) {
            continue;
        }
        match lines.iter_mut().find(|(offset, _)| *offset == end) {
            Some((_, changes)) => changes.push(Shown { change, elsewhere }),
            None => lines.push((end, vec![Shown { change, elsewhere }])),
        }
    }
    lines.sort_by_key(|(offset, _)| *offset);
    lines.into_iter().filter_map(|(offset, changes)| hint(offset, &changes, config)).collect()
}

/// Something is gone from the source: a column, an index, a constraint.
fn removes(change: &PendingChange) -> bool {
    change.code.starts_with("drop-") || change.code.starts_with("remove-")
}

/// A change, and whether it is about a table that is declared in another file.
#[derive(Clone, Copy)]
struct Shown<'a> {
    change: &'a PendingChange,
    elsewhere: bool,
}

fn hint(offset: usize, changes: &[Shown<'_>], config: Config) -> Option<InlayHint> {
    // The worst news of a line is what its label has to tell.
    let &Shown { change: first, elsewhere } = changes.iter().min_by_key(|shown| match shown.change.effect {
        Effect::Impossible(_) => 0,
        Effect::Destructive(_) => 1,
        Effect::Safe => 2,
    })?;
    let mark = match first.effect {
        Effect::Impossible(_) => "✗",
        Effect::Destructive(_) => "▼",
        Effect::Safe => "▲",
    };
    let summary = first.sql.first().map_or_else(
        || shorten(&first.title),
        |sql| match elsewhere {
            true => shorten(sql),
            false => shorten(without_table(sql)),
        },
    );
    let mut label = format!("{mark} {summary}");
    let statements: usize = changes.iter().map(|shown| shown.change.sql.len().max(1)).sum();
    if statements > 1 {
        label.push_str(&format!(" (+{})", statements - 1));
    }
    if let Some(lock) = first.lock.as_ref().filter(|_| config.locks) {
        label.push_str(&format!(" · {lock}"));
    }
    Some(InlayHint { offset, label, tooltip: tooltip(changes) })
}

fn tooltip(changes: &[Shown<'_>]) -> String {
    let parts = changes.iter().map(|Shown { change, .. }| match change.sql.is_empty() {
        true => change.title.clone(),
        false => format!("{}\n\n{}", change.title, sql_block(&change.sql)),
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

/// `ADD COLUMN …` of `ALTER TABLE "blog"."posts" ADD COLUMN …`: the line says which table it is about.
fn without_table(sql: &str) -> &str {
    let Some(rest) = sql.strip_prefix("ALTER TABLE ") else { return sql };
    let mut quoted = false;
    for (index, character) in rest.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => return rest[index..].trim_start(),
            _ => {}
        }
    }
    sql
}

fn shorten(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LABEL_WIDTH) {
        Some((index, _)) => format!("{}…", words[..index].trim_end()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::ide::fixture::{self, at};

    const ALL: Config = Config { locks: true, removals: true };

    /// Draws the hints into the text, as an editor does.
    fn check(analysis: &FileAnalysis, text: &str, range: Range, expected: Expect) {
        let mut drawn = text.to_owned();
        for hint in inlay_hints(analysis, text, range, ALL).iter().rev() {
            drawn.insert_str(hint.offset, &format!("  {}", hint.label));
        }
        let hinted = drawn.lines().filter(|line| line.contains(" · "));
        let drawn: String = hinted.map(|line| format!("{}\n", line.trim_start())).collect();
        expected.assert_eq(&drawn);
    }

    #[test]
    fn stand_on_the_first_line_of_what_caused_them() {
        let (text, analysis) = fixture::post();
        check(
            &analysis,
            text,
            Range::new(0, text.len()),
            expect![[r#"
                attributes do  ▼ DROP COLUMN "body" · ACCESS EXCLUSIVE
                attribute :title, :string do  ▲ ADD COLUMN "title" text NOT NULL · ACCESS EXCLUSIVE
            "#]],
        );
    }

    #[test]
    fn several_changes_of_one_line_are_counted_and_the_worst_comes_first() {
        let (text, mut analysis) = fixture::post();
        for change in &mut analysis.resources[0].changes {
            change.range = at(text, "uuid_primary_key :id");
        }
        check(
            &analysis,
            text,
            Range::new(0, text.len()),
            expect![[r#"
                    uuid_primary_key :id  ▼ DROP COLUMN "body" (+1) · ACCESS EXCLUSIVE
            "#]],
        );
    }

    #[test]
    fn only_the_lines_that_are_looked_at() {
        let (text, analysis) = fixture::post();
        assert_eq!(inlay_hints(&analysis, text, at(text, "table \"posts\""), ALL), Vec::new());
    }

    #[test]
    fn locks_and_removals_can_be_left_out() {
        let (text, analysis) = fixture::post();
        let labels = |config| -> Vec<String> {
            inlay_hints(&analysis, text, Range::new(0, text.len()), config).into_iter().map(|hint| hint.label).collect()
        };
        let add = "▲ ADD COLUMN \"title\" text NOT NULL";
        assert_eq!(labels(Config { locks: false, removals: true }), ["▼ DROP COLUMN \"body\"", add]);
        assert_eq!(labels(Config { locks: false, removals: false }), [add]);
    }

    #[test]
    fn long_statements_are_cut_between_characters() {
        assert_eq!(shorten(&"ä".repeat(100)), format!("{}…", "ä".repeat(72)));
        assert_eq!(without_table("ALTER TABLE \"a b\".\"c\" DROP"), "DROP");
        assert_eq!(without_table("ALTER TABLE"), "ALTER TABLE");
    }
}
