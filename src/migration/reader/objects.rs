//! `table/2`, `index/3`, `constraint/3` and `references/2`: options to objects.

use super::evaluator::{Evaluation, Evaluator, raise, refuse};
use crate::migration::index_name;
use crate::migration::inspect::{inspect, inspect_atom};
use crate::migration::object::{
    ColumnType, Constraint, Index, IndexColumn, MatchType, OnDelete, OnUpdate, Reference, Table,
};
use crate::migration::term::Term;
use crate::text::Range;

/// What is wrong with an option: a value of a kind that Ecto takes but we do not know to print, or Ecto raises.
enum Flaw {
    Refused(String),
    Raised(String),
}

type Checked<T> = Result<T, Flaw>;

impl Evaluator<'_> {
    /// A function of `Ecto.Migration` that makes an object; `None` when there is none of this name and arity.
    pub(super) fn object_function(&mut self, name: &str, arguments: &[Term], range: Range) -> Option<Evaluation<Term>> {
        let empty = Term::List(Vec::new());
        let result = match (name, arguments) {
            ("table", [name]) => table(name, &empty),
            ("table", [name, options]) => table(name, options),
            ("index", [table, columns]) => index(table, columns, &empty, false),
            ("index", [table, columns, options]) => index(table, columns, options, false),
            ("unique_index", [table, columns]) => index(table, columns, &empty, true),
            ("unique_index", [table, columns, options]) => index(table, columns, options, true),
            ("constraint", [table, name]) => constraint(table, name, &empty),
            ("constraint", [table, name, options]) => constraint(table, name, options),
            ("references", [table]) => self.references(table, &empty),
            ("references", [table, options]) => self.references(table, options),
            ("fragment", [Term::String(sql)]) => {
                Ok(Term::Tuple(vec![Term::atom("fragment"), Term::String(sql.clone())]))
            }
            _ => return None,
        };
        Some(match result {
            Ok(term) => Ok(term),
            Err(Flaw::Refused(reason)) => refuse(range, reason),
            Err(Flaw::Raised(message)) => raise(range, message),
        })
    }

    /// `references/2`, with the repo's key settings beneath the options given.
    fn references(&self, table: &Term, options: &Term) -> Checked<Term> {
        let given = pairs(options)?;
        let mut reference = Reference::new(name(table)?);
        let (mut delete, mut update) = (None, None);
        let key_type = self.config.primary_key.as_keywords().unwrap_or_default();
        let key_type = key_type.into_iter().filter(|(key, _)| key == "type");
        for (key, value) in key_type.chain(self.config.foreign_key.0.iter().cloned()).chain(given.iter().cloned()) {
            match key.as_str() {
                "name" => reference.name = optional_name(&value)?,
                "column" => reference.column = name(&value)?,
                "type" => reference.column_type = ColumnType::from_term(&value),
                // Only a prefix given here counts for PostgreSQL, not one of the repo's settings.
                "prefix" => {
                    if given.iter().any(|(own, _)| own == "prefix") {
                        reference.prefix = Some(optional_name(&value)?);
                    }
                }
                "on_delete" => delete = Some(value),
                "on_update" => update = Some(value),
                "validate" => reference.validate = value != Term::Bool(false),
                "with" => {
                    let columns = value.as_keywords().ok_or_else(|| unusual("with", &value))?;
                    reference.with = columns
                        .into_iter()
                        .map(|(own, theirs)| Ok((own, name(&theirs)?)))
                        .collect::<Checked<Vec<_>>>()?;
                }
                "match" => {
                    reference.match_type = match value.name() {
                        None if value == Term::Nil => None,
                        Some("full") => Some(MatchType::Full),
                        Some("simple") => Some(MatchType::Simple),
                        Some("partial") => Some(MatchType::Partial),
                        _ => return Err(unusual("match", &value)),
                    }
                }
                "options" | "table" => return Err(unusual(&key, &value)),
                _ => return Err(no_key(&key)),
            }
        }
        if let Some(action) = delete {
            reference.on_delete = on_delete(&action)?;
        }
        if let Some(action) = update {
            reference.on_update = on_update(&action)?;
        }
        Ok(Term::Reference(Box::new(reference)))
    }
}

fn table(given_name: &Term, options: &Term) -> Checked<Term> {
    let mut table = Table::new(name(given_name)?);
    for (key, value) in pairs(options)? {
        match key.as_str() {
            "prefix" => table.prefix = optional_name(&value)?,
            "comment" => table.comment = optional_text(&key, &value)?,
            "primary_key" => table.primary_key = value,
            "engine" => table.engine = optional_name(&value)?,
            "options" => table.options = value,
            "modifiers" => table.modifiers = value,
            "name" => table.name = name(&value)?,
            _ => return Err(no_key(&key)),
        }
    }
    Ok(Term::Table(Box::new(table)))
}

fn index(table: &Term, columns: &Term, options: &Term, unique: bool) -> Checked<Term> {
    let table = name(table)?;
    let columns = match columns {
        Term::List(items) => items.iter().map(index_column).collect::<Checked<Vec<_>>>()?,
        other => match other.atom_name() {
            Some(column) => vec![IndexColumn::Column(column.to_owned())],
            None => return Err(Flaw::Raised("no function clause matching in Ecto.Migration.index/3".to_owned())),
        },
    };
    let given = pairs(options)?;
    let unique_option = given.iter().find(|(key, _)| key == "unique").map(|(_, value)| value == &Term::Bool(true));
    let nulls = given.iter().find(|(key, _)| key == "nulls_distinct").is_some_and(|(_, value)| *value != Term::Nil);
    if nulls && !(unique || unique_option.unwrap_or(false)) {
        return Err(Flaw::Raised("the `nulls_distinct` option can only be used with unique indexes".to_owned()));
    }
    if given.iter().filter(|(key, _)| key == "where").count() > 1 {
        return Err(Flaw::Raised(
            "only one `where` keyword is supported when declaring a partial index. To specify multiple conditions, write a \
             single WHERE clause using AND between them"
                .to_owned(),
        ));
    }
    let mut index = Index {
        table,
        prefix: None,
        name: String::new(),
        columns,
        unique,
        concurrently: false,
        using: None,
        include: Vec::new(),
        only: false,
        nulls_distinct: None,
        condition: None,
        comment: None,
        options: None,
    };
    let mut own_name = None;
    for (key, value) in given {
        match key.as_str() {
            "name" => own_name = optional_name(&value)?,
            "prefix" => index.prefix = optional_name(&value)?,
            "unique" => index.unique = value.is_truthy(),
            "concurrently" => index.concurrently = value.is_truthy(),
            "using" => index.using = optional_name(&value)?,
            "include" => {
                let Term::List(items) = &value else { return Err(unusual(&key, &value)) };
                index.include = items.iter().map(index_column).collect::<Checked<Vec<_>>>()?;
            }
            "only" => index.only = value.is_truthy(),
            "nulls_distinct" => {
                index.nulls_distinct = match value {
                    Term::Nil => None,
                    Term::Bool(distinct) => Some(distinct),
                    other => return Err(Flaw::Raised(format!("no case clause matching: {}", inspect(&other)))),
                }
            }
            "where" => index.condition = optional_name(&value)?,
            "comment" => index.comment = optional_text(&key, &value)?,
            "options" => index.options = optional_text(&key, &value)?,
            "table" => index.table = name(&value)?,
            _ => return Err(no_key(&key)),
        }
    }
    index.name = match own_name {
        Some(name) => name,
        None => default_index_name(&index)?,
    };
    Ok(Term::Index(Box::new(index)))
}

fn index_column(term: &Term) -> Checked<IndexColumn> {
    match term {
        Term::String(text) => Ok(IndexColumn::Expression(text.clone())),
        Term::Tuple(pair) => match pair.as_slice() {
            [Term::Atom(order), inner] => Ok(IndexColumn::Sorted(order.clone(), Box::new(index_column(inner)?))),
            _ => Err(unusual("columns", term)),
        },
        other => match other.atom_name() {
            Some(column) => Ok(IndexColumn::Column(column.to_owned())),
            None => Err(unusual("columns", term)),
        },
    }
}

/// `<table>_<columns>_index`.
fn default_index_name(index: &Index) -> Checked<String> {
    let columns = index.columns.iter().filter_map(|column| {
        let mut column = column;
        while let IndexColumn::Sorted(_, inner) = column {
            column = inner;
        }
        match column {
            IndexColumn::Column(text) | IndexColumn::Expression(text) => Some(text.as_str()),
            IndexColumn::Sorted(..) => None,
        }
    });
    index_name::default_index_name(&index.table, columns).ok_or_else(|| {
        Flaw::Raised(
            "errors were found at the given arguments:\n\n  * 1st argument: invalid UTF8 encoding\n".to_owned(),
        )
    })
}

fn constraint(table: &Term, given_name: &Term, options: &Term) -> Checked<Term> {
    let mut constraint = Constraint {
        table: name(table)?,
        name: name(given_name)?,
        prefix: None,
        check: None,
        exclude: None,
        comment: None,
        validate: true,
    };
    for (key, value) in pairs(options)? {
        match key.as_str() {
            "check" => constraint.check = optional_text(&key, &value)?,
            "exclude" => constraint.exclude = optional_text(&key, &value)?,
            "prefix" => constraint.prefix = optional_name(&value)?,
            "comment" => constraint.comment = optional_text(&key, &value)?,
            "validate" => constraint.validate = value != Term::Bool(false),
            "name" => constraint.name = name(&value)?,
            "table" => constraint.table = name(&value)?,
            _ => return Err(no_key(&key)),
        }
    }
    Ok(Term::Constraint(Box::new(constraint)))
}

fn on_delete(value: &Term) -> Checked<OnDelete> {
    let unknown = || Flaw::Raised(format!("unknown :on_delete value: {}", inspect(value)));
    match value {
        Term::Atom(name) => Ok(match name.as_str() {
            "nothing" => OnDelete::Nothing,
            "delete_all" => OnDelete::DeleteAll,
            "nilify_all" => OnDelete::NilifyAll,
            "default_all" => OnDelete::DefaultAll,
            "restrict" => OnDelete::Restrict,
            _ => return Err(unknown()),
        }),
        Term::Tuple(pair) => match pair.as_slice() {
            [Term::Atom(kind), Term::List(columns)] if kind == "nilify" || kind == "default" => {
                let names: Option<Vec<String>> =
                    columns.iter().map(|column| column.atom_name().map(str::to_owned)).collect();
                let Some(names) = names else {
                    let columns = inspect(&pair[1]);
                    let message =
                        format!("expected `columns` in `{{:{kind}, columns}}` to be a list of atoms, got: {columns}");
                    return Err(Flaw::Raised(message));
                };
                Ok(if kind == "nilify" { OnDelete::Nilify(names) } else { OnDelete::Default(names) })
            }
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

fn on_update(value: &Term) -> Checked<OnUpdate> {
    Ok(match value.atom_name() {
        Some("nothing") => OnUpdate::Nothing,
        Some("update_all") => OnUpdate::UpdateAll,
        Some("nilify_all") => OnUpdate::NilifyAll,
        Some("restrict") => OnUpdate::Restrict,
        _ => return Err(Flaw::Raised(format!("unknown :on_update value: {}", inspect(value)))),
    })
}

fn pairs(options: &Term) -> Checked<Vec<(String, Term)>> {
    options.as_keywords().ok_or_else(|| Flaw::Raised(format!("expected a keyword list, got: {}", inspect(options))))
}

fn name(term: &Term) -> Checked<String> {
    term.name().map(str::to_owned).ok_or_else(|| Flaw::Raised(format!("expected a name, got: {}", inspect(term))))
}

fn optional_name(term: &Term) -> Checked<Option<String>> {
    if *term == Term::Nil { Ok(None) } else { name(term).map(Some) }
}

fn optional_text(key: &str, term: &Term) -> Checked<Option<String>> {
    match term {
        Term::Nil => Ok(None),
        Term::String(text) => Ok(Some(text.clone())),
        other => Err(unusual(key, other)),
    }
}

fn unusual(key: &str, value: &Term) -> Flaw {
    Flaw::Refused(format!("`{key}: {}`", inspect(value)))
}

fn no_key(key: &str) -> Flaw {
    Flaw::Raised(format!("key {} not found", inspect_atom(key)))
}
