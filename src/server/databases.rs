//! The database beside the project, when a setting names one: how its tables differ, and how many rows would be lost.
//!
//! Off by default. It is looked at after changes, at most every few seconds, on a thread of its own; what goes wrong is one
//! line in the log, and everything else works without it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::ide::Cancellation;
use crate::ide::database::{DatabaseView, losing};

use super::event::{Event, Internal};
use super::settings::Settings;
use super::world::{Context, World};

/// The shortest time between two looks.
const INTERVAL: Duration = Duration::from_secs(5);

/// Who can ask databases.
pub trait Databases: Send + Sync {
    /// Looks at the database of the project at `root`, without changing anything.
    ///
    /// # Errors
    /// What went wrong, in one line.
    fn look(&self, root: &Path, wanted: &Wanted) -> Result<DatabaseView, String>;
}

/// What is to be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The database; `None`: the one of the repo's configuration.
    pub url: Option<String>,
    pub drift: bool,
    /// Tables of which the rows are counted.
    pub tables: BTreeSet<String>,
    /// For each query.
    pub timeout: Duration,
}

/// What is known of the databases, by the roots of their projects.
pub type Views = BTreeMap<PathBuf, DatabaseView>;

/// How far looking has come.
#[derive(Default)]
pub struct Looking {
    pub views: Arc<Views>,
    running: bool,
    timer: bool,
    last: Option<Instant>,
    /// The edit and the load that were looked at last, and the settings.
    seen: Option<Seen>,
}

/// What a look was about.
type Seen = (u64, u64, Vec<(PathBuf, Settings)>);

impl World {
    /// Looks at the databases if something has changed since the last look, now or when it is time.
    pub fn look_at_databases(&mut self) {
        let Some(databases) = self.databases.clone() else { return };
        let wanted: Vec<(PathBuf, Settings)> = self
            .roots()
            .into_iter()
            .map(|root| (root.clone(), self.configuration.settings.of(&root).clone()))
            .filter(|(_, settings)| settings.wants_database())
            .collect();
        if wanted.is_empty() {
            if !self.looking.views.is_empty() {
                self.databases_seen(Views::new(), Vec::new());
            }
            return;
        }
        let now = (self.view.edit, self.view.load, wanted);
        if self.looking.running || self.looking.timer || self.looking.seen.as_ref() == Some(&now) || !self.is_ready() {
            return;
        }
        let since = self.looking.last.map_or(INTERVAL, |last| last.elapsed());
        if let Some(rest) = INTERVAL.checked_sub(since).filter(|rest| !rest.is_zero()) {
            self.looking.timer = true;
            let events = self.events.clone();
            tokio::spawn(async move {
                tokio::time::sleep(rest).await;
                let _ = events.send(Event::Internal(Internal::DatabasesDue));
            });
            return;
        }
        let Some(context) = self.context() else { return };
        self.looking.running = true;
        self.looking.last = Some(Instant::now());
        let projects = now.2.clone();
        self.looking.seen = Some(now);
        let events = self.events.clone();
        // A thread of its own: it waits for the network, and the workers are for answers.
        let started = std::thread::Builder::new().name("databases".to_owned()).spawn(move || {
            let (views, problems) = look(databases.as_ref(), &context, &projects);
            let _ = events.send(Event::Internal(Internal::DatabasesSeen(views, problems)));
        });
        if let Err(error) = started {
            self.looking.running = false;
            self.log_once(format!("the database is not looked at: {error}"));
        }
    }

    /// It is time for the next look.
    pub fn databases_due(&mut self) {
        self.looking.timer = false;
        self.look_at_databases();
    }

    /// Takes what was seen.
    pub fn databases_seen(&mut self, views: Views, problems: Vec<String>) {
        self.looking.running = false;
        problems.into_iter().for_each(|problem| self.log_once(problem));
        if *self.looking.views != views {
            self.looking.views = Arc::new(views);
            self.refresh_now();
        }
        self.look_at_databases();
    }
}

fn look(databases: &dyn Databases, context: &Context, projects: &[(PathBuf, Settings)]) -> (Views, Vec<String>) {
    let (mut views, mut problems) = (Views::new(), Vec::new());
    for (root, settings) in projects {
        let mut tables = BTreeSet::new();
        if settings.row_counts {
            for path in context.analysis.files().into_iter().filter(|path| path.starts_with(root)) {
                if let Ok(analysis) = context.analysis.file(&path, &Cancellation::never()) {
                    tables.extend(losing(&analysis).cloned());
                }
            }
        }
        if !settings.drift && tables.is_empty() {
            continue;
        }
        let wanted = Wanted {
            url: Some(settings.database_url.clone()).filter(|url| !url.is_empty()),
            drift: settings.drift,
            tables,
            timeout: Duration::from_millis(settings.database_timeout),
        };
        match databases.look(root, &wanted) {
            Ok(view) => drop(views.insert(root.clone(), view)),
            Err(problem) => problems.push(format!("the database is not looked at: {problem}")),
        }
    }
    (views, problems)
}
