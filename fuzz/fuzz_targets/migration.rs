//! Any text as a migration file: it is read or refused, and its SQL comes out or is refused.
#![no_main]

use ashls::pending::migration_sql;
use ashls::snapshot::json::Dialect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let text = format!("defmodule M do\n  use Ecto.Migration\n  def change do\n{text}\n  end\nend\n");
    for dialect in [Dialect::Postgres, Dialect::Sqlite] {
        // A refusal is an answer, too.
        let _ = migration_sql(&text, dialect, false);
    }
});
