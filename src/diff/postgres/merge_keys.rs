//! The primary key of a table that several resources share. Mirrors `merge_primary_keys/3`.

use super::primary_key::key_names;
use super::{Raised, inspect};
use crate::diff::distinct::distinct;
use crate::diff::{Dialogue, Subject, TableName};
use crate::snapshot::{Field, Identity, Snapshot};

/// The primary key, and the other keys as identities.
#[derive(Debug, Default, PartialEq)]
pub(in crate::diff) struct MergedKeys {
    /// Columns by name.
    pub primary_key: Vec<String>,
    pub identities: Vec<Identity>,
    /// The generator left the index names out.
    pub without_index_name: bool,
}

/// The key that exists already if a resource has it, else the only one, else the one the user chooses.
pub(in crate::diff) fn merge_keys(
    existing: Option<&Snapshot>,
    snapshots: &[&Snapshot],
    dialogue: &mut Dialogue,
) -> Result<MergedKeys, Raised> {
    let keys: Vec<Vec<String>> = snapshots.iter().map(|snapshot| key_names(snapshot)).collect();
    let keys = distinct(keys.iter());
    if let Some(existing) = existing {
        let primary_key = key_names(existing);
        if keys.contains(&primary_key) {
            let others = keys.iter().filter(|key| **key != primary_key);
            let identities = others.map(|key| identity(&existing.table, key)).collect();
            return Ok(MergedKeys { primary_key, identities, without_index_name: true });
        }
    }
    if let [only] = keys.as_slice() {
        return Ok(MergedKeys { primary_key: only.clone(), ..MergedKeys::default() });
    }
    let first = snapshots[0];
    let chosen = choose(&TableName::new(&first.table, first.schema.as_deref()), &keys, dialogue)?;
    let primary_key = keys[chosen].clone();
    let others = keys.iter().filter(|key| **key != primary_key);
    Ok(MergedKeys {
        identities: others.map(|key| identity(&first.table, key)).collect(),
        primary_key,
        without_index_name: false,
    })
}

fn identity(table: &str, key: &[String]) -> Identity {
    let name = format!("{table}_{}", key.join("_"));
    Identity {
        index_name: name.clone(),
        name,
        keys: key.iter().cloned().map(Field::Column).collect(),
        base_filter: None,
        filter: None,
        all_tenants: false,
        nils_distinct: false,
    }
}

/// Position of the key the user chose, the first one while nobody chose.
fn choose(table: &TableName, keys: &[Vec<String>], dialogue: &mut Dialogue) -> Result<usize, Raised> {
    let lines: Vec<String> =
        keys.iter().enumerate().map(|(position, key)| format!("{position}: {}", inspect::atoms(key))).collect();
    let text = format!(
        "Which primary key should be used for the table `{}` (enter the number)?\n\n{}\n",
        table.table,
        lines.join("\n")
    );
    let subject = Subject::PrimaryKey { table: table.clone(), keys: keys.to_vec() };
    let Some(answer) = dialogue.prompt(text, subject) else { return Ok(0) };
    let Ok(number) = answer.trim().parse::<i64>() else {
        return Err(Raised {
            exception: "ArgumentError",
            message:
                "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of an \
                      integer\n"
                    .to_owned(),
        });
    };
    // A negative number counts from the end, as `Enum.at/2` does.
    let position = if number < 0 { number + keys.len() as i64 } else { number };
    match usize::try_from(position) {
        Ok(position) if position < keys.len() => Ok(position),
        _ => Err(Raised {
            exception: "Protocol.UndefinedError",
            message: format!(
                "protocol Enumerable not implemented for type Atom: there is no primary key number {number} for the \
                 table `{}`",
                table.table
            ),
        }),
    }
}
