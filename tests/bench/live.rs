//! What the server does at a keystroke and at its start, in a project of 1,000 resources (191,000 lines, 5,000 snapshot
//! files): `cargo bench --bench live`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ashls::ide::analyzer::{Analysis, Analyzer, Cancellation, FileChange};
use ashls::ide::live::LiveAnalyzer;
use ashls::ide::{diagnostics, inlay_hints};
use ashls::text::Range;
use divan::{Bencher, black_box};

#[path = "generated.rs"]
mod generated;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const ROOT: &str = "/bench";
const RESOURCES: usize = 1_000;
const EVERYTHING: diagnostics::Config = diagnostics::Config { pending: true, unresolved: true };
const HINTS: inlay_hints::Config = inlay_hints::Config { locks: true, removals: true };

/// The files as the server finds them on the disk: old snapshots are only listed.
fn files() -> Vec<FileChange> {
    let sources = generated::sources(RESOURCES, 1_000);
    let generated = generated::snapshots(&sources);
    let names: Vec<&String> = generated.keys().collect();
    let mut changes: Vec<FileChange> = sources.iter().map(|(path, text)| on_disk(path, text)).collect();
    for (index, (path, text)) in generated.iter().enumerate() {
        let folder = path.rsplit_once('/').map(|(folder, _)| folder);
        let newest = names.get(index + 1).is_none_or(|next| next.rsplit_once('/').map(|(folder, _)| folder) != folder);
        changes.push(match newest || !path.ends_with(".json") {
            true => on_disk(path, text),
            false => FileChange::Listed { path: absolute(path) },
        });
    }
    changes
}

fn on_disk(path: &str, text: &str) -> FileChange {
    FileChange::Text { path: absolute(path), text: text.into(), open: false }
}

fn absolute(path: &str) -> PathBuf {
    Path::new(ROOT).join(path)
}

/// From the texts of the files to the pending changes of all tables.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn cold_index(bencher: Bencher<'_, '_>) {
    let files = files();
    bencher.with_inputs(|| files.clone()).bench_local_values(|files| {
        let mut analyzer = LiveAnalyzer::default();
        analyzer.apply(files);
        black_box(analyzer.snapshot());
        analyzer
    });
}

/// A keystroke in a resource of 1,000 lines that makes a change pending, to diagnostics and hints: the type of a column,
/// to and fro.
#[divan::bench(sample_count = 1_000, sample_size = 1)]
fn keystroke(bencher: Bencher<'_, '_>) {
    typing(bencher, "attribute :name, :string", "attribute :name, :strin");
}

/// A keystroke that leaves broken code.
#[divan::bench(sample_count = 1_000, sample_size = 1)]
fn keystroke_that_breaks(bencher: Bencher<'_, '_>) {
    typing(bencher, "attribute :name, :string", "attribute :name, \"string");
}

/// A keystroke in an action, which says nothing about tables.
#[divan::bench(sample_count = 1_000, sample_size = 1)]
fn keystroke_in_an_action(bencher: Bencher<'_, '_>) {
    typing(bencher, "description \"Step 20.\"", "description \"Step 20!.\"");
}

fn typing(bencher: Bencher<'_, '_>, from: &str, to: &str) {
    let mut analyzer = LiveAnalyzer::default();
    let files = files();
    let path = absolute(&generated::path(0));
    let text = files.iter().find_map(|change| match change {
        FileChange::Text { path: known, text, .. } if *known == path => Some(text.clone()),
        _ => None,
    });
    let text = text.expect("the first resource");
    assert!(text.contains(from), "{from} is in the first resource");
    let texts: [Arc<str>; 2] = [text.replacen(from, to, 1).into(), text];
    analyzer.apply(files);
    analyzer.snapshot();
    let mut turn = 0;
    bencher.bench_local(|| {
        let text = texts[turn % 2].clone();
        turn += 1;
        analyzer.apply(vec![FileChange::Text { path: path.clone(), text: text.clone(), open: true }]);
        let snapshot: Arc<dyn Analysis> = analyzer.snapshot();
        let analysis = snapshot.file(&path, &Cancellation::never()).expect("nobody cancels");
        let diagnostics = diagnostics::diagnostics(&analysis, &text, EVERYTHING);
        let hints = inlay_hints::inlay_hints(&analysis, &text, Range::new(0, text.len()), HINTS);
        black_box((diagnostics.len(), hints.len()))
    });
}
