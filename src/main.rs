//! The `ashls` program.

use std::process::ExitCode;

use ashls::syntax::ParserMemory;

/// Trees and snapshots are millions of small pieces, which the system's allocator takes a quarter of the time for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

fn main() -> ExitCode {
    // A server that has read its project would keep the most it ever needed: freed memory goes back at once. A command
    // ends soon, and needs its memory again before that.
    let server = std::env::args_os().nth(1).is_some_and(|command| command == "lsp");
    let delay = if server { 0 } else { -1 };
    let memory = ParserMemory {
        malloc: libmimalloc_sys::mi_malloc,
        calloc: libmimalloc_sys::mi_calloc,
        realloc: libmimalloc_sys::mi_realloc,
        free: libmimalloc_sys::mi_free,
    };
    // Safe: sets numbers before other threads exist and before anything is parsed.
    unsafe {
        libmimalloc_sys::mi_option_set(PURGE_DELAY, delay);
        memory.install();
    }
    #[cfg(target_os = "linux")]
    if server {
        // Two megabytes at a time save a command a sixth of its work, the faults of four thousand small pages. In a
        // server that gives back what it no longer needs, they would stay for one small piece each. Where the kernel
        // knows no such pages there is nothing to turn off.
        let _ = rustix::thread::disable_transparent_huge_pages(true);
    }
    ashls::cli::main(keep_memory_for_a_while)
}

/// What a keystroke needs, the next one needs again.
fn keep_memory_for_a_while() {
    const MILLISECONDS: core::ffi::c_long = 1_000;
    // Safe: sets a number that is read at each release of memory.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, MILLISECONDS) }
}
