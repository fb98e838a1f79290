//! The vocabulary of the DSLs: which sections, entities and options exist, what they accept and what they are for.
//!
//! The data lies in `grammar/vocabulary/*.toml`, and in the reference pages that packages bring ([`page`]). What is built
//! in is the authority for structure: a page adds what is not known here, and its text is shown in place of ours. Nothing
//! here knows what a declaration means for the database.

pub mod check;
pub mod constraints;
pub mod lexicon;
pub mod option_type;
pub mod page;
pub mod vocabulary;

pub use check::{DslIssue, IssueCode};
pub use lexicon::{Lexicon, ModuleKind};
pub use option_type::OptionType;
pub use page::Page;
pub use vocabulary::{Node, NodeKind, OptionSpec, Vocabulary};
