//! ashls: the pending database change of an Ash project, read from its source text.
//!
//! The modules, in reading order. Everything above `server` is the **core**: plain functions on plain data, with no
//! file system, clock, environment, async runtime, LSP or database types (`tests/tidy.rs` enforces it). Only
//! [`workspace`], [`database`], [`server`] and [`cli`] touch the outside world.
//!
//! ```text
//! text ── syntax ── elixir ── dsl ── resource ── project ──▶ desired snapshots
//!                                                                │
//!                              snapshot (JSON on disk) ──▶ diff ─┤
//!                                                                ▼
//!                                     codegen ◀── render ◀── plan ──▶ hazard ──▶ ide
//! ```

pub mod cli;
pub mod codegen;
pub mod database;
pub mod diff;
pub mod drift;
pub mod dsl;
pub mod elixir;
pub mod hazard;
pub mod ide;
pub mod migration;
pub mod pending;
pub mod plan;
pub mod project;
pub mod render;
pub mod resource;
pub mod server;
pub mod snapshot;
pub mod syntax;
pub mod text;
pub mod workspace;
