//! AshAi: the vectors that are kept of texts.
//!
//! ash_ai 0.7, lib/ash_ai/transformers/vectorize.ex.

use std::sync::Arc;

use super::rule::{add_attribute, bare_attribute, section};
use super::{Draft, Surroundings};
use crate::elixir::eval::{Node, Scope, Unknown, Value, call_function};
use crate::resource::attribute::Attribute;
use crate::resource::finding::Fact;
use crate::resource::options::{Options, keyword_pairs};

/// Adds a column for each attribute that has a vector, and for each text that is made of the whole.
pub(super) fn vectors(draft: &mut Draft, surroundings: &Surroundings) -> Fact<()> {
    let Some(section) = section(surroundings.declaration, "vectorize") else { return Ok(()) };
    let options = Options::entity(&section, 0);
    let mut names: Vec<String> = Vec::new();
    if let Some((pairs, origin)) = options.get("attributes") {
        for (_, name) in keyword_pairs(&pairs, &origin)? {
            let unknown = || Arc::new(Unknown { origin: origin.clone(), reason: "expected a name".to_owned() });
            names.push(name.as_atom().map(str::to_owned).ok_or_else(unknown)?);
        }
    }
    for text in section.children("full_text") {
        let name = Options::entity(text, 0).atom("name")?;
        names.push(name.unwrap_or_else(|| "full_text_vector".to_owned()));
    }
    if names.is_empty() {
        return Ok(());
    }
    let dimensions = dimensions(&section, surroundings);
    for name in names {
        let constraints = Value::List(vec![Value::pair("dimensions", dimensions.clone())]);
        let attribute = bare_attribute(&name, Value::atom("vector"), true, &section.origin);
        add_attribute(draft, Attribute { constraints, ..attribute }, false);
    }
    Ok(())
}

/// What the embedding model says, with the options it is given.
fn dimensions(section: &Node, surroundings: &Surroundings) -> Value {
    let model = Options::entity(section, 0).get("embedding_model").map_or_else(Value::nil, |(model, _)| model);
    let (module, options) = match &model {
        Value::Tuple(pair) if pair.len() == 2 => (pair[0].as_module(), pair[1].clone()),
        module => (module.as_module(), Value::List(Vec::new())),
    };
    let scope = Scope { place: Some(section.origin.clone()), ..Scope::default() };
    match module {
        Some(module) => call_function(module, "dimensions", vec![options], &scope, surroundings.context),
        None => Value::unknown(section.origin.clone(), "the embedding model is not known"),
    }
}
