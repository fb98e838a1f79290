//! The names that PostgreSQL gives to what has none (`makeObjectName`, `ChooseIndexColumnNames`).

use super::relation::Relation;

/// The longest name.
const LIMIT: usize = 63;

/// A name as PostgreSQL keeps it.
pub fn cut(name: &str) -> String {
    let mut end = name.len().min(LIMIT);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

/// A name of its own for a constraint or index: `<table>_<columns>_<label>`, with a number where that is taken.
pub fn own(relation: &Relation, taken: impl Fn(&str) -> bool, table: &str, columns: &[String], label: &str) -> String {
    let columns = columns.join("_");
    for number in 0_u32.. {
        let label = if number == 0 { label.to_owned() } else { format!("{label}{number}") };
        let name = made(table, &columns, &label);
        if !relation.rules.contains_key(&name) && !relation.indexes.contains_key(&name) && !taken(&name) {
            return name;
        }
    }
    made(table, &columns, label)
}

/// The longer of the two parts is shortened until everything fits.
fn made(table: &str, columns: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!columns.is_empty());
    let (mut first, mut second) = (table.to_owned(), columns.to_owned());
    while first.len() + second.len() + overhead > LIMIT {
        let longer = if first.len() > second.len() { &mut first } else { &mut second };
        if longer.pop().is_none() {
            break;
        }
    }
    match second.as_str() {
        "" => format!("{first}_{label}"),
        _ => format!("{first}_{second}_{label}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit() {
        let relation = Relation::default();
        let name = |table: &str, column: &str| own(&relation, |_| false, table, &[column.to_owned()], "fkey");
        assert_eq!(name("posts", "author_id"), "posts_author_id_fkey");
        let long = name(&"t".repeat(60), &"c".repeat(20));
        assert_eq!((long.len(), long.ends_with(&format!("_{}_fkey", "c".repeat(20)))), (63, true));
        assert_eq!(own(&relation, |name| name == "a_key", "a", &[], "key"), "a_key1");
    }
}
