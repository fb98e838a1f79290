//! The vocabulary of the DSLs: which sections, entities and options exist, what they accept and what they are for.
//!
//! The data lies in `grammar/vocabulary/*.toml`. Nothing here knows what a declaration means for the database.

pub mod check;
pub mod option_type;
pub mod vocabulary;

pub use check::{DslIssue, IssueCode};
pub use option_type::OptionType;
pub use vocabulary::{Node, NodeKind, OptionSpec, Vocabulary};
