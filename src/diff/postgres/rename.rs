//! Which removed column became which added one: the generator asks. Mirrors `resolve_renames/4`.

use super::Raised;
use crate::diff::{Dialogue, Subject, TableName};
use crate::snapshot::Attribute;

/// Columns after the questions.
#[derive(Debug, Default, PartialEq)]
pub(in crate::diff) struct Resolved<'a> {
    pub added: Vec<&'a Attribute>,
    pub removed: Vec<&'a Attribute>,
    /// New, old.
    pub renamed: Vec<(&'a Attribute, &'a Attribute)>,
}

pub(in crate::diff) fn resolve<'a>(
    table: &TableName,
    mut adding: Vec<&'a Attribute>,
    removing: Vec<&'a Attribute>,
    dev: bool,
    dialogue: &mut Dialogue,
) -> Result<Resolved<'a>, Raised> {
    let mut removed = Vec::new();
    let mut renamed = Vec::new();
    let mut rest = removing.as_slice();
    while let Some((&old, others)) = rest.split_first() {
        match adding.as_slice() {
            [] => {
                removed.extend(rest);
                break;
            }
            [new] if others.is_empty() => {
                if is_renamed_to(table, old, new, dialogue) {
                    renamed.push((*new, old));
                    adding.clear();
                } else {
                    removed.push(old);
                }
            }
            _ => match is_renamed(table, old, &adding, dev, dialogue) {
                true => match new_name(table, old, &adding, dialogue)? {
                    Some(new) => {
                        adding.retain(|attribute| attribute.source != new.source);
                        renamed.push((new, old));
                    }
                    None => removed.push(old),
                },
                false => removed.push(old),
            },
        }
        rest = others;
    }
    // The generator collects renames from the end.
    renamed.reverse();
    Ok(Resolved { added: adding, removed, renamed })
}

/// `renaming_to?/4`; asked with `--dev` too.
fn is_renamed_to(table: &TableName, old: &Attribute, new: &Attribute, dialogue: &mut Dialogue) -> bool {
    let text = format!("Are you renaming {0}.{1} to {0}.{2}?", table.table, old.source, new.source);
    let subject =
        Subject::RenameColumn { table: table.clone(), from: old.source.clone(), to: vec![new.source.clone()] };
    dialogue.confirms(text, subject)
}

/// `renaming?/3`.
fn is_renamed(table: &TableName, old: &Attribute, adding: &[&Attribute], dev: bool, dialogue: &mut Dialogue) -> bool {
    if dev {
        return false;
    }
    let text = format!("Are you renaming {}.{}?", table.table, old.source);
    let subject = Subject::RenameColumn { table: table.clone(), from: old.source.clone(), to: names(adding) };
    dialogue.confirms(text, subject)
}

/// `get_new_attribute/3`: three tries. `None` when the question stays open.
fn new_name<'a>(
    table: &TableName,
    old: &Attribute,
    adding: &[&'a Attribute],
    dialogue: &mut Dialogue,
) -> Result<Option<&'a Attribute>, Raised> {
    for _ in 0..3 {
        let text = format!("What are you renaming it to?: {}", names(adding).join(", "));
        let subject = Subject::NewColumnName { table: table.clone(), from: old.source.clone(), to: names(adding) };
        let Some(answer) = dialogue.prompt(text, subject) else { return Ok(None) };
        if let Some(new) = adding.iter().find(|attribute| attribute.source == answer.trim()) {
            return Ok(Some(new));
        }
    }
    Err(Raised::runtime("Could not get matching name after 3 attempts.".to_owned()))
}

fn names(attributes: &[&Attribute]) -> Vec<String> {
    attributes.iter().map(|attribute| attribute.source.clone()).collect()
}
