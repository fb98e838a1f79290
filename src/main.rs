//! The `ashls` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ashls::cli::main()
}
