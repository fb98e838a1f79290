//! Elixir itself: modules and names, and the evaluation of the literal part of the language.
//!
//! Knows nothing of Ash, of files on disk or of databases.

pub mod eval;
mod source_module;

pub use source_module::{SourceModule, do_body, source_modules};
