//! The lines of a table block: `add`, `modify`, `remove`, `timestamps` …

use super::evaluator::{Evaluation, Evaluator, raise};
use crate::migration::command::{ColumnAction, ColumnChange, ColumnType, Options};
use crate::migration::inspect::inspect;
use crate::migration::term::Term;
use crate::text::Range;

impl Evaluator<'_> {
    /// A function of `Ecto.Migration` for use in a table block; `None` when there is none of this name and arity.
    pub(super) fn column_function(&mut self, name: &str, arguments: &[Term], range: Range) -> Option<Evaluation<Term>> {
        let action = match (name, arguments.len()) {
            ("add", 2 | 3) => ColumnAction::Add,
            ("add_if_not_exists", 2 | 3) => ColumnAction::AddIfNotExists,
            ("modify", 2 | 3) => ColumnAction::Modify,
            ("remove", 1..=3) => ColumnAction::Remove,
            ("remove_if_exists", 1 | 2) => ColumnAction::RemoveIfExists,
            ("timestamps", 0 | 1) => return Some(self.timestamps(arguments.first(), range)),
            _ => return None,
        };
        Some(self.column(name, action, arguments, range))
    }

    fn column(&mut self, name: &str, action: ColumnAction, arguments: &[Term], range: Range) -> Evaluation<Term> {
        let no_clause = || format!("no function clause matching in Ecto.Migration.{name}/{}", arguments.len());
        let Some(column) = arguments[0].atom_name() else { return raise(range, no_clause()) };
        let options = match arguments.get(2) {
            None => Options::default(),
            Some(options) => match options.as_keywords() {
                Some(pairs) => Options(pairs),
                None => return raise(range, no_clause()),
            },
        };
        let checks_precision =
            matches!(action, ColumnAction::Add | ColumnAction::AddIfNotExists | ColumnAction::Modify);
        if checks_precision && options.is_set("scale") && !options.is_set("precision") {
            return raise(range, format!("column {column} is missing precision option"));
        }
        if let Some(written) = arguments.get(1)
            && let Err(message) = validate_type(written)
        {
            return raise(range, message);
        }
        self.subcommand(ColumnChange {
            range,
            action,
            column: column.to_owned(),
            column_type: arguments.get(1).map(ColumnType::from_term),
            options,
        })?;
        Ok(Term::atom("ok"))
    }

    /// `timestamps/1`, with the repo's `migration_timestamps` beneath the options given.
    fn timestamps(&mut self, given: Option<&Term>, range: Range) -> Evaluation<Term> {
        let Some(given) = given.map_or(Some(Vec::new()), Term::as_keywords) else {
            return raise(range, "no function clause matching in Ecto.Migration.timestamps/1");
        };
        let kept = self.config.timestamps.0.iter().filter(|(key, _)| given.iter().all(|(own, _)| own != key)).cloned();
        let mut options = Options(kept.chain(given.iter().cloned()).collect());
        if options.get("null").is_none() {
            options = options.with("null", Term::Bool(false));
        }
        let column_type = options.get("type").cloned().unwrap_or_else(|| Term::atom("naive_datetime"));
        let names =
            ["inserted_at", "updated_at"].map(|key| options.get(key).cloned().unwrap_or_else(|| Term::atom(key)));
        let rest = Term::keywords(options.without("type").without("inserted_at").without("updated_at").0);
        for name in names {
            if name != Term::Bool(false) {
                self.column("add", ColumnAction::Add, &[name, column_type.clone(), rest.clone()], range)?;
            }
        }
        Ok(Term::atom("ok"))
    }
}

/// `validate_type!/1`: the message it raises.
fn validate_type(term: &Term) -> Result<(), String> {
    match term {
        Term::Reference(_) => Ok(()),
        Term::Atom(name) if name == "datetime" => Err("the :datetime type in migrations is not supported, please use \
                                                        :utc_datetime or :naive_datetime instead"
            .to_owned()),
        Term::Atom(name) if name.starts_with("Elixir.") => Err(invalid_type(term)),
        Term::Tuple(pair) => match pair.as_slice() {
            [kind, inner] if kind.atom_name().is_some() && inner.atom_name().is_some() => validate_type(inner),
            [kind, Term::Tuple(inner)] if kind.atom_name().is_some() => inner.iter().try_for_each(validate_type),
            _ => Err(invalid_type(term)),
        },
        other if other.atom_name().is_some() => Ok(()),
        _ => Err(invalid_type(term)),
    }
}

fn invalid_type(term: &Term) -> String {
    format!("invalid migration type: {}", inspect(term))
}
