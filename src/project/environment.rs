//! The project as evaluations outside of it see it: its modules and settings, those of dependencies that were read
//! included.

use std::sync::Arc;

use super::{Host, Project, Settings, matches_glob};
use crate::elixir::SourceModule;
use crate::elixir::eval::{Environment, Value};
use crate::syntax::Expr;

impl Environment for Project {
    fn module(&self, name: &str) -> Option<Arc<SourceModule>> {
        Project::module(self, name).cloned()
    }

    fn setting(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        self.settings().get(app, key)
    }
}

impl Project {
    /// The settings as the generator sees them.
    pub(super) fn read_settings(&self) -> Settings {
        Settings::evaluate("config/config.exs", &|path| self.files_at(path))
    }

    /// The settings as they are on a host, `config/runtime.exs` included.
    pub fn settings_on(&self, host: &Host) -> Settings {
        Settings::evaluate_on(host, &|path| self.files_at(path))
    }

    fn files_at(&self, path: &str) -> Vec<(Arc<str>, Arc<Vec<Expr>>)> {
        let found = self.sources.paths().filter(|file| matches_glob(path, file));
        found.filter_map(|path| Some((path.clone(), self.sources.file(path)?.expressions().clone()))).collect()
    }
}
