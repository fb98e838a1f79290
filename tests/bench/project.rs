//! What a command does with a project of 100 resources: `cargo bench --bench project`.

use std::collections::BTreeMap;
use std::sync::Arc;

use ashls::codegen::{Options, Timestamp};
use ashls::diff::Answers;
use ashls::pending::{ProjectState, Request};
use ashls::snapshot::json::{Dialect, read, write};
use divan::{Bencher, black_box};

#[path = "generated.rs"]
mod generated;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const RESOURCES: usize = 100;

type Sources = BTreeMap<String, Arc<str>>;
type Generated = BTreeMap<String, Option<Arc<str>>>;

fn files() -> (Sources, Generated) {
    let sources = generated::sources(RESOURCES, 1_000);
    let generated = generated::snapshots(&sources);
    (
        sources.into_iter().map(|(path, text)| (path, text.into())).collect(),
        generated.into_iter().map(|(path, text)| (path, Some(text.into()))).collect(),
    )
}

/// From the texts of the files to resources and the tables they want.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn load(bencher: Bencher<'_, '_>) {
    let (sources, generated) = files();
    bencher
        .with_inputs(|| (sources.clone(), generated.clone()))
        .bench_local_values(|(sources, generated)| ProjectState::load(sources, generated));
}

/// A run of the generator that finds nothing to do, with no snapshot read before.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn run(bencher: Bencher<'_, '_>) {
    let (sources, generated) = files();
    let options = Options { dry_run: true, assume_unchanged: true, skip_extensions: true, ..Options::default() };
    let stamp = Timestamp::from_unix(0);
    bencher.with_inputs(|| ProjectState::load(sources.clone(), generated.clone())).bench_local_values(|state| {
        let answers = Answers::default();
        let request = Request { options: &options, answers: &answers, first_timestamp: &stamp, resources: None };
        let outcome = state.run(request);
        assert!(outcome.repos.is_empty(), "nothing is pending");
        state
    });
}

fn snapshot_text() -> Arc<str> {
    let (_, generated) = files();
    let newest = generated.into_iter().rev().find(|(path, _)| path.ends_with(".json") && path.contains("resource1s/"));
    newest.and_then(|(_, text)| text).expect("the snapshot of the second resource")
}

#[divan::bench]
fn read_snapshot(bencher: Bencher<'_, '_>) {
    let text = snapshot_text();
    bencher.bench(|| read(black_box(&text), "resource1s.json", Dialect::Postgres));
}

#[divan::bench]
fn write_snapshot(bencher: Bencher<'_, '_>) {
    let stored = read(&snapshot_text(), "resource1s.json", Dialect::Postgres).expect("a snapshot");
    bencher.bench(|| write(black_box(&stored.snapshot), Dialect::Postgres));
}
