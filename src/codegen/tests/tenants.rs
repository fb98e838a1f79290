//! Tables of tenants.

use expect_test::expect;

use super::*;
use crate::plan::samples::statement;
use crate::snapshot::{CustomStatement, Strategy};

fn of_tenants(name: &str, global: bool) -> Snapshot {
    let multitenancy = Multitenancy { strategy: Some(Strategy::Context), attribute: None, global: Some(global) };
    Snapshot { multitenancy, ..table(name, &[]) }
}

#[test]
fn tenants_have_folders_of_their_own() {
    let mut project = Project::declaring(&[table("plans", &[]), of_tenants("rooms", false), of_tenants("keys", true)]);
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/tenant_migrations/20990101000001_step.exs
        * creating priv/resource_snapshots/repo/tenants/keys/20990101000002.json
        * creating priv/resource_snapshots/repo/tenants/rooms/20990101000003.json
        * creating priv/repo/migrations/20990101000004_step.exs
        * creating priv/resource_snapshots/repo/keys/20990101000005.json
        * creating priv/resource_snapshots/repo/plans/20990101000006.json
        write priv/repo/tenant_migrations/20990101000001_step.exs
        write priv/resource_snapshots/repo/tenants/keys/20990101000002.json
        write priv/resource_snapshots/repo/tenants/rooms/20990101000003.json
        write priv/repo/migrations/20990101000004_step.exs
        write priv/resource_snapshots/repo/keys/20990101000005.json
        write priv/resource_snapshots/repo/plans/20990101000006.json
    "#]]);
    project.check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
}

#[test]
fn a_public_statement_of_a_tenant_table_goes_to_the_public_folder() {
    let public = CustomStatement { global: true, ..statement("shared") };
    let rooms = Snapshot { custom_statements: vec![public], ..of_tenants("rooms", false) };
    Project::declaring(&[rooms]).check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/tenant_migrations/20990101000001_step.exs
        * creating priv/repo/migrations/20990101000002_step.exs
        * creating priv/resource_snapshots/repo/tenants/rooms/20990101000003.json
        write priv/repo/tenant_migrations/20990101000001_step.exs
        write priv/repo/migrations/20990101000002_step.exs
        write priv/resource_snapshots/repo/tenants/rooms/20990101000003.json
    "#]]);
}

#[test]
fn a_table_leaves_the_tenants() {
    let mut project = Project::declaring(&[of_tenants("rooms", false), of_tenants("keys", false)]);
    project.step();
    project.declare(&[table("rooms", &[]), of_tenants("keys", false)]);
    project.answers.otherwise = Some(true);
    project.check(expect![[r#"
        ? Table rooms no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. Yes
        Please always manually review the generated migrations for correctness.
        Warning: this migration includes destructive operations (e.g. drops or column removals). Review carefully before migrating.
        * creating priv/repo/tenant_migrations/20990101000001_step.exs
        * creating priv/repo/migrations/20990101000002_step.exs
        * creating priv/resource_snapshots/repo/rooms/20990101000003.json
        delete priv/resource_snapshots/repo/tenants/rooms/20990101000003.json
        write priv/repo/tenant_migrations/20990101000001_step.exs
        write priv/repo/migrations/20990101000002_step.exs
        write priv/resource_snapshots/repo/rooms/20990101000003.json
    "#]]);
}
