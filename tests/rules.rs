//! `docs/rules.md` is made from the rules. `UPDATE_EXPECT=1 cargo test --test rules` writes it anew.

use std::path::Path;

#[test]
fn the_documentation_of_the_rules_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    expect_test::expect_file![path].assert_eq(&ashls::hazard::catalogue_page());
}
