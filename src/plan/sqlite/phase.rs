//! Grouping ordered steps into blocks (`group_into_phases/3`, `clean_phases/1`).

use std::collections::VecDeque;

use crate::diff::operation::Change;
use crate::plan::{Phase, PhaseKind, Step};

/// The phases of `steps`, in order. A step that has no block of its own still joins an open `alter table` of its table
/// if it is a column rename: the generator puts it there, although Ecto refuses it.
pub fn group(steps: Vec<Step>) -> Vec<Phase> {
    let mut rest = VecDeque::from(steps);
    let mut phases = Vec::new();
    let mut open: Option<Phase> = None;
    while let Some(step) = rest.pop_front() {
        if let Some(phase) = open.as_mut().filter(|phase| takes(phase, &step)) {
            phase.steps.push(step);
            continue;
        }
        phases.extend(open.take().map(closed));
        let on = step.operation.on.clone();
        match &step.operation.change {
            Change::CreateTable { strict, .. } => {
                let create_table_options = strict.then(|| "STRICT".to_owned());
                let kind = PhaseKind::Create { create_table_options, sources: step.sources };
                let steps = take_additions(&mut rest, &on.table);
                open = Some(Phase { kind, on, steps, commented: false });
            }
            Change::AddAttribute { .. } | Change::AlterAttribute { .. } | Change::RemoveAttribute { .. } => {
                open = Some(Phase { kind: PhaseKind::Alter, on, steps: vec![step], commented: false });
            }
            _ => phases.push(Phase { kind: PhaseKind::Single, on, steps: vec![step], commented: false }),
        }
    }
    phases.extend(open.map(closed));
    phases.retain(|phase| !phase.steps.is_empty());
    phases
}

/// The columns of a new table come out in reverse.
fn closed(mut phase: Phase) -> Phase {
    if matches!(phase.kind, PhaseKind::Create { .. }) {
        phase.steps.reverse();
    }
    let is_commented = |step: &Step| matches!(step.operation.change, Change::RemoveAttribute { commented: true, .. });
    phase.commented = !phase.steps.is_empty() && phase.steps.iter().all(is_commented);
    phase
}

fn takes(phase: &Phase, step: &Step) -> bool {
    if step.operation.on.table != phase.on.table {
        return false;
    }
    match step.operation.change {
        Change::RemoveAttribute { .. } | Change::AddAttribute { .. } => true,
        Change::AlterAttribute { .. } | Change::RenameAttribute { .. } => phase.kind == PhaseKind::Alter,
        _ => false,
    }
}

/// Takes every column of a new table forward, over whatever stands between.
fn take_additions(rest: &mut VecDeque<Step>, table: &str) -> Vec<Step> {
    let is_addition =
        |step: &Step| step.operation.on.table == table && matches!(step.operation.change, Change::AddAttribute { .. });
    let (additions, others): (Vec<_>, Vec<_>) = rest.drain(..).partition(is_addition);
    rest.extend(others);
    additions
}
