//! The state of one evaluation: what was recorded, the open `create` or `alter` block, and how much may still be done.

use super::module::{Function, Module, default_of};
use super::{Config, Direction};
use crate::migration::command::{ColumnChange, Command, Step, StepKind};
use crate::migration::library::{Installation, Installed};
use crate::migration::object::Table;
use crate::migration::term::Term;
use crate::syntax::{Expr, Kind};
use crate::text::Range;

/// Expressions one migration may evaluate; far more than any real one does.
const FUEL: u32 = 400_000;
/// Nesting of expressions and calls that is followed.
const MAX_DEPTH: u32 = 100;
/// Elements of a list or bytes of a text beyond this are refused, so that no text can exhaust memory.
const MAX_SIZE: usize = 4_000_000;

/// Why the evaluation of a statement ended early.
#[derive(Debug)]
pub enum Stop {
    /// Not known to ashls.
    Refused(Range, String),
    /// An exception, as Elixir would raise it.
    Raised(Range, String),
    /// None: what was evaluated is a query, which is recorded. Only what the database answers is not known.
    Answer(Range),
}

/// A value, or why there is none.
pub type Evaluation<T> = Result<T, Stop>;

/// `Err` of what is not known.
pub fn refuse<T>(range: Range, reason: impl Into<String>) -> Evaluation<T> {
    Err(Stop::Refused(range, reason.into()))
}

/// `Err` of an exception.
pub fn raise<T>(range: Range, message: impl Into<String>) -> Evaluation<T> {
    Err(Stop::Raised(range, message.into()))
}

/// The variables in sight, the newest last. `None`: bound to something that is not known.
#[derive(Debug, Default, Clone)]
pub struct Scope {
    variables: Vec<(String, Option<Term>)>,
    /// How many of the module's attributes the code sees.
    pub attributes: usize,
}

impl Scope {
    /// No variables, and the first `attributes` of the module's attributes.
    pub fn seeing(attributes: usize) -> Scope {
        Scope { variables: Vec::new(), attributes }
    }

    /// The value of a variable; `Some(None)` when it is bound to something unknown.
    pub fn get(&self, name: &str) -> Option<Option<&Term>> {
        self.variables.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_ref())
    }

    /// Binds a variable.
    pub fn bind(&mut self, name: &str, value: Option<Term>) {
        self.variables.push((name.to_owned(), value));
    }

    /// How many bindings there are; see [`Scope::truncate`].
    pub fn len(&self) -> usize {
        self.variables.len()
    }

    /// Leaves a block: forgets all bindings after the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.variables.truncate(length);
    }
}

/// A `create table … do` or `alter table … do` whose block is being evaluated.
#[derive(Debug)]
pub struct OpenTable {
    pub table: Table,
    pub changes: Vec<ColumnChange>,
}

/// Evaluates one function of a migration.
pub struct Evaluator<'a> {
    pub config: &'a Config,
    pub module: &'a Module<'a>,
    pub direction: Direction,
    /// Whether `change` is evaluated to be rolled back.
    pub reversed: bool,
    pub open: Option<OpenTable>,
    /// Versions of libraries after what was evaluated so far.
    pub leaves: Installed,
    /// What a person should know.
    pub notes: Vec<String>,
    /// What the function asks the database that `execute` runs, while it is evaluated.
    pub asked: Option<Vec<(String, Range)>>,
    steps: Vec<Step>,
    /// Where what is done at once comes, before what is queued since the last flush.
    at_once: usize,
    fuel: u32,
    depth: u32,
}

impl<'a> Evaluator<'a> {
    /// An evaluator that has recorded nothing.
    pub fn new(config: &'a Config, module: &'a Module<'a>, direction: Direction, reversed: bool) -> Evaluator<'a> {
        Evaluator {
            config,
            module,
            direction,
            reversed,
            open: None,
            leaves: Installed::new(),
            notes: Vec::new(),
            asked: None,
            steps: Vec::new(),
            at_once: 0,
            fuel: FUEL,
            depth: 0,
        }
    }

    /// What was recorded.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// Evaluates lines that stand for themselves.
    pub fn run_top_level(&mut self, body: &[Expr]) {
        let mut scope = Scope::default();
        if let Err(stop) = self.run_body(body, &mut scope) {
            self.record_stop(stop);
        }
    }

    /// Evaluates a function without parameters.
    pub fn run_function(&mut self, function: &Function<'_>) {
        if function.has_sections {
            return self.record_stop(Stop::Refused(function.range, "a function with `rescue` or `after`".to_owned()));
        }
        let mut scope = Scope::seeing(function.attributes);
        if let Err(stop) = self.run_body(function.body, &mut scope) {
            self.record_stop(stop);
        }
    }

    /// Evaluates the expressions of a block and gives the value of the last. What an earlier one cannot do is recorded, and
    /// the next ones are evaluated nevertheless, as each is worth showing; inside a table block it stops the block.
    pub fn run_body(&mut self, body: &[Expr], scope: &mut Scope) -> Evaluation<Term> {
        let Some((last, before)) = body.split_last() else { return Ok(Term::Nil) };
        for expression in before {
            if let Err(stop) = self.eval_statement(expression, scope) {
                let ends_function = self.asked.is_some() && matches!(stop, Stop::Raised(..));
                if self.open.is_some() || self.fuel == 0 || ends_function {
                    return Err(stop);
                }
                self.record_stop(stop);
                forget_bindings(expression, scope);
            }
        }
        self.eval_statement(last, scope)
    }

    /// [`Evaluator::run_body`], with the variables it binds gone afterwards.
    pub fn run_block(&mut self, body: &[Expr], scope: &mut Scope) -> Evaluation<Term> {
        let outer = scope.len();
        let result = self.run_body(body, scope);
        scope.truncate(outer);
        result
    }

    /// Calls a function of the module.
    pub fn call_function(&mut self, name: &str, arguments: Vec<Term>, range: Range) -> Evaluation<Term> {
        let module = self.module;
        for function in
            module.functions.iter().filter(|function| function.name == name && function.takes(arguments.len()))
        {
            if function.has_sections {
                return refuse(function.range, "a function with `rescue` or `after`");
            }
            let mut scope = Scope::seeing(function.attributes);
            let mut given = arguments.iter();
            let mut missing = function.parameters.len() - arguments.len();
            let mut matches = true;
            // Defaults are used from the last optional parameter backwards, so the first optional ones take arguments.
            let optional = function.parameters.iter().filter(|parameter| default_of(parameter).is_some()).count();
            let mut optional_given = optional - missing.min(optional);
            for parameter in &function.parameters {
                let (pattern, default) = match default_of(parameter) {
                    Some((pattern, default)) => (pattern, Some(default)),
                    None => (*parameter, None),
                };
                let value = match default {
                    Some(default) if missing > 0 && optional_given == 0 => {
                        missing -= 1;
                        self.eval(default, &mut scope)?
                    }
                    _ => {
                        optional_given = optional_given.saturating_sub(usize::from(default.is_some()));
                        given.next().cloned().unwrap_or(Term::Nil)
                    }
                };
                if !self.bind_pattern(pattern, &value, &mut scope)? {
                    matches = false;
                    break;
                }
            }
            if matches && let Some(guard) = function.guard {
                matches = self.eval(guard, &mut scope)? == Term::Bool(true);
            }
            if matches {
                return self.run_body(function.body, &mut scope);
            }
        }
        raise(range, format!("no function clause matching in {}.{name}/{}", module.name, arguments.len()))
    }

    /// Runs `evaluate` one level deeper, within the limits.
    pub fn deeper<T>(&mut self, range: Range, evaluate: impl FnOnce(&mut Self) -> Evaluation<T>) -> Evaluation<T> {
        if self.fuel == 0 || self.depth >= MAX_DEPTH {
            self.fuel = if self.depth >= MAX_DEPTH { self.fuel } else { 0 };
            return refuse(range, "too much to evaluate");
        }
        self.fuel -= 1;
        self.depth += 1;
        let result = evaluate(self);
        self.depth -= 1;
        result
    }

    /// Refuses sizes that no migration has.
    pub fn bounded(&mut self, size: usize, range: Range) -> Evaluation<()> {
        // Copying costs time as well: count it.
        self.fuel = self.fuel.saturating_sub((size / 1024) as u32);
        if size > MAX_SIZE || self.fuel == 0 { refuse(range, "too much to evaluate") } else { Ok(()) }
    }

    /// Queues a command; inside a table block Ecto raises.
    pub fn execute(&mut self, command: Command, range: Range) -> Evaluation<()> {
        if self.open.is_some() {
            return raise(range, "cannot execute nested commands");
        }
        if self.asked.is_some() {
            return refuse(range, "a command in a function that `execute` runs");
        }
        self.push(StepKind::Command(Box::new(command)), range);
        Ok(())
    }

    /// Adds a line to the open table block.
    pub fn subcommand(&mut self, change: ColumnChange) -> Evaluation<()> {
        match &mut self.open {
            Some(open) => {
                open.changes.push(change);
                Ok(())
            }
            None => raise(change.range, "cannot execute command outside of block"),
        }
    }

    /// The version of a library's tables at this point.
    pub fn installed(&mut self, installation: &Installation) -> u32 {
        let known = self.leaves.get(installation).or_else(|| self.config.installed.get(installation));
        let version = known.copied().unwrap_or(0);
        self.leaves.insert(installation.clone(), version);
        version
    }

    /// Takes note of the version of a library's tables from here on.
    pub fn leave(&mut self, installation: Installation, version: u32) {
        self.leaves.insert(installation, version);
    }

    /// Records what happens before anything that is queued since the last flush.
    pub fn push_at_once(&mut self, kind: StepKind, range: Range) {
        let queue = &self.steps[self.at_once..];
        if queue.iter().any(|step| matches!(step.kind, StepKind::Raise(_))) {
            // Nothing comes to this place.
            return self.push(kind, range);
        }
        if !queue.is_empty() && queue[0].kind != StepKind::Flush {
            self.steps.insert(self.at_once, Step { range, kind: StepKind::Flush });
        }
        self.steps.insert(self.at_once, Step { range, kind });
        self.at_once += 1;
    }

    /// Records that what is queued runs now.
    pub fn push_flush(&mut self, range: Range) {
        self.push(StepKind::Flush, range);
        self.at_once = self.steps.len();
    }

    /// Records a step.
    pub fn push(&mut self, kind: StepKind, range: Range) {
        self.steps.push(Step { range, kind });
    }

    fn record_stop(&mut self, stop: Stop) {
        self.open = None;
        match stop {
            Stop::Refused(range, reason) => self.push(StepKind::Refused(reason), range),
            Stop::Raised(range, message) => self.push(StepKind::Raise(message), range),
            Stop::Answer(_) => {}
        }
    }
}

/// After a statement failed: the variables it would have bound are not known.
fn forget_bindings(expression: &Expr, scope: &mut Scope) {
    let Kind::Binary { operator, left, right } = &expression.kind else { return };
    if operator != "=" {
        return;
    }
    forget_pattern(left, scope);
    forget_bindings(right, scope);
}

fn forget_pattern(pattern: &Expr, scope: &mut Scope) {
    match &pattern.kind {
        Kind::Identifier(name) => scope.bind(name, None),
        Kind::List(items) | Kind::Tuple(items) => items.iter().for_each(|item| forget_pattern(item, scope)),
        Kind::Map { entries, .. } | Kind::Keywords(entries) => {
            entries.iter().for_each(|(_, value)| forget_pattern(value, scope));
        }
        Kind::Binary { left, right, .. } => {
            forget_pattern(left, scope);
            forget_pattern(right, scope);
        }
        _ => {}
    }
}
