//! Writes the project of the benches to a folder: `cargo run --example bench_project -- FOLDER RESOURCES`.
//!
//! Sources, the snapshots that go with them, and four older snapshots of every table.

use std::path::Path;
use std::process::ExitCode;

#[path = "../tests/bench/generated.rs"]
mod generated;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(Ok(resources))) = (arguments.next(), arguments.next().map(|count| count.parse())) else {
        eprintln!("usage: bench_project FOLDER RESOURCES");
        return ExitCode::from(2);
    };
    match write_project(Path::new(&folder), resources) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_project(folder: &Path, resources: usize) -> std::io::Result<()> {
    let sources = generated::sources(resources, 1_000);
    for (path, text) in &sources {
        write(&folder.join(path), text)?;
    }
    for (path, text) in generated::snapshots(&sources) {
        write(&folder.join(path), &text)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(path))?;
    std::fs::write(path, text)
}
