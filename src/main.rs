//! The `ashls` program.

use std::process::ExitCode;

/// Trees and snapshots are millions of small pieces, which the system's allocator takes a quarter of the time for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

fn main() -> ExitCode {
    // Freed memory goes back at once: a server that has read its project is idle, and would keep the most it ever needed.
    // Safe: sets a number before other threads exist.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) };
    ashls::cli::main()
}
