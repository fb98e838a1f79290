//! The language server from outside: over a pair of in-memory pipes with an analyzer of our own, and as a process.
//!
//! A test speaks JSON with [`server::TestServer`], which ends the session when it is dropped and fails when the server
//! has said anything that the test did not look at. Nothing here sleeps: tests wait for messages, with a timeout.

mod analyzer;
mod commands;
mod configuration;
mod content;
mod database;
mod documents;
mod features;
mod folders;
mod language;
mod lifecycle;
#[path = "../database/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "the tests of the commands use more of it")]
#[path = "../cli/process.rs"]
mod process;
#[allow(dead_code, reason = "the tests of the commands use more of it")]
#[path = "../cli/project.rs"]
mod project;
mod pull;
mod push;
mod renames;
mod server;
mod session;
mod stdio;
#[cfg(unix)]
mod streams;
mod transport;
mod watching;
mod wire;
mod wrappers;
