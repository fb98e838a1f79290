//! From the declared and the stored snapshots of tables to the operations that lead from the stored to the declared
//! ones, and the questions that only the user can answer.
//!
//! Knows what the generators compare and in which order they find changes; must not know where files lie, how
//! operations are ordered, or how they are written.

mod answers;
mod dialogue;
mod distinct;
pub mod operation;
pub mod postgres;
mod question;
mod renamed_column;
mod renames;
pub mod sqlite;

pub use answers::Answers;
pub use dialogue::{Answer, Dialogue, Exchange};
pub use operation::Operation;
pub use question::{Question, QuestionKind, Subject, TableName};
pub use renamed_column::RenamedColumn;
pub use renames::{BadLine, NotedRename, NotedRenames};
