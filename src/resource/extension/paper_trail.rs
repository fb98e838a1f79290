//! Version resources: AshPaperTrail defines `Post.Version` for the resource `Post`.
//!
//! ash_paper_trail, lib/resource/transformers/create_version_resource.ex: the module it creates, as a declaration.

use std::sync::Arc;

use super::{Draft, call};
use crate::elixir::eval::{Context, Node, Origin, Scope, Unknown, Value, call_function, expand_macro, generated_body};
use crate::resource::finding::{Fact, Findings};
use crate::resource::options::Options;
use crate::resource::relationship::default_belongs_to_type;
use crate::resource::sections::{Declaration, EXTENSION_OPTIONS};

/// The extension of resources that have versions.
pub const EXTENSION: &str = "AshPaperTrail.Resource";

/// The declaration of the version resource `module` of a resource with this declaration and draft.
pub fn version_declaration(
    module: &str,
    parent: &str,
    declaration: &Declaration,
    draft: &Draft,
    context: &Context,
    findings: &mut Findings,
) -> Declaration {
    let section = declaration.merged("paper_trail");
    let origin = section.as_ref().map_or(&declaration.origin, |section| &section.origin).clone();
    let empty = call("paper_trail", Vec::new(), &origin);
    let section = section.unwrap_or(empty);
    let maker = Maker { options: Options::entity(&section, 0), section: &section, origin, context };
    let extensions = maker.options.get("version_extensions").map_or(Value::List(Vec::new()), |(value, _)| value);
    let mut version = Declaration {
        origin: maker.origin.clone(),
        data_layer: extensions.get("data_layer").cloned().unwrap_or_else(|| declaration.data_layer.clone()),
        extensions: EXTENSION_OPTIONS.iter().filter_map(|name| extensions.get(name)).flat_map(Value::wrap).collect(),
        options: extensions.clone(),
        nodes: declaration.sections("multitenancy").cloned().collect(),
        imports: Vec::new(),
    };
    let mut make = || -> Fact<()> {
        if let Some(unknown) = section.children.iter().find_map(|child| child.unknown.as_ref()) {
            return Err(unknown.clone());
        }
        if let Some(unknown) = extensions.find_unknown() {
            return Err(unknown.clone());
        }
        for layer in ["postgres", "sqlite"] {
            if let Some(parent) = declaration.merged(layer) {
                version.nodes.push(maker.layer(layer, &parent)?);
            }
        }
        version.nodes.push(maker.attributes(draft)?);
        version.nodes.push(maker.relationships(parent, draft)?);
        let create = Value::List(vec![Value::atom("read"), Value::atom("create"), Value::atom("update")]);
        version.nodes.push(block("actions", vec![call("defaults", vec![create], &maker.origin)], &maker.origin));
        if maker.flag("store_resource_identifier?", false)? {
            let filter = call("base_filter", vec![Value::bool(true)], &maker.origin);
            version.nodes.push(block("resource", vec![filter], &maker.origin));
        }
        version.nodes.extend(maker.mixin(module)?);
        Ok(())
    };
    if let Err(unknown) = make() {
        findings.unknown("", &unknown);
    }
    version
}

struct Maker<'a, 'b> {
    options: Options<'a>,
    section: &'a Node,
    origin: Origin,
    context: &'a Context<'b>,
}

impl Maker<'_, '_> {
    fn flag(&self, name: &str, default: bool) -> Fact<bool> {
        Ok(self.options.bool(name)?.unwrap_or(default))
    }

    fn layer(&self, name: &str, parent: &Node) -> Fact<Node> {
        let table = match self.options.text("table_name")? {
            Some(table) => Some(table),
            None => Options::entity(parent, 0).text("table")?.map(|table| format!("{table}_versions")),
        };
        let mut children: Vec<Node> = parent.children("repo").cloned().collect();
        children.extend(table.map(|table| call("table", vec![Value::string(table)], &self.origin)));
        let mut references = Vec::new();
        if !self.flag("reference_source?", true)? {
            let ignore = Value::List(vec![Value::pair("ignore?", Value::bool(true))]);
            references.push(call("reference", vec![Value::atom("version_source"), ignore], &self.origin));
        }
        for actor in self.section.children("belongs_to_actor") {
            let options = Options::entity(actor, 2);
            if !options.bool("define_attribute?")?.unwrap_or(true) {
                continue;
            }
            let on_delete = options.get("on_delete").map_or_else(|| Value::atom("nothing"), |(value, _)| value);
            let pairs = vec![Value::pair("on_delete", on_delete), Value::pair("on_update", Value::atom("update"))];
            references.push(call("reference", vec![first(actor), Value::List(pairs)], &actor.origin));
        }
        children.push(block("references", references, &self.origin));
        Ok(block(name, children, &self.origin))
    }

    fn attributes(&self, draft: &Draft) -> Fact<Node> {
        let origin = &self.origin;
        let key = match self.options.atom("primary_key_type")?.as_deref() {
            None | Some("uuid") => "uuid_primary_key",
            Some("uuid_v7") => "uuid_v7_primary_key",
            Some("integer") => "integer_primary_key",
            Some(other) => return Err(self.unknown(format!("primary keys of type {other} are not known"))),
        };
        let mut children = vec![call(key, vec![Value::atom("id")], origin)];
        let mut add = |name: &str, ty: Value, options: Vec<Value>, origin: &Origin| {
            children.push(call("attribute", vec![Value::atom(name), ty, Value::List(options)], origin));
        };
        let required = || vec![Value::pair("allow_nil?", Value::bool(false))];
        add("version_action_type", Value::atom("atom"), required(), origin);
        for (option, name, ty) in [
            ("store_action_name?", "version_action_name", "atom"),
            ("store_action_inputs?", "version_action_inputs", "map"),
            ("store_resource_identifier?", "version_resource_identifier", "atom"),
        ] {
            if self.flag(option, false)? {
                add(name, Value::atom(ty), required(), origin);
            }
        }
        for metadata in self.section.children("metadata") {
            let mut metadata = metadata.clone();
            metadata.name = "attribute".into();
            let name = first(&metadata);
            let rest = metadata.arguments.get(2).and_then(Value::as_list).unwrap_or_default().to_vec();
            let ty = metadata.arguments.get(1).cloned().unwrap_or_else(Value::nil);
            add(name.as_atom().unwrap_or_default(), ty, rest, &metadata.origin);
        }
        let kept = self.options.atoms("attributes_as_attributes")?.unwrap_or_default();
        for attribute in draft.attributes.iter().filter(|attribute| kept.contains(&attribute.name)) {
            let pairs = vec![
                Value::pair("allow_nil?", flag_value(&attribute.allow_nil)),
                Value::pair("generated?", flag_value(&attribute.generated)),
                Value::pair("primary_key?", flag_value(&attribute.primary_key)),
                Value::pair("default", attribute.default.clone()),
                Value::pair("constraints", attribute.constraints.clone()),
            ];
            add(&attribute.name, attribute.ty.clone(), pairs, &attribute.origin);
        }
        let key = self.source_key(draft)?;
        let mut options = required();
        options.push(Value::pair("constraints", key.constraints.clone()));
        add("version_source_id", key.ty.clone(), options, origin);
        add("changes", Value::atom("map"), Vec::new(), origin);
        for (entity, name) in [("create_timestamp", "version_inserted_at"), ("update_timestamp", "version_updated_at")]
        {
            children.push(call(entity, vec![Value::atom(name)], origin));
        }
        Ok(block("attributes", children, origin))
    }

    fn relationships(&self, parent: &str, draft: &Draft) -> Fact<Node> {
        let pairs = vec![
            Value::pair("destination_attribute", Value::atom(&self.source_key(draft)?.name)),
            Value::pair("allow_nil?", Value::bool(false)),
            Value::pair("source_attribute", Value::atom("version_source_id")),
        ];
        let arguments = vec![Value::atom("version_source"), Value::module(parent), Value::List(pairs)];
        let mut children = vec![call("belongs_to", arguments, &self.origin)];
        for actor in self.section.children("belongs_to_actor") {
            let options = Options::entity(actor, 2);
            let ty = options.get("attribute_type").map(|(value, _)| value);
            let pairs = vec![
                Value::pair("define_attribute?", Value::bool(options.bool("define_attribute?")?.unwrap_or(true))),
                Value::pair("allow_nil?", Value::bool(options.bool("allow_nil?")?.unwrap_or(true))),
                Value::pair("attribute_type", ty.unwrap_or_else(|| default_belongs_to_type(self.context))),
            ];
            let destination = actor.arguments.get(1).cloned().unwrap_or_else(Value::nil);
            let arguments = vec![first(actor), destination, Value::List(pairs)];
            children.push(call("belongs_to", arguments, &actor.origin));
        }
        Ok(block("relationships", children, &self.origin))
    }

    /// The only primary key of the resource.
    fn source_key<'d>(&self, draft: &'d Draft) -> Fact<&'d crate::resource::Attribute> {
        let mut keys = draft.attributes.iter().filter(|attribute| attribute.primary_key == Ok(true));
        match (keys.next(), keys.next()) {
            (Some(key), None) => Ok(key),
            _ => Err(self.unknown("versions need a resource with one primary key".to_owned())),
        }
    }

    /// What the mixin of the section adds to the module.
    fn mixin(&self, module: &str) -> Fact<Vec<Node>> {
        let Some((mixin, origin)) = self.options.get("mixin").filter(|(value, _)| !value.is_nil()) else {
            return Ok(Vec::new());
        };
        let scope = Scope { module: Some(module.into()), place: Some(origin), ..Scope::default() };
        let code = match &mixin {
            Value::Tuple(items) if items.len() == 3 => match (items[0].as_module(), items[1].as_atom(), &items[2]) {
                (Some(module), Some(name), Value::List(arguments)) => {
                    call_function(module, name, arguments.clone(), &scope, self.context)
                }
                _ => return Err(self.unknown("this mixin is not evaluated".to_owned())),
            },
            mixin => match mixin.as_module() {
                Some(mixin) => {
                    let options = vec![Value::List(Vec::new())];
                    expand_macro(self.origin.range, mixin, "__using__", options, &scope, self.context)
                }
                None => return Err(self.unknown("this mixin is not evaluated".to_owned())),
            },
        };
        Ok(generated_body(code, &scope, self.context).nodes)
    }

    fn unknown(&self, reason: String) -> Arc<Unknown> {
        Arc::new(Unknown { origin: self.origin.clone(), reason })
    }
}

fn flag_value(flag: &Fact<bool>) -> Value {
    match flag {
        Ok(flag) => Value::bool(*flag),
        Err(unknown) => Value::Unknown(unknown.clone()),
    }
}

fn first(node: &Node) -> Value {
    node.arguments.first().cloned().unwrap_or_else(Value::nil)
}

fn block(name: &str, children: Vec<Node>, origin: &Origin) -> Node {
    Node { children, ..call(name, Vec::new(), origin) }
}
