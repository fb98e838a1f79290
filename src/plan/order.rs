//! The order of the operations: a topological sort in which operations that do not depend on each other keep their
//! original order. Mirrors `toposort_operations/1` of `AshPostgres.MigrationGenerator` (2.12.0).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Step;
use super::facts::{self, Fact};
use crate::diff::Operation;

/// Operations that need each other, in their original order. Displays as the generator's message.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleError {
    pub operations: Vec<Operation>,
}

/// Sorts the steps so that each runs after all that provide what it requires.
pub fn in_order(steps: Vec<Step>) -> Result<Vec<Step>, CycleError> {
    let operations: Vec<&Operation> = steps.iter().map(|step| &step.operation).collect();
    let order = sort(&dependencies(&operations));
    if order.len() < steps.len() {
        let placed: BTreeSet<usize> = order.into_iter().collect();
        let left = steps.into_iter().enumerate().filter(|(index, _)| !placed.contains(index));
        return Err(CycleError { operations: left.map(|(_, step)| step.operation).collect() });
    }
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|index| steps[index].take()).collect())
}

/// For each operation the indexes of those that must run before it.
fn dependencies(operations: &[&Operation]) -> Vec<BTreeSet<usize>> {
    let mut providers: BTreeMap<Fact, Vec<usize>> = BTreeMap::new();
    for (index, operation) in operations.iter().enumerate() {
        for fact in facts::provides(operation) {
            providers.entry(fact).or_default().push(index);
        }
    }

    let mut dependencies: Vec<BTreeSet<usize>> = operations
        .iter()
        .map(|operation| {
            let required = facts::requires(operation);
            required.iter().filter_map(|fact| providers.get(fact)).flatten().copied().collect()
        })
        .collect();

    // What an early operation itself waits for is exempt from waiting for the early ones.
    let early: BTreeSet<usize> = (0..operations.len()).filter(|&index| facts::is_early(operations[index])).collect();
    let exempt: BTreeSet<usize> = early.iter().flat_map(|&index| dependencies[index].iter().copied()).collect();
    for (index, before) in dependencies.iter_mut().enumerate() {
        if !early.contains(&index) && !exempt.contains(&index) {
            before.extend(&early);
        }
        before.remove(&index);
    }
    dependencies
}

/// Kahn's algorithm; of all that are free the lowest index is next. Shorter than the input when there is a cycle.
fn sort(dependencies: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); dependencies.len()];
    let mut missing: Vec<usize> = Vec::with_capacity(dependencies.len());
    for (index, before) in dependencies.iter().enumerate() {
        missing.push(before.len());
        for &dependency in before {
            dependents[dependency].push(index);
        }
    }

    let mut free: BTreeSet<usize> = (0..dependencies.len()).filter(|&index| missing[index] == 0).collect();
    let mut order = Vec::with_capacity(dependencies.len());
    while let Some(index) = free.pop_first() {
        order.push(index);
        for &dependent in &dependents[index] {
            missing[dependent] -= 1;
            if missing[dependent] == 0 {
                free.insert(dependent);
            }
        }
    }
    order
}

impl std::error::Error for CycleError {}

impl fmt::Display for CycleError {
    /// `OperationCycleError.message/1`, word for word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Could not determine a valid order for the following migration operations because they form a \
             dependency cycle:\n"
        )?;
        for operation in &self.operations {
            let name = operation.change.struct_name();
            write!(f, "  - AshPostgres.MigrationGenerator.Operation.{name} on {:?}", operation.on.table)?;
            match &operation.on.schema {
                Some(schema) => writeln!(f, " (schema: {schema:?})")?,
                None => writeln!(f)?,
            }
        }
        f.write_str(
            "\nIf two tables have foreign keys pointing at each other, split the change into multiple migrations \
             (e.g. create both tables first, add the foreign keys afterward) or make one of them \
             nullable/deferrable.\n\n\
             Otherwise, this is most likely a bug in AshPostgres's migration ordering logic rather than something \
             you can fix in your resources — please open an issue at \
             https://github.com/ash-project/ash_postgres/issues with the resources involved.\n",
        )
    }
}
