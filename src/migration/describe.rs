//! Commands in words, as `Ecto.Migration.Runner` logs them and names them in its messages.

use super::command::{Command, RawCommand};
use super::inspect::{inspect, quoted};
use super::term::Term;

/// `create table posts`, `drop index if exists posts_title_index`, … (`Ecto.Migration.Runner.command/1`).
pub fn describe(command: &Command) -> String {
    match command {
        Command::CreateTable { table, if_not_exists, .. } => {
            let modifiers = match &table.modifiers {
                Term::String(text) => format!("{text} table"),
                _ => "table".to_owned(),
            };
            let if_not_exists = if *if_not_exists { " if not exists" } else { "" };
            format!("create {modifiers}{if_not_exists} {}", name(&table.prefix, &table.name))
        }
        Command::AlterTable { table, .. } => format!("alter table {}", name(&table.prefix, &table.name)),
        Command::DropTable { table, if_exists, cascade } => {
            drop("table", *if_exists, &name(&table.prefix, &table.name), *cascade)
        }
        Command::RenameTable { from, to } => {
            format!("rename table {} to {}", name(&from.prefix, &from.name), name(&to.prefix, &to.name))
        }
        Command::RenameColumn { table, from, to } => {
            format!("rename column {from} to {to} on table {}", name(&table.prefix, &table.name))
        }
        Command::CreateIndex { index, if_not_exists } => {
            let if_not_exists = if *if_not_exists { " if not exists" } else { "" };
            format!("create index{if_not_exists} {}", name(&index.prefix, &index.name))
        }
        Command::DropIndex { index, if_exists, cascade } => {
            drop("index", *if_exists, &name(&index.prefix, &index.name), *cascade)
        }
        Command::RenameIndex { index, to } => format!("rename index {} to {to}", name(&index.prefix, &index.name)),
        Command::CreateConstraint { constraint } => {
            let kind = if constraint.check.is_some() { "check" } else { "exclude" };
            let table = name(&constraint.prefix, &constraint.table);
            format!("create {kind} constraint {} on table {table}", constraint.name)
        }
        Command::DropConstraint { constraint, if_exists, .. } => {
            let if_exists = if *if_exists { " if exists" } else { "" };
            let table = name(&constraint.prefix, &constraint.table);
            format!("drop constraint{if_exists} {} from table {table}", constraint.name)
        }
        Command::Execute { up: RawCommand::Sql(sql), .. } => format!("execute {}", quoted(sql)),
        Command::Execute { up: RawCommand::Keywords(term), .. } => format!("execute {}", inspect(term)),
    }
}

fn drop(kind: &str, if_exists: bool, name: &str, cascade: bool) -> String {
    let if_exists = if if_exists { " if exists" } else { "" };
    let cascade = if cascade { " cascade" } else { "" };
    format!("drop {kind}{if_exists} {name}{cascade}")
}

fn name(prefix: &Option<String>, name: &str) -> String {
    match prefix {
        Some(prefix) => format!("{prefix}.{name}"),
        None => name.to_owned(),
    }
}
