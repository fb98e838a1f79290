//! Elixir's own text conventions: how code is formatted, how terms and names are written.
//!
//! Text in, text out. Knows nothing about Ash, resources or the project.

pub mod algebra;
pub mod atom;
pub mod format;
