//! A column under its old and its new name.

use std::fmt;
use std::str::FromStr;

/// `--rename TABLE.OLD:NEW`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RenamedColumn {
    /// With or without its schema.
    pub table: String,
    pub from: String,
    pub to: String,
}

/// As it is written on the command line: `posts.title:headline`.
impl fmt::Display for RenamedColumn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}:{}", self.table, self.from, self.to)
    }
}

impl FromStr for RenamedColumn {
    type Err = String;

    fn from_str(text: &str) -> Result<RenamedColumn, String> {
        let parsed = text.rsplit_once(':').and_then(|(from, to)| {
            let (table, from) = from.rsplit_once('.')?;
            Some(RenamedColumn { table: table.to_owned(), from: from.to_owned(), to: to.to_owned() })
        });
        parsed.ok_or_else(|| "expected TABLE.OLD:NEW, for example posts.title:headline".to_owned())
    }
}
