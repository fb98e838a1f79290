//! The objects commands work on: tables, indexes, constraints, references and column types, with Ecto's defaults.
//! Mirrors the structs of `Ecto.Migration` (ecto_sql 3.14).

use super::term::Term;

/// `table/2`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: String,
    /// Schema of the table; the migrator's prefix is filled in when the command is queued.
    pub prefix: Option<String>,
    pub comment: Option<String>,
    /// `true`, `false` or the options of the key column that Ecto adds.
    pub primary_key: Term,
    /// Only MySQL has engines; kept as written.
    pub engine: Option<String>,
    /// Text after the closing bracket. A keyword list is an error on both adapters.
    pub options: Term,
    /// Text between `CREATE` and `TABLE`.
    pub modifiers: Term,
}

impl Table {
    /// The table `name` with Ecto's defaults.
    pub fn new(name: impl Into<String>) -> Table {
        Table {
            name: name.into(),
            prefix: None,
            comment: None,
            primary_key: Term::Bool(true),
            engine: None,
            options: Term::Nil,
            modifiers: Term::Nil,
        }
    }
}

/// `index/3` and `unique_index/3`.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    pub table: String,
    pub prefix: Option<String>,
    pub name: String,
    pub columns: Vec<IndexColumn>,
    pub unique: bool,
    pub concurrently: bool,
    /// Index method, as written.
    pub using: Option<String>,
    /// Columns of a covering index: [`IndexColumn::Column`] or [`IndexColumn::Expression`].
    pub include: Vec<IndexColumn>,
    pub only: bool,
    pub nulls_distinct: Option<bool>,
    /// Condition of a partial index, as written.
    pub condition: Option<String>,
    pub comment: Option<String>,
    /// The text in `WITH (…)`.
    pub options: Option<String>,
}

/// One entry of an index's column list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexColumn {
    /// An atom: quoted.
    Column(String),
    /// A string: sent as it is.
    Expression(String),
    /// `desc: :inserted_at`: the order as written (PostgreSQL's adapter knows `asc`, `desc` and each of them with
    /// `_nulls_first` or `_nulls_last`), and a column or an expression.
    Sorted(String, Box<IndexColumn>),
}

/// `constraint/3`.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    pub table: String,
    pub name: String,
    pub prefix: Option<String>,
    pub check: Option<String>,
    pub exclude: Option<String>,
    pub comment: Option<String>,
    /// `false`: `NOT VALID`.
    pub validate: bool,
}

/// `references/2`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub table: String,
    /// Name of the constraint; `<table>_<column>_fkey` when absent.
    pub name: Option<String>,
    pub column: String,
    pub column_type: ColumnType,
    /// Absent: the schema of the referring table. `Some(None)`, from `prefix: nil`: no schema.
    pub prefix: Option<Option<String>>,
    pub on_delete: OnDelete,
    pub on_update: OnUpdate,
    pub validate: bool,
    /// Further pairs of a composite key: own column, referenced column.
    pub with: Vec<(String, String)>,
    pub match_type: Option<MatchType>,
}

impl Reference {
    /// A reference to `table` with Ecto's defaults.
    pub fn new(table: impl Into<String>) -> Reference {
        Reference {
            table: table.into(),
            name: None,
            column: "id".to_owned(),
            column_type: ColumnType::Named("bigserial".to_owned()),
            prefix: None,
            on_delete: OnDelete::Nothing,
            on_update: OnUpdate::Nothing,
            validate: true,
            with: Vec::new(),
            match_type: None,
        }
    }
}

/// `on_delete:` of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDelete {
    Nothing,
    DeleteAll,
    NilifyAll,
    Nilify(Vec<String>),
    DefaultAll,
    Default(Vec<String>),
    Restrict,
}

/// `on_update:` of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUpdate {
    Nothing,
    UpdateAll,
    NilifyAll,
    Restrict,
}

/// `match:` of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchType {
    Full,
    Simple,
    Partial,
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnType {
    /// An atom: an Ecto type, or any text the database takes.
    Named(String),
    /// `{:array, inner}`.
    Array(Box<ColumnType>),
    /// `{:map, inner}`.
    Map(Box<ColumnType>),
    Reference(Box<Reference>),
    /// Anything else; adapters refuse it.
    Other(Box<Term>),
}

impl ColumnType {
    /// The type a term stands for.
    pub fn from_term(term: &Term) -> ColumnType {
        match term {
            Term::Reference(reference) => ColumnType::Reference(reference.clone()),
            Term::Tuple(pair) => match pair.as_slice() {
                [Term::Atom(kind), inner] if kind == "array" => ColumnType::Array(Box::new(Self::from_term(inner))),
                [Term::Atom(kind), inner] if kind == "map" => ColumnType::Map(Box::new(Self::from_term(inner))),
                _ => ColumnType::Other(Box::new(term.clone())),
            },
            other => match other.atom_name() {
                Some(name) => ColumnType::Named(name.to_owned()),
                None => ColumnType::Other(Box::new(other.clone())),
            },
        }
    }

    /// The term this type was written as.
    pub fn to_term(&self) -> Term {
        let pair = |kind: &str, inner: &ColumnType| Term::Tuple(vec![Term::Atom(kind.to_owned()), inner.to_term()]);
        match self {
            ColumnType::Named(name) => Term::atom(name),
            ColumnType::Array(inner) => pair("array", inner),
            ColumnType::Map(inner) => pair("map", inner),
            ColumnType::Reference(reference) => Term::Reference(reference.clone()),
            ColumnType::Other(term) => (**term).clone(),
        }
    }

    /// Whether this is the atom `name`.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, ColumnType::Named(own) if own == name)
    }
}

/// A keyword list of options, in the order written; of a key given twice the first value counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options(pub Vec<(String, Term)>);

impl Options {
    /// The value of `key`, `nil` included.
    pub fn get(&self, key: &str) -> Option<&Term> {
        self.0.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// The value of `key` unless it is `nil`.
    pub fn present(&self, key: &str) -> Option<&Term> {
        self.get(key).filter(|value| **value != Term::Nil)
    }

    /// Whether `key` is given and neither `nil` nor `false`.
    pub fn is_set(&self, key: &str) -> bool {
        self.get(key).is_some_and(Term::is_truthy)
    }

    /// The options without `key`.
    pub fn without(&self, key: &str) -> Options {
        Options(self.0.iter().filter(|(own, _)| own != key).cloned().collect())
    }

    /// `Keyword.put/3`: `key` first, other values of it gone.
    pub fn with(&self, key: &str, value: Term) -> Options {
        let mut pairs = vec![(key.to_owned(), value)];
        pairs.extend(self.without(key).0);
        Options(pairs)
    }
}
