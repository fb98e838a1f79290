//! From two snapshots of a table to the operations that lead from one to the other.

pub mod operation;
pub mod sqlite;

pub use operation::Operation;
