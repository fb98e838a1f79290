//! What `ALTER COLUMN … TYPE` does without `USING`: which casts PostgreSQL makes by itself, and when it rewrites the
//! table (<https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>).

use super::database_type::{self, DatabaseType};
use crate::diff::operation::Change;
use crate::snapshot::Attribute;

/// How rows come from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// The type stays.
    None,
    /// Only the catalogue changes.
    Metadata,
    /// Rows stay, indexes on the column are built again. (Between `timestamp` and `timestamptz`: if the session's time
    /// zone is UTC; else rows are rewritten.)
    Reindex,
    /// The table and its indexes are rewritten.
    Rewrite,
    /// There is no automatic cast.
    Impossible,
    /// A type that is not known here takes part.
    Unknown,
}

/// A change of type with both columns, if the operation is one.
pub fn of_change(change: &Change) -> Option<(&Attribute, &Attribute, Conversion)> {
    let Change::AlterAttribute { old_attribute, new_attribute } = change else { return None };
    let conversion = conversion(&database_type::of(old_attribute), &database_type::of(new_attribute));
    (conversion != Conversion::None).then_some((old_attribute, new_attribute, conversion))
}

pub fn conversion(from: &DatabaseType, to: &DatabaseType) -> Conversion {
    use DatabaseType::{
        Array, Cidr, Citext, Date, Inet, Interval, Json, Jsonb, Numeric, Other, Text, Time, Timestamp, Timestamptz,
    };
    if from == to {
        return Conversion::None;
    }
    let unless = |wider: bool, otherwise: Conversion| if wider { otherwise } else { Conversion::Rewrite };
    match (from, to) {
        (Text(_), Text(None)) => Conversion::Metadata,
        (Text(from), Text(Some(to))) => unless(from.is_some_and(|from| from <= *to), Conversion::Metadata),
        (Text(_), Citext) | (Citext, Text(None)) => Conversion::Reindex,
        // Every type has an assignment cast to strings.
        (_, Text(_) | Citext) => Conversion::Rewrite,
        (Numeric(Some(_)), Numeric(None)) => Conversion::Metadata,
        (Numeric(Some((from, scale))), Numeric(Some((to, same)))) => {
            unless(scale == same && from <= to, Conversion::Metadata)
        }
        (from, to) if is_number(from) && is_number(to) => Conversion::Rewrite,
        (Time(from), Time(to)) | (Timestamp(from), Timestamp(to)) | (Timestamptz(from), Timestamptz(to)) => {
            unless(from <= to, Conversion::Metadata)
        }
        (Timestamp(_), Timestamptz(to)) | (Timestamptz(_), Timestamp(to)) => unless(*to == 6, Conversion::Reindex),
        (Date, Timestamp(_) | Timestamptz(_)) | (Timestamp(_) | Timestamptz(_), Date | Time(_)) => Conversion::Rewrite,
        (Time(_), Interval) | (Interval, Time(_)) | (Json, Jsonb) | (Jsonb, Json) | (Inet, Cidr) => Conversion::Rewrite,
        (Cidr, Inet) => Conversion::Metadata,
        (Array(from), Array(to)) => match conversion(from, to) {
            Conversion::None | Conversion::Metadata | Conversion::Reindex => Conversion::Rewrite,
            other => other,
        },
        (Other(_), _) | (_, Other(_)) => Conversion::Unknown,
        _ => Conversion::Impossible,
    }
}

fn is_number(database_type: &DatabaseType) -> bool {
    matches!(
        database_type,
        DatabaseType::Whole(_) | DatabaseType::Numeric(_) | DatabaseType::Real | DatabaseType::Double
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples::attribute;
    use crate::snapshot::ColumnType;

    /// Measured with PostgreSQL 15 in a session in UTC, the columns in the order of the rows: `s` nothing but the
    /// catalogue changes, `i` the index on the column gets a new file, `r` the table does, `-` no automatic cast.
    const MEASURED: &str = "\
        text           .rrri-----------------------------
        varchar(255)   s.rri-----------------------------
        varchar(40)    ss.si-----------------------------
        varchar(80)    ssr.i-----------------------------
        citext         irrr.-----------------------------
        uuid           rrrrr.----------------------------
        smallint       rrrrr-.rrrrrrrrr------------------
        integer        rrrrr-r.rrrrrrrr------------------
        bigint         rrrrr-rr.rrrrrrr------------------
        numeric        rrrrr-rrr.rrrrrr------------------
        numeric(10,2)  rrrrr-rrrs.srrrr------------------
        numeric(12,2)  rrrrr-rrrsr.rrrr------------------
        numeric(10,4)  rrrrr-rrrsrr.srr------------------
        numeric(12,4)  rrrrr-rrrsrrr.rr------------------
        real           rrrrr-rrrrrrrr.r------------------
        float          rrrrr-rrrrrrrrr.------------------
        boolean        rrrrr-----------.-----------------
        date           rrrrr------------.--rrrrr---------
        time_usec      rrrrr-------------.r-----r--------
        time           rrrrr-------------s.-----r--------
        timestamp      rrrrr------------rrr.riir---------
        timestamp(0)   rrrrr------------rrrs.iir---------
        timestamptz    rrrrr------------rrrir..r---------
        timestamptz(6) rrrrr------------rrrir..r---------
        timestamptz(0) rrrrr------------rrrirss.---------
        interval       rrrrr-------------rr-----.--------
        json           rrrrr---------------------.r------
        jsonb          rrrrr---------------------r.------
        bytea          rrrrr-----------------------.-----
        inet           rrrrr------------------------.r---
        cidr           rrrrr------------------------s.---
        text[]         rrrrr--------------------------.-r
        bigint[]       rrrrr--------------------------r.r
        varchar(40)[]  rrrrr--------------------------r-.";

    fn parse(name: &str) -> DatabaseType {
        let column_type = match name.strip_suffix("[]") {
            Some(element) => ColumnType::Array(Box::new(ColumnType::Atom(element.to_owned()))),
            None => ColumnType::Atom(name.to_owned()),
        };
        database_type::of(&Attribute { column_type, ..attribute("a") })
    }

    #[test]
    fn conversions_are_the_measured_ones() {
        let rows: Vec<(&str, &str)> =
            MEASURED.lines().map(|line| line.trim().split_once(' ').expect("a name and a row")).collect();
        let mut wrong = Vec::new();
        for (from, cells) in &rows {
            for ((to, _), cell) in rows.iter().zip(cells.trim().chars()) {
                let expected = match cell {
                    '.' => Conversion::None,
                    's' => Conversion::Metadata,
                    'i' => Conversion::Reindex,
                    'r' => Conversion::Rewrite,
                    _ => Conversion::Impossible,
                };
                let found = conversion(&parse(from), &parse(to));
                if found != expected {
                    wrong.push(format!("{from} to {to}: {found:?}, measured {expected:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn unknown_types_stay_unknown() {
        assert_eq!(conversion(&parse("ltree"), &parse("text")), Conversion::Rewrite);
        assert_eq!(conversion(&parse("text"), &parse("ltree")), Conversion::Unknown);
        assert_eq!(conversion(&parse("ltree"), &parse("ltree")), Conversion::None);
    }
}
