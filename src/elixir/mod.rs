//! Elixir itself: modules and names, the evaluation of the literal part of the language, and its text conventions:
//! how code is formatted, how terms and names are written.
//!
//! Knows nothing of Ash, of files on disk or of databases.

pub mod algebra;
pub mod atom;
mod decimal;
pub mod eval;
mod float;
pub mod format;
pub mod format_config;
pub mod inspect;
pub mod name;
pub mod phash;
mod source_module;

pub use decimal::{decimal_of_float, decimal_text};
pub use float::{float_text, inspect_float};
pub use source_module::{ModulePlace, SourceModule, do_body, source_modules};
