//! The generators' questions on the command line: flags that answer them, asking on a terminal, saying which are open.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::output::{HEADING, styled};
use crate::diff::{Answers, Question, QuestionKind, RenamedColumn, Subject};

/// Answers given in advance.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Answers")]
pub struct AnswerArgs {
    /// This column was renamed (repeatable)
    #[arg(long, value_name = "TABLE.OLD:NEW")]
    rename: Vec<RenamedColumn>,
    /// This table was renamed, or moved to another schema (repeatable)
    #[arg(long, value_name = "OLD:NEW", value_parser = pair)]
    rename_table: Vec<(String, String)>,
    /// Drop this table, which has no resource any more (repeatable)
    #[arg(long, value_name = "TABLE")]
    drop: Vec<String>,
    /// Keep this table, which has no resource any more (repeatable)
    #[arg(long, value_name = "TABLE")]
    keep: Vec<String>,
    /// The primary key of a table that several resources share (repeatable)
    #[arg(long, value_name = "TABLE:COLUMN,COLUMN", value_parser = primary_key)]
    primary_key: Vec<(String, Vec<String>)>,
    /// Answer yes to every question that nothing else answers
    #[arg(long, conflicts_with = "no")]
    yes: bool,
    /// Answer no to every question that nothing else answers
    #[arg(long)]
    no: bool,
    /// Answers to the questions: lines `part of the question => answer`, then plain lines in order
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
}

impl AnswerArgs {
    /// The answers, with the lines of the file.
    pub fn read(&self) -> Result<Answers, Failure> {
        let lines = match &self.answers {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| Failure::unusable(format!("{}: {error}", path.display())))?;
                Some(text.lines().map(str::to_owned).collect())
            }
            None => None,
        };
        Ok(Answers {
            renamed_columns: self.rename.clone(),
            renamed_tables: self.rename_table.clone(),
            dropped_tables: self.drop.clone(),
            kept_tables: self.keep.clone(),
            primary_keys: self.primary_key.clone(),
            lines,
            otherwise: self.yes.then_some(true).or(self.no.then_some(false)),
            ..Answers::default()
        })
    }
}

/// Asks as `Mix.shell()` does: a bare Enter means yes.
pub fn ask(question: &Question) -> Result<String, Failure> {
    let mut stderr = anstream::stderr();
    let prompt = match question.kind {
        QuestionKind::YesNo => format!("{} [Yn] ", question.text.trim_end()),
        QuestionKind::Prompt => format!("{} ", question.text.trim_end()),
    };
    let _ = write!(stderr, "{}", styled(HEADING, prompt)).and_then(|()| stderr.flush());
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(read) if read > 0 => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        _ => Err(Failure::unusable("the question was not answered; nothing was written")),
    }
}

/// Says that nothing was written, and which flags would have answered.
pub fn open_questions(questions: &[Question]) -> Failure {
    let mut message = String::from("nothing was written, since these questions are open:\n");
    for question in questions {
        let text = question.text.trim().replace('\n', "\n  ");
        message.push_str(&format!("\n  {text}\n      {}\n", flags(question).join(" or ")));
    }
    message.push_str("\nAnswer them with the flags above, with --yes or --no, or with --answers FILE.");
    Failure::unusable(message)
}

/// The flags that answer a question, one per answer.
pub fn flags(question: &Question) -> Vec<String> {
    let or_no = |mut flags: Vec<String>| {
        flags.push("--no".to_owned());
        flags
    };
    match &question.subject {
        Subject::RenameColumn { table, from, to } | Subject::NewColumnName { table, from, to } => {
            or_no(to.iter().map(|to| format!("--rename {table}.{from}:{to}")).collect())
        }
        Subject::RenameTable { from, to } | Subject::NewTableName { from, to } => {
            or_no(to.iter().map(|to| format!("--rename-table {from}:{to}")).collect())
        }
        Subject::MoveTable { from, to } => or_no(vec![format!("--rename-table {from}:{to}")]),
        Subject::OverwriteFile { .. } => or_no(vec!["--yes".to_owned()]),
        Subject::DropTable { table } => vec![format!("--drop {table}"), format!("--keep {table}")],
        Subject::PrimaryKey { table, keys } => {
            keys.iter().map(|key| format!("--primary-key {table}:{}", key.join(","))).collect()
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once(':').ok_or("expected OLD:NEW, for example posts:articles")?;
    Ok((old.to_owned(), new.to_owned()))
}

fn primary_key(text: &str) -> Result<(String, Vec<String>), String> {
    let (table, columns) = pair(text).map_err(|_| "expected TABLE:COLUMN,COLUMN, for example posts:id")?;
    Ok((table, columns.split(',').map(str::to_owned).collect()))
}
