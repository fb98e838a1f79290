//! Indexes, constraints and statements.

use expect_test::expect;

use super::*;
use crate::plan::samples::{self, custom_index, identity};
use crate::snapshot::{CheckConstraint, CustomIndex, CustomStatement, Field, Identity, Strategy};

fn with_objects(identities: Vec<Identity>, custom_indexes: Vec<CustomIndex>) -> Snapshot {
    Snapshot { identities, custom_indexes, ..posts(&columns(&["title", "slug"])) }
}

#[test]
fn identities_are_compared_by_all_but_the_index_name() {
    let old = with_objects(vec![identity("slug", &["slug"]), identity("title", &["title"])], vec![]);
    let renamed = Identity { index_name: "slugs".to_owned(), ..identity("slug", &["slug"]) };
    let new = with_objects(vec![renamed, identity("title", &["slug", "title"])], vec![]);
    check(
        Some(&old),
        &new,
        expect![[r#"
        RemoveUniqueIndex posts_title_index
        AddUniqueIndex posts_title_index after Some("slug")
        RenameUniqueIndex posts_slug_index slugs
    "#]],
    );
}

#[test]
fn custom_indexes_ignore_error_fields_and_the_kind_of_a_field() {
    let old = CustomIndex { fields: vec![Field::Expression("title".to_owned())], ..custom_index(&["title"]) };
    let same = CustomIndex { error_fields: Some(vec!["title".to_owned()]), ..custom_index(&["title"]) };
    check(Some(&with_objects(vec![], vec![old])), &with_objects(vec![], vec![same.clone()]), expect![""]);
    let other = CustomIndex { message: Some("taken".to_owned()), ..same.clone() };
    check(
        Some(&with_objects(vec![], vec![same])),
        &with_objects(vec![], vec![other]),
        expect![[r#"
        AddCustomIndex title
        RemoveCustomIndex title
    "#]],
    );
}

#[test]
fn a_base_filter_makes_indexes_again() {
    let old = with_objects(vec![], vec![custom_index(&["title"])]);
    let new = Snapshot { base_filter: Some("live".to_owned()), ..old.clone() };
    check(
        Some(&old),
        &new,
        expect![[r#"
        AddCustomIndex title
        RemoveCustomIndex title
    "#]],
    );
}

#[test]
fn another_tenant_column_makes_indexes_again() {
    let everywhere = Identity { all_tenants: true, ..identity("title", &["title"]) };
    let old = with_objects(vec![identity("slug", &["slug"]), everywhere], vec![custom_index(&["title"])]);
    let tenancy =
        Multitenancy { strategy: Some(Strategy::Attribute), attribute: Some("slug".to_owned()), global: Some(false) };
    let new = Snapshot { multitenancy: tenancy.clone(), ..old.clone() };
    check(
        Some(&old),
        &new,
        expect![[r#"
        RemoveUniqueIndex posts_slug_index
        AddUniqueIndex posts_slug_index after Some("slug")
        AddCustomIndex title
        RemoveCustomIndex title
    "#]],
    );
    let global = Snapshot { multitenancy: Multitenancy { global: Some(true), ..tenancy }, ..new.clone() };
    check(Some(&new), &global, expect![""]);
}

#[test]
fn checks_and_statements() {
    let constraint = |check: &str| CheckConstraint {
        name: "title_given".to_owned(),
        attributes: vec!["title".to_owned()],
        check: check.to_owned(),
        base_filter: Some(None),
    };
    let statement = |name: &str, up: &str| CustomStatement { up: up.to_owned(), ..samples::statement(name) };
    let old = Snapshot {
        check_constraints: vec![constraint("title <> ''")],
        custom_statements: vec![statement("one", "SELECT 1"), statement("two", "SELECT 2")],
        ..posts(&[])
    };
    let new = Snapshot {
        check_constraints: vec![constraint("title <> 'x'")],
        custom_statements: vec![
            CustomStatement { global: true, ..statement("two", "SELECT 22") },
            statement("three", "SELECT 3"),
        ],
        ..posts(&[])
    };
    check(
        Some(&old),
        &new,
        expect![[r#"
        RemoveCheckConstraint title <> ''
        AddCheckConstraint title <> 'x'
        AddCustomStatement SELECT 3
        RemoveCustomStatement SELECT 1
        RemoveCustomStatement SELECT 2
        AddCustomStatement SELECT 22
    "#]],
    );
    let flags = Snapshot {
        custom_statements: vec![CustomStatement { global: true, ..statement("one", "SELECT 1") }],
        ..posts(&[])
    };
    let plain = Snapshot { custom_statements: vec![statement("one", "SELECT 1")], ..posts(&[]) };
    check(Some(&plain), &flags, expect![""]);
}
