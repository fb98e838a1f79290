//! Renames that were made in the source and that no snapshot has yet: what a project's `ashls.renames` holds.
//!
//! One line per rename, in the words of the command line's flags, so that branches that rename different things merge.
//! A rename counts only where the generator would ask about it: the old name is gone and the new one has come.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::question::Subject;
use super::renamed_column::RenamedColumn;

/// One rename that is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotedRename {
    /// `rename posts.title:headline`
    Column(RenamedColumn),
    /// `rename-table posts:articles`; names with their schema when they have one.
    Table { from: String, to: String },
}

/// All renames of a project that are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotedRenames {
    entries: BTreeSet<NotedRename>,
}

/// A line that is no rename.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    pub message: String,
}

const HEADER: &str = "\
# Renames that the next migration is to make. ashls keeps this file: lines come when a field or table is renamed in an
# editor and go with the migration. Commit it with the code; delete a line to be asked again.
";

impl NotedRenames {
    /// Reads the text of the file. A line that cannot be read is left out and reported.
    pub fn parse(text: &str) -> (NotedRenames, Vec<BadLine>) {
        let (mut noted, mut bad) = (NotedRenames::default(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.parse() {
                Ok(rename) => drop(noted.entries.insert(rename)),
                Err(message) => bad.push(BadLine { line: index + 1, message }),
            }
        }
        (noted, bad)
    }

    /// The file; `None` when there is nothing to be kept.
    pub fn text(&self) -> Option<String> {
        let lines = self.entries.iter().map(|rename| format!("{rename}\n"));
        (!self.entries.is_empty()).then(|| HEADER.to_owned() + &lines.collect::<String>())
    }

    /// The renames in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &NotedRename> {
        self.entries.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn contains(&self, rename: &NotedRename) -> bool {
        self.entries.contains(rename)
    }

    /// Adds a rename as it is.
    pub fn insert(&mut self, rename: NotedRename) {
        self.entries.insert(rename);
    }

    pub fn remove(&mut self, rename: &NotedRename) {
        self.entries.remove(rename);
    }

    /// Leaves out what does not hold.
    pub fn retain(&mut self, keep: impl FnMut(&NotedRename) -> bool) {
        self.entries.retain(keep);
    }

    /// Adds a rename that was made after those before it: `a` to `b` and then `b` to `c` is `a` to `c`, and back again is
    /// none. Of several that lead to one name the last counts.
    pub fn note(&mut self, rename: NotedRename) {
        let before = self.entries.iter().find(|known| known.leads_to(&rename)).cloned();
        if let Some(before) = &before {
            self.entries.remove(before);
        }
        let rename = match before {
            Some(before) => before.followed_by(&rename),
            None => rename,
        };
        if let NotedRename::Table { from, to } = &rename {
            // Columns are renamed on the table as it will be called.
            self.entries = std::mem::take(&mut self.entries).into_iter().map(|it| it.on(from, to)).collect();
        }
        self.entries.retain(|known| !known.has_target_of(&rename));
        if !rename.is_none() {
            self.entries.insert(rename);
        }
    }

    /// What the old name that a question is about has become, among its candidates. `None` when nothing is noted, or when
    /// it could be one or the other.
    pub fn answer(&self, subject: &Subject) -> Option<String> {
        let mut fitting = self.entries.iter().filter(|rename| rename.fits(subject));
        let (rename, None) = (fitting.next()?, fitting.next()) else { return None };
        let rivals = self.entries.iter().filter(|other| *other != rename && other.has_target_of(rename));
        (rivals.count() == 0).then(|| rename.target().to_owned())
    }
}

impl Extend<NotedRename> for NotedRenames {
    fn extend<T: IntoIterator<Item = NotedRename>>(&mut self, renames: T) {
        self.entries.extend(renames);
    }
}

impl NotedRename {
    /// Whether it answers the question.
    pub fn fits(&self, subject: &Subject) -> bool {
        match (self, subject) {
            (
                NotedRename::Column(column),
                Subject::RenameColumn { table, from, to } | Subject::NewColumnName { table, from, to },
            ) => table.is(&column.table) && column.from == *from && to.contains(&column.to),
            (
                NotedRename::Table { from, to },
                Subject::RenameTable { from: old, to: new } | Subject::NewTableName { from: old, to: new },
            ) => old.is(from) && new.iter().any(|new| new.is(to)),
            (NotedRename::Table { from, to }, Subject::MoveTable { from: old, to: new }) => {
                old.is(from) && *to == new.to_string()
            }
            _ => false,
        }
    }

    fn target(&self) -> &str {
        match self {
            NotedRename::Column(column) => &column.to,
            NotedRename::Table { to, .. } => to,
        }
    }

    fn leads_to(&self, next: &NotedRename) -> bool {
        match (self, next) {
            (NotedRename::Column(a), NotedRename::Column(b)) => a.table == b.table && a.to == b.from,
            (NotedRename::Table { to, .. }, NotedRename::Table { from, .. }) => to == from,
            _ => false,
        }
    }

    fn followed_by(self, next: &NotedRename) -> NotedRename {
        let target = next.target().to_owned();
        match self {
            NotedRename::Column(column) => NotedRename::Column(RenamedColumn { to: target, ..column }),
            NotedRename::Table { from, .. } => NotedRename::Table { from, to: target },
        }
    }

    fn has_target_of(&self, other: &NotedRename) -> bool {
        match (self, other) {
            (NotedRename::Column(a), NotedRename::Column(b)) => a.table == b.table && a.to == b.to,
            (NotedRename::Table { to: a, .. }, NotedRename::Table { to: b, .. }) => a == b,
            _ => false,
        }
    }

    fn on(self, old: &str, new: &str) -> NotedRename {
        match self {
            NotedRename::Column(column) if column.table == old => {
                NotedRename::Column(RenamedColumn { table: new.to_owned(), ..column })
            }
            other => other,
        }
    }

    fn is_none(&self) -> bool {
        match self {
            NotedRename::Column(column) => column.from == column.to,
            NotedRename::Table { from, to } => from == to,
        }
    }
}

impl fmt::Display for NotedRename {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotedRename::Column(column) => write!(formatter, "rename {column}"),
            NotedRename::Table { from, to } => write!(formatter, "rename-table {from}:{to}"),
        }
    }
}

impl FromStr for NotedRename {
    type Err = String;

    fn from_str(line: &str) -> Result<NotedRename, String> {
        match line.split_once(char::is_whitespace) {
            Some(("rename", column)) => column.trim().parse().map(NotedRename::Column),
            Some(("rename-table", tables)) => match tables.trim().split_once(':') {
                Some((from, to)) if !from.is_empty() && !to.is_empty() => {
                    Ok(NotedRename::Table { from: from.to_owned(), to: to.to_owned() })
                }
                _ => Err("expected OLD:NEW, for example posts:articles".to_owned()),
            },
            _ => Err("expected `rename TABLE.OLD:NEW` or `rename-table OLD:NEW`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::TableName;

    fn noted(lines: &[&str]) -> NotedRenames {
        let mut noted = NotedRenames::default();
        lines.iter().for_each(|line| noted.note(line.parse().unwrap()));
        noted
    }

    fn check_noted(lines: &[&str], expected: &[&str]) {
        assert_eq!(noted(lines).iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_file_reads_as_it_was_written_in_a_stable_order() {
        let text = noted(&["rename-table a:b", "rename z.x:y", "rename blog.posts.old:new"]).text().unwrap();
        assert!(text.ends_with("rename blog.posts.old:new\nrename z.x:y\nrename-table a:b\n"), "{text}");
        let (read, bad) = NotedRenames::parse(&text);
        assert_eq!((read.text().as_deref(), bad), (Some(text.as_str()), Vec::new()));
        assert_eq!(NotedRenames::default().text(), None);
    }

    #[test]
    fn bad_lines_are_named_and_the_others_hold() {
        let text = "# x\n<<<<<<< HEAD\n  rename posts.a:b\r\nrename posts\nrename-table :b\nrenamed posts.a:b\n";
        let (read, bad) = NotedRenames::parse(text);
        assert_eq!(read, noted(&["rename posts.a:b"]));
        let bad: Vec<_> = bad.iter().map(|it| format!("{}: {}", it.line, it.message)).collect();
        assert_eq!(
            bad,
            [
                "2: expected `rename TABLE.OLD:NEW` or `rename-table OLD:NEW`",
                "4: expected TABLE.OLD:NEW, for example posts.title:headline",
                "5: expected OLD:NEW, for example posts:articles",
                "6: expected `rename TABLE.OLD:NEW` or `rename-table OLD:NEW`",
            ]
        );
    }

    #[test]
    fn renames_follow_each_other() {
        check_noted(&["rename t.a:b", "rename t.b:c", "rename u.b:d"], &["rename t.a:c", "rename u.b:d"]);
        check_noted(&["rename t.a:b", "rename t.b:a"], &[]);
        check_noted(&["rename t.a:c", "rename t.b:c"], &["rename t.b:c"]);
        check_noted(&["rename-table t:u", "rename-table u:t"], &[]);
        check_noted(&["rename t.a:b", "rename-table t:u"], &["rename u.a:b", "rename-table t:u"]);
    }

    fn subject(from: &str, to: &[&str]) -> Subject {
        Subject::RenameColumn {
            table: TableName::new("posts", Some("blog")),
            from: from.to_owned(),
            to: to.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn only_what_fits_is_answered() {
        let meant = noted(&["rename blog.posts.a:b"]);
        assert_eq!(meant.answer(&subject("a", &["x", "b"])).as_deref(), Some("b"));
        assert_eq!(meant.answer(&subject("a", &["x"])), None);
        assert_eq!(meant.answer(&subject("c", &["b"])), None);
        assert_eq!(noted(&["rename other.posts.a:b"]).answer(&subject("a", &["b"])), None);
    }

    #[test]
    fn what_could_be_one_or_the_other_is_asked() {
        let (both, _) = NotedRenames::parse("rename posts.a:b\nrename posts.a:c");
        assert_eq!(both.answer(&subject("a", &["b", "c"])), None);
        assert_eq!(both.answer(&subject("a", &["c"])).as_deref(), Some("c"));
        let (rivals, _) = NotedRenames::parse("rename posts.a:c\nrename posts.b:c");
        assert_eq!(rivals.answer(&subject("a", &["c"])), None);
    }
}
