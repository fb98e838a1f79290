//! Which removed column became which added one: the generator asks.

use super::{Ask, Failure, SqliteOptions};
use crate::snapshot::Attribute;

/// Columns after the questions.
#[derive(Debug, PartialEq)]
pub struct Resolved<'a> {
    pub added: Vec<&'a Attribute>,
    pub removed: Vec<&'a Attribute>,
    /// New, old.
    pub renamed: Vec<(&'a Attribute, &'a Attribute)>,
}

/// `resolve_renames/4`.
pub fn resolve<'a>(
    table: &str,
    adding: Vec<&'a Attribute>,
    removing: &[&'a Attribute],
    options: &SqliteOptions,
    ask: &mut dyn Ask,
) -> Result<Resolved<'a>, Failure> {
    let (&old, rest) = match (removing.split_first(), adding.is_empty()) {
        (None, _) => return Ok(Resolved { added: adding, removed: Vec::new(), renamed: Vec::new() }),
        (_, true) => return Ok(Resolved { added: adding, removed: removing.to_vec(), renamed: Vec::new() }),
        (Some(split), false) => split,
    };
    if let ([new], []) = (adding.as_slice(), rest) {
        let question = format!("Are you renaming {table}.{} to {table}.{}?", old.source, new.source);
        return Ok(if ask.confirm(&question)? {
            Resolved { added: Vec::new(), removed: Vec::new(), renamed: vec![(*new, old)] }
        } else {
            Resolved { added: adding, removed: vec![old], renamed: Vec::new() }
        });
    }
    if options.dev || !ask.confirm(&format!("Are you renaming {table}.{}?", old.source))? {
        let mut resolved = resolve(table, adding, rest, options, ask)?;
        resolved.removed.insert(0, old);
        return Ok(resolved);
    }
    let new = new_name(&adding, ask)?;
    let adding = adding.into_iter().filter(|attribute| attribute.source != new.source).collect();
    let mut resolved = resolve(table, adding, rest, options, ask)?;
    resolved.renamed.push((new, old));
    Ok(resolved)
}

/// `get_new_attribute/2`: three tries.
fn new_name<'a>(adding: &[&'a Attribute], ask: &mut dyn Ask) -> Result<&'a Attribute, Failure> {
    let names: Vec<&str> = adding.iter().map(|attribute| attribute.source.as_str()).collect();
    let question = format!("What are you renaming it to?: {}", names.join(", "));
    for _ in 0..3 {
        let answer = ask.prompt(&question)?;
        if let Some(attribute) = adding.iter().find(|attribute| attribute.source == answer.trim()) {
            return Ok(attribute);
        }
    }
    Err(Failure::runtime("Could not get matching name after 3 attempts.".to_owned()))
}
