//! The DSL of one resource: its own sections, then those of its fragments, as Spark merges them.

use std::sync::Arc;

use crate::elixir::eval::{Context, Node, Origin, Unknown, Use, Value};
use crate::syntax::Interest;

/// The options of `use Ash.Resource` that matter, and the top-level calls of the module and its fragments.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Where `use Ash.Resource` stands.
    pub origin: Origin,
    /// Options of `use Ash.Resource`, completed by those of fragments.
    pub data_layer: Value,
    pub extensions: Vec<Value>,
    /// Options given to `use Ash.Resource` as they are.
    pub options: Value,
    pub nodes: Vec<Node>,
    /// What the module and its fragments import, see [`ModuleBody::imports`](crate::elixir::eval::ModuleBody).
    pub imports: Vec<Arc<str>>,
}

/// Options of `use` that name Spark extensions.
pub const EXTENSION_OPTIONS: &[&str] = &["extensions", "authorizers", "notifiers"];

/// How much of a top-level section matters to tables: `None` all, otherwise the levels of calls inside.
pub fn outline(section: &str) -> Option<u8> {
    match section {
        // Whether there is a create action, and whether it is manual.
        "actions" => Some(2),
        // Their names.
        "calculations" => Some(1),
        "admin" | "aggregates" | "changes" | "code_interface" | "field_policies" | "graphql" | "json_api"
        | "policies" | "preparations" | "pub_sub" | "validations" => Some(0),
        _ => None,
    }
}

/// What of a module matters to tables. A section may stand in another one, as Spark lets it.
pub const INTEREST: Interest = Interest { leaves_out, matters: |name| is_section(name) && outline(name) != Some(0) };

/// Whether the block of the last of these calls, which stand in each other, the first at the top of a module, says
/// nothing that [`outline`] asks for.
fn leaves_out(path: &[&str]) -> bool {
    match path {
        // A section inside of another one is read as if it stood at the top.
        [outer, inner, ..] if FLAT_SECTIONS.contains(outer) && is_section(inner) => leaves_out(&path[1..]),
        // Whether they are there is not asked for.
        ["actions", "read" | "update" | "destroy" | "action"] => true,
        [section, ..] => outline(section).is_some_and(|levels| path.len() > usize::from(levels)),
        [] => false,
    }
}

/// Reads the declaration of `module`; `None` when it is not an Ash resource, as far as can be seen.
pub fn declaration(module: &str, context: &Context) -> Option<Declaration> {
    let body = context.body(module)?;
    let used = body.uses.iter().find(|used| &*used.module == "Ash.Resource")?;
    let mut declaration = Declaration {
        origin: used.origin.clone(),
        data_layer: used.options.get("data_layer").cloned().unwrap_or_else(Value::nil),
        extensions: extensions(&used.options),
        options: used.options.clone(),
        nodes: body.nodes.clone(),
        imports: body.imports.clone(),
    };
    if let Value::Unknown(unknown) = &used.options {
        declaration.data_layer = Value::Unknown(unknown.clone());
    }
    declaration.nodes.extend(unknown_uses(&body.uses));
    let fragments = used.options.get("fragments").map(Value::wrap).unwrap_or_default();
    for fragment in fragments {
        let Some(name) = fragment.as_module() else {
            declaration.nodes.push(unknown_fragment(&fragment, &used.origin));
            continue;
        };
        let Some(body) = context.body(name) else {
            let reason = format!("the fragment {name} is not part of the project");
            let unknown = Arc::new(Unknown { origin: used.origin.clone(), reason });
            declaration.nodes.push(unknown_fragment(&Value::Unknown(unknown), &used.origin));
            continue;
        };
        declaration.nodes.extend(body.nodes.iter().cloned());
        declaration.imports.extend_from_slice(&body.imports);
        declaration.nodes.extend(unknown_uses(&body.uses));
        if let Some(used) = body.uses.iter().find(|used| &*used.module == "Spark.Dsl.Fragment") {
            declaration.extensions.extend(extensions(&used.options));
            if declaration.data_layer.is_nil()
                && let Some(layer) = used.options.get("data_layer")
            {
                declaration.data_layer = layer.clone();
            }
        }
    }
    declaration.nodes = hoisted(std::mem::take(&mut declaration.nodes));
    Some(declaration)
}

/// Sections of Ash that hold no sections of their own.
const FLAT_SECTIONS: &[&str] =
    &["actions", "aggregates", "attributes", "calculations", "identities", "preparations", "relationships"];

/// Whether a call of this name inside of another section is a section of its own.
pub fn is_section(name: &str) -> bool {
    FLAT_SECTIONS.contains(&name) || matches!(name, "multitenancy" | "postgres" | "sqlite")
}

/// A section that stands inside of another one is read as if it stood beside it: the macros of all sections are there in
/// the whole module.
fn hoisted(nodes: Vec<Node>) -> Vec<Node> {
    let is_inner = |outer: &Node, node: &Node| {
        let is_section = match FLAT_SECTIONS.contains(&&*outer.name) {
            true => is_section(&node.name),
            // Sections of extensions may have others of their own inside.
            false => matches!(&*node.name, "identities" | "multitenancy" | "postgres" | "relationships" | "sqlite"),
        };
        is_section && node.unknown.is_none() && node.arguments.is_empty()
    };
    let holds_sections =
        |node: &Node| node.unknown.is_none() && node.children.iter().any(|child| is_inner(node, child));
    if !nodes.iter().any(holds_sections) {
        return nodes;
    }
    let mut out = Vec::with_capacity(nodes.len() + 1);
    for mut node in nodes {
        let children = std::mem::take(&mut node.children);
        let (inner, own) = match node.unknown {
            None => children.into_iter().partition(|child| is_inner(&node, child)),
            Some(_) => (Vec::new(), children),
        };
        node.children = own;
        out.push(node);
        out.extend(hoisted(inner));
    }
    out
}

/// Modules of libraries whose `use` adds nothing to a table.
const INERT_USES: &[&str] = &[
    "Ash.Resource",
    "Spark.Dsl.Fragment",
    "Ash.Resource.Change",
    "Ash.Type",
    "Ash.Type.Enum",
    "Ash.Type.NewType",
    "Agent",
    "Bitwise",
    "GenServer",
    "Gettext",
    "Timex",
];

/// A macro outside the project may add anything to the module that uses it.
fn unknown_uses(uses: &[Use]) -> impl Iterator<Item = Node> {
    let unknown = uses.iter().filter(|used| !used.expanded && !INERT_USES.contains(&&*used.module));
    unknown.map(|used| {
        let reason = format!("use {}: the macro is not part of the project, it may add to the resource", used.module);
        let unknown = Unknown { origin: used.origin.clone(), reason };
        unknown_fragment(&Value::Unknown(Arc::new(unknown)), &used.origin)
    })
}

fn extensions(options: &Value) -> Vec<Value> {
    EXTENSION_OPTIONS.iter().filter_map(|name| options.get(name)).flat_map(Value::wrap).collect()
}

fn unknown_fragment(value: &Value, origin: &Origin) -> Node {
    let unknown = value.find_unknown().cloned().unwrap_or_else(|| {
        Arc::new(Unknown { origin: origin.clone(), reason: "this fragment is not a module".to_owned() })
    });
    Node {
        name: "".into(),
        arguments: Vec::new(),
        children: Vec::new(),
        origin: unknown.origin.clone(),
        pairs: Vec::new(),
        unknown: Some(unknown),
    }
}

impl Declaration {
    /// The blocks of the top-level section `name`, in order.
    pub fn sections<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().filter(move |node| &*node.name == name && node.unknown.is_none())
    }

    /// The entities and options in all blocks of a section.
    pub fn entries<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Node> {
        self.sections(section).flat_map(|block| &block.children)
    }

    /// All blocks of a section as one: the last value of an option counts.
    pub fn merged(&self, section: &str) -> Option<Node> {
        let mut blocks = self.sections(section);
        let mut merged = blocks.next()?.clone();
        for block in blocks {
            merged.children.extend(block.children.iter().cloned());
        }
        Some(merged)
    }

    /// The declaration with more sections behind its own.
    pub fn with(&self, sections: &[Node]) -> Declaration {
        let mut declaration = self.clone();
        declaration.nodes.extend(sections.iter().cloned());
        declaration
    }

    /// Code at the top of the module that is not known to add nothing.
    pub fn unknown_code(&self) -> impl Iterator<Item = &Arc<Unknown>> {
        self.nodes.iter().filter_map(|node| node.unknown.as_ref())
    }

    /// Whether the extension `module` is used.
    pub fn has_extension(&self, module: &str) -> bool {
        self.extensions.iter().any(|extension| extension.as_module() == Some(module))
    }
}

/// All blocks of a nested section as one.
pub fn nested(section: &Node, name: &str) -> Option<Node> {
    let mut blocks = section.children(name);
    let mut merged = blocks.next()?.clone();
    for block in blocks {
        merged.children.extend(block.children.iter().cloned());
    }
    Some(merged)
}
