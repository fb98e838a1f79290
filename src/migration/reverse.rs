//! Rolling back `change`: the automatic reversal of `Ecto.Migration.Runner.reverse/1`.

use super::command::{ColumnAction, ColumnChange, Command, Index, Options, Step, StepKind};
use super::describe::describe;
use super::object::ColumnType;
use super::term::Term;

/// The steps that undo what `change` queued: the queue from its end, each command reversed. A command that Ecto cannot
/// reverse becomes [`StepKind::Irreversible`]. Exceptions come first, in their order, as they end the evaluation.
pub fn reverse_steps(steps: Vec<Step>) -> Vec<Step> {
    let (raises, queue): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| matches!(step.kind, StepKind::Raise(_)));
    let reversed = queue.into_iter().rev().map(|step| match step.kind {
        StepKind::Command(command) => {
            let kind = match reverse(&command) {
                Some(reversed) => StepKind::Command(Box::new(reversed)),
                None => StepKind::Irreversible(format!(
                    "cannot reverse migration command: {}. You will need to explicitly define up/0 and down/0 in your migration",
                    describe(&command)
                )),
            };
            Step { range: step.range, kind }
        }
        _ => step,
    });
    raises.into_iter().chain(reversed).collect()
}

fn reverse(command: &Command) -> Option<Command> {
    Some(match command {
        Command::CreateTable { table, if_not_exists, .. } => {
            Command::DropTable { table: table.clone(), if_exists: *if_not_exists, cascade: false }
        }
        Command::AlterTable { table, changes } => {
            let changes: Option<Vec<ColumnChange>> = changes.iter().rev().map(reverse_change).collect();
            Command::AlterTable { table: table.clone(), changes: changes? }
        }
        Command::RenameTable { from, to } => Command::RenameTable { from: to.clone(), to: from.clone() },
        Command::RenameColumn { table, from, to } => {
            Command::RenameColumn { table: table.clone(), from: to.clone(), to: from.clone() }
        }
        Command::CreateIndex { index, if_not_exists } => {
            Command::DropIndex { index: index.clone(), if_exists: *if_not_exists, cascade: false }
        }
        Command::DropIndex { index, if_exists, .. } => {
            Command::CreateIndex { index: index.clone(), if_not_exists: *if_exists }
        }
        Command::RenameIndex { index, to } => {
            Command::RenameIndex { index: Index { name: to.clone(), ..index.clone() }, to: index.name.clone() }
        }
        Command::CreateConstraint { constraint } => {
            Command::DropConstraint { constraint: constraint.clone(), if_exists: false, cascade: false }
        }
        Command::Execute { up, down: Some(down) } => Command::Execute { up: down.clone(), down: Some(up.clone()) },
        Command::DropTable { .. } | Command::DropConstraint { .. } | Command::Execute { down: None, .. } => {
            return None;
        }
    })
}

fn reverse_change(change: &ColumnChange) -> Option<ColumnChange> {
    let column_type = change.column_type.as_ref()?;
    let reversed = |action, column_type: ColumnType, options| ColumnChange {
        range: change.range,
        action,
        column: change.column.clone(),
        column_type: Some(column_type),
        options,
    };
    match change.action {
        ColumnAction::Add => Some(reversed(ColumnAction::Remove, column_type.clone(), Options::default())),
        ColumnAction::Remove => Some(reversed(ColumnAction::Add, column_type.clone(), change.options.clone())),
        ColumnAction::Modify => {
            let (old_type, options) = match change.options.present("from")? {
                Term::Tuple(pair) => match pair.as_slice() {
                    [old_type, from_options @ Term::List(_)] => {
                        let own = Term::keywords(change.options.without("from").0);
                        let from = Term::Tuple(vec![column_type.to_term(), own]);
                        (old_type, Options(from_options.as_keywords()?).with("from", from))
                    }
                    _ => (change.options.present("from")?, change.options.with("from", column_type.to_term())),
                },
                old_type => (old_type, change.options.with("from", column_type.to_term())),
            };
            Some(reversed(ColumnAction::Modify, ColumnType::from_term(old_type), options))
        }
        ColumnAction::AddIfNotExists | ColumnAction::RemoveIfExists => None,
    }
}
