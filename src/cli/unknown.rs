//! What could not be read from the source, in words and with places.

use super::place::{Place, place};
use crate::codegen::{self, Outcome};
use crate::pending::ProjectState;
use crate::resource::IssueKind;

/// Something that could not be read from the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFact {
    /// Module name; `None` when it is not about a declared table.
    pub resource: Option<String>,
    pub table: Option<String>,
    /// `attributes.price.type`; empty for the whole table.
    pub path: String,
    pub reason: String,
    pub place: Option<Place>,
    /// The newest snapshot says it, and it is taken from there.
    pub assumed: bool,
}

/// What a run did not know.
pub fn unknown_facts(state: &ProjectState, outcome: &Outcome) -> Vec<UnknownFact> {
    let desired: Vec<_> = state.project.desired().collect();
    let mut facts = Vec::new();
    for (list, assumed) in [(&outcome.unresolved, false), (&outcome.assumed, true)] {
        for fact in list {
            let Some(desired) = desired.get(fact.cause) else { continue };
            let reasons = desired.unresolved.iter().filter(|unresolved| unresolved.path == fact.path);
            facts.extend(reasons.map(|unresolved| UnknownFact {
                resource: Some(desired.resource.clone()),
                table: Some(fact.table.clone()),
                path: fact.path.clone(),
                reason: unresolved.reason.clone(),
                place: Some(place(state, &unresolved.origin)),
                assumed,
            }));
        }
    }
    let other = |resource, reason: &str, place| UnknownFact {
        resource,
        table: None,
        path: String::new(),
        reason: reason.trim_end().to_owned(),
        place,
        assumed: false,
    };
    facts.extend(state.project.unplaced().map(|unplaced| {
        let reason = format!("the table of {} is not known: {}", unplaced.resource, unplaced.reason);
        other(Some(unplaced.resource.clone()), &reason, Some(place(state, &unplaced.origin)))
    }));
    let issues = state.project.issues().iter();
    let issues = issues.filter(|issue| matches!(issue.kind, IssueKind::Missing | IssueKind::Broken));
    facts.extend(issues.map(|issue| other(None, &issue.message, Some(place(state, &issue.origin)))));
    facts.extend(codegen::repo_infos(&state.project).1.iter().map(|reason| other(None, reason, None)));
    facts.dedup();
    facts
}

impl UnknownFact {
    /// `MyApp.Post: attributes.price.type: …`
    pub fn text(&self) -> String {
        match (&self.resource, &self.table) {
            (Some(resource), Some(_)) => {
                let path = if self.path.is_empty() { "the whole table" } else { &self.path };
                format!("{resource}: {path}: {}", self.reason)
            }
            _ => self.reason.clone(),
        }
    }
}
