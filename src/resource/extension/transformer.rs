//! Transformers of the project's own extensions, evaluated with a stand-in for the DSL state.
//!
//! The stand-in is a value that the functions of `Ash.Resource.Builder` and `Spark.Dsl.Transformer` extend. A transformer
//! that does more than that, or looks at what the stand-in does not hold, is reported: columns may be missing, or other ones in truth.

use std::sync::Arc;

use super::rule::add_attribute;
use super::{Draft, Surroundings, call};
use crate::elixir::eval::{Context, Node, Origin, Scope, Unknown, Value, call_function, defines};
use crate::resource::attribute::{self, Attribute};
use crate::resource::finding::Findings;
use crate::resource::identity::{self, IdentityDeclaration};
use crate::resource::library;
use crate::resource::reference;
use crate::resource::relationship::{self, Relationship};

/// When a transformer runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    BeforeBelongsTo,
    AfterBelongsTo,
}

const BELONGS_TO: &str = "Ash.Resource.Transformers.BelongsToAttribute";

/// Runs the transformers of the extension `module` that belong to `stage`, if the project defines it.
pub fn run(module: &str, stage: Stage, draft: &mut Draft, surroundings: &Surroundings, findings: &mut Findings) {
    let context = surroundings.context;
    let Some(body) = context.body(module) else { return };
    let Some(used) = body.uses.iter().find(|used| &*used.module == "Spark.Dsl.Extension") else { return };
    let unknown = |reason: String| Unknown { origin: surroundings.declaration.origin.clone(), reason };
    let transformers = used.options.get("transformers").cloned().unwrap_or(Value::List(Vec::new()));
    if stage == Stage::AfterBelongsTo
        && let Some(reason) = transformers.find_unknown().or(used.options.as_unknown())
    {
        findings
            .unknown_transformers(&unknown(format!("the transformers of {module} are not known: {}", reason.reason)));
    }
    for transformer in transformers.as_list().unwrap_or_default().iter().filter_map(Value::as_module) {
        if stage_of(transformer, context) != stage {
            continue;
        }
        if context.module(transformer).is_none() {
            findings
                .unknown_transformers(&unknown(format!("the transformer {transformer} is not part of the project")));
            continue;
        }
        let scope = Scope { place: Some(surroundings.declaration.origin.clone()), ..Scope::default() };
        let sections = used.options.get("sections").cloned().unwrap_or(Value::List(Vec::new()));
        let state = library::dsl_state(&library::Resource {
            module: surroundings.module,
            attributes: &draft.attributes,
            relationships: &draft.relationships,
            references: &draft.references,
            declaration: surroundings.declaration,
            sections: &sections,
            context,
        });
        let result = call_function(transformer, "transform", vec![state], &scope, context);
        if let Err(reason) = absorb(&result, draft, &surroundings.declaration.origin, context) {
            let reason = format!("the transformer {transformer} may add or change columns: {reason}");
            findings.unknown_transformers(&unknown(reason));
        }
    }
}

fn stage_of(transformer: &str, context: &Context) -> Stage {
    if !defines(transformer, "before?", 1, context) {
        return Stage::AfterBelongsTo;
    }
    let before = call_function(transformer, "before?", vec![Value::module(BELONGS_TO)], &Scope::default(), context);
    match before.truthy() {
        Some(true) => Stage::BeforeBelongsTo,
        _ => Stage::AfterBelongsTo,
    }
}

/// Takes what a transformer returned into the draft; `Err` is why that cannot be done.
fn absorb(result: &Value, draft: &mut Draft, origin: &Origin, context: &Context) -> Result<(), String> {
    let state = match result {
        Value::Unknown(unknown) => return Err(unknown.reason.clone()),
        value if matches!(value.as_atom(), Some("ok" | "halt")) => return Ok(()),
        Value::Tuple(items) if items.len() >= 2 && matches!(items[0].as_atom(), Some("ok" | "warn")) => &items[1],
        _ => return Err("it does not return a DSL state".to_owned()),
    };
    let Some(added) = library::additions(state) else {
        let reason = state.find_unknown().map(|unknown| unknown.reason.clone());
        return Err(reason.unwrap_or_else(|| "it does not return a DSL state".to_owned()));
    };
    for addition in added {
        if let Some(unknown) = addition.find_unknown() {
            return Err(unknown.reason.clone());
        }
        let node = addition_node(addition, origin).ok_or("an addition that is not understood")?;
        let mut findings = Findings::default();
        match &*node.name {
            "belongs_to" | "has_one" | "has_many" | "many_to_many" => {
                let added: Option<Relationship> = relationship::from_node(&node, context, &mut findings);
                draft.relationships.extend(added);
            }
            "identity" => {
                let added: Option<IdentityDeclaration> = identity::from_node(&node, &mut findings);
                draft.identities.extend(added);
            }
            "reference" => {
                let added = reference::from_node(&node, &mut findings);
                draft.references.retain(|old| added.as_ref().is_none_or(|new| old.relationship != new.relationship));
                draft.references.extend(added);
            }
            "option" => {
                let [section, name, value] = &node.arguments[..] else { continue };
                let (Some(section), Some(name)) = (section.as_atom(), name.as_atom()) else { continue };
                let option = call(name, vec![value.clone()], origin);
                draft.options.push(Node { children: vec![option], ..call(section, Vec::new(), origin) });
            }
            "create" => draft.has_create_action = true,
            "prepend" => {}
            _ => {
                let added: Option<Attribute> = attribute::from_node(&node, &mut findings);
                if let Some(attribute) = added {
                    add_attribute(draft, attribute, addition.get("prepend").is_some());
                }
            }
        }
        if let Some(unresolved) = findings.unresolved.first() {
            return Err(unresolved.reason.clone());
        }
    }
    Ok(())
}

/// An addition as the DSL call that would say the same.
fn addition_node(addition: &Value, origin: &Origin) -> Option<Node> {
    Some(Node {
        name: Arc::from(addition.get("entity")?.as_atom()?),
        arguments: addition.get("arguments")?.as_list()?.to_vec(),
        children: Vec::new(),
        origin: origin.clone(),
        pairs: Vec::new(),
        unknown: None,
    })
}
