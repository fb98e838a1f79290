//! Extensions: what their transformers add to a resource.
//!
//! Published extensions are known from a catalogue; those of the project are evaluated as far as that goes. Any other may
//! add columns, and is reported so.

mod ai;
mod catalogue;
pub mod paper_trail;
mod rule;
mod special;
mod storage;
mod transformer;
mod uuid;

use std::sync::Arc;

use super::attribute::Attribute;
use super::finding::Findings;
use super::identity::IdentityDeclaration;
use super::reference::ReferenceOptions;
use super::relationship::{Relationship, add_belongs_to_attributes};
use super::sections::Declaration;
use crate::elixir::eval::{Context, Node, Origin, Unknown, Value};
pub use uuid::attribute as uuid_attribute;

/// A resource while its transformers run.
pub struct Draft {
    pub attributes: Vec<Attribute>,
    pub relationships: Vec<Relationship>,
    pub identities: Vec<IdentityDeclaration>,
    pub calculations: Vec<String>,
    pub has_create_action: bool,
    /// What extensions put into `migration_defaults`.
    pub migration_defaults: Vec<(String, Value)>,
    /// Modules of extensions.
    pub extensions: Vec<String>,
    /// What extensions put into `references`, in the place of what the resource says about the same relationships.
    pub references: Vec<ReferenceOptions>,
    /// Sections with the options that extensions set.
    pub options: Vec<Node>,
}

/// What the transformers may look at.
pub struct Surroundings<'a, 'b> {
    /// The resource's module.
    pub module: &'a str,
    pub declaration: &'a Declaration,
    pub context: &'a Context<'b>,
}

/// Whether an extension is known, and brings no entities for sections of others.
pub fn adds_no_entity(module: &str) -> bool {
    catalogue::is_known(module) && module != "AshUUID"
}

/// Runs the transformers of Ash and of all extensions on a draft.
pub fn transform(draft: &mut Draft, surroundings: &Surroundings, findings: &mut Findings) {
    let modules: Vec<String> = extension_modules(surroundings, findings);
    let rules: Vec<_> = modules.iter().filter_map(|module| catalogue::rule(module)).collect();
    let mut added = Added::default();
    for rule in rules.iter().filter(|rule| rule.before_belongs_to) {
        added.by(rule.extension, draft, |draft| rule::apply(rule, draft, surroundings, findings));
    }
    // The source of an extension that is known may be there, too: in the project that is the extension.
    let own: Vec<&String> = modules.iter().filter(|module| !catalogue::is_known(module)).collect();
    let before = transformer::Stage::BeforeBelongsTo;
    for module in &own {
        added.by(module, draft, |draft| transformer::run(module, before, draft, surroundings, findings));
    }
    add_belongs_to_attributes(&mut draft.attributes, &draft.relationships, findings);
    for rule in rules.iter().filter(|rule| !rule.before_belongs_to) {
        added.by(rule.extension, draft, |draft| rule::apply(rule, draft, surroundings, findings));
    }
    for module in &modules {
        added.by(module, draft, |draft| special::apply(module, draft, surroundings, findings));
    }
    let after = transformer::Stage::AfterBelongsTo;
    for module in &own {
        added.by(module, draft, |draft| transformer::run(module, after, draft, surroundings, findings));
    }
    // Spark leaves the order of unrelated transformers open. One that adds a relationship can only have worked when its
    // column was added afterwards.
    add_belongs_to_attributes(&mut draft.attributes, &draft.relationships, findings);
    for attribute in draft.attributes.iter_mut().filter(|attribute| attribute.added_by.is_none()) {
        let column = added.columns.iter().find(|(name, _)| *name == attribute.name);
        attribute.added_by = column.map(|(_, module)| module.clone());
    }
    draft.extensions.extend(modules);
}

/// Notes which extension adds what.
#[derive(Default)]
struct Added {
    /// Attributes of relationships that extensions have added; they come later.
    columns: Vec<(String, Arc<str>)>,
}

impl Added {
    /// Does the work of an extension.
    fn by(&mut self, module: &str, draft: &mut Draft, work: impl FnOnce(&mut Draft)) {
        let attributes: Vec<String> = draft.attributes.iter().map(|it| it.name.clone()).collect();
        let relationships: Vec<String> = draft.relationships.iter().map(|it| it.name.clone()).collect();
        work(draft);
        let module: Arc<str> = module.into();
        for attribute in draft.attributes.iter_mut().filter(|it| !attributes.contains(&it.name)) {
            attribute.added_by = Some(module.clone());
        }
        let new = draft.relationships.iter().filter(|it| !relationships.contains(&it.name));
        let columns = new.filter_map(|it| it.source_attribute.clone().ok());
        self.columns.extend(columns.map(|name| (name, module.clone())));
    }
}

/// The modules of all extensions, those that extensions of the project bring along included.
fn extension_modules(surroundings: &Surroundings, findings: &mut Findings) -> Vec<String> {
    let mut modules = Vec::new();
    for value in &surroundings.declaration.extensions {
        match (value.as_module(), value.find_unknown()) {
            (Some(module), _) => modules.push(module.to_owned()),
            (None, Some(unknown)) => findings.unknown_transformers(unknown),
            (None, None) => {}
        }
    }
    let mut index = 0;
    while index < modules.len() {
        let module = modules[index].clone();
        index += 1;
        if catalogue::is_known(&module) {
            continue;
        }
        match surroundings.context.body(&module) {
            Some(body) => {
                let used = body.uses.iter().find(|used| &*used.module == "Spark.Dsl.Extension");
                let more = used.and_then(|used| used.options.get("add_extensions")).map(|more| more.wrap());
                for extension in more.unwrap_or_default() {
                    if let Some(module) = extension.as_module()
                        && !modules.iter().any(|known| known == module)
                    {
                        modules.push(module.to_owned());
                    }
                }
            }
            None => {
                let origin = surroundings.declaration.origin.clone();
                let reason = format!("the extension {module} is not known: it may add or change columns");
                findings.unknown_transformers(&Unknown { origin, reason });
            }
        }
    }
    modules
}

/// A DSL call as an extension would make it.
fn call(name: &str, arguments: Vec<Value>, origin: &Origin) -> Node {
    Node {
        name: name.into(),
        arguments,
        children: Vec::new(),
        origin: origin.clone(),
        pairs: Vec::new(),
        unknown: None,
    }
}
