use expect_test::{Expect, expect};

use super::*;
use crate::ide::navigation::tests::project;
use crate::syntax::SourceTree;

const AUTHOR: &str = "defmodule Blog.People.Author do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table \"authors\"
    repo Blog.Repo
  end
  attributes do
    uuid_primary_key :id
    attribute :name, :string
  end
  relationships do
    has_many :posts, Blog.Post
  end
end
";

fn complete(body: &str) -> (String, Vec<Completion>) {
    let post = format!(
        "defmodule Blog.Post do\n  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer\n  alias \
         Blog.People.Author\n{body}\nend\n"
    );
    let (project, files, path, offset) = project(&post, AUTHOR);
    let text = post.replace("$0", "");
    let tree = Arc::new(SourceTree::parse(text.as_str()).expressions().to_vec());
    let found = completions(&project, &files, path, &text, &tree, offset);
    (text, found)
}

/// The labels of those that begin with what is typed, as an editor filters them.
fn check(body: &str, expected: Expect) {
    let (text, found) = complete(body);
    let typed = |it: &&Completion| it.label.starts_with(it.range.slice(&text));
    let labels: Vec<_> = found.iter().filter(typed).map(|it| it.label.as_str()).collect();
    expected.assert_eq(&labels.join(" "));
}

fn inserted(body: &str, label: &str) -> String {
    let found = complete(body).1.into_iter().find(|it| it.label == label).unwrap();
    found.snippet.unwrap_or(found.text)
}

#[test]
fn sections_entities_and_options() {
    check("  iden$0", expect!["identities"]);
    check("  postgres do\n    re$0\n  end", expect!["references repo"]);
    check("  attributes do\n    u$0\n  end", expect!["update_timestamp uuid_primary_key uuid_v7_primary_key"]);
    check("  attributes do\n    attribute :a, :string do\n      allow$0\n    end\n  end", expect!["allow_nil?"]);
    check("  attributes do\n    attribute :a, :string, gen$0\n  end", expect!["generated?"]);
    check("  attributes do\n    attribute :a, :string, source: :b,\n      sou$0\n  end", expect![""]);
}

#[test]
fn snippets_have_places_to_fill_in() {
    assert_eq!(inserted("  attributes do\n    att$0\n  end", "attribute"), "attribute ${1::name}, ${2::string}");
    assert_eq!(inserted("  ide$0", "identities"), "identities do\n  $0\nend");
    assert_eq!(
        inserted("  attributes do\n    attribute :a, :string, al$0\n  end", "allow_nil?"),
        "allow_nil?: ${1|false,true|}"
    );
    assert_eq!(inserted("  postgres do\n    ta$0\n  end", "table"), "table \"${1}\"");
    assert_eq!(inserted("  relationships do\n    bel$0\n  end", "belongs_to"), "belongs_to ${1::name}, ${2:Resource}");
}

#[test]
fn values_of_options() {
    check("  attributes do\n    attribute :a, :utc$0\n  end", expect![":utc_datetime :utc_datetime_usec"]);
    check("  attributes do\n    attribute :a, :string, allow_nil?: $0\n  end", expect!["true false"]);
    check("  multitenancy do\n    strategy $0\n  end", expect![":context :attribute"]);
    check(
        "  postgres do\n    references do\n      reference :author, on_delete: :n$0\n    end\n  end",
        expect![":nilify :nothing"],
    );
}

const RELATED: &str = "  relationships do\n    belongs_to :author, Author\n  end\n  attributes do\n    uuid_primary_key \
                       :id\n    attribute :title, :string\n  end\n  identities do\n    identity :unique_title, \
                       [:title]\n  end\n";

#[test]
fn names_of_the_resource() {
    check(&format!("{RELATED}  identities do\n    identity :b, [:ti$0]\n  end"), expect![":title"]);
    check(
        &format!("{RELATED}  postgres do\n    custom_indexes do\n      index [:title, $0\n    end\n  end"),
        expect![":id :title :author_id"],
    );
    check(
        &format!("{RELATED}  postgres do\n    references do\n      reference :$0\n    end\n  end"),
        expect![":author"],
    );
    check(&format!("{RELATED}  postgres do\n    identity_index_names $0\n  end"), expect!["unique_title:"]);
    check(
        &format!("{RELATED}  actions do\n    create :new do\n      accept [$0]\n    end\n  end"),
        expect![":id :title :author_id :*"],
    );
}

#[test]
fn names_of_other_resources() {
    check("  relationships do\n    belongs_to :author, $0\n  end", expect!["Author Blog.Post"]);
    check("  relationships do\n    belongs_to :author, Blog.P$0\n  end", expect!["Blog.Post"]);
    check("  relationships do\n    has_many :people, Author, destination_attribute: :$0\n  end", expect![":id :name"]);
    check("  postgres do\n    repo $0\n  end", expect!["Blog.Repo"]);
}

#[test]
fn names_in_strings() {
    check("  postgres do\n    table \"au$0\"\n  end", expect!["authors"]);
    check(
        "  postgres do\n    custom_statements do\n      statement :a do\n        after_tables [\"$0\"]\n      end\n    end\n  end",
        expect!["authors"],
    );
    check(
        "  relationships do\n    has_many :a, Author do\n      relationship_context %{data_layer: %{table: \"$0\n    end\n  end",
        expect!["authors"],
    );
    check(
        &format!(
            "{RELATED}  postgres do\n    custom_indexes do\n      index [:title], include: [\"ti$0\"]\n    end\n  end"
        ),
        expect!["title"],
    );
    check(
        "  postgres do\n    custom_indexes do\n      index [:title], using: \"gi$0\"\n    end\n  end",
        expect!["gin gist"],
    );
    check("  postgres do\n    schema \"$0\"\n  end", expect!["public"]);
}

#[test]
fn names_where_options_refer_to_them() {
    let related = |rest: &str| format!("{RELATED}{rest}");
    for (body, expected) in [
        ("  relationships do\n    has_many :b, Author do\n      destination_attribute :na$0\n    end\n  end", ":name"),
        ("  relationships do\n    has_many :b, Author do\n      sort [:na$0]\n    end\n  end", ":name"),
        ("  aggregates do\n    first :a, :author, :na$0\n  end", ":name"),
        ("  relationships do\n    has_many :b, Author, source_attribute: :ti$0\n  end", ":title"),
        ("  relationships do\n    has_many :b, Author, domain: $0\n  end", "Blog"),
        ("  postgres do\n    check_constraints do\n      check_constraint :ti$0\n    end\n  end", ":title"),
        ("  postgres do\n    manage_tenant do\n      template [\"org_\", :ti$0]\n    end\n  end", ":title"),
        ("  postgres do\n    migration_types title: :vare$0\n  end", ""),
        ("  postgres do\n    migration_types title: :var$0\n  end", ":varchar"),
        (
            "  actions do\n    read :named\n    defaults [:destroy, create: :*]\n  end\n  code_interface do\n    define :n, action: :$0\n  end",
            ":named :destroy :create",
        ),
        ("  actions do\n    create :new do\n      change set_attribute(:ti$0)\n    end\n  end", ":title"),
        ("  actions do\n    create :new do\n      change relate_actor(:$0\n    end\n  end", ":author"),
        ("  actions do\n    read :named do\n      filter expr(ti$0)\n    end\n  end", "title"),
        ("  actions do\n    read :named do\n      filter expr(author.na$0)\n    end\n  end", "author.name"),
        ("  policies do\n    policy action_type(:re$0)\n  end", ":read"),
        ("  multitenancy do\n    attribute :ti$0\n  end", ":title"),
    ] {
        let (text, found) = complete(&related(body));
        let labels: Vec<_> =
            found.iter().filter(|it| it.label.starts_with(it.range.slice(&text))).map(|it| it.label.as_str()).collect();
        assert_eq!(labels.join(" "), expected, "{body}");
    }
}

#[test]
fn constraints_and_their_values() {
    check("  attributes do\n    attribute :a, :string, constraints: [max$0]\n  end", expect!["max_length:"]);
    check(
        "  attributes do\n    attribute :a, {:array, :string} do\n      constraints [nil$0]\n    end\n  end",
        expect!["nil_items?:"],
    );
    check(
        "  attributes do\n    attribute :state, :atom do\n      constraints one_of: [:draft, :done]\n      default :d$0\n    end\n  end",
        expect![":draft :done"],
    );
}

#[test]
fn required_options_of_a_section_are_in_its_snippet() {
    assert_eq!(inserted("  post$0", "postgres"), "postgres do\n  repo ${1:Repo}\n  $0\nend");
}

#[test]
fn in_domains_wrappers_and_fragments() {
    let complete = |path: &str, marked: &str| {
        let offset = marked.find("$0").unwrap();
        let text = marked.replace("$0", "");
        let (project, files, ..) = project(AUTHOR, AUTHOR);
        let tree = Arc::new(SourceTree::parse(text.as_str()).expressions().to_vec());
        let found = completions(&project, &files, path, &text, &tree, offset);
        let typed = found.iter().filter(|it| it.label.starts_with(it.range.slice(&text)));
        typed.map(|it| it.label.clone()).collect::<Vec<_>>().join(" ")
    };
    let domain = |inner: &str| format!("defmodule Blog do\n  use Ash.Domain\n  {inner}\nend\n");
    assert_eq!(complete("lib/blog.ex", &domain("reso$0")), "resources");
    assert_eq!(complete("lib/blog.ex", &domain("resources do\n    resource Blog.Pe$0\n  end")), "Blog.People.Author");
    let define =
        "resources do\n    resource Blog.People.Author do\n      define :named, get_by: [:na$0]\n    end\n  end";
    assert_eq!(complete("lib/blog.ex", &domain(define)), ":name");
    let wrapper = "defmodule Blog.Resource do\n  defmacro __using__(_) do\n    quote do\n      use Ash.Resource\n      attributes do\n        attribute :a, :string, all$0\n      end\n    end\n  end\n  def all$0\nend\n";
    assert_eq!(complete("lib/resource.ex", &wrapper.replacen("all$0\nend", "other\nend", 1)), "allow_nil?");
    let fragment = "defmodule Blog.Owned do\n  use Spark.Dsl.Fragment, of: Ash.Resource\n  multi$0\nend\n";
    assert_eq!(complete("lib/owned.ex", fragment), "multitenancy");
}

#[test]
fn half_typed_lines_and_their_neighbours() {
    check(
        "  attributes do\n    attribute :a, :string, al$0\n    attribute :b, :string\n  end",
        expect!["always_select? allow_nil?"],
    );
    check("  attributes do\n    attribute :a, \"x\n    attri$0\n  end", expect!["attribute"]);
}

#[test]
fn silent_outside_of_the_dsl() {
    for body in [
        "  def name(x) do\n    attri$0\n  end",
        "  attributes do\n    attribute :a, :string, description: \"al$0\"\n  end",
        "  # attri$0",
        "  attributes do\n    if x do\n      attri$0\n    end\n  end",
        "  calculations do\n    calculate :a, :string, expr(ti$0)\n  end",
        "  @moduledoc \"\"\"\n  attri$0\n  \"\"\"",
    ] {
        check(body, expect![""]);
    }
}
