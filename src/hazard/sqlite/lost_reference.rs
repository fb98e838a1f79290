//! AM-Q14: a foreign key over two columns is not made.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::{Attribute, Multitenancy, Strategy};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q14",
    title: "A foreign key with the tenant's column is lost on a table that is there",
    severity: Severity::Warning,
    lock: None,
    docs: "Where both resources have attribute multitenancy, ash_sqlite writes `references(…, with: [tenant: :tenant])`. For \
           `create table` ecto_sqlite3 makes that a `FOREIGN KEY` of the table; for a column that is added to a table that is \
           there it writes the column alone, and says nothing: the foreign key does not come into being.\n\nRebuild the table \
           with the foreign key, or write the `add` by hand without `with:`. In the parent table both columns together need \
           a unique index: without one, SQLite refuses to write rows (`foreign key mismatch`).",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        let table = matches_tenant(attribute, &operation.on.multitenancy)?;
        let name = column(&operation.on, &attribute.source);
        Some(RULE.finding(
            index,
            format!("ecto_sqlite3 adds {name} without its foreign key to {table}, and says nothing"),
            super::rebuild(&operation.on),
        ))
    })
}

/// The table that a reference with the tenant's column is for.
fn matches_tenant<'a>(attribute: &'a Attribute, multitenancy: &Multitenancy) -> Option<&'a str> {
    let reference = attribute.references.as_ref()?;
    let theirs = &reference.multitenancy;
    let by_attribute = |multitenancy: &Multitenancy| {
        multitenancy.strategy == Some(Strategy::Attribute) && multitenancy.attribute.is_some()
    };
    let both = by_attribute(multitenancy) && by_attribute(theirs);
    // A reference to the tenant itself needs no second column.
    let tenant_is_key = theirs.attribute.as_ref() == Some(&reference.destination_attribute);
    (both && !tenant_is_key).then_some(reference.table.as_str())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{add, by_attribute, create_table, on, referring};

    fn adding(table: &str, multitenancy: Multitenancy, destination: Multitenancy) -> Operation {
        let mut attribute = referring("shelf_id", "shelves", "id");
        attribute.references.as_mut().expect("a reference").multitenancy = destination;
        let mut operation = on(table, add(attribute));
        operation.on.multitenancy = multitenancy;
        operation
    }

    #[test]
    fn both_sides_by_attribute() {
        let operations = [
            adding("jars", by_attribute("org_id"), by_attribute("org_id")),
            adding("jars", by_attribute("org_id"), Multitenancy::default()),
            adding("jars", by_attribute("org_id"), by_attribute("id")),
        ];
        expect![[r#"
            0: ecto_sqlite3 adds jars.shelf_id without its foreign key to shelves, and says nothing
                (rebuild jars)
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }

    #[test]
    fn a_new_table_keeps_it() {
        let operations = [on("jars", create_table()), adding("jars", by_attribute("org_id"), by_attribute("org_id"))];
        assert_eq!(show(&RULE, &operations), "");
    }
}
