//! Planned changes as text.

pub mod sql;
//! From a plan to text. Knows how each operation is written, not why it is there.

pub mod ecto;
