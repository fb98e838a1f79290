//! What two databases have in common and what not: their catalogues, as the database prints them, compared.
//!
//! Knows no connection: catalogues come from [`crate::database`], of the live database and of shadow databases on which
//! the migrations, or what the resources say, were run; or from a [`Model`] on which they were replayed without any database.

mod catalogue;
mod compare;
mod loose;
mod model;
mod relocate;
mod replay;
mod sql;

pub use catalogue::{Catalogue, Column, Index, Row, Table, TableName};
pub use compare::{Comparison, Difference, Kind, compare};
pub use loose::loose;
pub use model::{Model, Touched, Unmodelled};
pub use relocate::{Named, Relocation};
pub use replay::{Gap, Replay, replay, statements_of};
pub use sql::Dialect;
