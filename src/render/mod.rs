//! From a plan to text. Knows how each operation is written, not why it is there.
//! From a plan to text: the Ecto migration as the generators write it, and the SQL that Ecto makes of it.
//!
//! Knows how each operation is written, not why it is there.

pub mod ecto;
pub mod sql;
