//! Groups ordered steps into the blocks they are written in: column changes that stand together share one
//! `create table` or `alter table`. Mirrors `group_into_phases/3` and `clean_phases/1` of
//! `AshPostgres.MigrationGenerator` (2.12.0).

use super::Step;
use crate::diff::operation::{Change, TableContext};

/// One block of a migration.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    pub kind: PhaseKind,
    /// The table of the block.
    pub on: TableContext,
    /// In the order of `up`. Exactly one step for [`PhaseKind::Drop`] and [`PhaseKind::Single`].
    pub steps: Vec<Step>,
    /// Everything in it is commented out, so the block is, too.
    pub commented: bool,
}

/// What a block looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum PhaseKind {
    /// `create table … do`.
    Create {
        create_table_options: Option<String>,
        /// Indexes of the `CreateTable` operations behind it.
        sources: Vec<usize>,
    },
    /// `alter table … do`.
    Alter,
    /// `drop table …`.
    Drop,
    /// A statement of its own.
    Single,
}

/// Groups the steps, which stand in the order in which they run.
pub fn phases(steps: Vec<Step>) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    let mut open: Option<Phase> = None;
    for step in steps {
        if let Some(phase) = open.as_mut().filter(|phase| takes(phase, &step)) {
            phase.steps.push(step);
            continue;
        }
        phases.extend(open.take());
        match start(step) {
            Start::Block(phase) => open = Some(phase),
            Start::Statement(phase) => phases.push(phase),
        }
    }
    phases.extend(open);
    phases.retain(|phase| !phase.steps.is_empty());
    for phase in &mut phases {
        phase.commented = phase.steps.iter().all(|step| is_commented(&step.operation.change));
    }
    phases
}

/// Whether the step can stand inside the block.
fn takes(phase: &Phase, step: &Step) -> bool {
    let on = &step.operation.on;
    if on.table != phase.on.table || on.schema != phase.on.schema {
        return false;
    }
    match &step.operation.change {
        Change::AddAttribute { .. } | Change::RemoveAttribute { .. } => true,
        Change::AlterAttribute { .. } | Change::RenameAttribute { .. } => phase.kind == PhaseKind::Alter,
        _ => false,
    }
}

enum Start {
    Block(Phase),
    Statement(Phase),
}

fn start(step: Step) -> Start {
    let on = step.operation.on.clone();
    match &step.operation.change {
        Change::CreateTable { create_table_options, .. } => {
            let create_table_options = create_table_options.clone();
            let kind = PhaseKind::Create { create_table_options, sources: step.sources };
            Start::Block(Phase { kind, on, steps: Vec::new(), commented: false })
        }
        Change::AddAttribute { .. } | Change::AlterAttribute { .. } | Change::RemoveAttribute { .. } => {
            Start::Block(Phase { kind: PhaseKind::Alter, on, steps: vec![step], commented: false })
        }
        Change::DropTable => Start::Statement(Phase { kind: PhaseKind::Drop, on, steps: vec![step], commented: false }),
        _ => Start::Statement(Phase { kind: PhaseKind::Single, on, steps: vec![step], commented: false }),
    }
}

fn is_commented(change: &Change) -> bool {
    matches!(change, Change::RemoveAttribute { commented: true, .. } | Change::RemovePrimaryKeyDown { commented: true })
}
