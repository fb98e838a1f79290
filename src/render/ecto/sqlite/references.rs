//! Foreign keys: `references(…)` of a column, and the statements for changing one, which SQLite cannot run.

use super::super::arguments::{self, join, size};
use crate::diff::operation::Direction;
use crate::elixir::inspect;
use crate::snapshot::{Attribute, ColumnType, Deferrable, Multitenancy, OnDelete, Reference, Strategy};

/// `references(…)` in `add`: the size comes last where tenants are matched, before the actions where they are not.
pub fn in_add(attribute: &Attribute, target: &Reference, multitenancy: &Multitenancy) -> String {
    let mut parts = head(target);
    match tenant_match(target, multitenancy) {
        Some(with_match) => {
            parts.extend([with_match, name(target), column_type(attribute, target)]);
            parts.extend([on_delete(target), on_update(target), size(attribute)]);
        }
        None => {
            parts.extend([name(target), column_type(attribute, target)]);
            parts.extend([size(attribute), on_delete(target), on_update(target)]);
        }
    }
    parts.push(Some(")".to_owned()));
    join(parts)
}

/// `references(…)` in `modify`: the size always comes before the actions.
pub fn in_modify(attribute: &Attribute, target: &Reference, multitenancy: &Multitenancy) -> String {
    let mut parts = vec![Some(format!(
        "references(:{}, column: {}",
        inspect::remote_call(&target.table),
        inspect::atom(&target.destination_attribute)
    ))];
    parts.extend(tenant_match(target, multitenancy));
    parts.extend([name(target), column_type(attribute, target)]);
    parts.extend([size(attribute), on_delete(target), on_update(target), Some(")".to_owned())]);
    join(parts)
}

fn head(target: &Reference) -> Vec<Option<String>> {
    vec![
        Some(format!("references(:{}", inspect::remote_call(&target.table))),
        Some(format!("column: {}", inspect::atom(&target.destination_attribute))),
    ]
}

/// The outer `Some` says that both sides have attribute tenancy; the inner one is empty where the key itself is the
/// tenant.
fn tenant_match(target: &Reference, multitenancy: &Multitenancy) -> Option<Option<String>> {
    if multitenancy.strategy != Some(Strategy::Attribute) || target.multitenancy.strategy != Some(Strategy::Attribute) {
        return None;
    }
    let source = multitenancy.attribute.as_deref().unwrap_or("nil");
    let destination = target.multitenancy.attribute.as_deref().unwrap_or("nil");
    if destination == target.destination_attribute {
        return Some(None);
    }
    Some(Some(format!(
        "with: [{}: :{}], match: :full",
        inspect::remote_call(source),
        inspect::remote_call(destination)
    )))
}

fn name(target: &Reference) -> Option<String> {
    let name = if target.name_is_atom { inspect::atom(&target.name) } else { inspect::string(&target.name) };
    Some(format!("name: {name}"))
}

/// `reference_type/2`: a key the database counts up needs the wide type.
fn column_type(attribute: &Attribute, target: &Reference) -> Option<String> {
    let counted = attribute.column_type == ColumnType::Atom("integer".to_owned())
        && target.destination_attribute_generated == Some(true)
        && target.destination_attribute_default.as_deref() == Some("nil");
    let text = if counted { ":bigint".to_owned() } else { arguments::column_type(&attribute.column_type) };
    Some(format!("type: {text}"))
}

fn on_delete(target: &Reference) -> Option<String> {
    match &target.on_delete {
        Some(OnDelete::Atom(action)) => Some(action_text("on_delete", action, &["delete", "nilify"])),
        _ => None,
    }
}

fn on_update(target: &Reference) -> Option<String> {
    target.on_update.as_deref().map(|action| action_text("on_update", action, &["update", "nilify"]))
}

fn action_text(option: &str, action: &str, to_all: &[&str]) -> String {
    let suffix = if to_all.contains(&action) { "_all" } else { "" };
    format!("{option}: :{action}{suffix}")
}

/// `Operation.DropForeignKey.up/1`.
pub fn drop_up(table: &str, attribute: &Attribute, direction: Direction) -> String {
    if direction == Direction::Up { refusal(table, attribute) } else { String::new() }
}

/// `Operation.DropForeignKey.down/1`.
pub fn drop_down(table: &str, attribute: &Attribute, direction: Direction) -> String {
    if direction == Direction::Down { refusal(table, attribute) } else { String::new() }
}

fn refusal(table: &str, attribute: &Attribute) -> String {
    let Some(target) = &attribute.references else { return String::new() };
    format!(
        "raise \"SQLite does not support dropping foreign key constraints. \" <>\n          \"You will need to manually \
         recreate the `{table}` table without the `{}` constraint. \" <>\n          \"See \
         https://www.techonthenet.com/sqlite/foreign_keys/drop.php for guidance.\"",
        target.name
    )
}

/// `Operation.AlterDeferrability.up/1`.
pub fn alter_deferrability_up(table: &str, references: Option<&Reference>, direction: Direction) -> String {
    let (Direction::Up, Some(target)) = (direction, references) else { return String::new() };
    let mode = match target.deferrable {
        Deferrable::Yes => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::Initially => "DEFERRABLE INITIALLY DEFERRED",
        Deferrable::No => "NOT DEFERRABLE",
    };
    format!("execute(\"ALTER TABLE {table} alter CONSTRAINT {} {mode}\");", target.name)
}

/// `Operation.AlterDeferrability.down/1`.
pub fn alter_deferrability_down(table: &str, references: Option<&Reference>, direction: Direction) -> String {
    match direction {
        Direction::Down => alter_deferrability_up(table, references, Direction::Up),
        Direction::Up => String::new(),
    }
}
