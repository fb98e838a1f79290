//! The thread that reads the disk, in the order in which it is asked, so that what is read later is newer.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use ignore::WalkBuilder;
use tokio::sync::mpsc::UnboundedSender;

use crate::ide::FileChange;
use crate::ide::TextSource;
use crate::workspace::{find, pages, read};

use super::event::{DiskEvent, Event, Internal};
use super::watcher::Watcher;

/// How deep below a folder that is no project itself its projects are looked for.
const PROJECT_DEPTH: usize = 4;

/// Texts as they are on the disk.
#[derive(Debug, Clone, Copy)]
pub struct OnDisk;

impl TextSource for OnDisk {
    fn text(&self, path: &Path) -> Option<Arc<str>> {
        read::read_text(path.parent()?, path.file_name()?.to_str()?).ok()
    }
}

/// The way to the thread. Dropping it ends the thread after what was asked.
#[derive(Debug)]
pub struct Disk {
    jobs: Sender<Job>,
}

#[derive(Debug)]
enum Job {
    Load { folder: PathBuf },
    Read { paths: Vec<PathBuf> },
    Forget { roots: Vec<PathBuf> },
}

impl Disk {
    /// Starts the thread. `watch`: whether it has to watch what it loads, because the client does not.
    pub fn start(events: UnboundedSender<Event>, watch: bool) -> Disk {
        let (jobs, queue) = channel();
        let spawned = std::thread::Builder::new().name("disk".into()).spawn(move || run(&queue, &events, watch));
        if let Err(error) = spawned {
            tracing::error!("cannot start the thread that reads files: {error}");
        }
        Disk { jobs }
    }

    /// Reads the projects of a folder, or the project of a file; answers with [`DiskEvent::Loaded`].
    pub fn load(&self, folder: PathBuf) {
        self.send(Job::Load { folder });
    }

    /// Reads files and folders again; answers with [`DiskEvent::Read`].
    pub fn read(&self, paths: Vec<PathBuf>) {
        self.send(Job::Read { paths });
    }

    /// Takes projects for foreign files again, and stops watching them.
    pub fn forget(&self, roots: Vec<PathBuf>) {
        self.send(Job::Forget { roots });
    }

    fn send(&self, job: Job) {
        // The thread only ends with us, or after a panic that was logged.
        let _ = self.jobs.send(job);
    }
}

fn run(queue: &Receiver<Job>, events: &UnboundedSender<Event>, watch: bool) {
    let mut watcher = watch.then(|| Watcher::start(events.clone())).flatten();
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    while let Ok(job) = queue.recv() {
        let answer = match job {
            Job::Load { folder } => {
                let roots = projects(&folder);
                // Watched before it is read, so that nothing is missed in between.
                watcher.iter_mut().for_each(|watcher| roots.iter().for_each(|root| watcher.watch(root)));
                known.extend(roots.iter().cloned());
                let files = roots.iter().flat_map(|root| load_guarded(root)).collect();
                DiskEvent::Loaded { folder, roots, files }
            }
            Job::Read { paths } => {
                if let Some(watcher) = &mut watcher {
                    paths.iter().filter(|path| path.is_dir()).for_each(|path| watcher.appeared(path));
                }
                let mut seen = BTreeSet::new();
                let mut files = Vec::new();
                for path in paths.into_iter().filter(|path| seen.insert(path.clone())) {
                    read_again(&path, &known, &mut files);
                }
                DiskEvent::Read { files }
            }
            Job::Forget { roots } => {
                known.retain(|root| !roots.contains(root));
                watcher.iter_mut().for_each(|watcher| roots.iter().for_each(|root| watcher.forget(root)));
                continue;
            }
        };
        if events.send(Event::Internal(Internal::Disk(answer))).is_err() {
            return;
        }
    }
}

/// The files of a project. None of them when reading panicked: nothing is shown then, rather than something wrong.
fn load_guarded(root: &Path) -> Vec<FileChange> {
    catch_unwind(AssertUnwindSafe(|| load(root))).unwrap_or_else(|_| {
        let reason = "ashls has a bug: the project could not be read".to_owned();
        vec![FileChange::Unreadable { path: root.to_owned(), reason }]
    })
}

/// The roots of the projects that a folder belongs to or holds, with the spelling of `folder`.
fn projects(folder: &Path) -> Vec<PathBuf> {
    if let Ok(root) = find::project_root(folder) {
        return vec![spelled_like(folder, &root)];
    }
    let walk = WalkBuilder::new(folder)
        .max_depth(Some(PROJECT_DEPTH))
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("deps" | "_build" | "node_modules")))
        .build();
    let found = walk.filter_map(Result::ok).filter(|entry| entry.file_name() == "mix.exs" && entry.path().is_file());
    let roots: BTreeSet<_> = found
        .filter_map(|entry| find::project_root(entry.path().parent()?).ok())
        .map(|root| spelled_below(folder, &root))
        .collect();
    roots.into_iter().collect()
}

/// `root`, an ancestor of `folder` with links resolved, as the client spells it in `folder`.
fn spelled_like(folder: &Path, root: &Path) -> PathBuf {
    let spelled = folder.canonicalize().ok().and_then(|resolved| {
        let levels = resolved.strip_prefix(root).ok()?.components().count();
        folder.ancestors().nth(levels).filter(|spelled| spelled.canonicalize().is_ok_and(|it| it == root))
    });
    spelled.unwrap_or(root).to_owned()
}

/// `root`, below `folder` with links resolved, as the client spells `folder`.
fn spelled_below(folder: &Path, root: &Path) -> PathBuf {
    let below = folder.canonicalize().ok().and_then(|folder| root.strip_prefix(folder).ok().map(Path::to_owned));
    match below {
        Some(below) if below.as_os_str().is_empty() => folder.to_owned(),
        Some(below) => folder.join(below),
        None => root.to_owned(),
    }
}

fn load(root: &Path) -> Vec<FileChange> {
    let files = read::project_files(root);
    let sources = files.sources.into_iter().map(|(path, text)| (path, Some(text)));
    let mut changes: Vec<FileChange> = sources
        .chain(files.generated)
        .map(|(path, text)| match text {
            Some(text) => FileChange::Text { path: root.join(path), text, open: false },
            None => FileChange::Listed { path: root.join(path) },
        })
        .collect();
    changes.extend(pages::pages(root).into_iter().map(|path| FileChange::Listed { path: root.join(path) }));
    changes.extend(
        files
            .problems
            .into_iter()
            .map(|problem| FileChange::Unreadable { path: root.join(problem.path), reason: problem.message }),
    );
    changes
}

fn read_again(path: &Path, roots: &BTreeSet<PathBuf>, files: &mut Vec<FileChange>) {
    // The innermost root knows the file by its shortest name.
    let root = roots.iter().filter(|root| path.starts_with(root)).max_by_key(|root| root.components().count());
    let Some(root) = root else {
        // A file outside of all projects: it may be open, and was closed just now.
        return files.extend(outside(path));
    };
    let wanted = |path: &Path| {
        read::relative(root, path).filter(|relative| read::is_source(relative) || read::is_generated(relative))
    };
    if path.is_dir() {
        let walk = WalkBuilder::new(path).standard_filters(false).follow_links(true).build();
        for entry in walk.filter_map(Result::ok).filter(|entry| entry.path().is_file()) {
            files.extend(wanted(entry.path()).map(|relative| change(root, &relative)));
        }
    } else if !path.exists() {
        files.push(FileChange::Remove { path: path.to_owned() });
    } else {
        files.extend(wanted(path).map(|relative| change(root, &relative)));
        // Other versions of packages document other things.
        if path.file_name().is_some_and(|name| name == "mix.lock") {
            let listed = |page: String| FileChange::Listed { path: root.join(page) };
            files.extend(pages::pages(root).into_iter().map(listed));
        }
    }
}

fn outside(path: &Path) -> Option<FileChange> {
    let name = path.file_name()?.to_str()?;
    let parent = path.parent()?;
    match path.exists() {
        true => path.is_file().then(|| change(parent, name)),
        false => Some(FileChange::Remove { path: path.to_owned() }),
    }
}

fn change(root: &Path, relative: &str) -> FileChange {
    let path = root.join(relative);
    match read::read_text(root, relative) {
        Ok(text) => FileChange::Text { path, text, open: false },
        // It may have gone between two looks at it.
        Err(_) if !path.exists() => FileChange::Remove { path },
        Err(reason) => FileChange::Unreadable { path, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn tree(files: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for file in files {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "x").unwrap();
        }
        (folder, root)
    }

    #[test]
    fn finds_projects_above_at_and_below_a_folder() {
        let (_folder, root) = tree(&["a/mix.exs", "a/lib/x.ex", "b/c/mix.exs", "b/c/deps/d/mix.exs"]);
        assert_eq!(projects(&root.join("a/lib")), [root.join("a")]);
        assert_eq!(projects(&root.join("a/lib/x.ex")), [root.join("a")]);
        assert_eq!(projects(&root), [root.join("a"), root.join("b/c")]);
        assert_eq!(projects(&root.join("b/c/deps/d")), [root.join("b/c/deps/d")]);
        assert_eq!(projects(&root.join("nowhere")), Vec::<PathBuf>::new());
    }

    #[cfg(unix)]
    #[test]
    fn keeps_the_spelling_of_the_client() {
        let (_folder, root) = tree(&["real/mix.exs", "real/lib/x.ex"]);
        std::os::unix::fs::symlink(root.join("real"), root.join("link")).unwrap();
        assert_eq!(projects(&root.join("link/lib")), [root.join("link")]);
    }

    #[test]
    fn reads_what_belongs_to_a_project_again() {
        let (_folder, root) = tree(&["mix.exs", "lib/a.ex", "lib/b.txt", "lib/deep/c.ex"]);
        let again = |path: &str| {
            let mut files = Vec::new();
            read_again(&root.join(path), &BTreeSet::from([root.clone()]), &mut files);
            files
        };
        let text = |path: &str| FileChange::Text { path: root.join(path), text: "x".into(), open: false };
        assert_eq!(again("lib/a.ex"), [text("lib/a.ex")]);
        assert_eq!(again("lib/b.txt"), []);
        assert_eq!(again("lib/deep"), [text("lib/deep/c.ex")]);
        assert_eq!(again("lib/gone.ex"), [FileChange::Remove { path: root.join("lib/gone.ex") }]);
    }
}
