//! `config/*.exs`: what `Application.get_env/2` gives when the generator runs.
//!
//! Evaluated for one Mix environment and without `runtime.exs`, which is for what only the host knows; or, to find a
//! database, on a [`Host`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::mix::MixEnv;
use crate::elixir::eval::{Context, Environment, LOCK, LibraryCall, Scope, Value, evaluate, generations};
use crate::elixir::{SourceModule, do_body};
use crate::syntax::{Call, Expr, Target};

/// Settings by application and key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    values: BTreeMap<(String, Value), Value>,
    /// The same as if no environment variable were set, where that makes a difference.
    without_variables: BTreeMap<(String, Value), Value>,
}

/// What only the host knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// `MIX_ENV`: `dev`, `prod`.
    pub environment: String,
    /// All environment variables.
    pub variables: BTreeMap<String, String>,
}

/// The files at a path, which may have `*` in it, with their trees.
pub type FilesAt<'a> = dyn Fn(&str) -> Vec<(Arc<str>, Arc<Vec<Expr>>)> + 'a;

impl Settings {
    /// `Application.get_env(app, key)`; `Err` is the unknown that stands there.
    pub fn get(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        match self.values.get(&(app.to_owned(), key.clone())) {
            Some(unknown @ Value::Unknown(_)) => Err(unknown.clone()),
            value => Ok(value.cloned()),
        }
    }

    /// The applications that configure `key`.
    pub fn apps_with<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let key = Value::atom(key);
        self.values.keys().filter(move |(_, known)| *known == key).map(|(app, _)| app.as_str())
    }

    /// [`Settings::get`] as if no environment variable were set.
    pub fn get_without_variables(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        match self.without_variables.get(&(app.to_owned(), key.clone())) {
            Some(unknown @ Value::Unknown(_)) => Err(unknown.clone()),
            Some(value) => Ok(Some(value.clone())),
            None => self.get(app, key),
        }
    }

    /// Evaluates `start` and what it imports, in the Mix environment `mix_env`. `files` are the trees of all files, by path.
    pub fn evaluate(start: &str, mix_env: MixEnv, files: &FilesAt) -> Settings {
        let environment = ConfigFiles { files, mix_env, host: None };
        let context = Context::new(&environment);
        let read = || {
            let mut reader = Reader { settings: Settings::default(), context: &context, files, depth: 0 };
            reader.file(start);
            reader.settings
        };
        let mut settings = read();
        if settings.values.values().any(|value| value.as_unknown().is_some()) {
            let (without, _) = context.without_variables(read);
            settings.without_variables = without.values;
            settings.without_variables.retain(|key, value| settings.values.get(key) != Some(value));
        }
        settings
    }

    /// Evaluates `config/config.exs` and `config/runtime.exs` as they are on a host.
    pub fn evaluate_on(host: &Host, files: &FilesAt) -> Settings {
        let environment = ConfigFiles { files, mix_env: MixEnv::DEV, host: Some(host) };
        let context = Context::new(&environment);
        let mut reader = Reader { settings: Settings::default(), context: &context, files, depth: 0 };
        for start in ["config/config.exs", "config/runtime.exs"] {
            reader.file(start);
        }
        reader.settings
    }

    /// Takes the versions of packages that `mix.lock` names.
    pub fn set_versions(&mut self, versions: &BTreeMap<String, String>) {
        if !versions.is_empty() {
            self.values.insert((LOCK.to_owned(), Value::nil()), Value::bool(true));
        }
        for (package, version) in versions {
            self.values.insert((LOCK.to_owned(), Value::string(package.as_str())), Value::string(version.as_str()));
        }
    }

    fn put(&mut self, app: &str, key: Value, value: Value) {
        let slot = self.values.entry((app.to_owned(), key)).or_insert_with(Value::nil);
        *slot = merged(std::mem::replace(slot, Value::nil()), value);
    }
}

/// `Config.__merge__/2`: keyword lists are merged deeply, anything else is replaced.
fn merged(old: Value, new: Value) -> Value {
    let (Value::List(old_items), Value::List(new_items)) = (&old, &new) else { return new };
    if !is_keywords(old_items) || !is_keywords(new_items) || new_items.is_empty() {
        return new;
    }
    let key = |item: &Value| match item {
        Value::Tuple(pair) => pair[0].clone(),
        item => item.clone(),
    };
    let find = |items: &[Value], wanted: &Value| items.iter().find(|item| key(item) == *wanted).cloned();
    let mut items: Vec<Value> =
        old_items.iter().filter(|item| find(new_items, &key(item)).is_none()).cloned().collect();
    for item in new_items {
        let Value::Tuple(pair) = item else { continue };
        let value = match find(old_items, &pair[0]) {
            Some(Value::Tuple(old)) => merged(old[1].clone(), pair[1].clone()),
            _ => pair[1].clone(),
        };
        items.push(Value::Tuple(vec![pair[0].clone(), value]));
    }
    Value::List(items)
}

fn is_keywords(items: &[Value]) -> bool {
    items.iter().all(|item| matches!(item, Value::Tuple(pair) if pair.len() == 2 && matches!(pair[0], Value::Atom(_))))
}

/// Configuration is evaluated before any module of the project. It can look for other files.
struct ConfigFiles<'a> {
    files: &'a FilesAt<'a>,
    mix_env: MixEnv,
    host: Option<&'a Host>,
}

impl ConfigFiles<'_> {
    fn variable(&self, name: &str) -> Option<Option<Value>> {
        Some(self.host?.variables.get(name).map(Value::string))
    }
}

impl Environment for ConfigFiles<'_> {
    fn module(&self, _name: &str) -> Option<Arc<SourceModule>> {
        None
    }

    fn setting(&self, _app: &str, _key: &Value) -> Result<Option<Value>, Value> {
        Ok(None)
    }

    fn mix_env(&self) -> &'static str {
        self.mix_env.0
    }

    fn library(&self, call: &LibraryCall) -> Option<Value> {
        match (call.module, call.name, call.arguments) {
            ("Path", "wildcard", [Value::String(pattern)]) => {
                // From the root, so that an import finds them whatever file it stands in.
                let found = (self.files)(pattern).into_iter().map(|(path, _)| Value::string(format!("/{path}")));
                Some(Value::List(found.collect()))
            }
            ("Config", "config_env", []) => self.host.map(|host| Value::atom(&host.environment)),
            ("System", "get_env", [Value::String(name), rest @ ..]) => {
                Some(self.variable(name)?.or_else(|| rest.first().cloned()).unwrap_or_else(Value::nil))
            }
            ("System", "fetch_env!", [Value::String(name)]) => self.variable(name)?,
            _ => None,
        }
    }
}

struct Reader<'a, 'b> {
    settings: Settings,
    context: &'a Context<'b>,
    files: &'a FilesAt<'a>,
    depth: u8,
}

impl Reader<'_, '_> {
    fn file(&mut self, path: &str) {
        if self.depth > 8 {
            return;
        }
        self.depth += 1;
        for (path, tree) in (self.files)(path) {
            let mut scope = Scope::file(path);
            scope.imports.push("Config".into());
            self.statements(&tree, &mut scope, None);
        }
        self.depth -= 1;
    }

    /// Runs statements. Under a condition that is not known, what they set is `unknown`.
    fn statements(&mut self, expressions: &[Expr], scope: &mut Scope, unknown: Option<&Value>) {
        for expr in expressions {
            match expr.as_call() {
                Some(call) => self.call(expr, call, scope, unknown),
                None => {
                    evaluate(expr, scope, self.context);
                }
            }
        }
    }

    fn call(&mut self, expr: &Expr, call: &Call, scope: &mut Scope, unknown: Option<&Value>) {
        let Target::Local(name) = &call.target else { return };
        match name.as_str() {
            "config" => self.config(call, scope, unknown),
            "import_config" => {
                let Some(path) = call.arguments.first() else { return };
                if let Some(path) = evaluate(path, scope, self.context).as_text() {
                    let path = relative(&scope.file, path);
                    self.file(&path);
                }
            }
            "if" | "unless" => {
                let Some(condition) = call.arguments.first() else { return };
                let condition = evaluate(condition, scope, self.context);
                let body = do_body(call).unwrap_or_default();
                let otherwise = call.block.iter().flat_map(|block| &block.sections);
                let otherwise = otherwise.filter(|(name, _, _)| name == "else").flat_map(|(_, body, _)| body);
                let otherwise: Vec<Expr> = otherwise.cloned().collect();
                match condition.truthy() {
                    Some(truthy) if truthy == (name == "if") => self.statements(body, scope, unknown),
                    Some(_) => self.statements(&otherwise, scope, unknown),
                    None => {
                        self.statements(body, scope, Some(&condition));
                        self.statements(&otherwise, scope, Some(&condition));
                    }
                }
            }
            "for" => {
                for mut inner in generations(expr.range, call, scope, self.context).unwrap_or_default() {
                    self.statements(do_body(call).unwrap_or_default(), &mut inner, unknown);
                }
            }
            "import" | "use" | "require" => {}
            _ => {
                evaluate(expr, scope, self.context);
            }
        }
    }

    fn config(&mut self, call: &Call, scope: &mut Scope, unknown: Option<&Value>) {
        let values: Vec<Value> = call.arguments.iter().map(|value| evaluate(value, scope, self.context)).collect();
        let under = |value: &Value| unknown.unwrap_or(value).clone();
        match values.as_slice() {
            [app, Value::List(pairs)] => {
                let Some(app) = app.as_atom() else { return };
                for pair in pairs {
                    if let Value::Tuple(pair) = pair
                        && pair.len() == 2
                    {
                        self.settings.put(app, pair[0].clone(), under(&pair[1]));
                    }
                }
            }
            [app, key, value] => {
                let Some(app) = app.as_atom() else { return };
                self.settings.put(app, key.clone(), under(value));
            }
            _ => {}
        }
    }
}

/// `path` as seen from the folder of `file`; one that begins with `/` stands below the root.
fn relative(file: &str, path: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { file.split('/').collect() };
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
