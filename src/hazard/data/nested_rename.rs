//! AM-R01: a column is renamed inside an `alter table` block.

use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::{Phase, PhaseKind};

pub(super) static RULE: Rule = Rule {
    code: "AM-R01",
    title: "A rename inside `alter table` cannot run",
    severity: Severity::Error,
    lock: None,
    docs: "When a column is renamed beside other changes of its table, the generator can write the `rename` into the \
           `alter table` block. Ecto raises `cannot execute nested commands` there, on the way up and on the way \
           down.\n\nMove the `rename` out of the block in the generated file; or generate the rename alone first, and the \
           other changes after it.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what stands in which block.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let altering = phases.into_iter().filter(|phase| phase.kind == PhaseKind::Alter);
    let nested = altering.flat_map(|phase| &phase.steps).filter_map(|step| {
        let Change::RenameAttribute { old_attribute, new_attribute } = &step.operation.change else { return None };
        let name = column(&step.operation.on, &old_attribute.source);
        Some(RULE.finding(
            step.sources.first().copied()?,
            format!(
                "The rename of {name} to {} stands inside `alter table`, where Ecto refuses it",
                new_attribute.source
            ),
            "Move the `rename` out of the block in the generated file.".to_owned(),
        ))
    });
    nested.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::check_plan;
    use crate::plan::Step;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::json::Dialect;

    #[test]
    fn only_inside_a_block() {
        let change = Change::RenameAttribute { old_attribute: attribute("a"), new_attribute: attribute("b") };
        let operation = on("posts", change);
        let phase = |kind| Phase {
            kind,
            on: operation.on.clone(),
            steps: vec![Step { operation: operation.clone(), sources: vec![7] }],
            commented: false,
        };
        let findings = check_plan(&[phase(PhaseKind::Alter), phase(PhaseKind::Single)], Dialect::Postgres);
        assert_eq!(
            findings.iter().map(|finding| (finding.rule.code, finding.operation)).collect::<Vec<_>>(),
            [("AM-R01", 7)]
        );
    }
}
