//! The operations found between two tables, carried out on the old one, give the new one.

use proptest::prelude::*;

use super::*;
use crate::plan::samples::{custom_index, identity, reference, statement};
use crate::snapshot::{CheckConstraint, CustomStatement, Field, Identity};

/// The parts of a table that operations change, without order.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    columns: BTreeMap<String, Attribute>,
    foreign_keys: BTreeMap<String, String>,
    key: Vec<String>,
    unique: BTreeMap<String, Vec<Field>>,
    indexes: Vec<String>,
    reference_indexes: Vec<String>,
    checks: BTreeMap<String, String>,
    statements: BTreeMap<String, String>,
}

impl Model {
    fn of(snapshot: &Snapshot) -> Model {
        let mut model = Model::default();
        for attribute in &snapshot.attributes {
            model.set_column(attribute);
            model.set_foreign_key(attribute);
            if attribute.references.as_ref().is_some_and(|reference| reference.index) {
                model.reference_indexes.push(attribute.source.clone());
            }
            if attribute.primary_key {
                model.key.push(attribute.source.clone());
            }
        }
        for identity in &snapshot.identities {
            model.unique.insert(identity.index_name.clone(), identity.keys.clone());
        }
        model.indexes = snapshot.custom_indexes.iter().map(|index| format!("{:?}", index.fields)).collect();
        for constraint in &snapshot.check_constraints {
            model.checks.insert(constraint.name.clone(), constraint.check.clone());
        }
        for statement in &snapshot.custom_statements {
            model.statements.insert(statement.name.clone(), statement.up.clone());
        }
        model.sorted()
    }

    fn set_column(&mut self, attribute: &Attribute) {
        let plain = Attribute { references: None, primary_key: false, ..attribute.clone() };
        self.columns.insert(attribute.source.clone(), plain);
    }

    fn set_foreign_key(&mut self, attribute: &Attribute) {
        if let Some(reference) = &attribute.references {
            self.foreign_keys.insert(attribute.source.clone(), reference.table.clone());
        }
    }

    fn sorted(mut self) -> Model {
        self.key.sort();
        self.indexes.sort();
        self.reference_indexes.sort();
        self
    }

    fn apply(&mut self, change: &Change) {
        use crate::diff::operation::Direction::Up;
        let join_key = |key: &mut Vec<String>, attribute: &Attribute| {
            if attribute.primary_key && !key.contains(&attribute.source) {
                key.push(attribute.source.clone());
            }
        };
        match change {
            Change::AddAttribute { attribute } => {
                self.set_column(attribute);
                join_key(&mut self.key, attribute);
                self.set_foreign_key(attribute);
            }
            Change::AlterAttribute { old_attribute, new_attribute } => {
                self.set_column(new_attribute);
                if !old_attribute.primary_key {
                    join_key(&mut self.key, new_attribute);
                }
                self.set_foreign_key(new_attribute);
            }
            Change::RemoveAttribute { attribute, .. } => {
                self.columns.remove(&attribute.source);
                self.foreign_keys.remove(&attribute.source);
                self.key.retain(|column| *column != attribute.source);
            }
            Change::DropForeignKey { attribute, direction: Up } => {
                self.foreign_keys.remove(&attribute.source);
            }
            Change::AddUniqueIndex { identity, .. } => {
                self.unique.insert(identity.index_name.clone(), identity.keys.clone());
            }
            Change::RemoveUniqueIndex { identity } => drop(self.unique.remove(&identity.index_name)),
            Change::AddCustomIndex { index, .. } => self.indexes.push(format!("{:?}", index.fields)),
            Change::RemoveCustomIndex { index, .. } => {
                let position = self.indexes.iter().position(|fields| *fields == format!("{:?}", index.fields));
                position.map(|position| self.indexes.remove(position));
            }
            Change::AddReferenceIndex { source, .. } => self.reference_indexes.push(source.clone()),
            Change::RemoveReferenceIndex { source, .. } => {
                let position = self.reference_indexes.iter().position(|column| column == source);
                position.map(|position| self.reference_indexes.remove(position));
            }
            Change::AddCheckConstraint { constraint } => {
                self.checks.insert(constraint.name.clone(), constraint.check.clone());
            }
            Change::RemoveCheckConstraint { constraint } => drop(self.checks.remove(&constraint.name)),
            Change::AddCustomStatement { statement } => {
                self.statements.insert(statement.name.clone(), statement.up.clone());
            }
            Change::RemoveCustomStatement { statement } => drop(self.statements.remove(&statement.name)),
            Change::RemovePrimaryKey { .. } => self.key.clear(),
            Change::AddPrimaryKey { keys } => self.key = keys.clone(),
            _ => {}
        }
    }
}

impl Model {
    /// What the change does in `down`.
    fn revert(&mut self, change: &Change) {
        use crate::diff::operation::Direction::Down;
        match change {
            Change::AddAttribute { attribute } => {
                self.apply(&Change::RemoveAttribute { attribute: attribute.clone(), commented: false });
            }
            Change::RemoveAttribute { attribute, .. } => {
                self.apply(&Change::AddAttribute { attribute: attribute.clone() });
            }
            Change::AlterAttribute { old_attribute, new_attribute } => self.apply(&Change::AlterAttribute {
                old_attribute: new_attribute.clone(),
                new_attribute: Attribute { source: new_attribute.source.clone(), ..old_attribute.clone() },
            }),
            Change::DropForeignKey { attribute, direction: Down } => {
                self.foreign_keys.remove(&attribute.source);
            }
            Change::AddUniqueIndex { identity, .. } => {
                self.apply(&Change::RemoveUniqueIndex { identity: identity.clone() });
            }
            Change::RemoveUniqueIndex { identity } => {
                self.unique.insert(identity.index_name.clone(), identity.keys.clone());
            }
            Change::AddCustomIndex { index, base_filter } => {
                self.apply(&Change::RemoveCustomIndex { index: index.clone(), base_filter: base_filter.clone() });
            }
            Change::RemoveCustomIndex { index, base_filter } => {
                self.apply(&Change::AddCustomIndex { index: index.clone(), base_filter: base_filter.clone() });
            }
            Change::AddReferenceIndex { source, filter } => {
                self.apply(&Change::RemoveReferenceIndex { source: source.clone(), filter: filter.clone() });
            }
            Change::RemoveReferenceIndex { source, filter } => {
                self.apply(&Change::AddReferenceIndex { source: source.clone(), filter: filter.clone() });
            }
            Change::AddCheckConstraint { constraint } => drop(self.checks.remove(&constraint.name)),
            Change::RemoveCheckConstraint { constraint } => {
                self.checks.insert(constraint.name.clone(), constraint.check.clone());
            }
            Change::AddCustomStatement { statement } => drop(self.statements.remove(&statement.name)),
            Change::RemoveCustomStatement { statement } => {
                self.statements.insert(statement.name.clone(), statement.up.clone());
            }
            Change::RemovePrimaryKeyDown { .. } => self.key.clear(),
            Change::AddPrimaryKeyDown { keys, .. } => self.key = keys.clone(),
            _ => {}
        }
    }
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let column = (0..4usize, any::<bool>(), any::<bool>(), 0..3usize, any::<bool>());
    let columns = prop::collection::vec(column, 0..5);
    let objects = prop::collection::vec((0..3usize, 0..3usize), 0..3);
    (columns, objects.clone(), objects.clone(), objects.clone(), objects).prop_map(
        |(columns, identities, indexes, checks, statements)| {
            let mut snapshot = posts(&[]);
            for (name, allow_nil, primary_key, target, index) in columns {
                let source = format!("column_{name}");
                if snapshot.attributes.iter().any(|other| other.source == source) {
                    continue;
                }
                let mut references = (target > 0).then(|| reference(&format!("target_{target}"), "id"));
                references.iter_mut().for_each(|reference| reference.index = index);
                snapshot.attributes.push(Attribute { allow_nil, primary_key, references, ..attribute(&source) });
            }
            for (name, key) in identities {
                let identity = identity(&format!("identity_{name}"), &[&format!("column_{key}")]);
                snapshot.identities.push(Identity { index_name: format!("index_{name}_{key}"), ..identity });
            }
            snapshot.identities.dedup_by(|left, right| left.keys == right.keys || left.name == right.name);
            for (number, _) in indexes {
                snapshot.custom_indexes.push(custom_index(&[&format!("column_{number}")]));
            }
            for (name, check) in checks {
                snapshot.check_constraints.retain(|other| other.name != format!("check_{name}"));
                snapshot.check_constraints.push(CheckConstraint {
                    name: format!("check_{name}"),
                    attributes: Vec::new(),
                    check: format!("{check} > 0"),
                    base_filter: Some(None),
                });
            }
            for (name, up) in statements {
                snapshot.custom_statements.retain(|other| other.name != format!("statement_{name}"));
                let up = format!("SELECT {up}");
                snapshot.custom_statements.push(CustomStatement { up, ..statement(&format!("statement_{name}")) });
            }
            snapshot
        },
    )
}

/// As the generator keeps it: resources merged, repetitions removed.
fn normalized(snapshot: &Snapshot) -> Snapshot {
    let declared = [Declared { snapshot: snapshot.clone(), cause: 0 }];
    let mut dialogue = Dialogue::new(&Answers::default(), false);
    merge(&declared, &mut |_| None, &[], &mut dialogue).expect("no conflict").remove(0).snapshot
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn operations_lead_from_the_old_table_to_the_new_one(old in snapshots(), new in snapshots()) {
        let (old, new) = (normalized(&old), normalized(&new));
        let no = Answers { otherwise: Some(false), ..Answers::default() };
        let stored = Stored::from(old.clone());
        let operations =
            changes(Some(&stored), &new, &PostgresOptions::default(), &mut Dialogue::new(&no, false));
        let steps = crate::plan::plan(operations, &crate::plan::PlanOptions::default());
        let mut model = Model::of(&old);
        for migration in &steps.expect("no cycle").migrations {
            for step in migration.phases.iter().flat_map(|phase| &phase.steps) {
                model.apply(&step.operation.change);
            }
        }
        prop_assert_eq!(model.sorted(), Model::of(&new));
    }

    #[test]
    fn what_runs_backwards_leads_from_the_new_table_to_the_old_one(old in snapshots(), new in snapshots()) {
        let (old, new) = (normalized(&old), normalized(&new));
        let no = Answers { otherwise: Some(false), ..Answers::default() };
        let stored = Stored::from(old.clone());
        let operations =
            changes(Some(&stored), &new, &PostgresOptions::default(), &mut Dialogue::new(&no, false));
        let steps = crate::plan::plan(operations, &crate::plan::PlanOptions::default());
        let mut model = Model::of(&new);
        for migration in steps.expect("no cycle").migrations.iter().rev() {
            for step in migration.phases.iter().flat_map(|phase| &phase.steps).rev() {
                model.revert(&step.operation.change);
            }
        }
        prop_assert_eq!(model.sorted(), Model::of(&old));
    }

    #[test]
    fn a_table_equals_itself(snapshot in snapshots()) {
        let snapshot = normalized(&snapshot);
        let stored = Stored::from(snapshot.clone());
        let mut dialogue = Dialogue::new(&Answers::default(), false);
        let operations = changes(Some(&stored), &snapshot, &PostgresOptions::default(), &mut dialogue);
        prop_assert!(operations.is_empty(), "{}", listed(&operations));
    }
}
