//! The generator's questions for the editor, and the editor's answers for the generator.

use crate::diff::{Answers, Question, RenamedColumn, Subject};
use crate::ide::analysis::{AnswerView, QuestionView};
use crate::text::Range;

/// The new column that a question about a rename is shown on.
pub(super) fn column(question: &Question) -> Option<&str> {
    match &question.subject {
        Subject::RenameColumn { to, .. } | Subject::NewColumnName { to, .. } => to.first().map(String::as_str),
        _ => None,
    }
}

/// The old column that a question about a rename is about.
pub(super) fn old_column(question: &Question) -> Option<&str> {
    match &question.subject {
        Subject::RenameColumn { from, .. } | Subject::NewColumnName { from, .. } => Some(from),
        _ => None,
    }
}

/// A question with its answers. The question's own text is its id.
pub(super) fn view(question: &Question, range: Range) -> QuestionView {
    let answer = |id: &str, title: String, rename: bool| AnswerView { id: id.to_owned(), title, rename };
    let answers = match &question.subject {
        Subject::RenameColumn { table, from, to } | Subject::NewColumnName { table, from, to } => {
            let renames = to.iter().map(|to| answer(to, format!("rename column {from} of {table} to {to}"), true));
            renames.chain([answer(NO, format!("drop {from} and add {}", to.join(", ")), false)]).collect()
        }
        Subject::RenameTable { from, to } | Subject::NewTableName { from, to } => {
            let renames = to.iter().map(|to| answer(&to.to_string(), format!("rename table {from} to {to}"), true));
            renames.chain([answer(NO, format!("do not rename {from}"), false)]).collect()
        }
        Subject::MoveTable { from, to } => vec![
            answer(&to.to_string(), format!("move table {from} to {to}"), true),
            answer(NO, format!("do not move {from}"), false),
        ],
        Subject::DropTable { table } => vec![
            answer(KEEP, format!("keep table {table}"), false),
            answer(DROP, format!("drop table {table} and its rows"), false),
        ],
        Subject::PrimaryKey { keys, .. } => {
            let keys =
                keys.iter().map(|key| answer(&key.join(","), format!("primary key ({})", key.join(", ")), false));
            keys.collect()
        }
        Subject::OverwriteFile { path } => {
            vec![answer(YES, format!("overwrite {path}"), false), answer(NO, format!("keep {path}"), false)]
        }
    };
    QuestionView { id: question.text.clone(), range, text: question.text.trim().to_owned(), answers, fixes: Vec::new() }
}

const NO: &str = "no";
const YES: &str = "yes";
const KEEP: &str = "keep";
const DROP: &str = "drop";

/// Adds the answer `answer` (an id of [`view`]) to what the generator is told.
pub(super) fn take(question: &Question, answer: &str, answers: &mut Answers) {
    let mut say = |text: &str| answers.given.push((question.text.clone(), text.to_owned()));
    match &question.subject {
        Subject::RenameColumn { table, from, .. } | Subject::NewColumnName { table, from, .. } if answer != NO => {
            answers.renamed_columns.push(RenamedColumn {
                table: table.to_string(),
                from: from.clone(),
                to: answer.to_owned(),
            });
        }
        Subject::RenameTable { from, .. } | Subject::NewTableName { from, .. } | Subject::MoveTable { from, .. }
            if answer != NO =>
        {
            answers.renamed_tables.push((from.to_string(), answer.to_owned()));
        }
        Subject::DropTable { table } if answer == DROP => answers.dropped_tables.push(table.to_string()),
        Subject::DropTable { table } => answers.kept_tables.push(table.to_string()),
        Subject::PrimaryKey { table, .. } => {
            answers.primary_keys.push((table.to_string(), answer.split(',').map(str::to_owned).collect()));
        }
        _ => say(if answer == YES { "y" } else { "n" }),
    }
}
