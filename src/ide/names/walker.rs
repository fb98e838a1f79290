//! One module, read with the vocabulary. See [`super`].

use std::sync::Arc;

use super::{MemberKind, Name, Occurrence, bare, owner, scope_of};
use crate::dsl::{ModuleKind, Node, NodeKind, Vocabulary};
use crate::elixir::SourceModule;
use crate::elixir::eval::Scope;
use crate::ide::bodies::Body;
use crate::ide::roles::{Role, is_list_of_fields, names_fields, role};
use crate::ide::visit::each;
use crate::project::Project;
use crate::resource::Resource;
use crate::syntax::{Call, Expr, Kind, Target};
use crate::text::Range;

/// Collects the names of one module.
pub(super) struct Walker<'a> {
    project: &'a Project,
    module: &'a SourceModule,
    text: &'a str,
    vocabulary: &'a Vocabulary,
    scope: Scope,
    owner: Option<&'a Arc<Resource>>,
    pub(super) found: Vec<Occurrence>,
}

/// What a value may refer to beyond its own resource.
#[derive(Default, Clone)]
struct Around {
    destination: Option<String>,
    through: Option<String>,
    /// The resource that a domain says something about.
    subject: Option<String>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(project: &'a Project, module: &'a SourceModule, text: &'a str) -> Walker<'a> {
        let scope = scope_of(module);
        let owner = owner(project, module);
        let vocabulary = project.lexicon().vocabulary(ModuleKind::Resource);
        Walker { project, module, text, vocabulary, scope, owner, found: Vec::new() }
    }

    /// Reads the names of modules, or only of one.
    pub(super) fn module_names(&mut self, only: Option<&str>) {
        if let Some(name) = bare_alias(self.text, self.module.name_range) {
            let name_of_module = Name::Module(self.module.name.to_string());
            self.found.push(Occurrence { range: name, name: name_of_module, declares: true });
        }
        let module = self.module;
        module.body().iter().for_each(|expr| self.modules(expr, only));
    }

    /// Reads the names of what resources declare.
    pub(super) fn members_of(&mut self, bodies: &[Body<'_>]) {
        for part in bodies {
            self.vocabulary = self.project.lexicon().vocabulary(part.kind);
            for call in part.expressions.iter().filter_map(Expr::as_call) {
                let (Some(name), Some(block)) = (call.local_name(), &call.block) else { continue };
                if let Some(node) = self.vocabulary.child("", name) {
                    self.body(node, &block.body, &Around::default());
                }
            }
        }
    }

    fn body(&mut self, node: &Node, body: &[Expr], around: &Around) {
        for call in body.iter().filter_map(Expr::as_call) {
            let Some(name) = call.local_name() else { continue };
            match self.vocabulary.child(&node.path, name) {
                Some(child) if child.kind == NodeKind::Section => {
                    if let Some(block) = &call.block {
                        self.body(child, &block.body, around);
                    }
                }
                Some(child) => self.entity(child, call, around),
                None => {
                    for value in &call.arguments {
                        self.value(&node.path, name, value, around);
                    }
                }
            }
        }
    }

    fn entity(&mut self, node: &Node, call: &Call, outer: &Around) {
        let around = self.around(node, call, outer);
        if let (Some(kind), Some(first)) = (declared(&node.path), call.positional().next())
            && let (Some(name), Some(owner)) = (first.as_atom(), self.owner)
        {
            self.push(first.range, member(&owner.module, kind, name), true);
        }
        for (argument, value) in node.arguments.iter().zip(call.positional()) {
            self.value(&node.path, argument, value, &around);
        }
        for (key, value) in call.keywords() {
            if let Some(option) = key.as_atom() {
                self.value(&node.path, option, value, &around);
            }
        }
        if let Some(block) = &call.block {
            self.body(node, &block.body, &around);
        }
    }

    /// The modules that a relationship or an aggregate leads to, and the resource that an entry of a domain is about.
    fn around(&self, node: &Node, call: &Call, outer: &Around) -> Around {
        let module = |value: &Expr| match &value.kind {
            Kind::Alias(parts) => self.scope.expand_alias(parts),
            _ => None,
        };
        if node.path == "resources.resource" {
            return Around { subject: call.positional().next().and_then(module), ..Around::default() };
        }
        if node.path.starts_with("aggregates.") {
            let path = call.positional().nth(1).zip(self.owner);
            return Around {
                destination: path.and_then(|(path, owner)| self.end_of(path, &owner.module)),
                ..outer.clone()
            };
        }
        if !node.path.starts_with("relationships.") {
            return outer.clone();
        }
        let through = call.keywords().iter().find(|(key, _)| key.as_atom() == Some("through"));
        let in_block = call.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
        let in_block =
            in_block.filter(|inner| inner.local_name() == Some("through")).find_map(|it| it.arguments.first());
        Around {
            destination: call.positional().nth(1).and_then(module),
            through: through.map(|(_, value)| value).or(in_block).and_then(module),
            ..outer.clone()
        }
    }

    /// The resource that a relationship path leads to, or a module itself.
    fn end_of(&self, path: &Expr, from: &str) -> Option<String> {
        if let Kind::Alias(parts) = &path.kind {
            return self.scope.expand_alias(parts);
        }
        let mut atoms = Vec::new();
        collect_atoms(path, &mut atoms);
        atoms.iter().try_fold(from.to_owned(), |module, atom| self.destination(&module, atom.as_atom()?))
    }

    fn value(&mut self, path: &str, option: &str, value: &Expr, around: &Around) {
        self.expressions(value);
        self.functions(value);
        if is_list_of_fields(path, option) {
            return self.fields(value);
        }
        let Some(role) = role(path, option) else { return };
        let own = around.subject.clone().or(self.owner.map(|owner| owner.module.clone()));
        let fields = [MemberKind::Attribute, MemberKind::Calculation, MemberKind::Aggregate];
        match role {
            Role::Attribute | Role::Column => self.members(value, own, &[MemberKind::Attribute]),
            Role::Field => self.members(value, own, &fields),
            Role::DestinationField => self.members(value, around.destination.clone(), &fields),
            Role::Calculation => self.members(value, own, &[MemberKind::Calculation]),
            Role::Aggregate => self.members(value, own, &[MemberKind::Aggregate]),
            Role::DestinationAttribute => self.members(value, around.destination.clone(), &[MemberKind::Attribute]),
            Role::ThroughAttribute => self.members(value, around.through.clone(), &[MemberKind::Attribute]),
            Role::Relationship => self.path(value, own),
            Role::Identity => self.members(value, own, &[MemberKind::Identity]),
            Role::Action => self.members(value, own, &[MemberKind::Action]),
            Role::Resource | Role::Domain | Role::Repo | Role::Type => {}
            Role::Table | Role::Schema | Role::IndexMethod => {}
        }
    }

    /// The atoms of a value: one, a list, or the keys of a keyword list.
    fn members(&mut self, value: &Expr, module: Option<String>, kinds: &[MemberKind]) {
        let Some(module) = module else { return };
        let mut atoms = Vec::new();
        collect_atoms(value, &mut atoms);
        for atom in atoms {
            let Some(name) = atom.as_atom() else { continue };
            let fits = |kind: &&MemberKind| self.exists(&module, **kind, name);
            // A name that nothing declares is taken for the first kind: it is what was meant.
            let kind = kinds.iter().find(fits).or(kinds.first()).copied();
            if let Some(kind) = kind {
                self.push(atom.range, member(&module, kind, name), false);
            }
        }
    }

    /// `:comments` or `[:comments, :author]`: each relationship belongs to where the one before leads.
    fn path(&mut self, value: &Expr, module: Option<String>) {
        let mut atoms = Vec::new();
        collect_atoms(value, &mut atoms);
        let mut module = module;
        for atom in atoms {
            let (Some(from), Some(name)) = (&module, atom.as_atom()) else { return };
            let next = self.project.resource(from).and_then(|resource| {
                resource.relationships.iter().find(|it| it.name == name)?.destination.clone().ok()
            });
            self.push(atom.range, member(from, MemberKind::Relationship, name), false);
            module = next;
        }
    }

    /// Fields in the arguments of the changes, validations and checks that Ash brings: `present(:title)`.
    fn functions(&mut self, value: &Expr) {
        each(value, &mut |expr| {
            let called = expr.as_call().and_then(|call| Some((call, names_fields(call.local_name()?)?)));
            if let Some((call, arguments)) = called {
                call.positional().skip(arguments.start).take(arguments.len()).for_each(|it| self.fields(it));
                call.keywords().iter().filter(|_| call.name() == "compare").for_each(|(_, it)| self.fields(it));
                let lists = call.keywords().iter().filter(|(key, _)| matches!(key.as_atom(), Some("sort" | "load")));
                lists.for_each(|(_, list)| self.fields(list));
            }
            true
        });
    }

    /// The atoms of a value that are fields or relationships of the resource.
    fn fields(&mut self, value: &Expr) {
        let Some(owner) = self.owner else { return };
        let mut atoms = Vec::new();
        match &value.kind {
            // `create: [:title]`
            Kind::Keywords(pairs) => {
                for (key, value) in pairs {
                    match &value.kind {
                        Kind::List(_) => self.fields(value),
                        _ => atoms.push(key),
                    }
                }
            }
            Kind::List(items) => {
                for item in items {
                    match &item.kind {
                        Kind::Keywords(_) => self.fields(item),
                        _ => collect_atoms(item, &mut atoms),
                    }
                }
            }
            _ => collect_atoms(value, &mut atoms),
        }
        for atom in atoms {
            let Some(name) = atom.as_atom() else { continue };
            if let Some(kind) = kind_of(owner, name) {
                self.push(atom.range, member(&owner.module, kind, name), false);
            }
        }
    }

    /// Names inside of `expr(…)`: fields of the resource, and paths through its relationships.
    fn expressions(&mut self, value: &Expr) {
        each(value, &mut |expr| {
            if let Some(call) = expr.as_call().filter(|call| call.local_name() == Some("expr")) {
                call.arguments.iter().for_each(|argument| self.expression(argument));
                return false;
            }
            true
        });
    }

    fn expression(&mut self, value: &Expr) {
        let Some(owner) = self.owner else { return };
        each(value, &mut |expr| match &expr.kind {
            Kind::Identifier(name) => {
                if let Some(kind) = kind_of(owner, name) {
                    self.push(expr.range, member(&owner.module, kind, name), false);
                }
                false
            }
            Kind::Call(call) if matches!(call.target, Target::Remote { .. }) => {
                self.remote(call);
                true
            }
            _ => true,
        });
    }

    /// `comments.body` in an expression. Returns the module that the whole path leads to.
    fn remote(&mut self, call: &Call) -> Option<String> {
        let Target::Remote { value, name } = &call.target else { return None };
        let module = match &value.kind {
            Kind::Identifier(first) => self.destination(&self.owner?.module, first),
            Kind::Call(inner) => self.remote(inner),
            _ => None,
        }?;
        let kind = kind_of(self.project.resource(&module)?, name)?;
        self.push(call.name_range, member(&module, kind, name), false);
        self.destination(&module, name)
    }

    fn destination(&self, module: &str, relationship: &str) -> Option<String> {
        let resource = self.project.resource(module)?;
        resource.relationships.iter().find(|it| it.name == relationship)?.destination.clone().ok()
    }

    fn exists(&self, module: &str, kind: MemberKind, name: &str) -> bool {
        self.project.resource(module).is_some_and(|resource| match kind {
            MemberKind::Calculation => resource.calculations.iter().any(|it| it == name),
            MemberKind::Aggregate | MemberKind::Action => false,
            MemberKind::Attribute => resource.attribute(name).is_some(),
            MemberKind::Relationship => resource.relationships.iter().any(|it| it.name == name),
            MemberKind::Identity => resource.identities.iter().any(|it| it.name == name),
        })
    }

    /// Modules of the project that an expression names.
    fn modules(&mut self, value: &Expr, only: Option<&str>) {
        if value.as_call().is_some_and(|call| call.local_name() == Some("defmodule")) {
            return;
        }
        each(value, &mut |expr| {
            if let Kind::Alias(parts) = &expr.kind
                && let Some(full) = self.scope.expand_alias(parts)
                && only.is_none_or(|only| only == full)
                && self.project.has_module(&full)
                && let Some(range) = bare_alias(self.text, expr.range)
            {
                self.found.push(Occurrence { range, name: Name::Module(full), declares: false });
            }
            true
        });
    }

    fn push(&mut self, range: Range, name: Name, declares: bool) {
        if let Some(range) = bare(self.text, range) {
            self.found.push(Occurrence { range, name, declares });
        }
    }
}

fn bare_alias(text: &str, range: Range) -> Option<Range> {
    let written = text.get(range.start..range.end)?;
    written.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.')).then_some(range)
}

fn member(module: &str, kind: MemberKind, name: &str) -> Name {
    Name::Member { module: module.to_owned(), kind, name: name.to_owned() }
}

/// What a resource declares under a name that an expression uses.
fn kind_of(resource: &Resource, name: &str) -> Option<MemberKind> {
    if resource.attribute(name).is_some() {
        return Some(MemberKind::Attribute);
    }
    if resource.relationships.iter().any(|it| it.name == name) {
        return Some(MemberKind::Relationship);
    }
    resource.calculations.iter().any(|it| it == name).then_some(MemberKind::Calculation)
}

/// What an entity declares with its first argument.
fn declared(path: &str) -> Option<MemberKind> {
    let (section, entity) = path.split_once('.')?;
    if entity.contains('.') || entity == "timestamps" {
        return None;
    }
    match section {
        "attributes" => Some(MemberKind::Attribute),
        "relationships" => Some(MemberKind::Relationship),
        "identities" => Some(MemberKind::Identity),
        "actions" => Some(MemberKind::Action),
        "calculations" => Some(MemberKind::Calculation),
        "aggregates" => Some(MemberKind::Aggregate),
        _ => None,
    }
}

fn collect_atoms<'e>(value: &'e Expr, atoms: &mut Vec<&'e Expr>) {
    match &value.kind {
        Kind::Atom(_) => atoms.push(value),
        Kind::List(items) => items.iter().for_each(|item| collect_atoms(item, atoms)),
        Kind::Keywords(pairs) => atoms.extend(pairs.iter().map(|(key, _)| key)),
        _ => {}
    }
}
