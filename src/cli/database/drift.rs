//! `ashls drift`: the database, the migrations and the resources against each other.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::super::output::{self, FAINT, HEADING, styled_result};
use super::super::{FINDINGS, Failure, Outcome};
use super::connection::ConnectionArgs;
use super::repo::sources;
use super::side::{Place, Side, Where};
use crate::drift::{Comparison, Difference, Gap, Kind, Touched};

/// Compare the database, the migrations, the snapshots and the resources with each other. Changes nothing
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls drift                                      from the database to what the resources say\n  ashls drift --from migrations --to database\n  ashls drift --from snapshots --to migrations     needs no database\n  ashls drift --from migrations --to resources     needs no database\n  ashls drift --from migrations --to resources --shadow\n  ashls drift --tenant org_1\n  ashls drift --format sql > to_resources.sql\n\nWithout a database on either side, migrations are replayed in memory. Raw SQL that is not understood there is named with\nfile and line, and nothing is said about the tables that it touches. With a database on one side, or with --shadow, they\nrun on a database of their own on the same server (ashls_shadow_…), so that both sides are printed by the same server;\nit is removed afterwards. The user must be allowed to make databases; --shadow schema runs them in schemas of their own\nin the given database, in a transaction that is undone. SQLite always runs them on a temporary file. Exit 1 when there\nare differences, or something is not known. Tables without a resource, views, functions and the like are listed as\nunmanaged and never proposed for dropping."
)]
pub struct DriftArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
    /// The first side
    #[arg(long, value_enum, default_value = "database")]
    from: Side,
    /// The second side
    #[arg(long, value_enum, default_value = "resources")]
    to: Side,
    /// Compare this tenant's schema instead of the public tables
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Where migrations run, and what resources and snapshots say [default: database if one side is the database, else none]
    #[arg(long, value_enum, value_name = "WHERE", num_args = 0..=1, default_missing_value = "database")]
    shadow: Option<ShadowPlace>,
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    format: DriftFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShadowPlace {
    /// On a database of their own on the same server
    Database,
    /// In schemas of their own in the given database, in a transaction that is undone
    Schema,
    /// Nowhere: in memory. Expressions are compared as they are written
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DriftFormat {
    Table,
    Sql,
    Json,
}

/// Prints the differences of every repo.
pub fn run(args: &DriftArgs) -> Outcome {
    let found = sources(&args.connection, None)?;
    let (mut drifted, mut all) = (false, Vec::new());
    for (repo, target) in &found {
        let place = Place { repo, target: target.as_ref(), tenant: args.tenant.as_deref() };
        let live = |side: Side| side == Side::Database;
        let shadow = match args.shadow {
            Some(ShadowPlace::Database) => Where::Database,
            Some(ShadowPlace::Schema) if repo.sqlite => {
                return Err(Failure::unusable("SQLite has no schemas: --shadow alone"));
            }
            Some(ShadowPlace::Schema) => Where::Schema,
            None if live(args.from) || live(args.to) => Where::Database,
            None | Some(ShadowPlace::None) => Where::Model,
        };
        let from = place.find(args.from, shadow, 1)?;
        let to = place.find(args.to, shadow, 2)?;
        let comparison = from.compare(to, (live(args.from), live(args.to)), repo.sqlite, shadow);
        drifted |= !comparison.is_same();
        let announce = || {
            if found.len() > 1 {
                let database = target.as_ref().map(|target| format!(": {}", target.name())).unwrap_or_default();
                output::note(&format!("{}{database}", repo.module));
            }
        };
        match args.format {
            DriftFormat::Json => all.push(to_json(&repo.module, &comparison)),
            DriftFormat::Sql => {
                announce();
                output::result(&to_sql(args, &comparison));
            }
            DriftFormat::Table => {
                announce();
                output::result(&to_table(args.from, args.to, &comparison));
            }
        }
    }
    if args.format == DriftFormat::Json {
        output::result(&format!("{:#}", Value::Array(all)));
    }
    Ok(if drifted { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

/// The differences for people.
pub fn to_table(from: Side, to: Side, comparison: &Comparison) -> String {
    let (from, to) = (from.name(), to.name());
    let mut text = String::new();
    let mut table = None;
    for difference in &comparison.differences {
        if table != Some(&difference.table) {
            text.push_str(&format!("{}\n", styled_result(HEADING, &difference.table)));
            table = Some(&difference.table);
        }
        text.push_str(&format!("  {} {}\n", kind(difference.kind), difference.name));
        for (side, value) in [(from, &difference.from), (to, &difference.to)] {
            let value = value.as_deref().unwrap_or("-");
            text.push_str(&format!("    {} {value}\n", styled_result(FAINT, format!("{side:<10}"))));
        }
        if difference.unsure {
            text.push_str("    may be the same, written in two ways: --shadow asks PostgreSQL\n");
        }
    }
    match (comparison.differences.is_empty(), comparison.gaps.is_empty()) {
        (true, true) => text.push_str(&format!("No differences between {from} and {to}.\n")),
        (true, false) => text.push_str(&format!("No differences between {from} and {to} in what is known.\n")),
        (false, _) => {}
    }
    if !comparison.gaps.is_empty() {
        text.push_str(&format!("{}\n", styled_result(HEADING, "Not modelled, so not known")));
        for gap in &comparison.gaps {
            text.push_str(&format!("  {}\n", described(gap)));
        }
        text.push_str("  --shadow runs them on PostgreSQL.\n");
    }
    if !comparison.unmanaged.is_empty() {
        text.push_str(&format!("{}\n", styled_result(HEADING, "Unmanaged, only in the database")));
        comparison.unmanaged.iter().for_each(|name| text.push_str(&format!("  {name}\n")));
    }
    text.trim_end().to_owned()
}

/// `file:line: reason (what it touches)`
fn described(gap: &Gap) -> String {
    let Gap { path, line, reason, touched } = gap;
    let touched = match touched {
        Touched::Anything => "may touch anything".to_owned(),
        Touched::Tables(tables) => tables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    format!("{path}:{line}: {reason} ({touched})")
}

fn to_sql(args: &DriftArgs, comparison: &Comparison) -> String {
    let mut text = format!("-- from {} to {}\n", args.from.name(), args.to.name());
    for difference in &comparison.differences {
        let Difference { table, kind: what, name, sql, loses_data, .. } = difference;
        text.push_str(&format!("\n-- {table}: {} {name}\n", kind(*what)));
        if sql.is_empty() {
            text.push_str("-- the database cannot change this in place\n");
        }
        for statement in sql {
            match loses_data {
                true => text.push_str(&format!("-- loses data: {};\n", statement.replace('\n', "\n-- "))),
                false => text.push_str(&format!("{statement};\n")),
            }
        }
    }
    for gap in &comparison.gaps {
        text.push_str(&format!("-- not modelled: {}\n", described(gap)));
    }
    for name in &comparison.unmanaged {
        text.push_str(&format!("-- unmanaged: {name}\n"));
    }
    text.trim_end().to_owned()
}

fn to_json(repo: &str, comparison: &Comparison) -> Value {
    let differences: Vec<Value> = comparison
        .differences
        .iter()
        .map(|difference| {
            json!({
                "schema": difference.table.schema,
                "table": difference.table.table,
                "kind": kind(difference.kind),
                "name": difference.name,
                "from": difference.from,
                "to": difference.to,
                "sql": difference.sql,
                "loses_data": difference.loses_data,
                "unsure": difference.unsure,
            })
        })
        .collect();
    let gaps: Vec<Value> = comparison
        .gaps
        .iter()
        .map(|gap| {
            let tables = match &gap.touched {
                Touched::Anything => Value::Null,
                Touched::Tables(tables) => tables.iter().map(ToString::to_string).collect(),
            };
            json!({ "file": gap.path, "line": gap.line, "reason": gap.reason, "tables": tables })
        })
        .collect();
    json!({ "repo": repo, "differences": differences, "unmanaged": comparison.unmanaged, "not_modelled": gaps })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "table",
        Kind::Column => "column",
        Kind::Constraint => "constraint",
        Kind::Index => "index",
    }
}
