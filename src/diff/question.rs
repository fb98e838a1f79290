//! What the generators ask while they compare, as data, and the conversation of one run.
//!
//! Knows the wording of the questions (that of `AshPostgres.MigrationGenerator` 2.12.0) and who may answer; must not
//! know what follows from an answer.

use super::Answers;
use super::answers::Replay;

/// Something only the user knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// As the generator words it.
    pub text: String,
    pub kind: QuestionKind,
    /// What it is about, for answers that are not typed.
    pub subject: Subject,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKind {
    YesNo,
    /// A line of text.
    Prompt,
}

/// A table and its schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    pub table: String,
    pub schema: Option<String>,
}

impl TableName {
    pub fn new(table: &str, schema: Option<&str>) -> TableName {
        TableName { table: table.to_owned(), schema: schema.map(str::to_owned) }
    }

    /// Whether `text` names this table, with or without its schema.
    pub fn is(&self, text: &str) -> bool {
        text == self.table || text == self.to_string()
    }
}

/// `schema.table`, or `table` alone.
impl std::fmt::Display for TableName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(formatter, "{schema}.{}", self.table),
            None => formatter.write_str(&self.table),
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Whether column `from` got one of the names `to`. With several names, the name is asked for afterwards.
    RenameColumn { table: TableName, from: String, to: Vec<String> },
    /// Which of the names `to` column `from` got.
    NewColumnName { table: TableName, from: String, to: Vec<String> },
    /// Whether a table got one of the names `to`.
    RenameTable { from: TableName, to: Vec<TableName> },
    /// Which of the names `to` a table got.
    NewTableName { from: TableName, to: Vec<TableName> },
    /// Whether a table moved to another schema.
    MoveTable { from: TableName, to: TableName },
    /// Whether a table that no resource declares any more is dropped.
    DropTable { table: TableName },
    /// Which of the keys of several resources is the primary key of their table; answered by position.
    PrimaryKey { table: TableName, keys: Vec<Vec<String>> },
    /// Whether a file that is there already is replaced (ash_sqlite only).
    OverwriteFile { path: String },
}

/// A question that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub question: Question,
    pub answer: Answer,
    /// A rename that was made in an editor gave the answer.
    pub noted: bool,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    Text(String),
}

/// The conversation of one run: asks [`Answers`], and keeps what was asked and what stayed open.
#[derive(Debug, Clone)]
pub struct Dialogue {
    replay: Replay,
    /// `--check`: every question is answered with yes, every prompt with "response", and nobody is asked.
    check: bool,
    /// Answered questions, in order.
    pub exchanges: Vec<Exchange>,
    /// Questions without an answer. The run goes on as if they were answered with no, to find the others.
    pub open: Vec<Question>,
}

impl Dialogue {
    pub fn new(answers: &Answers, check: bool) -> Dialogue {
        Dialogue { replay: Replay::new(answers), check, exchanges: Vec::new(), open: Vec::new() }
    }

    /// Whether questions are answered without asking, as `--check` of ash_postgres does.
    pub fn set_check(&mut self, check: bool) {
        self.check = check;
    }

    /// Asks a yes/no question. Mirrors `yes?/2`.
    pub fn confirms(&mut self, text: String, subject: Subject) -> bool {
        if self.check {
            return true;
        }
        let question = Question { text, kind: QuestionKind::YesNo, subject };
        match self.replay.confirm(&question) {
            Some((yes, noted)) => {
                let answer = if yes { Answer::Yes } else { Answer::No };
                self.exchanges.push(Exchange { question, answer, noted });
                yes
            }
            None => {
                self.open.push(question);
                false
            }
        }
    }

    /// Asks for a line of text; `None` when nobody knows. Mirrors `prompt/2`.
    pub fn prompt(&mut self, text: String, subject: Subject) -> Option<String> {
        if self.check {
            return Some("response".to_owned());
        }
        let question = Question { text, kind: QuestionKind::Prompt, subject };
        match self.replay.prompt(&question) {
            Some((text, noted)) => {
                self.exchanges.push(Exchange { question, answer: Answer::Text(text.clone()), noted });
                Some(text)
            }
            None => {
                self.open.push(question);
                None
            }
        }
    }
}
