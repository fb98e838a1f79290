//! AM-D05: a column gets a narrower type.

use super::conversion::{self, Conversion};
use super::database_type::{self, DatabaseType};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-D05",
    title: "A narrower type refuses or shortens values",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "Values that do not fit make the migration fail (whole numbers out of range, texts that are too long, \
           numbers with too many digits); digits that are too many are rounded away without a word (fractions of \
           seconds, decimal places), and what the new type does not hold is dropped (the time of a day, the time \
           zone).\n\nLook at the values first. The safe way is a new column: write both, copy, switch reads, drop the \
           old one.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation| {
        let (old, new, conversion) = conversion::of_change(&operation.change)?;
        if conversion == Conversion::Impossible {
            return None;
        }
        let (from, to) = (database_type::of(old), database_type::of(new));
        let loss = loss(&from, &to)?;
        let name = column(&operation.on, &new.source);
        Some(RULE.finding(
            index,
            format!("{name} goes from {from} to {to}: {loss}"),
            format!("Add a new column of type {to}, write both, copy the old values in batches, then switch."),
        ))
    })
}

fn loss(from: &DatabaseType, to: &DatabaseType) -> Option<&'static str> {
    use DatabaseType::{
        Array, Cidr, Date, Double, Inet, Json, Jsonb, Numeric, Real, Text, Time, Timestamp, Timestamptz, Whole,
    };
    const TOO_LARGE: &str = "the migration fails on values out of range";
    const ROUNDED: &str = "values are rounded";
    const SECONDS: &str = "fractions of seconds are rounded";
    match (from, to) {
        (Text(from), Text(Some(to))) if from.is_none_or(|from| from > *to) => {
            Some("the migration fails on texts that are too long")
        }
        (Whole(from), Whole(to)) if from > to => Some(TOO_LARGE),
        (Numeric(_) | Double | Real, Whole(_)) => Some("decimal places are rounded, and values out of range fail"),
        (Whole(_), Numeric(Some(_))) => Some(TOO_LARGE),
        (Numeric(_) | Double, Real) | (Numeric(_), Double) | (Whole(64), Double) | (Whole(32 | 64), Real) => {
            Some(ROUNDED)
        }
        (Double | Real | Numeric(None), Numeric(Some(_))) => {
            Some("decimal places are rounded, and values out of range fail")
        }
        (Numeric(Some((from, scale))), Numeric(Some((to, new_scale)))) => {
            if new_scale < scale {
                Some("decimal places are rounded")
            } else {
                (to - new_scale < from - scale).then_some(TOO_LARGE)
            }
        }
        (Timestamp(from) | Timestamptz(from), Timestamp(to) | Timestamptz(to)) if from > to => Some(SECONDS),
        (Time(from), Time(to)) if from > to => Some(SECONDS),
        (Timestamptz(_), Timestamp(_)) => Some("the time zone of the session decides what is kept"),
        (Timestamp(_) | Timestamptz(_), Date) => Some("the time of day is dropped"),
        (Timestamp(_) | Timestamptz(_), Time(_)) => Some("the date is dropped"),
        (Json, Jsonb) => Some("repeated keys and the order of keys are dropped"),
        (Inet, Cidr) => Some("bits of hosts are set to zero"),
        (Array(from), Array(to)) => loss(from, to),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::diff::operation::{Change, Operation};
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::{Attribute, ColumnType};

    fn change(from: &str, to: &str) -> Operation {
        let typed = |name: &str| Attribute { column_type: ColumnType::Atom(name.to_owned()), ..attribute("a") };
        on("posts", Change::AlterAttribute { old_attribute: typed(from), new_attribute: typed(to) })
    }

    #[test]
    fn what_gets_lost() {
        let operations = [
            change("bigint", "integer"),
            change("text", "string"),
            change("utc_datetime_usec", "utc_datetime"),
            change("timestamptz", "utc_datetime_usec"),
            change("numeric(10,2)", "numeric(10,3)"),
        ];
        let messages = show(&RULE, &operations);
        let messages: Vec<&str> = messages.lines().filter(|line| !line.starts_with(' ')).collect();
        expect![[r#"
            0: posts.a goes from bigint to integer: the migration fails on values out of range
            1: posts.a goes from text to varchar(255): the migration fails on texts that are too long
            2: posts.a goes from timestamp to timestamp(0): fractions of seconds are rounded
            3: posts.a goes from timestamptz to timestamp: the time zone of the session decides what is kept
            4: posts.a goes from numeric(10,2) to numeric(10,3): the migration fails on values out of range"#]]
        .assert_eq(&messages.join("\n"));
    }

    #[test]
    fn wider_types_lose_nothing() {
        let operations = [
            ("integer", "bigint"),
            ("string", "text"),
            ("decimal", "text"),
            ("date", "utc_datetime"),
            ("text", "uuid"),
        ];
        assert_eq!(show(&RULE, &operations.map(|(from, to)| change(from, to))), "");
    }
}
