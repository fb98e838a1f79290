//! `create`, `alter`, `drop`, `rename`, `execute` and what a migration asks about itself.

use super::Direction;
use super::evaluator::{Evaluation, Evaluator, OpenTable, Scope, raise, refuse};
use super::module::body_of;
use crate::migration::command::{ColumnAction, ColumnChange, ColumnType, Command, Options, RawCommand};
use crate::migration::inspect::inspect;
use crate::migration::object::Table;
use crate::migration::term::Term;
use crate::syntax::{Call, Expr};
use crate::text::Range;

impl Evaluator<'_> {
    /// A function of `Ecto.Migration`; `None` when there is none of this name and arity.
    pub(super) fn ecto_function(&mut self, name: &str, arguments: &[Term], range: Range) -> Option<Evaluation<Term>> {
        if let Some(result) = self.column_function(name, arguments, range) {
            return Some(result);
        }
        if let Some(result) = self.object_function(name, arguments, range) {
            return Some(result);
        }
        Some(match (name, arguments) {
            ("create", [object]) => self.create(object, false, range),
            ("create_if_not_exists", [object]) => self.create(object, true, range),
            ("drop", [object]) => self.drop(object, None, false, range),
            ("drop", [object, options]) => self.drop(object, Some(options), false, range),
            ("drop_if_exists", [object]) => self.drop(object, None, true, range),
            ("drop_if_exists", [object, options]) => self.drop(object, Some(options), true, range),
            ("rename", [_, _] | [_, _, _]) => self.rename(arguments, range),
            ("execute", [up]) => self.execute_raw(up, None, range),
            ("execute", [up, down]) => self.execute_raw(up, Some(down), range),
            ("execute_file", [up]) => self.execute_file(up, None, range),
            ("execute_file", [up, down]) => self.execute_file(up, Some(down), range),
            ("flush", []) => self.flush(range),
            ("prefix", []) => Ok(self.config.prefix.clone().map_or(Term::Nil, Term::String)),
            ("direction", []) => Ok(Term::atom(match self.direction {
                Direction::Up => "up",
                Direction::Down => "down",
            })),
            ("repo", []) => match &self.config.repo {
                Some(repo) => Ok(Term::Atom(format!("Elixir.{repo}"))),
                None => refuse(range, "the repo is not known"),
            },
            _ => return None,
        })
    }

    /// `create table(…) do … end`.
    pub(super) fn create_block(
        &mut self,
        name: &str,
        call: &Call,
        piped: Option<&Term>,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        let (table, table_range) = self.table_argument(call, piped, range, scope)?;
        self.open(table.clone(), range)?;
        let key = match self.key_column(&table, table_range) {
            Ok(key) => key,
            Err(stop) => {
                self.open = None;
                return Err(stop);
            }
        };
        if let (Some(key), Some(open)) = (key, &mut self.open) {
            open.changes.push(key);
        }
        let open = self.close(call, scope)?;
        let if_not_exists = name == "create_if_not_exists";
        self.execute(Command::CreateTable { table: open.table, columns: open.changes, if_not_exists }, range)?;
        Ok(Term::Table(Box::new(table)))
    }

    /// `alter table(…) do … end`.
    pub(super) fn alter_block(
        &mut self,
        call: &Call,
        piped: Option<&Term>,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        let (table, _) = self.table_argument(call, piped, range, scope)?;
        self.open(table, range)?;
        let open = self.close(call, scope)?;
        self.execute(Command::AlterTable { table: open.table, changes: open.changes }, range)?;
        Ok(Term::atom("ok"))
    }

    fn table_argument(
        &mut self,
        call: &Call,
        piped: Option<&Term>,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<(Table, Range)> {
        let (value, range) = match (piped, call.arguments.first()) {
            (Some(value), _) => (value.clone(), range),
            (None, Some(argument)) => (self.eval(argument, scope)?, argument.range),
            (None, None) => return refuse(range, "a table is missing"),
        };
        match value {
            Term::Table(table) => Ok((*table, range)),
            other => raise(range, format!("no match of right hand side value: {}", inspect(&other))),
        }
    }

    fn open(&mut self, table: Table, range: Range) -> Evaluation<()> {
        if self.open.is_some() {
            return raise(range, "cannot execute nested commands");
        }
        let prefix = self.prefixed(table.prefix.clone(), range)?;
        self.open = Some(OpenTable { table: Table { prefix, ..table }, changes: Vec::new() });
        Ok(())
    }

    /// Evaluates the block and closes the table, also when the block could not be evaluated to its end.
    fn close(&mut self, call: &Call, scope: &mut Scope) -> Evaluation<OpenTable> {
        let body: &[Expr] = body_of(call);
        let result = self.run_block(body, scope);
        let open = self.open.take();
        result?;
        match open {
            Some(open) => Ok(open),
            None => refuse(call.name_range, "a table block that ends inside itself"),
        }
    }

    /// The key column that Ecto adds by itself (`__primary_key__/1`).
    fn key_column(&self, table: &Table, range: Range) -> Evaluation<Option<ColumnChange>> {
        let options = match &table.primary_key {
            Term::Bool(true) => &self.config.primary_key,
            other => other,
        };
        if *options == Term::Bool(false) {
            return Ok(None);
        }
        let Some(pairs) = options.as_keywords() else {
            return raise(range, ":primary_key option must be either a boolean or a keyword list of options");
        };
        let options = Options(pairs).with("primary_key", Term::Bool(true));
        let column_type = options.get("type").map_or(ColumnType::Named("bigserial".to_owned()), ColumnType::from_term);
        let column = match options.get("name") {
            None => "id".to_owned(),
            Some(name) => match name.atom_name() {
                Some(name) => name.to_owned(),
                None => return raise(range, "no function clause matching in Ecto.Migration.add/3"),
            },
        };
        Ok(Some(ColumnChange {
            range,
            action: ColumnAction::Add,
            column,
            column_type: Some(column_type),
            options: options.without("name").without("type"),
        }))
    }

    fn create(&mut self, object: &Term, if_not_exists: bool, range: Range) -> Evaluation<Term> {
        let command = match object {
            Term::Table(table) => {
                let columns = self.key_column(table, range)?.into_iter().collect();
                let prefix = self.prefixed(table.prefix.clone(), range)?;
                Command::CreateTable { table: Table { prefix, ..(**table).clone() }, columns, if_not_exists }
            }
            Term::Index(index) => {
                let mut index = (**index).clone();
                index.prefix = self.prefixed(index.prefix, range)?;
                Command::CreateIndex { index, if_not_exists }
            }
            Term::Constraint(constraint) if !if_not_exists => {
                let mut constraint = (**constraint).clone();
                constraint.prefix = self.prefixed(constraint.prefix, range)?;
                Command::CreateConstraint { constraint }
            }
            _ => {
                let name = if if_not_exists { "create_if_not_exists" } else { "create" };
                return raise(range, format!("no function clause matching in Ecto.Migration.{name}/1"));
            }
        };
        self.execute(command, range)?;
        Ok(object.clone())
    }

    fn drop(&mut self, object: &Term, options: Option<&Term>, if_exists: bool, range: Range) -> Evaluation<Term> {
        let mode = match options {
            None => Term::Nil,
            Some(options) => super::expression::access(options, &Term::atom("mode")).unwrap_or_else(|| options.clone()),
        };
        let cascade = match mode.name() {
            None if mode == Term::Nil => false,
            Some("restrict") => false,
            Some("cascade") => true,
            _ => return raise(range, format!("no function clause matching in drop_mode/1: {}", inspect(&mode))),
        };
        let command = match object {
            Term::Table(table) => {
                let prefix = self.prefixed(table.prefix.clone(), range)?;
                Command::DropTable { table: Table { prefix, ..(**table).clone() }, if_exists, cascade }
            }
            Term::Index(index) => {
                let mut index = (**index).clone();
                index.prefix = self.prefixed(index.prefix, range)?;
                Command::DropIndex { index, if_exists, cascade }
            }
            Term::Constraint(constraint) => {
                let mut constraint = (**constraint).clone();
                constraint.prefix = self.prefixed(constraint.prefix, range)?;
                Command::DropConstraint { constraint, if_exists, cascade }
            }
            _ => return raise(range, "no function clause matching in Ecto.Migration.drop/2"),
        };
        self.execute(command, range)?;
        Ok(object.clone())
    }

    fn rename(&mut self, arguments: &[Term], range: Range) -> Evaluation<Term> {
        let no_clause = || format!("no function clause matching in Ecto.Migration.rename/{}", arguments.len());
        let target = arguments.last().and_then(Term::as_keywords).unwrap_or_default();
        let [(key, target)] = target.as_slice() else { return raise(range, no_clause()) };
        if key != "to" {
            return raise(range, no_clause());
        }
        let (command, result) = match (arguments, target) {
            ([Term::Table(from), _], Term::Table(to)) => {
                let mut from = (**from).clone();
                let mut renamed = (**to).clone();
                from.prefix = self.prefixed(from.prefix, range)?;
                renamed.prefix = self.prefixed(renamed.prefix, range)?;
                (Command::RenameTable { from, to: renamed }, target.clone())
            }
            ([Term::Index(index), _], to) => {
                let Some(to) = to.name() else { return raise(range, no_clause()) };
                let mut index = (**index).clone();
                index.prefix = self.prefixed(index.prefix, range)?;
                (Command::RenameIndex { index, to: to.to_owned() }, arguments[0].clone())
            }
            ([Term::Table(table), from, _], to) => {
                let (Some(from), Some(to)) = (from.atom_name(), to.atom_name()) else {
                    return raise(range, no_clause());
                };
                let prefix = self.prefixed(table.prefix.clone(), range)?;
                let table = Table { prefix, ..(**table).clone() };
                (Command::RenameColumn { table, from: from.to_owned(), to: to.to_owned() }, arguments[0].clone())
            }
            _ => return raise(range, no_clause()),
        };
        self.execute(command, range)?;
        Ok(result)
    }

    fn execute_raw(&mut self, up: &Term, down: Option<&Term>, range: Range) -> Evaluation<Term> {
        let arity = if down.is_some() { 2 } else { 1 };
        let raw = |term: &Term| match term {
            Term::String(sql) => Ok(RawCommand::Sql(sql.clone())),
            Term::List(_) => Ok(RawCommand::Keywords(term.clone())),
            _ => raise(range, format!("no function clause matching in Ecto.Migration.execute/{arity}")),
        };
        let command = Command::Execute { up: raw(up)?, down: down.map(raw).transpose()? };
        self.execute(command, range)?;
        Ok(Term::atom("ok"))
    }

    fn execute_file(&mut self, up: &Term, down: Option<&Term>, range: Range) -> Evaluation<Term> {
        let files = &self.config.files;
        let raw = |path: &Term| match path {
            Term::String(path) => match files.get(path) {
                Some(sql) => Ok(RawCommand::Sql(sql.clone())),
                None => refuse(range, format!("the text of the file {path}")),
            },
            _ => raise(range, "no function clause matching in Ecto.Migration.execute_file"),
        };
        let command = Command::Execute { up: raw(up)?, down: down.map(raw).transpose()? };
        self.execute(command, range)?;
        Ok(Term::atom("ok"))
    }

    fn flush(&mut self, range: Range) -> Evaluation<Term> {
        if self.reversed {
            return raise(range, "calling flush() inside change when doing rollback is not supported.");
        }
        if self.asked.is_some() {
            return refuse(range, "a flush in a function that `execute` runs");
        }
        self.push_flush(range);
        Ok(Term::atom("ok"))
    }

    /// `__prefix__/1`: the migrator's prefix where none is given; another one than the migrator's is an error.
    fn prefixed(&self, own: Option<String>, range: Range) -> Evaluation<Option<String>> {
        match (own, &self.config.prefix) {
            (None, Some(prefix)) => Ok(Some(prefix.clone())),
            (None, None) => Ok(self.config.default_prefix.clone()),
            (Some(own), Some(prefix)) if own != *prefix => {
                let message = format!("the :prefix option `{own}` does not match the migrator prefix `{prefix}`");
                raise(range, message)
            }
            (Some(own), _) => Ok(Some(own)),
        }
    }
}
