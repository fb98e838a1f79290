//! The project as evaluations outside of it see it: its modules and settings, those of dependencies that were read
//! included.

use std::sync::Arc;

use super::Project;
use crate::elixir::SourceModule;
use crate::elixir::eval::{Environment, Value};

impl Environment for Project {
    fn module(&self, name: &str) -> Option<Arc<SourceModule>> {
        Project::module(self, name).cloned()
    }

    fn setting(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        self.settings().get(app, key)
    }

    fn mix_env(&self) -> &'static str {
        Project::mix_env(self).0
    }
}
