//! Any text as a snapshot file: it is read or refused.
#![no_main]

use ashls::snapshot::json::{Dialect, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Postgres, Dialect::Sqlite] {
        let _ = read(text, "priv/resource_snapshots/repo/posts/20260101000000.json", dialect);
    }
});
