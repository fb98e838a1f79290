//! An analyzer for tests. It knows one rule of Ash: the columns of a table are the attributes of its resource, and the
//! newest snapshot is a list of names.
//!
//! Comments in a resource are its brakes: `# panic` makes its analysis panic, `# wait` makes it wait until the test
//! releases it or nobody wants it any more, `# like PATH` makes it depend on the first line of another file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use ashls::ide::completion::Completion;
use ashls::ide::*;
use ashls::syntax::{Expr, parse_expressions};
use ashls::text::Range;

/// What tests see of the analyzer.
#[derive(Clone, Default)]
pub struct Probe(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    texts: BTreeMap<PathBuf, Arc<str>>,
    released: bool,
    /// Analyses that wait now.
    waiting: usize,
}

impl Probe {
    pub fn text(&self, path: &Path) -> Option<String> {
        self.0.0.lock().unwrap().texts.get(path).map(|text| text.to_string())
    }

    /// Lets everything go on that waits or will wait.
    pub fn release(&self) {
        self.0.0.lock().unwrap().released = true;
        self.0.1.notify_all();
    }

    /// Blocks until `count` analyses wait.
    pub fn until_waiting(&self, count: usize) {
        let mut state = self.0.0.lock().unwrap();
        while state.waiting != count {
            let (next, timeout) = self.0.1.wait_timeout(state, Duration::from_secs(20)).unwrap();
            assert!(!timeout.timed_out(), "{} instead of {count} analyses wait", next.waiting);
            state = next;
        }
    }

    fn wait(&self, cancellation: &Cancellation) -> Result<(), Cancelled> {
        let mut state = self.0.0.lock().unwrap();
        state.waiting += 1;
        self.0.1.notify_all();
        while !state.released && !cancellation.is_cancelled() {
            state = self.0.1.wait_timeout(state, Duration::from_millis(2)).unwrap().0;
        }
        state.waiting -= 1;
        self.0.1.notify_all();
        cancellation.check()
    }
}

pub struct FakeAnalyzer {
    probe: Probe,
    files: BTreeMap<PathBuf, Arc<str>>,
}

impl FakeAnalyzer {
    pub fn new() -> (FakeAnalyzer, Probe) {
        let probe = Probe::default();
        (FakeAnalyzer { probe: probe.clone(), files: BTreeMap::new() }, probe)
    }
}

impl Analyzer for FakeAnalyzer {
    fn apply(&mut self, changes: Vec<FileChange>) {
        for change in changes {
            match change {
                FileChange::Text { path, text, .. } => drop(self.files.insert(path, text)),
                FileChange::Listed { path } | FileChange::Unreadable { path, .. } => drop(self.files.remove(&path)),
                FileChange::Remove { path } => self.files.retain(|file, _| !file.starts_with(&path)),
            }
        }
        self.probe.0.0.lock().unwrap().texts = self.files.clone();
        assert!(!self.files.values().any(|text| text.contains("# poison")), "the analyzer was told to panic");
    }

    fn snapshot(&mut self) -> Arc<dyn Analysis> {
        Arc::new(View { probe: self.probe.clone(), files: self.files.clone() })
    }
}

struct View {
    probe: Probe,
    files: BTreeMap<PathBuf, Arc<str>>,
}

impl View {
    /// The snapshot beside the resource's project: `priv/resource_snapshots/TABLE.json`.
    fn snapshot_path(path: &Path, table: &str) -> Option<PathBuf> {
        let lib = path.ancestors().find(|ancestor| ancestor.ends_with("lib"))?;
        Some(lib.parent()?.join(format!("priv/resource_snapshots/{table}.json")))
    }

    fn resource(&self, path: &Path) -> Option<Resource> {
        let text = self.files.get(path)?;
        let table = text.split("table \"").nth(1)?.split('"').next()?.to_owned();
        let module = text.split("defmodule ").nth(1)?.split(' ').next()?.to_owned();
        let snapshot = self.files.get(&Self::snapshot_path(path, &table)?);
        let columns = snapshot.map(|it| it.split_whitespace().map(str::to_owned).collect()).unwrap_or_default();
        Some(Resource { text: text.clone(), table, module, columns })
    }
}

struct Resource {
    text: Arc<str>,
    table: String,
    module: String,
    columns: Vec<String>,
}

impl Resource {
    fn at(&self, part: &str) -> Range {
        let start = self.text.find(part).unwrap_or(0);
        Range::new(start, start + part.len())
    }

    /// The declared attributes: name, and the range of the line.
    fn attributes(&self) -> Vec<(String, Range)> {
        let mut offset = 0;
        let mut found = Vec::new();
        for line in self.text.split_inclusive('\n') {
            let start = offset + line.len() - line.trim_start().len();
            if let Some(rest) = line.trim().strip_prefix("attribute :") {
                let name: String = rest.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
                found.push((name, Range::new(start, start + line.trim().len())));
            }
            offset += line.len();
        }
        found
    }

    fn change(&self, range: Range, verb: &str, name: &str, sql: &str, effect: Effect) -> PendingChange {
        PendingChange {
            range,
            code: format!("{verb}-column"),
            title: format!("{verb} column {name}"),
            sql: vec![format!("ALTER TABLE \"{}\" {sql} COLUMN \"{name}\"", self.table)],
            ecto: format!("{verb} :{name}"),
            lock: Some("ACCESS EXCLUSIVE".into()),
            effect,
            findings: Vec::new(),
            related: Vec::new(),
            doubts: Vec::new(),
            settled: None,
        }
    }

    fn view(&self, path: &Path) -> ResourceView {
        let attributes = self.attributes();
        let added: Vec<_> = attributes.iter().filter(|(name, _)| !self.columns.contains(name)).collect();
        let gone = self.columns.iter().filter(|column| !attributes.iter().any(|(name, _)| name == *column));
        let gone: Vec<_> = gone.collect();
        let section = self.at("attributes do");
        let adds = added.iter().map(|(name, range)| self.change(*range, "add", name, "ADD", Effect::Safe));
        let removes = gone.iter().map(|name| {
            let lost = Effect::Destructive(format!("{name} is lost"));
            self.change(section, "remove", name, "DROP", lost)
        });
        let columns = attributes.iter().map(|(name, range)| ColumnView {
            range: *range,
            name_range: *range,
            column: name.clone(),
            is_object: false,
            current: self.columns.contains(name).then(|| format!("{name} text")),
        });
        let questions = match (gone.as_slice(), added.as_slice()) {
            ([old], [(new, range)]) => vec![QuestionView {
                id: format!("rename {old}"),
                range: *range,
                text: format!("Are you renaming {old} to {new}?"),
                answers: vec![
                    AnswerView { id: "yes".into(), title: format!("rename {old} to {new}"), rename: true },
                    AnswerView { id: "no".into(), title: format!("remove {old} and add {new}"), rename: false },
                ],
                fixes: Vec::new(),
            }],
            _ => Vec::new(),
        };
        let typo = self.text.find("nope: 1").map(|start| {
            let fix = FixEdit { path: path.to_owned(), range: Range::new(start - 2, start + 7), text: String::new() };
            Issue {
                range: Range::new(start, start + 7),
                code: "unknown-option".into(),
                message: "there is no option nope".into(),
                related: vec![Related { path: path.to_owned(), range: section, message: "in this section".into() }],
                fixes: vec![Fix { title: "Remove nope".into(), edits: vec![fix], preferred: true }],
                tags: vec![Tag::Unnecessary],
                ..Issue::default()
            }
        });
        let unresolved = attributes.iter().filter(|(_, range)| range.slice(&self.text).ends_with("Money"));
        ResourceView {
            range: Range::new(0, self.text.trim_end().len()),
            name_range: self.at(&self.module),
            module: self.module.clone(),
            table: Some(self.table.clone()),
            columns: columns.collect(),
            changes: adds.chain(removes).collect(),
            questions,
            unresolved: unresolved
                .map(|(name, range)| Unresolved {
                    range: *range,
                    what: format!("the type of {name}"),
                    reason: "Money is unknown".into(),
                    fixes: Vec::new(),
                })
                .collect(),
            issues: typo.into_iter().collect(),
        }
    }
}

impl Analysis for View {
    fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.files.get(path).cloned()
    }

    fn expressions(&self, path: &Path, _: &Cancellation, read: &mut dyn FnMut(&[Expr])) -> Result<(), Cancelled> {
        read(&self.files.get(path).map(|text| parse_expressions(text)).unwrap_or_default());
        Ok(())
    }

    fn file(&self, path: &Path, cancellation: &Cancellation) -> Result<Arc<FileAnalysis>, Cancelled> {
        let text = self.files.get(path).cloned().unwrap_or_default();
        if text.contains("# wait") {
            self.probe.wait(cancellation)?;
        }
        assert!(!text.contains("# panic"), "told to panic");
        let mut analysis = FileAnalysis::default();
        analysis.resources.extend(self.resource(path).map(|resource| resource.view(path)));
        if let Some(other) = text.split("# like ").nth(1).and_then(|rest| rest.lines().next()) {
            let first = self.files.get(Path::new(other)).and_then(|text| text.lines().next()).unwrap_or("nothing");
            let message = format!("the other file begins with {first}");
            analysis.issues.push(Issue { range: Range::new(0, 1), code: "like".into(), message, ..Issue::default() });
        }
        Ok(Arc::new(analysis))
    }

    fn files(&self) -> Vec<PathBuf> {
        self.files.iter().filter(|(_, text)| text.contains("use Ash.")).map(|(path, _)| path.clone()).collect()
    }

    fn documentation(&self, path: &Path, offset: usize) -> Option<Documentation> {
        let start = self.files.get(path)?.find("attributes do")?;
        let range = Range::new(start, start + "attributes".len());
        let documentation = Documentation { range, title: "attributes".into(), text: "The columns.".into() };
        range.touches(offset).then_some(documentation)
    }

    // What follows takes a whole project; `language.rs` tests it with the real analyzer.
    fn completions(&self, _: &Path, _: usize) -> Vec<Completion> {
        Vec::new()
    }

    fn definition(&self, _: &Path, _: usize) -> Vec<Located> {
        Vec::new()
    }

    fn references(&self, _: &Path, _: usize, _: bool) -> Vec<Located> {
        Vec::new()
    }

    fn links(&self, _: &Path) -> Vec<Link> {
        Vec::new()
    }

    fn renamable(&self, _: &Path, _: usize) -> Option<Range> {
        None
    }

    fn rename(&self, _: &Path, _: usize, _: &str, _: &Cancellation) -> Result<Renamed, Cancelled> {
        Ok(Renamed::Refused("nothing here can be renamed".into()))
    }

    fn record_renames(&self) -> Vec<(PathBuf, Option<String>)> {
        Vec::new()
    }

    fn generate(&self, request: &GenerateRequest, cancellation: &Cancellation) -> Result<Generated, Cancelled> {
        let (path, only) = match &request.scope {
            Scope::Project(path) => (path, None),
            Scope::Resource { path, module } => (path, Some(module)),
        };
        let root = path.ancestors().find(|it| self.files.contains_key(&it.join("mix.exs"))).unwrap_or(path);
        let mut files = GeneratedFiles { root: root.to_owned(), ..GeneratedFiles::default() };
        let mut snapshots = Vec::new();
        for file in self.files().iter().filter(|file| file.starts_with(root)) {
            let Some(resource) = self.resource(file) else { continue };
            if only.is_some_and(|module| *module != resource.module) {
                continue;
            }
            let view = (*self.file(file, cancellation)?).clone().resources.remove(0);
            let open: Vec<_> =
                view.questions.iter().filter(|it| !request.answers.iter().any(|a| a.0 == it.id)).collect();
            if !open.is_empty() {
                return Ok(Generated::Questions(view.questions.clone()));
            }
            if resource.text.contains("# refuse") {
                return Ok(Generated::Refused("the type of price is not known".into()));
            }
            if view.changes.is_empty() {
                continue;
            }
            let name = request.name.as_deref().unwrap_or(&resource.table);
            let lines: Vec<_> = view.changes.iter().map(|change| change.ecto.clone()).collect();
            let mut body = lines.join("\n");
            request.answers.iter().for_each(|(question, answer)| body.push_str(&format!("\n# {question}: {answer}")));
            let migration = format!("priv/repo/migrations/{}_{name}.exs", request.timestamp);
            files.open.get_or_insert(migration.clone());
            files.write.push((migration, body));
            let columns: Vec<_> = resource.attributes().into_iter().map(|(name, _)| name).collect();
            snapshots.push((format!("priv/resource_snapshots/{}.json", resource.table), columns.join(" ")));
        }
        files.write.extend(snapshots);
        Ok(if files.write.is_empty() { Generated::Nothing } else { Generated::Files(files) })
    }

    fn preview(&self, scope: &Scope, format: PreviewFormat, cancellation: &Cancellation) -> Result<Preview, Cancelled> {
        let (Scope::Project(path) | Scope::Resource { path, .. }) = scope;
        let analysis = self.file(path, cancellation)?;
        let changes = analysis.resources.iter().flat_map(|resource| &resource.changes);
        let cause = changes.clone().next().map(|change| PreviewCause {
            part: Range::new(0, 5),
            path: path.clone(),
            declaration: change.range,
        });
        let lines: Vec<_> = changes
            .map(|change| match format {
                PreviewFormat::Sql => change.sql.join("\n"),
                PreviewFormat::Ecto => change.ecto.clone(),
            })
            .collect();
        Ok(Preview { title: "Pending".into(), text: lines.join("\n"), causes: cause.into_iter().collect() })
    }
}
