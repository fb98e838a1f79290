//! One test per kind of mistake, and that correct code is left alone.

use expect_test::{Expect, expect};

use super::*;
use crate::syntax::parse_expressions;

fn check_body(body: &str, expected: Expect) {
    expected.assert_eq(&found(body));
}

/// The mistakes, each with what it stands at.
fn found(body: &str) -> String {
    let issues = super::check(Vocabulary::resource(), &parse_expressions(body));
    let lines: Vec<String> = issues
        .iter()
        .map(|issue| {
            let fix = issue.replacement.as_ref().map_or(String::new(), |fix| format!(" -> {fix}"));
            format!("{}{fix}: {} ({})\n", issue.range.slice(body), issue.message, issue.code.as_str())
        })
        .collect();
    lines.concat()
}

#[test]
fn unknown_options_name_the_nearest() {
    check_body(
        "attributes do\n  attribute :title, :string, alow_nil?: false\n  attribute :body, :string do\n    publc? true\n    shiny 1\n  end\nend",
        expect![[r#"
            alow_nil?: -> allow_nil?:: `attribute` has no option `alow_nil?`; did you mean `allow_nil?`? (unknown-option)
            publc? -> public?: `attribute` has no option `publc?`; did you mean `public?`? (unknown-option)
            shiny: `attribute` has no option `shiny` (unknown-option)
        "#]],
    );
}

#[test]
fn calls_of_what_a_module_imports_are_left_alone() {
    let body = "attributes do\n  attribute :title, :string do\n    publc? true\n    shiny 1\n  end\n  attribute :a, :string, shiny: 1\nend";
    check_body(
        &format!("use Ash.Resource, domain: A\nimport Ash.Expr\n{body}"),
        expect![[r#"
            publc? -> public?: `attribute` has no option `publc?`; did you mean `public?`? (unknown-option)
            shiny: `attribute` has no option `shiny` (unknown-option)
            shiny:: `attribute` has no option `shiny` (unknown-option)
        "#]],
    );
    let left = "publc? -> public?: `attribute` has no option `publc?`; did you mean `public?`? (unknown-option)\nshiny:: \
                `attribute` has no option `shiny` (unknown-option)\n";
    for line in ["use Ash.Resource, domain: A\nimport Ash.Resource.Change.Builtins", "use A.Resource"] {
        assert_eq!(found(&format!("{line}\n{body}")), left);
    }
}

#[test]
fn a_section_inside_of_another_one() {
    check_body(
        "actions do\n  actions do\n    read :all, primry?: true\n  end\nend",
        expect![[r#"
            primry?: -> primary?:: `read` has no option `primry?`; did you mean `primary?`? (unknown-option)
        "#]],
    );
}

#[test]
fn what_an_entity_sets_itself_is_no_option_of_it() {
    check_body(
        "attributes do\n  uuid_primary_key :id, allow_nil?: true\n  integer_primary_key :n do\n    allow_nil? false\n  end\n  \
         uuid_v7_primary_key :v, public?: false\n  create_timestamp :at, allow_nil?: true\nend",
        expect![[r#"
            allow_nil?:: `uuid_primary_key` has no option `allow_nil?`: it is always `false` (unknown-option)
            allow_nil?: `integer_primary_key` has no option `allow_nil?`: it is always `false` (unknown-option)
        "#]],
    );
}

#[test]
fn sql_that_a_repair_left_to_be_filled_in() {
    check_body(
        "postgres do\n  table \"posts\"\n  repo A.Repo\n  identity_wheres_to_sql a: \"FILL IN the SQL of expr(x)\", b: \"x > 1\"\n  \
         base_filter_sql \"FILL IN the SQL of expr(y)\"\n  custom_indexes do\n    index [:a], where: \"FILL IN\"\n  end\nend",
        expect![[r#"
            "FILL IN the SQL of expr(x)": `identity_wheres_to_sql` has a text to fill in here, which is no SQL (fill-in)
            "FILL IN the SQL of expr(y)": `base_filter_sql` has a text to fill in here, which is no SQL (fill-in)
            "FILL IN": `where` has a text to fill in here, which is no SQL (fill-in)
        "#]],
    );
}

#[test]
fn entities_that_look_misspelt() {
    check_body(
        "attributes do\n  atribute :title, :string\n  event_attributes :x\nend\npostgres do\n  tabel \"posts\"\n  repo A.Repo\nend",
        expect![[r#"
            atribute -> attribute: `attributes` has no `atribute`; did you mean `attribute`? (unknown-entity)
            tabel -> table: `postgres` has no `tabel`; did you mean `table`? (unknown-entity)
        "#]],
    );
}

#[test]
fn values_of_the_wrong_type() {
    check_body(
        "postgres do\n  table :posts\n  repo A.Repo\n  references do\n    reference :author, on_delete: :destroy\n  end\nend",
        expect![[r#"
            :posts -> "posts": `table` of `postgres` must be a string (wrong-type)
            :destroy: `on_delete` of `reference` must be `:delete | :nilify | :nothing | :restrict | {:nilify, atom | list(atom)}` (wrong-type)
        "#]],
    );
}

#[test]
fn options_of_ash_2_name_their_successors() {
    check_body(
        "relationships do\n  belongs_to :author, A.Author, required?: true\n  belongs_to :c, A.B do\n    required? false\n  end\nend\n\
         attributes do\n  attribute :a, :string, private?: true\n  attribute :b, :string, required?: x\nend",
        expect![[r#"
            required?: true -> allow_nil?: false: `belongs_to` has no option `required?` any more: say `allow_nil?: false` (unknown-option)
            required? false -> allow_nil? true: `belongs_to` has no option `required?` any more: say `allow_nil? true` (unknown-option)
            private?: true -> public?: false: `attribute` has no option `private?` any more: say `public?: false` (unknown-option)
            required?:: `attribute` has no option `required?` (unknown-option)
        "#]],
    );
}

#[test]
fn a_name_in_the_other_form_is_turned() {
    check_body(
        "attributes do\n  attribute \"title\", :string, public?: \"yes\"\nend\nidentities do\n  identity :a, [:title], message: :taken\nend",
        expect![[r#"
            "title" -> :title: `name` of `attribute` must be an atom (wrong-type)
            "yes": `public?` of `attribute` must be `true` or `false` (wrong-type)
            :taken -> "taken": `message` of `identity` must be a string (wrong-type)
        "#]],
    );
}

#[test]
fn missing_options() {
    check_body(
        "postgres do\n  table \"posts\"\nend\nattributes do\n  attribute :title\nend",
        expect![[r#"
            :title: `attribute` needs `type`: Type of the value. The column's type follows from it. (missing-option)
        "#]],
    );
}

#[test]
fn names_declared_twice() {
    check_body(
        "attributes do\n  uuid_primary_key :id\n  attribute :id, :string\nend",
        expect![[r#"
            :id: attribute `id` is declared twice (duplicate-name)
        "#]],
    );
}

#[test]
fn dynamic_code_is_left_alone() {
    check_body(
        "postgres do\n  table unquote(table)\n  repo unquote(opts[:repo])\nend\nattributes do\n  attribute unquote(name), unquote(type)\n  attribute(:a, @type, unquote_splicing(opts))\nend",
        expect![""],
    );
}

#[test]
fn what_ash_imports_into_actions_compiles_without_effect() {
    check_body(
        "actions do\n  update :close do\n    filter expr(open)\n    change filter(expr(open))\n    present :title\n    \
         filtr true\n  end\n  read :mine do\n    filter expr(mine)\n    build load: [:a]\n  end\n  action :x, :map do\n    \
         filter expr(mine)\n  end\nend",
        expect![[r#"
            filter -> change filter: `filter` in `update` has no effect by itself: say `change filter(…)` (no-effect)
            present -> validate present: `present` in `update` has no effect by itself: say `validate present(…)` (no-effect)
            filtr: `update` has no option `filtr` (unknown-option)
            build -> prepare build: `build` in `read` has no effect by itself: say `prepare build(…)` (no-effect)
            filter: `action` has no option `filter` (unknown-option)
        "#]],
    );
}

#[test]
fn arguments_that_may_be_left_out_do_not_shift_the_others() {
    check_body(
        "pub_sub do\n  module A\n  publish :create, [\"created\", :id]\n  publish :done, :update, \"topic\"\n  publish \
         :create, [:id, \"x\"], event: \"made\"\n  publish_all :update, \"topic\"\n  publish :create\nend",
        expect![[r#"
            :create: `publish` needs `topic`: Topic, or the parts it is made of. (missing-option)
        "#]],
    );
}

#[test]
fn older_releases_have_their_own_names() {
    let body = "relationships do\n  belongs_to :b, B, api: C\n  belongs_to :a, B do\n    required? true\n    colour 1\n  end\nend";
    let found = |older: bool| -> Vec<String> {
        let issues = check_release(Vocabulary::resource(), &parse_expressions(body), |_| {
            if older { Release::Older } else { Release::Other }
        });
        issues.iter().map(|issue| issue.range.slice(body).to_owned()).collect()
    };
    assert_eq!(found(true), ["colour"]);
    assert_eq!(found(false), ["api:", "required? true", "colour"]);
}

#[test]
fn how_an_entity_can_be_called() {
    check_body(
        "attributes do
  attribute :a, :string, allow_nil?: false do
    default \"x\"
  end
  attribute :b, :string do
    allow_nil? false
    allow_nil? true
    type :integer
  end
  attribute :c, :string, type: :integer
  uuid_primary_key :id, :string
  attribute :d, :string, [], []
end
postgres do
  custom_indexes do
    index [:a], [:b]
  end
end",
        expect![[r#"
            allow_nil?: false: `attribute` has a block: options stand in it, not before it (wrong-form)
            allow_nil?: `allow_nil?` of `attribute` is given twice (wrong-form)
            type: `type` of `attribute` stands before the block: `attribute name, type do` (wrong-form)
            type:: `type` of `attribute` is given twice: it stands before the options, too (wrong-form)
            :string: `uuid_primary_key` takes one argument and then options, as `key: value` (wrong-form)
            []: `attribute` takes 2 arguments and then options, as `key: value` (wrong-form)
        "#]],
    );
}

#[test]
fn other_ways_to_call_it_are_left_alone() {
    check_body(
        "attributes do
  attribute :a, :string, do: allow_nil?(false)
  attribute(:b, :string, [allow_nil?: false])
  attribute :c, type: :string
  attribute :d, :string, options()
  attribute :e, :string, @options
end
attributes do: attribute(:f, :string)
actions do
  read :me do
    filter id: actor(:id)
  end
  action :run, :integer do
    argument :n, :integer
  end
  action :go do
    returns :integer
  end
end
calculations do
  calculate :full, :string do
    calculation expr(a <> b)
  end
end
identities do
  identity :u, keys: [:a]
end
aggregates do
  count :posts, :posts, do: filter(expr(open))
end",
        expect![[r#""#]],
    );
}

#[test]
fn fields_and_actions_have_one_name_each() {
    check_body(
        "attributes do
  attribute :a, :string
  attribute :b, :string
  attribute :b, :string
end
relationships do
  has_one :a, Other
end
actions do
  read :a
  update :a
end
identities do
  identity :a, [:a]
  identity :a, [:b]
end",
        expect![[r#"
            :b: attribute `b` is declared twice (duplicate-name)
            :a: relationship `a` has a name that is taken: there is an attribute of that name (duplicate-name)
            :a: action `a` is declared twice (duplicate-name)
        "#]],
    );
}
