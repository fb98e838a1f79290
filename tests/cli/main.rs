//! The command line as a process: what it prints, what it writes, how it ends.

mod answers;
mod bad_projects;
mod bad_snapshots;
mod checking;
mod example_projects;
mod many_tables;
mod old_snapshots;
mod process;
mod project;
mod renames;
#[cfg(unix)]
mod terminal;
mod usage;
#[cfg(unix)]
mod writing;
