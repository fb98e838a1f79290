//! The conversation of one run: what is asked, what is answered, what stays open.
//!
//! Knows the wording of the questions (that of `AshPostgres.MigrationGenerator` 2.12.0) and who may answer; must not
//! know what follows from an answer.

use super::answers::{Answers, Replay};
use super::question::{Question, QuestionKind, Subject};

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
