//! AM-B04: on the way back an index comes before its column.

use crate::diff::operation::{Change, TableContext};
use crate::hazard::change_set::{ChangeSet, column, key, table};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::{Phase, Step};
use crate::snapshot::{Field, Multitenancy, Strategy};

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

/// The columns of the index that a step removes, the tenant's among them.
fn indexed(step: &Step) -> Vec<&str> {
    let (columns, all_tenants) = match &step.operation.change {
        Change::RemoveReferenceIndex { source, .. } => (vec![source.as_str()], false),
        Change::RemoveCustomIndex { index, .. } => (columns(&index.fields), index.all_tenants),
        Change::RemoveUniqueIndex { identity } => (columns(&identity.keys), identity.all_tenants),
        _ => return Vec::new(),
    };
    tenant(&step.operation.on.old_multitenancy).filter(|_| !all_tenants).into_iter().chain(columns).collect()
}

fn tenant(multitenancy: &Multitenancy) -> Option<&str> {
    multitenancy.attribute.as_deref().filter(|_| multitenancy.strategy == Some(Strategy::Attribute))
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
    use crate::plan::samples::{attribute, by_attribute, custom_index, on};
    use crate::snapshot::json::Dialect;

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
            check_plan(&steps.map(phase), Dialect::Postgres).iter().map(|finding| finding.rule.code).collect()
        };
        assert_eq!(codes([gone(), index()]), ["AM-B04"]);
        assert_eq!(codes([index(), gone()]), Vec::<&str>::new());

        // The tenant's column is in the index, too.
        let mut index = step(Change::RemoveCustomIndex { index: custom_index(&["title"]), base_filter: None });
        index.operation.on.old_multitenancy = by_attribute("owner_id");
        assert_eq!(codes([gone(), index]), ["AM-B04"]);
    }
}
