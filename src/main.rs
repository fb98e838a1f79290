//! The `ashls` program.

use std::process::ExitCode;

/// Trees and snapshots are millions of small pieces, which the system's allocator takes a quarter of the time for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ashls::cli::main()
}
