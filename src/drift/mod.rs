//! What two databases have in common and what not: their catalogues, as the database prints them, compared.
//!
//! Knows no connection: catalogues come from [`crate::database`], of the live database and of shadow databases on which
//! the migrations, or what the resources say, were run.

mod catalogue;
mod compare;
mod sql;

pub use catalogue::{Catalogue, Column, Index, Row, Table, TableName};
pub use compare::{Comparison, Difference, Kind, compare};
pub use sql::Dialect;
