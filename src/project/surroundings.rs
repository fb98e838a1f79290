//! The rest of the project as the snapshot of one resource sees it, and what it looked at.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Project;
use crate::resource::{self, Interface, Relationship, Repo, Resource, ResourceSnapshots};

/// Snapshots of a resource and what they depend on.
#[derive(Debug, Clone)]
pub struct KeptSnapshots {
    pub value: Arc<ResourceSnapshots>,
    resource: Arc<Resource>,
    seen: Seen,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    /// Modules of resources, those that do not exist included.
    resources: Vec<String>,
    repos: Vec<String>,
    /// Modules whose users were asked for.
    relationships: Vec<(String, Vec<Use>)>,
}

/// A relationship and the interface of the resource that has it.
type Use = (Arc<Interface>, Relationship);

/// What a refresh changed that others can see.
#[derive(Debug, Default)]
pub struct Changes {
    /// Modules of resources with another interface than before, new and gone ones included.
    pub interfaces: BTreeSet<String>,
    /// Modules of repos.
    pub repos: BTreeSet<String>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty() && self.repos.is_empty()
    }
}

impl KeptSnapshots {
    /// Whether they depend on the relationships of others.
    pub fn is_spread(&self) -> bool {
        !self.seen.relationships.is_empty()
    }

    /// Whether making the snapshots again would give the same.
    pub fn still_holds(&self, module: &str, project: &Project, changes: &Changes) -> bool {
        let resource = project.resource(module);
        let any = |names: &[String], changed: &BTreeSet<String>| {
            !changed.is_empty() && names.iter().any(|name| changed.contains(name))
        };
        resource.is_some_and(|resource| Arc::ptr_eq(resource, &self.resource))
            && !any(&self.seen.resources, &changes.interfaces)
            && !any(&self.seen.repos, &changes.repos)
            && self.seen.relationships.iter().all(|(name, old)| {
                let new = relationships_to(project, name);
                new.len() == old.len()
                    && new.iter().zip(old).all(|((resource, relationship), (interface, old))| {
                        relationship == old && resource.interface == *interface
                    })
            })
    }
}

/// Hands out what a snapshot asks for, and writes it down.
pub struct Surroundings<'a> {
    project: &'a Project,
    seen: RefCell<Seen>,
}

impl<'a> Surroundings<'a> {
    pub fn new(project: &'a Project) -> Surroundings<'a> {
        Surroundings { project, seen: RefCell::default() }
    }

    pub fn kept(self, resource: Arc<Resource>, value: ResourceSnapshots) -> KeptSnapshots {
        KeptSnapshots { value: Arc::new(value), resource, seen: self.seen.into_inner() }
    }
}

impl resource::Surroundings for Surroundings<'_> {
    fn resource(&self, module: &str) -> Option<Arc<Resource>> {
        let resource = self.project.resource(module).cloned();
        let mut seen = self.seen.borrow_mut();
        if !seen.resources.iter().any(|name| name == module) {
            seen.resources.push(module.to_owned());
        }
        resource
    }

    fn repo(&self, module: &str) -> Option<Arc<Repo>> {
        let repo = self.project.repo(module).cloned();
        let mut seen = self.seen.borrow_mut();
        if !seen.repos.iter().any(|name| name == module) {
            seen.repos.push(module.to_owned());
        }
        repo
    }

    fn relationships_to(&self, module: &str) -> Vec<(Arc<Resource>, Relationship)> {
        let relationships = relationships_to(self.project, module);
        let kept =
            relationships.iter().map(|(resource, relationship)| (resource.interface.clone(), relationship.clone()));
        self.seen.borrow_mut().relationships.push((module.to_owned(), kept.collect()));
        relationships
    }
}

fn relationships_to(project: &Project, module: &str) -> Vec<(Arc<Resource>, Relationship)> {
    let resources = project.order.iter().filter_map(|name| project.resource(name));
    resources
        .flat_map(|resource| resource.relationships.iter().map(move |relationship| (resource, relationship)))
        .filter(|(_, relationship)| relationship.destination.as_deref() == Ok(module))
        .map(|(resource, relationship)| (resource.clone(), relationship.clone()))
        .collect()
}
