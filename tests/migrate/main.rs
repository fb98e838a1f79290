//! `ashls migrate`, `rollback`, `status`, `create` and `drop` on real databases: PostgreSQL started by the test, SQLite files.

#[path = "../oracle/archive.rs"]
mod archive;
mod commands;
mod drift;
mod faults;
mod folder;
mod locks;
mod model;
mod nothing;
#[path = "../database/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "the tests of the other commands use more of it")]
#[path = "../cli/process.rs"]
mod process;
#[allow(dead_code, reason = "the tests of the other commands use more of it")]
#[path = "../cli/project.rs"]
mod project;
mod projects;
mod proxy;
mod recorded;
mod regen;
mod shadow;
#[allow(dead_code, reason = "other tests look at more of a recorded run")]
#[path = "../oracle/sql.rs"]
mod sql;
mod sqlite;
mod tenants;
mod together;
