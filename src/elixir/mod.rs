//! Elixir itself: modules and names, and the evaluation of the literal part of the language.
//!
//! Knows nothing of Ash, of files on disk or of databases.

pub mod eval;
mod source_module;

pub use source_module::{SourceModule, do_body, source_modules};
//! Elixir's own text conventions: how code is formatted, how terms and names are written.
//!
//! Text in, text out. Knows nothing about Ash, resources or the project.

pub mod algebra;
pub mod atom;
pub mod format;
