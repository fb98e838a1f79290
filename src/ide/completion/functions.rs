//! Arguments of the functions that Ash brings for values (`change set_attribute(:title, …)`), names in `expr(…)`, and the
//! table that a `relationship_context` names.

use super::values::written;
use super::{Completion, CompletionKind, Place};
use crate::ide::roles::{Role, names_fields};
use crate::resource::Resource;

/// `Ash.Policy.Check.Builtins.action_type/1`.
const ACTION_TYPES: &[&str] = &["create", "read", "update", "destroy", "action"];

impl Place<'_> {
    /// What can stand in the innermost call around the cursor; `None` outside of calls.
    pub(super) fn in_function(&self) -> Option<Vec<Completion>> {
        let statement = self.statement;
        if statement.in_string {
            return None;
        }
        // Inside of an expression everything is an expression.
        if statement.calls.iter().any(|(name, _)| name == "expr") {
            return Some(self.in_expression());
        }
        let (name, index) = statement.calls.last()?;
        let atoms = |names: &[&str]| {
            names.iter().map(|name| self.item(written(name), CompletionKind::Value, None)).collect::<Vec<_>>()
        };
        Some(match &**name {
            "action_type" => atoms(ACTION_TYPES),
            "action" => self.names(Role::Action, false),
            "relate_actor" | "relates_to_actor_via" | "relating_to_actor" => self.names(Role::Relationship, false),
            "manage_relationship" if names_fields(name)?.contains(index) => self.names(Role::Relationship, false),
            _ if names_fields(name)?.contains(index) => self.names(Role::Field, false),
            _ => Vec::new(),
        })
    }

    /// Fields and relationships as an expression names them, behind the relationships of the path before.
    fn in_expression(&self) -> Vec<Completion> {
        let Some(mut resource) = self.own() else { return Vec::new() };
        let written = self.written();
        if written.starts_with([':', '@']) {
            return Vec::new();
        }
        let path: Vec<&str> = written.split('.').collect();
        let (_, before) = path.split_last().unwrap_or((&"", &[]));
        for part in before {
            let next = resource.relationships.iter().find(|it| it.name == *part);
            let next = next.and_then(|it| self.project.resource(it.destination.as_ref().ok()?));
            let Some(next) = next else { return Vec::new() };
            resource = next;
        }
        let prefix: String = before.iter().map(|part| format!("{part}.")).collect();
        self.in_resource(resource, &prefix)
    }

    fn in_resource(&self, resource: &Resource, prefix: &str) -> Vec<Completion> {
        let attributes = resource.attributes.iter().map(|attribute| {
            let ty = attribute.ty.as_atom().map(|ty| format!(":{ty}"));
            self.item(format!("{prefix}{}", attribute.name), CompletionKind::Attribute, ty)
        });
        let calculations = resource.calculations.iter().map(|name| {
            self.item(format!("{prefix}{name}"), CompletionKind::Attribute, Some("calculation".to_owned()))
        });
        let relationships = resource.relationships.iter().map(|it| {
            self.item(format!("{prefix}{}", it.name), CompletionKind::Relationship, it.destination.clone().ok())
        });
        attributes.chain(calculations).chain(relationships).collect()
    }

    /// `relationship_context %{data_layer: %{table: "…"}}`.
    pub(super) fn context(&self) -> Vec<Completion> {
        match self.statement.last_key.as_deref() {
            Some("table") => self.names(Role::Table, false),
            Some("schema") => self.names(Role::Schema, false),
            _ => Vec::new(),
        }
    }
}
