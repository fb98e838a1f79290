//! Ecto migrations: their text, evaluated without Elixir, as the commands that Ecto would hand to an adapter.
//!
//! [`reader`] evaluates the text; [`command`] is what comes out. SQL is made of it in [`crate::render::sql`].
//! What cannot be evaluated is a [`StepKind::Refused`] with its range and reason.

pub mod command;
pub mod describe;
pub mod history;
mod index_name;
pub mod inspect;
pub mod library;
pub mod object;
pub mod order;
pub mod reader;
mod reverse;
pub mod term;

pub use command::{ColumnAction, ColumnChange, Command, Migration, RawCommand, Step, StepKind};
pub use index_name::default_index_name;
pub use reader::{Config, NoMigration, TENANT_PLACEHOLDER, oban_sources, read, read_expressions, read_snippet};
pub use term::Term;
