//! Answers that are known before the questions: from flags, from a file of answers, from the editor.

use std::collections::VecDeque;

use super::question::{Question, QuestionKind, Subject, TableName};
use super::renamed_column::RenamedColumn;
use super::renames::{NotedRename, NotedRenames};

/// Answers given in advance. Flags are looked at first, then the lines of `--answers`, then `noted`, then `otherwise`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// `--rename TABLE.OLD:NEW`.
    pub renamed_columns: Vec<RenamedColumn>,
    /// `--rename-table OLD:NEW`; also a move to another schema (`posts:blog.posts`).
    pub renamed_tables: Vec<(String, String)>,
    /// `--drop TABLE`.
    pub dropped_tables: Vec<String>,
    /// `--keep TABLE`.
    pub kept_tables: Vec<String>,
    /// `--primary-key TABLE:COLUMN,COLUMN`.
    pub primary_keys: Vec<(String, Vec<String>)>,
    /// The lines of an answers file: `part of the question => answer` is used for every question it matches, other
    /// lines are taken one after the other. With a file no question stays open: none left means no, or an empty text.
    pub lines: Option<Vec<String>>,
    /// Questions that were asked in person, by their whole text, and the answers, in their order.
    pub given: Vec<(String, String)>,
    /// Renames that were made in an editor, from the project's `ashls.renames`: only where they fit.
    pub noted: NotedRenames,
    /// `--yes` (true) and `--no` (false) for yes/no questions that nothing else answers.
    pub otherwise: Option<bool>,
}

impl Answers {
    /// Whether one of them is about a whole table.
    pub fn name_tables(&self) -> bool {
        let noted = self.noted.iter().any(|rename| matches!(rename, NotedRename::Table { .. }));
        noted || self.renamed_tables.len() + self.dropped_tables.len() + self.kept_tables.len() > 0
    }

    /// The renames among the flags that none of these questions is about, as they are written on the command line: a
    /// table or column of that name is not gone, or none of the new name has come.
    pub fn unused_renames<'a>(&self, asked: impl Iterator<Item = &'a Question> + Clone) -> Vec<String> {
        let column = |renamed: &&RenamedColumn| {
            !asked.clone().any(|question| match &question.subject {
                Subject::RenameColumn { table, from, to } | Subject::NewColumnName { table, from, to } => {
                    table.is(&renamed.table) && *from == renamed.from && to.contains(&renamed.to)
                }
                _ => false,
            })
        };
        let table = |(from, to): &&(String, String)| {
            !asked.clone().any(|question| match &question.subject {
                Subject::RenameTable { from: old, to: new } | Subject::NewTableName { from: old, to: new } => {
                    old.is(from) && new.iter().any(|new| new.is(to))
                }
                Subject::MoveTable { from: old, to: new } => old.is(from) && *to == new.to_string(),
                _ => false,
            })
        };
        let columns = self.renamed_columns.iter().filter(column);
        let columns = columns.map(|renamed| format!("--rename {renamed}"));
        let tables = self.renamed_tables.iter().filter(table).map(|(from, to)| format!("--rename-table {from}:{to}"));
        columns.chain(tables).collect()
    }
}

/// The answers of one run; plain lines are used up.
#[derive(Debug, Clone)]
pub(super) struct Replay {
    answers: Answers,
    rules: Vec<(String, String)>,
    plain: VecDeque<String>,
}

impl Replay {
    pub fn new(answers: &Answers) -> Replay {
        let mut rules = Vec::new();
        let mut plain = VecDeque::new();
        for line in answers.lines.iter().flatten() {
            match line.split_once(" => ") {
                Some((part, answer)) => rules.push((part.to_owned(), answer.to_owned())),
                None => plain.push_back(line.clone()),
            }
        }
        Replay { answers: answers.clone(), rules, plain }
    }

    /// The answer to a yes/no question, and whether a noted rename gave it.
    pub fn confirm(&mut self, question: &Question) -> Option<(bool, bool)> {
        if let Some(answer) = self.flag_confirms(&question.subject) {
            return Some((answer, false));
        }
        match self.line(question) {
            // What `Mix.Shell.IO.yes?/2` takes for a yes, the bare Enter included.
            Some(line) => Some((matches!(line.trim(), "" | "y" | "Y" | "yes" | "YES" | "Yes"), false)),
            None if self.answers.noted.answer(&question.subject).is_some() => Some((true, true)),
            None => {
                let default = self.answers.otherwise.or(self.answers.lines.is_some().then_some(false));
                default.map(|answer| (answer, false))
            }
        }
    }

    /// The answer to a prompt, and whether a noted rename gave it.
    pub fn prompt(&mut self, question: &Question) -> Option<(String, bool)> {
        let said = self.flag_says(&question.subject).or_else(|| self.line(question));
        said.map(|answer| (answer, false))
            .or_else(|| Some((self.noted_name(&question.subject)?, true)))
            .or_else(|| self.answers.lines.is_some().then(|| (String::new(), false)))
    }

    /// What a noted rename answers to a prompt. Tables are answered without their schema.
    fn noted_name(&self, subject: &Subject) -> Option<String> {
        let name = self.answers.noted.answer(subject)?;
        match subject {
            Subject::NewTableName { to, .. } => {
                to.iter().find(|candidate| candidate.is(&name)).map(|candidate| candidate.table.clone())
            }
            _ => Some(name),
        }
    }

    fn line(&mut self, question: &Question) -> Option<String> {
        let given = self.answers.given.iter().position(|(text, _)| *text == question.text);
        match (given, question.kind) {
            // A prompt is repeated when its answer was of no use: the next answer is for the repetition.
            (Some(position), QuestionKind::Prompt) => return Some(self.answers.given.remove(position).1),
            (Some(position), QuestionKind::YesNo) => return Some(self.answers.given[position].1.clone()),
            (None, _) => {}
        }
        let rule = self.rules.iter().find(|(part, _)| question.text.contains(part.trim()));
        match rule {
            Some((_, answer)) => Some(answer.clone()),
            None => self.plain.pop_front(),
        }
    }

    fn flag_confirms(&self, subject: &Subject) -> Option<bool> {
        match subject {
            Subject::RenameColumn { table, from, to } => self.column(table, from).map(|name| to.contains(name)),
            Subject::RenameTable { from, to } => {
                self.table(from).map(|name| to.iter().any(|candidate| candidate.is(name)))
            }
            Subject::MoveTable { from, to } => self.table(from).map(|name| name == &to.to_string()),
            Subject::DropTable { table } => {
                let named = |names: &[String]| names.iter().any(|name| table.is(name));
                match (named(&self.answers.dropped_tables), named(&self.answers.kept_tables)) {
                    (false, false) => None,
                    (dropped, kept) => Some(dropped && !kept),
                }
            }
            _ => None,
        }
    }

    fn flag_says(&self, subject: &Subject) -> Option<String> {
        match subject {
            Subject::NewColumnName { table, from, .. } => self.column(table, from).cloned(),
            Subject::NewTableName { from, to } => {
                let name = self.table(from)?;
                to.iter().find(|candidate| candidate.is(name)).map(|candidate| candidate.table.clone())
            }
            Subject::PrimaryKey { table, keys } => {
                let (_, wanted) = self.answers.primary_keys.iter().find(|(name, _)| table.is(name))?;
                let mut wanted = wanted.clone();
                wanted.sort();
                keys.iter().position(|key| *key == wanted).map(|position| position.to_string())
            }
            _ => None,
        }
    }

    fn column(&self, table: &TableName, from: &str) -> Option<&String> {
        let named = self.answers.renamed_columns.iter();
        named.filter(|renamed| table.is(&renamed.table) && renamed.from == from).map(|renamed| &renamed.to).next()
    }

    fn table(&self, from: &TableName) -> Option<&String> {
        self.answers.renamed_tables.iter().find(|(name, _)| from.is(name)).map(|(_, to)| to)
    }
}
