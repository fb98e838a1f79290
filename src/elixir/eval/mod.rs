//! Evaluates the literal part of Elixir: what declarations and the macros around them use to say constant things.
//!
//! Everything is a plain function of code and [`Scope`]. Nothing of the host is visible: no environment variables, no
//! files, no clock. What depends on them, or is not understood, is [`Value::Unknown`] with a place and a reason.
//! Knows nothing of Ash; what a macro of the project expands to is read by [`body`].

pub mod body;
mod builtin;
mod call;
mod context;
mod control;
mod entries;
mod expression;
mod fragment;
mod function;
mod node;
mod operator;
mod pattern;
mod quote;
mod scope;
mod sigil;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use crate::elixir::inspect::string as inspect_string;
pub use body::generated_body;
pub use builtin::standard_function;
pub use context::{Context, Environment, LOCK, LibraryCall};
pub use control::generations;
pub use entries::Entries;
pub use expression::evaluate;
pub use function::{apply, call_function, defines, expand as expand_macro, function_names, overrides};
pub use node::{ModuleBody, Node, Use};
pub use operator::apply as operate;
pub use scope::Scope;
pub use text::to_text;
pub use value::{BYTES, Function, Origin, Scalar, Unknown, Value};
