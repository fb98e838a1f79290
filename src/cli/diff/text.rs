//! Pending changes for people: statements with comments, so that the whole is still valid SQL or Elixir.

use super::piece::{Piece, Shown, What};
use crate::cli::output::{ERROR, FAINT, HEADING, WARNING, styled_result};
use crate::cli::pending::Pending;
use crate::cli::place::place;
use crate::cli::questions::flags;
use crate::diff::Operation;
use crate::diff::operation::{Change, Direction};
use crate::hazard::Severity;
use crate::pending::{PendingOperation, ProjectState};
use anstyle::Style;

/// What the statements are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Sql,
    Ecto,
}

/// The whole text, without a newline at its end.
pub fn render(pieces: &[Piece<'_>], pending: &Pending, state: &ProjectState, language: Language) -> String {
    let down = pending.direction == Direction::Down;
    let mut text = Text { language, state, down, lines: Vec::new() };
    if !pending.refused.is_empty() {
        text.comment(
            ERROR,
            "The generator refuses this project, see the errors. What is shown is pending for the rest.",
        );
        text.space();
    }
    text.questions(pending);
    text.pieces(pieces);
    let unknown = text.unknown(pending);
    if pieces.is_empty() {
        let known = !unknown && pending.outcome.open.is_empty() && pending.refused.is_empty();
        text.space();
        text.comment(HEADING, if known { "Nothing pending." } else { "Nothing pending, as far as it is known." });
    }
    text.lines.join("\n")
}

struct Text<'a> {
    language: Language,
    state: &'a ProjectState,
    down: bool,
    lines: Vec<String>,
}

impl Text<'_> {
    fn mark(&self) -> &'static str {
        match self.language {
            Language::Sql => "--",
            Language::Ecto => "#",
        }
    }

    fn comment(&mut self, style: Style, text: &str) {
        for line in text.trim_end().lines() {
            let line = if line.is_empty() { self.mark().to_owned() } else { format!("{} {line}", self.mark()) };
            self.lines.push(styled_result(style, line));
        }
    }

    /// An empty line, unless there is one or nothing stands before it.
    fn space(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn questions(&mut self, pending: &Pending) {
        if pending.outcome.open.is_empty() {
            return;
        }
        self.comment(HEADING, "Open questions. What is shown here takes them as answered with no.");
        for question in &pending.outcome.open {
            self.comment(WARNING, &format!("  {}", question.text.trim().replace('\n', "\n  ")));
            self.comment(FAINT, &format!("    {}", flags(question).join(" or ")));
        }
    }

    fn pieces(&mut self, pieces: &[Piece<'_>]) {
        let mut before: Option<&Piece<'_>> = None;
        for piece in pieces {
            let same_repo = before.is_some_and(|before| (before.repo, before.tenant) == (piece.repo, piece.tenant));
            if !same_repo {
                self.space();
                let tenants = if piece.tenant { ", for every tenant" } else { "" };
                let rollback = if self.down { ", rollback" } else { "" };
                self.comment(HEADING, &format!("{}{tenants}{rollback}", piece.repo));
            }
            let same_table = same_repo && before.is_some_and(|before| before.table == piece.table);
            if let Some(table) = piece.table.as_ref().filter(|_| !same_table) {
                self.space();
                self.comment(HEADING, &format!("Table {table}"));
            }
            if same_table {
                self.space();
            }
            self.piece(piece);
            before = Some(piece);
        }
    }

    fn piece(&mut self, piece: &Piece<'_>) {
        match &piece.what {
            What::Operations(operations) => {
                let is_create = operations.first().is_some_and(|first| is_create_table(&first.operation));
                for operation in if is_create { &operations[..1] } else { &operations[..] } {
                    self.cause(operation);
                }
                let lock = operations.iter().filter_map(|operation| operation.lock).max();
                if let Some(lock) = lock.filter(|_| !self.down) {
                    self.comment(FAINT, &format!("takes {lock}: {} wait", lock.blocks()));
                }
            }
            What::Extensions(extensions) => {
                let names = if extensions.names.is_empty() { "not known".into() } else { extensions.names.join(", ") };
                self.space();
                self.comment(HEADING, &format!("Extensions to install or upgrade: {names}"));
                if let Err(reason) = &extensions.migration {
                    self.comment(WARNING, &format!("not known: {reason}"));
                }
            }
        }
        for reason in piece.uncertain() {
            self.comment(WARNING, &format!("not certain: {reason}"));
        }
        for finding in piece.findings() {
            let style = match finding.rule.severity {
                Severity::Error => ERROR,
                Severity::Warning => WARNING,
                Severity::Information => FAINT,
            };
            let level = finding.rule.severity.name();
            self.comment(style, &format!("{level} {}: {}", finding.rule.code, finding.message));
        }
        for doubt in &piece.doubts {
            self.comment(WARNING, &format!("not known: {}", doubt.text()));
        }
        match self.language {
            Language::Sql => self.sql(piece),
            Language::Ecto if piece.doubts.is_empty() => self.lines.extend(piece.ecto.lines().map(str::to_owned)),
            Language::Ecto => self.comment(FAINT, &piece.ecto),
        }
    }

    fn cause(&mut self, operation: &PendingOperation) {
        let undo = if self.down { "undo: " } else { "" };
        let title = format!("{undo}{}", operation.description.title);
        let module = operation.resources.first().and_then(|module| self.state.project.module(module));
        let text = match (&operation.cause, module) {
            (Some(origin), _) => {
                let place = place(self.state, origin);
                format!("{}:{}: {title}", place.file, place.start.0)
            }
            (None, Some(module)) => format!("{}: {title}", module.file),
            (None, None) => title,
        };
        self.comment(FAINT, &text);
    }

    fn sql(&mut self, piece: &Piece<'_>) {
        if piece.statements.is_empty() && !piece.ecto.is_empty() && matches!(piece.what, What::Operations(_)) {
            self.comment(FAINT, "nothing runs; the migration has this as a comment:");
            self.comment(FAINT, &piece.ecto.replace("# ", ""));
        }
        for statement in &piece.statements {
            match statement {
                Shown::Runs(sql) if piece.doubts.is_empty() => self.lines.push(terminated(sql)),
                Shown::Runs(sql) => self.comment(FAINT, &terminated(sql)),
                Shown::NotReached(sql) => self.comment(FAINT, &format!("not reached: {}", terminated(sql))),
                Shown::Unknown(reason) => self.comment(WARNING, &format!("not known what runs: {reason}")),
                Shown::Fails(message) => {
                    self.comment(ERROR, &format!("fails: {message}"));
                    self.comment(ERROR, consequence(piece));
                }
            }
        }
    }

    /// What is not known, at the end. Returns whether there is anything.
    fn unknown(&mut self, pending: &Pending) -> bool {
        let facts = |assumed: bool| pending.unknown.iter().filter(move |fact| fact.assumed == assumed);
        for (assumed, heading) in [
            (false, "Not known from the source:"),
            (true, "Not known from the source, taken as in the newest snapshot:"),
        ] {
            if facts(assumed).next().is_some() {
                self.space();
                self.comment(HEADING, heading);
            }
            for fact in facts(assumed) {
                let place =
                    fact.place.as_ref().map(|place| format!("{}:{}: ", place.file, place.start.0)).unwrap_or_default();
                self.comment(WARNING, &format!("  {place}{}", fact.text()));
            }
        }
        if !pending.outcome.unreadable.is_empty() {
            self.space();
            self.comment(HEADING, "Left out, since their newest snapshots cannot be read:");
        }
        for unreadable in &pending.outcome.unreadable {
            self.comment(WARNING, &format!("  {}:{}: {}", unreadable.path, unreadable.line, unreadable.problem));
        }
        if !pending.orphans.is_empty() {
            self.space();
            self.comment(HEADING, "Tables without a resource, which the generator leaves alone:");
        }
        for folder in &pending.orphans {
            self.comment(FAINT, &format!("  {folder}"));
        }
        facts(false).next().is_some() || !pending.outcome.unreadable.is_empty()
    }
}

fn consequence(piece: &Piece<'_>) -> &'static str {
    match piece.without_transaction {
        true => "The migration stops here; what stands above it is done.",
        false => "The whole migration fails, and nothing of it is done.",
    }
}

fn is_create_table(operation: &Operation) -> bool {
    matches!(operation.change, Change::CreateTable { .. })
}

/// With a semicolon, which must not end up in a comment.
fn terminated(sql: &str) -> String {
    let sql = sql.trim_end();
    let last = sql.lines().last().unwrap_or_default();
    match sql.ends_with(';') {
        true => sql.to_owned(),
        false if last.contains("--") => format!("{sql}\n;"),
        false => format!("{sql};"),
    }
}
