//! What one evaluation carries along: the project's modules, a budget, and values that stand in code.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::body;
use super::node::ModuleBody;
use super::value::{Origin, Value};
use crate::elixir::SourceModule;
use crate::syntax::{Expr, Kind};
use crate::text::Range;

/// Steps one evaluation may take before it gives up; a large resource takes some thousands.
const BUDGET: u32 = 2_000_000;

/// Calls inside calls before an evaluation gives up.
const MAX_DEPTH: u16 = 96;

/// Expressions inside expressions, those of called functions included, before an evaluation gives up.
const MAX_NESTING: u16 = 400;

/// The application under which [`Environment::setting`] answers the versions of packages that are locked.
pub const LOCK: &str = "mix.lock";

/// Stack that one level of an evaluation may need, in bytes, and how much more there is when it does not suffice.
const STACK_NEEDED: usize = 256 * 1024;
const STACK_ADDED: usize = 4 * 1024 * 1024;

/// Runs `work` with enough stack, whatever thread this is.
fn with_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_NEEDED, STACK_ADDED, work)
}

/// What an evaluation may ask about the project.
pub trait Environment {
    /// The module `name` (without `Elixir.`), if the project defines it.
    fn module(&self, name: &str) -> Option<Arc<SourceModule>>;

    /// `Application.get_env(app, key)`: `Ok(None)` when it is not configured, `Err` when the configuration is not
    /// known.
    fn setting(&self, app: &str, key: &Value) -> Result<Option<Value>, Value>;

    /// The value of `entry` in the keyword list that is configured; `Ok(None)` when it is not there.
    fn setting_entry(&self, app: &str, key: &Value, entry: &str) -> Result<Option<Value>, Value> {
        Ok(self.setting(app, key)?.and_then(|value| value.get(entry).cloned()))
    }

    /// [`Environment::setting`] as if no environment variable were set.
    fn setting_without_variables(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        self.setting(app, key)
    }

    /// The application that is compiled: `Mix.Project.config()[:app]`; `None` when it is not known.
    fn otp_app(&self) -> Option<String> {
        None
    }

    /// `Mix.env()`: the environment that everything is evaluated for.
    fn mix_env(&self) -> &'static str {
        "dev"
    }

    /// How many levels of calls inside the top-level call `name` are of interest; `None` for all, with their values.
    fn outline(&self, _name: &str) -> Option<u8> {
        None
    }

    /// Whether a call `name` inside of a top-level call counts as one at the top.
    fn is_top_level(&self, _name: &str) -> bool {
        false
    }

    /// The value of a function that a library defines, or adds to a module of the project; `None` when it is not known.
    fn library(&self, _call: &LibraryCall) -> Option<Value> {
        None
    }
}

/// A call that neither the standard library nor the project's sources answer.
pub struct LibraryCall<'a, 'b> {
    /// Without `Elixir.`.
    pub module: &'a str,
    pub name: &'a str,
    /// None of them is unknown.
    pub arguments: &'a [Value],
    pub context: &'a Context<'b>,
}

/// A call by its place and its name.
type QuotedCall = (Range, String);

/// The state of one evaluation.
pub struct Context<'a> {
    environment: &'a dyn Environment,
    steps: Cell<u32>,
    depth: Cell<u16>,
    nesting: Cell<u16>,
    held: RefCell<Vec<Value>>,
    /// Names of environment variables that were taken as not set; `None` while none is.
    unset: RefCell<Option<BTreeSet<String>>>,
    bodies: RefCell<FxHashMap<Arc<str>, Option<Arc<ModuleBody>>>>,
    /// The calls that stand as statements in evaluated quotes, by name, with the files they are written in.
    quoted: RefCell<FxHashMap<QuotedCall, Vec<Arc<str>>>>,
}

impl<'a> Context<'a> {
    pub fn new(environment: &'a dyn Environment) -> Context<'a> {
        Context {
            environment,
            steps: Cell::new(0),
            depth: Cell::new(0),
            nesting: Cell::new(0),
            held: RefCell::default(),
            unset: RefCell::default(),
            bodies: RefCell::default(),
            quoted: RefCell::default(),
        }
    }

    /// The module `name` (without `Elixir.`), if the project defines it.
    pub fn module(&self, name: &str) -> Option<Arc<SourceModule>> {
        self.environment.module(name)
    }

    /// `Application.get_env(app, key)`, see [`Environment::setting`].
    pub fn setting(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        match self.unset.borrow().is_some() {
            true => self.environment.setting_without_variables(app, key),
            false => self.environment.setting(app, key),
        }
    }

    /// One entry of a keyword list in the configuration, see [`Environment::setting_entry`].
    pub fn setting_entry(&self, app: &str, key: &Value, entry: &str) -> Result<Option<Value>, Value> {
        self.environment.setting_entry(app, key, entry)
    }

    /// The version of a package in `mix.lock`: major, minor, patch. `None` when it is not locked, or to a revision.
    pub fn locked_version(&self, package: &str) -> Option<(u64, u64, u64)> {
        let version = self.environment.setting(LOCK, &Value::string(package)).ok().flatten()?;
        let mut numbers = version.as_text()?.split(['.', '-', '+']).map_while(|number| number.parse::<u64>().ok());
        Some((numbers.next()?, numbers.next()?, numbers.next().unwrap_or(0)))
    }

    /// Whether there is a `mix.lock` that locks a package to a version.
    pub fn has_lock(&self) -> bool {
        matches!(self.environment.setting(LOCK, &Value::nil()), Ok(Some(_)))
    }

    /// The application that is compiled, see [`Environment::otp_app`].
    pub fn otp_app(&self) -> Option<String> {
        self.environment.otp_app()
    }

    pub(super) fn mix_env(&self) -> &'static str {
        self.environment.mix_env()
    }

    pub(super) fn outline(&self, name: &str) -> Option<u8> {
        self.environment.outline(name)
    }

    pub(super) fn is_top_level(&self, name: &str) -> bool {
        self.environment.is_top_level(name)
    }

    pub(super) fn library(&self, module: &str, name: &str, arguments: &[Value]) -> Option<Value> {
        if let Some(unknown) = arguments.iter().find_map(Value::as_unknown) {
            return Some(Value::Unknown(unknown.clone()));
        }
        self.environment.library(&LibraryCall { module, name, arguments, context: self })
    }

    /// The body of a project module with its macros expanded, read once per evaluation. `None` for a module that the
    /// project does not define, and while that very body is being read.
    pub fn body(&self, name: &str) -> Option<Arc<ModuleBody>> {
        if let Some(body) = self.bodies.borrow().get(name) {
            return body.clone();
        }
        let module = self.module(name)?;
        self.bodies.borrow_mut().insert(module.name.clone(), None);
        let body = Arc::new(body::module_body(&module, self));
        self.bodies.borrow_mut().insert(module.name.clone(), Some(body.clone()));
        Some(body)
    }

    /// Does `work` as if no environment variable were set; the names of those that were asked for come with the result.
    pub fn without_variables<T>(&self, work: impl FnOnce() -> T) -> (T, BTreeSet<String>) {
        let outer = self.unset.replace(Some(BTreeSet::new()));
        let result = work();
        let asked = self.unset.replace(outer);
        (result, asked.unwrap_or_default())
    }

    /// Whether the environment variable `name` is to be taken as not set.
    pub(super) fn is_unset(&self, name: &str) -> bool {
        match self.unset.borrow_mut().as_mut() {
            Some(asked) => {
                asked.insert(name.to_owned());
                true
            }
            None => false,
        }
    }

    /// Notes that a quote in `file` has the call `name` at `range`.
    pub(super) fn note_quoted(&self, file: &Arc<str>, range: Range, name: &str) {
        let mut quoted = self.quoted.borrow_mut();
        let files = quoted.entry((range, name.to_owned())).or_default();
        if !files.contains(file) {
            files.push(file.clone());
        }
    }

    /// Where the call `name` at `range` is written, when it comes out of a quote. Code keeps only its range on the way
    /// through macros: of two files with the same call at the same place, nobody knows which one it was.
    pub(super) fn written(&self, range: Range, name: &str) -> Option<Arc<Origin>> {
        match &self.quoted.borrow().get(&(range, name.to_owned()))?[..] {
            [file] => Some(Arc::new(Origin::new(file.clone(), range))),
            _ => None,
        }
    }

    /// Takes one step of the budget; false when it is used up.
    pub(super) fn step(&self) -> bool {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        steps < BUDGET
    }

    /// Runs `work` one level deeper; `None` when that is too deep.
    pub(super) fn deeper<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let result = with_stack(work);
        self.depth.set(depth);
        Some(result)
    }

    /// Runs `work` one expression deeper; `None` when that is too deep.
    pub(super) fn nested<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let nesting = self.nesting.get();
        if nesting >= MAX_NESTING {
            return None;
        }
        self.nesting.set(nesting + 1);
        let result = with_stack(work);
        self.nesting.set(nesting);
        Some(result)
    }

    /// Code that evaluates to `value`. Only this context can evaluate it.
    pub(super) fn hold(&self, value: Value, range: Range) -> Expr {
        let kind = match &value {
            Value::Quoted(expr) => return (**expr).clone(),
            Value::Atom(name) => match &**name {
                "nil" => Kind::Nil,
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                name if name.starts_with("Elixir.") => Kind::Alias(name.split('.').map(str::to_owned).collect()),
                name => Kind::Atom(name.to_owned()),
            },
            Value::List(items) => Kind::List(items.iter().map(|item| self.hold(item.clone(), range)).collect()),
            Value::Tuple(items) if items.len() == 2 => {
                Kind::Tuple(items.iter().map(|item| self.hold(item.clone(), range)).collect())
            }
            _ => {
                let mut held = self.held.borrow_mut();
                held.push(value);
                Kind::Identifier(format!("\0{}", held.len() - 1))
            }
        };
        Expr { range, kind }
    }

    /// Code that evaluates to `value` as it is: quoted code stays a value.
    pub(super) fn hold_value(&self, value: Value, range: Range) -> Expr {
        let mut held = self.held.borrow_mut();
        held.push(value);
        Expr { range, kind: Kind::Identifier(format!("\0{}", held.len() - 1)) }
    }

    /// The value behind an identifier that [`Context::hold`] made.
    pub(super) fn held(&self, name: &str) -> Option<Value> {
        let index: usize = name.strip_prefix('\0')?.parse().ok()?;
        self.held.borrow().get(index).cloned()
    }
}
