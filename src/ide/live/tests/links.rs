//! Links from declarations to what made them in the database.

use super::*;

#[test]
fn without_a_migration_the_newest_snapshot_is_what_there_is() {
    let mut analyzer = in_sync();
    let migration = path("priv/repo/migrations/20240101000000_change.exs");
    analyzer.apply(vec![FileChange::Remove { path: migration }]);
    let edited = POST.replace("attribute :body, :string", "attribute :body, :string\n    attribute :views, :integer");
    analyzer.apply(vec![text("lib/post.ex", &edited, true)]);
    let view = analyzer.snapshot();
    let links = view.links(&path("lib/post.ex"));
    let drawn: Vec<_> = links.iter().map(|link| (link.range.slice(&edited), link.target.is_some())).collect();
    // What is pending was not made by anything.
    assert_eq!(drawn, [("posts", true), (":id", false), (":title", false), (":body", false), (":author", false)]);
    let snapshot = links[0].target.clone().unwrap();
    for link in &links[1..] {
        let target = view.link_target(&path("lib/post.ex"), link.range.end).unwrap();
        assert_eq!(target.path, snapshot);
    }
}
