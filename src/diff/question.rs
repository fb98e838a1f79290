//! What the generators ask while they compare, as data.

/// Something only the user knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// As the generator words it.
    pub text: String,
    pub kind: QuestionKind,
    /// What it is about, for answers that are not typed.
    pub subject: Subject,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKind {
    YesNo,
    /// A line of text.
    Prompt,
}

/// A table and its schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    pub table: String,
    pub schema: Option<String>,
}

impl TableName {
    pub fn new(table: &str, schema: Option<&str>) -> TableName {
        TableName { table: table.to_owned(), schema: schema.map(str::to_owned) }
    }

    /// Whether `text` names this table, with or without its schema.
    pub fn is(&self, text: &str) -> bool {
        text == self.table || text == self.to_string()
    }
}

/// `schema.table`, or `table` alone.
impl std::fmt::Display for TableName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(formatter, "{schema}.{}", self.table),
            None => formatter.write_str(&self.table),
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Whether column `from` got one of the names `to`. With several names, the name is asked for afterwards.
    RenameColumn { table: TableName, from: String, to: Vec<String> },
    /// Which of the names `to` column `from` got.
    NewColumnName { table: TableName, from: String, to: Vec<String> },
    /// Whether a table got one of the names `to`.
    RenameTable { from: TableName, to: Vec<TableName> },
    /// Which of the names `to` a table got.
    NewTableName { from: TableName, to: Vec<TableName> },
    /// Whether a table moved to another schema.
    MoveTable { from: TableName, to: TableName },
    /// Whether a table that no resource declares any more is dropped.
    DropTable { table: TableName },
    /// Which of the keys of several resources is the primary key of their table; answered by position.
    PrimaryKey { table: TableName, keys: Vec<Vec<String>> },
    /// Whether a file that is there already is replaced (ash_sqlite only).
    OverwriteFile { path: String },
}
