//! Order and phases as ash_sqlite 0.2.17 makes them (`AshSqlite.MigrationGenerator.organize_operations/1`).
//!
//! This is the older way: operations are inserted one by one behind the last one that a table of pairwise rules says
//! they must follow, or else in front of all; hence tables and columns come out in reverse. Must not know how anything
//! is written.

mod order;
mod phase;

use std::collections::VecDeque;

use self::order::Placed;
use crate::diff::operation::{Change, Operation};
use crate::plan::{Phase, Step};
use crate::snapshot::{Reference, Snapshot};

/// `add_order_to_operations/1` and `organize_operations/1`: the operations of all tables of one repo, each table with
/// the snapshot that they lead to, as ordered phases. Repeated operations count once.
///
/// [`Step::sources`] count through the operations of all tables, in the given order. The option `STRICT` stands in
/// `create_table_options` of the phase.
pub fn plan<'a>(tables: impl IntoIterator<Item = (&'a Snapshot, &'a [Operation])>) -> Vec<Phase> {
    let mut placed: Vec<Placed> = Vec::new();
    let operations =
        tables.into_iter().flat_map(|(snapshot, operations)| operations.iter().map(move |next| (snapshot, next)));
    for (source, (snapshot, operation)) in operations.enumerate() {
        let order = order::place(operation, snapshot);
        match placed.iter_mut().find(|known| known.order == order && known.step.operation == *operation) {
            Some(known) => known.step.sources.push(source),
            None => {
                let step = Step { operation: operation.clone(), sources: vec![source] };
                placed.push(Placed { step, order });
            }
        }
    }
    phase::group(streamline(order::sort(placed)))
}

/// `streamline/2`: a column that is added and then altered to get its reference is added with the reference.
fn streamline(steps: Vec<Step>) -> Vec<Step> {
    let mut rest = VecDeque::from(steps);
    let mut streamlined = Vec::with_capacity(rest.len());
    while let Some(mut step) = rest.pop_front() {
        if let Change::AddAttribute { attribute } = &mut step.operation.change
            && let Some((index, references)) = reference_given_later(&step.operation.on.table, &attribute.source, &rest)
        {
            attribute.references = Some(references);
            step.sources.extend(rest.remove(index).into_iter().flat_map(|merged| merged.sources));
        }
        streamlined.push(step);
    }
    streamlined
}

fn reference_given_later(table: &str, source: &str, rest: &VecDeque<Step>) -> Option<(usize, Reference)> {
    let of_this_table = |step: &&Step| {
        let change = &step.operation.change;
        let statement = matches!(change, Change::AddCustomStatement { .. } | Change::RemoveCustomStatement { .. });
        !statement && step.operation.on.table == table
    };
    rest.iter().take_while(of_this_table).enumerate().find_map(|(index, step)| match &step.operation.change {
        Change::AlterAttribute { old_attribute, new_attribute }
            if old_attribute.source == source && new_attribute.source == source =>
        {
            new_attribute.references.clone().map(|references| (index, references))
        }
        _ => None,
    })
}
