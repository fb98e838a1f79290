//! AM-B04: on the way back an index comes before its column.

use crate::diff::operation::{Change, TableContext};
use crate::hazard::change_set::{ChangeSet, column, key, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::{Phase, Step};
use crate::snapshot::Field;

pub(super) static RULE: Rule = Rule {
    code: "AM-B04",
    title: "Rolling back makes an index before its column",
    severity: Severity::Information,
    lock: None,
    docs: "When a column goes together with an index on it, the generator can drop the index after the column; `down`, which is \
           the reverse, then makes the index before the column is back, and fails.\n\nSwap the two blocks of `down` in the \
           generated file.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what comes first.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let mut removed: Vec<(&TableContext, &str)> = Vec::new();
    let mut findings = Vec::new();
    for step in phases.into_iter().flat_map(|phase| &phase.steps) {
        let on = &step.operation.on;
        if let Change::RemoveAttribute { attribute, commented: false } = &step.operation.change {
            removed.push((on, &attribute.source));
        }
        let gone = |source: &&str| removed.iter().any(|(other, name)| name == source && key(other) == key(on));
        if let Some(source) = indexed(step).iter().find(|source| gone(source)) {
            findings.extend(step.sources.first().map(|&index| {
                RULE.rollback_finding(
                    index,
                    format!("Rolling back fails: the index on {} is made before the column", column(on, source)),
                    format!("Swap the two blocks for {} in `down` of the generated file.", table(on)),
                )
            }));
        }
    }
    findings
}

/// The columns of the index that a step removes.
fn indexed(step: &Step) -> Vec<&str> {
    match &step.operation.change {
        Change::RemoveReferenceIndex { source, .. } => vec![source],
        Change::RemoveCustomIndex { index, .. } => columns(&index.fields),
        Change::RemoveUniqueIndex { identity } => columns(&identity.keys),
        _ => Vec::new(),
    }
}

fn columns(fields: &[Field]) -> Vec<&str> {
    fn column(field: &Field) -> Option<&str> {
        match field {
            Field::Column(name) | Field::Directed { value: name, .. } => Some(name),
            _ => None,
        }
    }
    fields.iter().filter_map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::check_plan;
    use crate::plan::PhaseKind;
    use crate::plan::samples::{attribute, on};

    #[test]
    fn only_behind_the_column() {
        let step = |change| Step { operation: on("posts", change), sources: vec![7] };
        let index = || step(Change::RemoveReferenceIndex { source: "owner_id".to_owned(), filter: None });
        let gone = || step(Change::RemoveAttribute { attribute: attribute("owner_id"), commented: false });
        let phase = |step: Step| Phase {
            kind: PhaseKind::Single,
            on: step.operation.on.clone(),
            steps: vec![step],
            commented: false,
        };
        let codes = |steps: [Step; 2]| -> Vec<&str> {
            check_plan(&steps.map(phase)).iter().map(|finding| finding.rule.code).collect()
        };
        assert_eq!(codes([gone(), index()]), ["AM-B04"]);
        assert_eq!(codes([index(), gone()]), Vec::<&str>::new());
    }
}
