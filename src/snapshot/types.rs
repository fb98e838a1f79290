//! Snapshot data. Fields carry the JSON's names without the question mark (`allow_nil?` is `allow_nil`).
//! Mirrors `AshPostgres.MigrationGenerator.do_snapshot/2` and `load_snapshot/1` (ash_postgres 2.12.0) and their
//! counterparts in ash_sqlite 0.2.17.

use std::collections::BTreeMap;

/// One table (of one repo; of the tenants when `multitenancy.strategy` is context).
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub table: String,
    /// PostgreSQL schema; `None` is the repo's default.
    pub schema: Option<String>,
    /// Module name without `Elixir.` (`MyApp.Repo`).
    pub repo: String,
    pub attributes: Vec<Attribute>,
    pub identities: Vec<Identity>,
    pub custom_indexes: Vec<CustomIndex>,
    pub custom_statements: Vec<CustomStatement>,
    pub check_constraints: Vec<CheckConstraint>,
    pub multitenancy: Multitenancy,
    /// `base_filter_sql`.
    pub base_filter: Option<String>,
    /// PostgreSQL only: text after the closing parenthesis of `CREATE TABLE`.
    pub create_table_options: Option<String>,
    pub has_create_action: bool,
    /// SQLite only: `STRICT` table.
    pub strict: bool,
    /// The user refused to drop this table once (PostgreSQL generator only).
    pub drop_table_opted_out: bool,
}

impl Snapshot {
    /// A table without anything in it.
    pub fn empty(table: &str, repo: &str) -> Snapshot {
        Snapshot {
            table: table.to_owned(),
            schema: None,
            repo: repo.to_owned(),
            attributes: Vec::new(),
            identities: Vec::new(),
            custom_indexes: Vec::new(),
            custom_statements: Vec::new(),
            check_constraints: Vec::new(),
            multitenancy: Multitenancy::default(),
            base_filter: None,
            create_table_options: None,
            has_create_action: true,
            strict: false,
            drop_table_opted_out: false,
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Column name.
    pub source: String,
    pub column_type: ColumnType,
    pub size: Option<i64>,
    pub precision: Option<i64>,
    pub scale: Option<i64>,
    /// Elixir source of the default as it goes into the migration (`nil`, `"text"`, `fragment("now()")`).
    pub default: String,
    pub allow_nil: bool,
    pub primary_key: bool,
    /// The database makes the value (`bigserial`).
    pub generated: bool,
    pub references: Option<Reference>,
}

/// A migration type: `text`, `bigint`, `{:array, :text}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ColumnType {
    /// An atom, without its colon.
    Atom(String),
    Array(Box<ColumnType>),
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub table: String,
    pub schema: Option<String>,
    pub destination_attribute: String,
    pub destination_attribute_default: Option<String>,
    pub destination_attribute_generated: Option<bool>,
    /// Constraint name.
    pub name: String,
    /// Whether the name is an atom, which files do not keep: ash_sqlite names the foreign keys of polymorphic tables by
    /// what `polymorphic_on_delete` says, and then finds them changed in every run.
    pub name_is_atom: bool,
    pub on_delete: Option<OnDelete>,
    /// `update`, `nilify`, `nothing`, `restrict` …, an atom without colon.
    pub on_update: Option<String>,
    pub deferrable: Deferrable,
    /// `full`, `partial`, `simple`.
    pub match_type: Option<String>,
    /// Extra column pairs, source to destination, sorted by source column.
    pub match_with: Option<BTreeMap<String, String>>,
    /// `None` in the references that polymorphic relationships make.
    pub match_tenant: Option<bool>,
    /// Whether an index on the referencing column is wanted.
    pub index: bool,
    pub index_where: Option<String>,
    /// Multitenancy of the destination.
    pub multitenancy: Multitenancy,
    /// Whether the destination column is a primary key; `None` in old files.
    pub primary_key: Option<bool>,
    /// Old files carry `ignore?`.
    pub ignore: Option<bool>,
}

/// What happens to rows when the row they refer to is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDelete {
    /// `delete`, `nilify`, `nothing`, `restrict`.
    Atom(String),
    /// `{:nilify, columns}`.
    Nilify(Vec<String>),
}

/// When a foreign key is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deferrable {
    #[default]
    No,
    Yes,
    Initially,
}

/// A unique index that comes from an identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    pub name: String,
    pub keys: Vec<Field>,
    pub index_name: String,
    pub base_filter: Option<String>,
    /// `where` as SQL.
    pub filter: Option<String>,
    pub all_tenants: bool,
    pub nils_distinct: bool,
}

/// A key of an index: a column, an SQL expression, or a column with an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A column (an atom in Elixir).
    Column(String),
    /// SQL text (a string in Elixir).
    Expression(String),
    /// `{order, column}`: `asc_nulls_last`, `desc` …
    Directed { order: String, value: String },
    /// `{order, "text"}`: the same with a string. Only resources have it; snapshots keep no difference and load as
    /// [`Field::Directed`].
    DirectedExpression { order: String, value: String },
}

/// An index from `custom_indexes`.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomIndex {
    pub table: Option<String>,
    pub fields: Vec<Field>,
    /// Names of fields that carry the error; old files and some options leave it out.
    pub error_fields: Option<Vec<String>>,
    pub name: Option<String>,
    pub unique: bool,
    pub concurrently: bool,
    pub using: Option<String>,
    pub prefix: Option<String>,
    /// `where` as SQL.
    pub filter: Option<String>,
    pub include: Option<Vec<String>>,
    pub nulls_distinct: bool,
    pub message: Option<String>,
    pub all_tenants: bool,
    pub include_base_filter: bool,
}

/// SQL (or Elixir code) that runs beside the table's own changes.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomStatement {
    pub name: String,
    pub up: String,
    pub down: String,
    /// `up` and `down` are Elixir code, not SQL.
    pub code: bool,
    pub global: bool,
    pub after_tables: Option<Vec<String>>,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckConstraint {
    pub name: String,
    pub attributes: Vec<String>,
    pub check: String,
    /// `None`: the file has no such key (the generator fails on it when the constraint is removed).
    pub base_filter: Option<Option<String>>,
}

/// How rows belong to tenants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Multitenancy {
    pub strategy: Option<Strategy>,
    pub attribute: Option<String>,
    pub global: Option<bool>,
}

/// The multitenancy strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// A column holds the tenant.
    Attribute,
    /// A schema per tenant.
    Context,
}

impl Attribute {
    /// Whether the column cannot be added to a table with rows: it refuses null and has nothing to put there.
    pub fn needs_value(&self) -> bool {
        !self.allow_nil && self.default == "nil" && !self.is_serial()
    }

    /// Whether the column is written as `bigserial` when added (`AlterAttribute.renders_as_serial?/1`).
    pub fn is_serial(&self) -> bool {
        self.generated && self.default == "nil" && self.column_type == ColumnType::Atom("bigint".to_owned())
    }

    /// Whether the reference becomes a foreign key: one from the public schema to a tenant's table does not
    /// (`MigrationGenerator.has_reference?/2`).
    pub fn has_foreign_key(&self, multitenancy: &Multitenancy) -> bool {
        let destination = self.references.as_ref().map(|reference| reference.multitenancy.strategy);
        let Some(destination) = destination else { return false };
        destination != Some(Strategy::Context) || multitenancy.strategy == Some(Strategy::Context)
    }
}
