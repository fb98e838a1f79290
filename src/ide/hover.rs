//! What is pending for a column or table, how it is now, and what the option under the cursor means.

use crate::text::Range;

use super::analysis::{ColumnView, Effect, FileAnalysis, PendingChange, ResourceView};
use super::analyzer::Documentation;

/// A text shown beside the cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Hover {
    /// What it is about.
    pub range: Range,
    pub markdown: String,
}

/// The hover at `offset`; `None` where nothing of Ash stands.
pub fn hover(analysis: &FileAnalysis, documentation: Option<&Documentation>, offset: usize) -> Option<Hover> {
    let pending = analysis.resources.iter().rev().find_map(|resource| pending(resource, offset));
    let pending = pending.or_else(|| brought(analysis, offset));
    let explained = documentation.map(|it| (it.range, format!("**{}**\n\n{}", it.title, it.text)));
    match (pending, explained) {
        (Some((range, pending)), None) => Some(Hover { range, markdown: pending }),
        (None, Some((range, text))) => Some(Hover { range, markdown: text }),
        (Some((_, pending)), Some((range, text))) => {
            Some(Hover { range, markdown: format!("{pending}\n\n---\n\n{text}") })
        }
        (None, None) => None,
    }
}

fn pending(resource: &ResourceView, offset: usize) -> Option<(Range, String)> {
    if !resource.range.touches(offset) {
        return None;
    }
    if resource.name_range.touches(offset) {
        return table(resource);
    }
    // A column inside another declaration is the narrower answer.
    let column = resource.columns.iter().filter(|column| column.range.touches(offset)).min_by_key(|it| it.range.len());
    if let Some(column) = column {
        return Some((column.name_range, describe_column(resource, column)));
    }
    let touched: Vec<_> = resource.changes.iter().filter(|change| change.range.touches(offset)).collect();
    let narrowest = touched.iter().map(|change| change.range).min_by_key(|range| range.len())?;
    Some((narrowest, touched.iter().map(|change| describe(change)).collect::<Vec<_>>().join("\n\n")))
}

/// What a declaration in a fragment or wrapper changes in other tables; in those of resources of the same file, too.
fn brought(analysis: &FileAnalysis, offset: usize) -> Option<(Range, String)> {
    let outside = analysis
        .resources
        .iter()
        .flat_map(|resource| resource.changes.iter().filter(|change| !resource.range.contains(change.range)));
    let touched: Vec<_> = outside.chain(&analysis.brought).filter(|change| change.range.touches(offset)).collect();
    let narrowest = touched.iter().map(|change| change.range).min_by_key(|range| range.len())?;
    let mut parts: Vec<String> = touched.iter().take(SHOWN).map(|change| describe(change)).collect();
    if touched.len() > SHOWN {
        parts.push(format!("… and {} in other tables", count(touched.len() - SHOWN)));
    }
    Some((narrowest, parts.join("\n\n")))
}

/// Changes of a declaration that a hover describes: a wrapper may be used by hundreds of resources.
const SHOWN: usize = 5;

fn table(resource: &ResourceView) -> Option<(Range, String)> {
    let table = resource.table.as_deref()?;
    let mut parts = vec![format!("**{table}** · {}", count(resource.changes.len()))];
    let statements: Vec<_> = resource.changes.iter().flat_map(|change| change.sql.iter().cloned()).collect();
    if !statements.is_empty() {
        parts.push(sql_block(&statements));
    }
    parts.extend(resource.changes.iter().filter_map(effect));
    parts.extend(resource.questions.iter().map(|question| question.text.clone()));
    if !resource.unresolved.is_empty() {
        parts.push(format!("Not everything could be read: {} unresolved.", resource.unresolved.len()));
    }
    Some((resource.name_range, parts.join("\n\n")))
}

fn describe_column(resource: &ResourceView, column: &ColumnView) -> String {
    let changes: Vec<_> = resource.changes.iter().filter(|change| column.range.contains(change.range)).collect();
    let table = resource.table.as_deref().unwrap_or(&resource.module);
    let title = match column.is_object {
        true => column.column.clone(),
        false => format!("{table}.{}", column.column),
    };
    let mut parts = vec![format!("**{title}** · {}", count(changes.len()))];
    parts.extend(changes.iter().map(|change| describe(change)));
    parts.push(match &column.current {
        Some(current) => format!("Now: {}", code(current)),
        None => "Not in the newest snapshot yet.".to_owned(),
    });
    parts.join("\n\n")
}

fn describe(change: &PendingChange) -> String {
    let mut parts = vec![change.title.clone()];
    if !change.sql.is_empty() {
        parts.push(sql_block(&change.sql));
    }
    parts.extend(effect(change));
    if let Some(lock) = &change.lock {
        parts.push(format!("Takes {lock}{}.", wait(change, lock)));
    }
    parts.extend(change.findings.iter().map(|finding| format!("⚠ {}", finding.message)));
    parts.extend(change.doubts.iter().map(|reason| format!("⚠ Not certain: {reason}.")));
    parts.join("\n\n")
}

/// The rules whose statements go over all rows, or build an index, under their lock.
const LONG: &[&str] = &["AM-L01", "AM-L02", "AM-L03", "AM-L04", "AM-L06", "AM-L09", "AM-L11", "AM-L12"];

/// Changes of the catalogue alone, unless a rule says otherwise.
const SHORT: &[&str] = &[
    "add-column",
    "drop-column",
    "rename-column",
    "rename-table",
    "move-table",
    "drop-table",
    "drop-foreign-key",
    "drop-index",
    "drop-unique-index",
    "drop-check",
    "drop-primary-key",
    "rename-index",
];

/// Who waits for a lock, and how long: `: reads and writes wait, for a moment`.
fn wait(change: &PendingChange, lock: &str) -> String {
    let who = match lock {
        "ACCESS EXCLUSIVE" => "reads and writes wait",
        "SHARE" | "SHARE ROW EXCLUSIVE" => "writes wait",
        "SHARE UPDATE EXCLUSIVE" => "other schema changes wait",
        _ => return String::new(),
    };
    let is_long = change.findings.iter().any(|finding| LONG.contains(&finding.code.as_str()));
    let how_long = match change.code.as_str() {
        _ if is_long => ", as long as it takes to go over all rows",
        "create-index" | "create-unique-index" => ", until the index is built",
        code if SHORT.contains(&code) => ", for a moment once it is its turn",
        _ => "",
    };
    format!(": {who}{how_long}")
}

fn effect(change: &PendingChange) -> Option<String> {
    match &change.effect {
        Effect::Safe => None,
        Effect::Destructive(loss) => Some(format!("⚠ {loss}")),
        Effect::Impossible(reason) => Some(format!("✗ {reason}")),
    }
}

/// "no pending changes", "1 pending change", "3 pending changes".
pub fn count(changes: usize) -> String {
    match changes {
        0 => "no pending changes".to_owned(),
        1 => "1 pending change".to_owned(),
        more => format!("{more} pending changes"),
    }
}

/// Statements as a Markdown block, each with its semicolon.
pub fn sql_block(statements: &[String]) -> String {
    let body: String = statements.iter().map(|statement| format!("{};\n", statement.trim_end_matches(';'))).collect();
    let fence = fence(&body);
    format!("{fence}sql\n{body}{fence}")
}

/// Backticks enough that the body cannot end the block.
fn fence(body: &str) -> String {
    let longest = body.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

fn code(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::ide::fixture::{self, at};

    fn check(cursor: &str, documentation: Option<&Documentation>, expected: Expect) {
        let (text, analysis) = fixture::post();
        let drawn = match hover(&analysis, documentation, at(text, cursor).start + 1) {
            Some(hover) => format!("{}\n=> {}\n", hover.markdown, hover.range.slice(text)),
            None => "nothing\n".to_owned(),
        };
        expected.assert_eq(&drawn);
    }

    #[test]
    fn a_new_column() {
        check(
            ":title",
            None,
            expect![[r#"
                **posts.title** · 1 pending change

                add column title to posts

                ```sql
                ALTER TABLE "posts" ADD COLUMN "title" text NOT NULL;
                ```

                Takes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.

                ⚠ fails when posts has rows

                Not in the newest snapshot yet.
                => :title
            "#]],
        );
    }

    #[test]
    fn an_unchanged_column_with_documentation() {
        let (text, _) = fixture::post();
        let documentation = Documentation {
            range: at(text, "uuid_primary_key"),
            title: "attributes.uuid_primary_key".into(),
            text: "A UUID primary key.".into(),
        };
        check(
            "uuid_primary_key",
            Some(&documentation),
            expect![[r#"
                **posts.id** · no pending changes

                Now: `id uuid NOT NULL DEFAULT gen_random_uuid()`

                ---

                **attributes.uuid_primary_key**

                A UUID primary key.
                => uuid_primary_key
            "#]],
        );
    }

    #[test]
    fn the_table_on_the_module_name() {
        check(
            "Blog.Post",
            None,
            expect![[r#"
                **posts** · 2 pending changes

                ```sql
                ALTER TABLE "posts" DROP COLUMN "body";
                ALTER TABLE "posts" ADD COLUMN "title" text NOT NULL;
                ```

                ⚠ every value in posts.body is lost

                Are you renaming posts.body to posts.title?

                Not everything could be read: 1 unresolved.
                => Blog.Post
            "#]],
        );
    }

    #[test]
    fn a_removal_on_the_section() {
        check(
            "attributes do",
            None,
            expect![[r#"
                remove column body from posts

                ```sql
                ALTER TABLE "posts" DROP COLUMN "body";
                ```

                ⚠ every value in posts.body is lost

                Takes ACCESS EXCLUSIVE: reads and writes wait.
                => attributes do
            "#]],
        );
    }

    #[test]
    fn locks_say_who_waits_and_how_long() {
        let change = |code: &str, finding: &str| {
            let (_, analysis) = fixture::post();
            let mut change = analysis.resources[0].changes[1].clone();
            change.code = code.into();
            change.findings[0].code = finding.into();
            change
        };
        assert_eq!(
            wait(&change("alter-column", "AM-L09"), "ACCESS EXCLUSIVE"),
            ": reads and writes wait, as long as it takes to go over all rows"
        );
        assert_eq!(wait(&change("alter-column", ""), "ACCESS EXCLUSIVE"), ": reads and writes wait");
        assert_eq!(
            wait(&change("create-index", ""), "SHARE UPDATE EXCLUSIVE"),
            ": other schema changes wait, until the index is built"
        );
        assert_eq!(
            wait(&change("create-index", "AM-L06"), "SHARE"),
            ": writes wait, as long as it takes to go over all rows"
        );
        for code in LONG {
            assert!(crate::hazard::all_rules().iter().any(|rule| rule.code == *code), "{code}");
        }
    }

    #[test]
    fn silent_elsewhere() {
        check("use Ash.Resource", None, expect![["nothing\n"]]);
    }

    #[test]
    fn backticks_do_not_end_a_block() {
        assert_eq!(fence("a ``` b"), "````");
        assert_eq!(code("a`b"), "`` a`b ``");
    }
}
