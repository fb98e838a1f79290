//! `ashls drift`: the database, the migrations and the resources against each other.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::super::output::{self, FAINT, HEADING, styled_result};
use super::super::{FINDINGS, Outcome};
use super::connection::ConnectionArgs;
use super::repo::{announce, repos};
use super::side::{Side, catalogue};
use crate::drift::{Comparison, Dialect, Difference, Kind, compare};

/// Compare the database, the migrations, the snapshots and the resources with each other. Changes nothing
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls drift                                      from the database to what the resources say\n  ashls drift --from migrations --to database\n  ashls drift --from snapshots --to migrations\n  ashls drift --from migrations --to resources     needs a server, but not the application's database\n  ashls drift --tenant org_1\n  ashls drift --format sql > to_resources.sql\n\nMigrations, and what the resources say, are run on a database of their own on the same server (ashls_shadow_…, or a\ntemporary SQLite file), which is removed afterwards: so both sides are printed by the same server. The user must be\nallowed to make databases. Exit 1 when there are differences. Tables without a resource, views, functions and the like\nare listed as unmanaged and never proposed for dropping."
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
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    format: DriftFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DriftFormat {
    Table,
    Sql,
    Json,
}

/// How long a query of the catalogue may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Prints the differences of every repo.
pub fn run(args: &DriftArgs) -> Outcome {
    let repos = repos(&args.connection, None)?;
    let (mut drifted, mut all) = (false, Vec::new());
    for repo in &repos {
        let from = catalogue(repo, args.from, args.tenant.as_deref(), 1)?;
        let to = catalogue(repo, args.to, args.tenant.as_deref(), 2)?;
        let dialect = if repo.target.is_sqlite() { Dialect::Sqlite } else { Dialect::Postgres };
        let live = |side: Side| side == Side::Database;
        let comparison = compare(&from, &to, live(args.from), live(args.to), dialect);
        drifted |= !comparison.differences.is_empty();
        match args.format {
            DriftFormat::Json => all.push(to_json(&repo.module, &comparison)),
            DriftFormat::Sql => {
                announce(&repos, repo);
                output::result(&to_sql(args, &comparison));
            }
            DriftFormat::Table => {
                announce(&repos, repo);
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
    }
    if comparison.differences.is_empty() {
        text.push_str(&format!("No differences between {from} and {to}.\n"));
    }
    if !comparison.unmanaged.is_empty() {
        text.push_str(&format!("{}\n", styled_result(HEADING, "Unmanaged, only in the database")));
        comparison.unmanaged.iter().for_each(|name| text.push_str(&format!("  {name}\n")));
    }
    text.trim_end().to_owned()
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
            })
        })
        .collect();
    json!({ "repo": repo, "differences": differences, "unmanaged": comparison.unmanaged })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "table",
        Kind::Column => "column",
        Kind::Constraint => "constraint",
        Kind::Index => "index",
    }
}
