//! What the formatter configuration of usual dependencies exports, for projects whose `deps/` is missing.
//!
//! Only the calls that can occur in a migration. From ecto 3.13, ecto_sql 3.14, ash 3.32, ash_postgres 2.12,
//! ash_sqlite 0.2.17 and the current releases of the others.

use crate::elixir::format::Arity;

/// The calls that `dependency` exports; `None` when it is not one of the usual dependencies.
pub(super) fn known(dependency: &str) -> Option<Vec<(String, Arity)>> {
    let (_, calls) = KNOWN.iter().find(|(name, _)| *name == dependency)?;
    let each = |(name, arities): &(&str, &[usize])| -> Vec<(String, Arity)> {
        arities.iter().map(|arity| ((*name).to_owned(), Arity::Exactly(*arity))).collect()
    };
    Some(calls.iter().flat_map(each).collect())
}

/// Name and arities.
type Calls = &'static [(&'static str, &'static [usize])];

const ECTO_SQL: Calls = &[
    ("add", &[2, 3]),
    ("add_if_not_exists", &[2, 3]),
    ("alter", &[2]),
    ("create", &[1, 2]),
    ("create_if_not_exists", &[1, 2]),
    ("drop", &[1, 2]),
    ("drop_if_exists", &[1, 2]),
    ("execute", &[1, 2]),
    ("modify", &[2, 3]),
    ("remove", &[1, 2, 3]),
    ("remove_if_exists", &[1, 2]),
    ("rename", &[2, 3]),
    ("timestamps", &[1]),
];

const KNOWN: &[(&str, Calls)] = &[
    ("absinthe", &[]),
    ("ash", &[("create", &[1, 2, 3, 4]), ("prefix", &[1]), ("table", &[1])]),
    ("ash_admin", &[]),
    ("ash_archival", &[]),
    ("ash_authentication", &[]),
    ("ash_cloak", &[]),
    ("ash_double_entry", &[]),
    ("ash_events", &[]),
    ("ash_graphql", &[("create", &[2, 3, 4])]),
    ("ash_json_api", &[("index", &[1, 2, 3]), ("prefix", &[1])]),
    ("ash_money", &[]),
    ("ash_oban", &[]),
    ("ash_paper_trail", &[]),
    ("ash_phoenix", &[]),
    ("ash_postgres", &[("index", &[1, 2]), ("prefix", &[1]), ("repo", &[1]), ("table", &[1])]),
    ("ash_sqlite", &[("index", &[1, 2]), ("repo", &[1]), ("table", &[1])]),
    ("ash_state_machine", &[]),
    ("ecto", &[("timestamps", &[1])]),
    ("ecto_sql", ECTO_SQL),
    ("ecto_sqlite3", &[]),
    ("oban", &[]),
    ("open_api_spex", &[]),
    ("phoenix", &[]),
    ("phoenix_live_view", &[]),
    ("plug", &[]),
    ("reactor", &[]),
    ("spark", &[]),
    ("stream_data", &[]),
    ("typed_struct", &[]),
];
