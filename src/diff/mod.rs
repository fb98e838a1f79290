//! From the declared and the stored snapshots of tables to the operations that lead from the stored to the declared
//! ones, and the questions that only the user can answer.
//!
//! Knows what the generators compare and in which order they find changes; must not know where files lie, how
//! operations are ordered, or how they are written.

mod answers;
mod distinct;
pub mod operation;
pub mod postgres;
mod question;
mod renames;
pub mod sqlite;

pub use answers::{Answers, RenamedColumn};
pub use operation::Operation;
pub use question::{Answer, Dialogue, Exchange, Question, QuestionKind, Subject, TableName};
pub use renames::{BadLine, NotedRename, NotedRenames};
