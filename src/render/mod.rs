//! From a plan to text. Knows how each operation is written, not why it is there.

pub mod ecto;
pub mod sql;
