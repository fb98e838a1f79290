//! Resources and domains that nothing leads to.

use super::*;

const TAG: &str = "defmodule Blog.Tag do
  use Ash.Resource, domain: Blog.Posts, data_layer: AshPostgres.DataLayer

  postgres do
    table \"tags\"
    repo Blog.Repo
  end

  attributes do
    uuid_primary_key :id
    attribute :name, :string, alow_nil?: false
  end
end
";

#[test]
fn a_new_resource_is_checked_and_can_be_added_to_its_domain() {
    let mut analyzer = in_sync();
    analyzer.apply(vec![text("lib/tag.ex", TAG, true)]);
    check(
        &mut analyzer,
        "lib/tag.ex",
        expect![[r#"
            unknown-option: `attribute` has no option `alow_nil?`; did you mean `allow_nil?`?
            unlisted: no migration is generated for Blog.Tag: Blog.Posts does not list it
        "#]],
    );
    let issues = analysis(&mut analyzer, "lib/tag.ex").issues.clone();
    let fix = &issues.iter().find(|issue| issue.code == "unlisted").unwrap().fixes[0];
    assert_eq!(fix.title, "Add Blog.Tag to Blog.Posts");
    let edit = &fix.edits[0];
    assert_eq!(edit.path, path("lib/posts.ex"));
    let mut domain = DOMAIN.to_owned();
    domain.replace_range(edit.range.start..edit.range.end, &edit.text);
    assert_eq!(domain, DOMAIN.replace("Blog.Author\n", "Blog.Author\n    resource Blog.Tag\n"));

    // Listed now: the table is pending, and the word is gone.
    analyzer.apply(vec![text("lib/posts.ex", &domain, false)]);
    let codes: Vec<String> =
        analysis(&mut analyzer, "lib/tag.ex").issues.iter().map(|it| it.code.to_string()).collect();
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(analysis(&mut analyzer, "lib/tag.ex").resources[0].changes[0].code, "create-table");
    // And no longer.
    analyzer.apply(vec![text("lib/posts.ex", DOMAIN, false)]);
    assert!(analysis(&mut analyzer, "lib/tag.ex").issues.iter().any(|issue| issue.code == "unlisted"));
}

#[test]
fn a_resource_that_only_a_relationship_leads_to_has_no_table() {
    let mut analyzer = in_sync();
    let post = POST.replace("belongs_to :author, Blog.Author", "&\n    belongs_to :tag, Blog.Tag");
    analyzer.apply(vec![
        text("lib/post.ex", &post.replace('&', "belongs_to :author, Blog.Author"), false),
        text("lib/tag.ex", &TAG.replace("alow", "allow"), true),
    ]);
    check(
        &mut analyzer,
        "lib/tag.ex",
        expect![[r#"
            Blog.Tag ?
              unlisted @ Blog.Tag: no migration is generated for Blog.Tag: Blog.Posts does not list it
        "#]],
    );
}

#[test]
fn a_domain_that_no_configuration_names() {
    let mut analyzer = in_sync();
    let domain = DOMAIN.replace("Blog.Posts", "Blog.Tags").replace("Blog.Post\n    resource Blog.Author", "Blog.Tag");
    let tag = TAG.replace("Blog.Posts", "Blog.Tags").replace("alow", "allow");
    analyzer.apply(vec![text("lib/tags.ex", &domain, true), text("lib/tag.ex", &tag, true)]);
    let unlisted = expect![[r#"
        unlisted: no migration is generated for the resources of Blog.Tags: Blog.Tags is not among the `ash_domains` of the configuration
    "#]];
    check(&mut analyzer, "lib/tags.ex", unlisted);
    let of_resource = expect![[r#"
        unlisted: no migration is generated for Blog.Tag: Blog.Tags is not among the `ash_domains` of the configuration
    "#]];
    check(&mut analyzer, "lib/tag.ex", of_resource);
    let config = CONFIG.replace("[Blog.Posts]", "[Blog.Posts, Blog.Tags]");
    analyzer.apply(vec![text("config/config.exs", &config, false)]);
    assert!(analysis(&mut analyzer, "lib/tags.ex").issues.is_empty());
    assert_eq!(analysis(&mut analyzer, "lib/tag.ex").resources[0].changes[0].code, "create-table");
}

#[test]
fn a_domain_that_is_kept_out_on_purpose() {
    let mut analyzer = in_sync();
    let domain = DOMAIN.replace("Blog.Posts", "Blog.Tags").replace("Blog.Post\n    resource Blog.Author", "Blog.Tag");
    let domain = domain.replace("use Ash.Domain", "use Ash.Domain, validate_config_inclusion?: false");
    let tag = TAG.replace("Blog.Posts", "Blog.Tags").replace("alow", "allow");
    analyzer.apply(vec![text("lib/tags.ex", &domain, true), text("lib/tag.ex", &tag, true)]);
    for file in ["lib/tags.ex", "lib/tag.ex"] {
        assert!(analysis(&mut analyzer, file).issues.is_empty(), "{file}");
    }
    let unmigrated = TAG.replace("repo Blog.Repo", "repo Blog.Repo\n    migrate? false").replace("alow", "allow");
    analyzer.apply(vec![text("lib/tag.ex", &unmigrated, true)]);
    assert!(analysis(&mut analyzer, "lib/tag.ex").issues.is_empty());
}

#[test]
fn what_needs_no_list_is_only_checked() {
    let embedded = TAG
        .replace("domain: Blog.Posts, data_layer: AshPostgres.DataLayer", "data_layer: :embedded")
        .replace("  postgres do\n    table \"tags\"\n    repo Blog.Repo\n  end\n\n", "");
    let fragment = "defmodule Blog.Named do
  use Spark.Dsl.Fragment, of: Ash.Resource

  attributes do
    attribute :name, :string, alow_nil?: false
  end
end
";
    for (file, source) in [("lib/tag.ex", embedded.as_str()), ("lib/named.ex", fragment), ("test/support/tag.ex", TAG)]
    {
        let mut analyzer = in_sync();
        analyzer.apply(vec![text(file, source, true)]);
        let codes: Vec<String> = analysis(&mut analyzer, file).issues.iter().map(|it| it.code.to_string()).collect();
        assert_eq!(codes, ["unknown-option"], "{file}");
    }
}

#[test]
fn other_modules_are_left_alone() {
    let other = "defmodule Blog.Form do
  use Phoenix.Component

  attributes do
    attribute :name, :string, alow_nil?: false
  end
end
";
    let mut analyzer = in_sync();
    analyzer.apply(vec![text("lib/form.ex", other, true)]);
    assert!(analysis(&mut analyzer, "lib/form.ex").issues.is_empty());
}
