//! What stands for a declaration elsewhere: the steps of migrations that made its table, column or index; the modules
//! that use a wrapper or fragment; the module of a resource that is only named.

use std::sync::Arc;

use super::names::{self, Files, MemberKind, Name};
use super::navigation::{Place, declaration, occurrences};
use super::rename::table_name;
use crate::elixir::source_modules;
use crate::migration::history::{Kind, Subject};
use crate::project::Project;
use crate::resource::{DesiredSnapshot, RelationshipKind};
use crate::syntax::SourceTree;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Implementation {
    Places(Vec<Place>),
    /// To be looked up in the migrations.
    Made(Vec<Made>),
}

/// Something in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The repo's module.
    pub repo: String,
    pub schema: Option<String>,
    pub table: String,
    pub subject: Subject,
}

/// What stands for the declaration or name at `offset`.
pub fn implementation(project: &Project, files: &dyn Files, path: &str, offset: usize) -> Implementation {
    let nothing = Implementation::Places(Vec::new());
    let Some(text) = files.text(path) else { return nothing };
    if let Some(found) = names::name_at(project, path, &text, offset) {
        return match &found.name {
            Name::Member { module, kind, name } => member(project, files, module, *kind, name),
            Name::Module(module) => of_module(project, files, path, module, found.declares),
        };
    }
    let tree = Arc::new(SourceTree::parse(text.as_ref()).expressions().to_vec());
    for module in source_modules(&path.into(), &tree) {
        if table_name(module.body()).is_some_and(|range| range.touches(offset)) {
            return made(project, &module.name, |_| Some(Subject::Table));
        }
        let named = made(project, &module.name, |desired| object_at(desired, path, offset));
        if matches!(&named, Implementation::Made(made) if !made.is_empty()) {
            return named;
        }
    }
    nothing
}

/// Something of each table that a resource declares.
fn made(project: &Project, module: &str, subject: impl Fn(&DesiredSnapshot) -> Option<Subject>) -> Implementation {
    let of = |desired: &DesiredSnapshot| {
        Some(Made {
            repo: desired.snapshot.repo.clone(),
            schema: desired.snapshot.schema.clone(),
            table: desired.snapshot.table.clone(),
            subject: subject(desired)?,
        })
    };
    Implementation::Made(project.desired_of(module).filter_map(of).collect())
}

fn member(project: &Project, files: &dyn Files, module: &str, kind: MemberKind, name: &str) -> Implementation {
    let column = |attribute: &str| {
        let attribute = project.resource(module)?.attribute(attribute)?;
        attribute.source.clone().ok().map(Subject::Column)
    };
    let relationship = project.resource(module).and_then(|it| it.relationships.iter().find(|it| it.name == name));
    match (kind, relationship) {
        (MemberKind::Attribute, _) => made(project, module, |_| column(name)),
        (MemberKind::Relationship, Some(it)) if it.kind == RelationshipKind::BelongsTo => {
            made(project, module, |_| column(it.source_attribute.as_ref().ok()?))
        }
        (MemberKind::Relationship, Some(it)) => {
            let destination = it.destination.as_ref().ok().map(|module| Name::Module(module.clone()));
            let place = destination.and_then(|name| declaration(project, files, &name));
            Implementation::Places(place.into_iter().collect())
        }
        (MemberKind::Identity, _) => made(project, module, |desired| {
            let identity = desired.snapshot.identities.iter().find(|it| it.name == name)?;
            Some(Subject::Named(Kind::Index, identity.index_name.clone()))
        }),
        _ => {
            let name = Name::Member { module: module.to_owned(), kind, name: name.to_owned() };
            Implementation::Places(declaration(project, files, &name).into_iter().collect())
        }
    }
}

fn of_module(project: &Project, files: &dyn Files, path: &str, module: &str, declares: bool) -> Implementation {
    let name = Name::Module(module.to_owned());
    if !declares {
        return Implementation::Places(declaration(project, files, &name).into_iter().collect());
    }
    if project.resource(module).is_some() {
        return made(project, module, |_| Some(Subject::Table));
    }
    // A wrapper, a fragment, a type: where it is used.
    let mut users: Vec<Place> = Vec::new();
    for (file, occurrence) in occurrences(project, files, &name).into_iter().filter(|(_, it)| !it.declares) {
        let Some(text) = files.text(&file).filter(|_| file != path) else { continue };
        let tree = Arc::new(SourceTree::parse(text.as_ref()).expressions().to_vec());
        let modules = source_modules(&file.as_str().into(), &tree);
        let around = modules.iter().filter(|module| module.range.contains(occurrence.range));
        if let Some(user) = around.min_by_key(|module| module.range.len()) {
            users.push(Place { path: file, range: user.range, name_range: user.name_range });
        }
    }
    users.dedup();
    Implementation::Places(users)
}

/// The index, check constraint or column whose declaration the cursor is in.
fn object_at(desired: &DesiredSnapshot, path: &str, offset: usize) -> Option<Subject> {
    let here = desired.origins.iter().filter(|(_, origin)| *origin.file == *path && origin.range.touches(offset));
    let (fact, _) = here.filter(|(fact, _)| fact.contains('.')).min_by_key(|(_, origin)| origin.range.len())?;
    let mut parts = fact.splitn(3, '.');
    let (list, name) = (parts.next()?, parts.next()?);
    let snapshot = &desired.snapshot;
    match list {
        "attributes" => Some(Subject::Column(name.to_owned())),
        "custom_indexes" => Some(Subject::Named(Kind::Index, name.to_owned())),
        "check_constraints" => Some(Subject::Named(Kind::Constraint, name.to_owned())),
        "identities" => {
            let identity = snapshot.identities.iter().find(|it| it.name == name)?;
            Some(Subject::Named(Kind::Index, identity.index_name.clone()))
        }
        _ => None,
    }
}
