//! Findings with one repair offer it, and the repair removes the finding.

use super::*;
use crate::ide::analysis::{Fix, ResourceView};

/// All repairs that a resource offers.
fn fixes(resource: &ResourceView) -> Vec<Fix> {
    let findings = resource.changes.iter().flat_map(|change| &change.findings).chain(&resource.issues);
    let questions = resource.questions.iter().flat_map(|question| &question.fixes);
    let unresolved = resource.unresolved.iter().flat_map(|fact| &fact.fixes);
    findings.flat_map(|issue| &issue.fixes).chain(questions).chain(unresolved).cloned().collect()
}

fn of_post(analyzer: &mut LiveAnalyzer, edited: &str) -> Vec<Fix> {
    analyzer.apply(vec![text("lib/post.ex", edited, true)]);
    fixes(&analysis(analyzer, "lib/post.ex").resources[0])
}

/// With these parts of the migrated posts replaced, `expected` is offered: the title, and the text of the edit. What is
/// offered is not offered again where it was done.
#[track_caller]
fn check(replaced: &[(&str, &str)], expected: &[&str]) {
    let mut analyzer = in_sync();
    let mut edited = POST.to_owned();
    for (old, new) in replaced {
        assert_eq!(edited.matches(old).count(), 1, "{old} in {edited}");
        edited = edited.replace(old, new);
    }
    let offered = of_post(&mut analyzer, &edited);
    let drawn: Vec<String> =
        offered.iter().map(|fix| format!("{} => {}", fix.title, fix.edits[0].text.trim())).collect();
    assert_eq!(drawn, expected);
    for fix in offered {
        let [edit] = &fix.edits[..] else { panic!("one edit") };
        let mut done = edited.clone();
        done.replace_range(edit.range.start..edit.range.end, &edit.text);
        let left = of_post(&mut analyzer, &done);
        assert!(!left.iter().any(|it| it.title == fix.title), "{} is offered again in {done}", fix.title);
    }
}

const RELATIONSHIPS: &str = "  relationships do";
const BODY: &str = "attribute :body, :string";
const REPO_LINE: &str = "    repo Blog.Repo\n";

#[test]
fn of_hazards_and_questions() {
    let long = "a".repeat(60);
    let identity = format!("  identities do\n    identity :{long}, [:title]\n  end\n\n  relationships do");
    check(
        &[
            (":body, :string", ":content, :string"),
            ("belongs_to :author, Blog.Author", "belongs_to :author, Blog.Author\n    belongs_to :editor, Blog.Author"),
            (RELATIONSHIPS, &identity),
        ],
        &[
            "Add an index for editor => references do\n      reference :editor, index?: true\n    end",
            &format!("Name the index posts_{0}_index => identity_index_names {long}: \"posts_{0}_index\"", &long[..51]),
            "Keep the column: source: :body => , source: :body",
        ],
    );
}

#[test]
fn of_custom_indexes() {
    let index = |fields: &str| format!("{REPO_LINE}    custom_indexes do\n      index {fields}\n    end\n");
    check(&[(REPO_LINE, &index("[:title, :body]"))], &["Build the index concurrently => , concurrently: true"]);
    check(
        &[(REPO_LINE, &index("[\"lower(title)\"]"))],
        &[
            "Build the index concurrently => , concurrently: true",
            "Name the index posts_lower_title_index => , name: \"posts_lower_title_index\"",
        ],
    );
    let long = "a_rather_long_name_for_a_column_of_a_table";
    let named = "posts_a_rather_long_name_for_a_column_of_a_table_title_bo_index";
    check(
        &[
            (REPO_LINE, &index(&format!("[:{long}, :title, :body], concurrently: true"))),
            (BODY, &format!("{BODY}\n    attribute :{long}, :string")),
        ],
        &[&format!("Name the index {named} => , name: \"{named}\"")],
    );
}

#[test]
fn of_the_condition_of_an_identity() {
    let identity = |condition: &str| {
        format!("  identities do\n    identity :a_title, [:title], where: expr({condition})\n  end\n\n{RELATIONSHIPS}")
    };
    check(
        &[(RELATIONSHIPS, &identity("not is_nil(body)"))],
        &["Give the condition as SQL: body IS NOT NULL => identity_wheres_to_sql a_title: \"body IS NOT NULL\""],
    );
    check(
        &[(RELATIONSHIPS, &identity("body == \\\"x\\\"").replace("\\\"", "\""))],
        &["Give the condition as SQL: body = 'x' => identity_wheres_to_sql a_title: \"body = 'x'\""],
    );
    // More than one thing can be meant.
    check(
        &[(RELATIONSHIPS, &identity("author.active"))],
        &[
            "Add an entry to fill in with the SQL of the condition: identity_wheres_to_sql a_title => identity_wheres_to_sql \
           a_title: \"FILL IN the SQL of expr(author.active)\"",
        ],
    );
}

#[test]
fn of_a_calculation_among_the_keys() {
    let identity = |calculation: &str| {
        format!(
            "  calculations do\n    calculate :calculated, :boolean, {calculation}\n  end\n\n  identities do\n    identity \
             :a_title, [:title, :calculated]\n  end\n\n{RELATIONSHIPS}"
        )
    };
    check(
        &[(RELATIONSHIPS, &identity("expr(is_nil(body))"))],
        &["Give the calculation as SQL: body IS NULL => calculations_to_sql calculated: \"body IS NULL\""],
    );
    check(
        &[(RELATIONSHIPS, &identity("Blog.Calculated"))],
        &[
            "Add an entry to fill in with the SQL of the calculation: calculations_to_sql calculated => calculations_to_sql \
           calculated: \"FILL IN the SQL of Blog.Calculated\"",
        ],
    );
}

#[test]
fn of_a_base_filter() {
    let filter = |filter: &str| {
        format!(
            "  resource do\n    base_filter {filter}\n  end\n\n  identities do\n    identity :a_title, [:title]\n  \
             end\n\n{RELATIONSHIPS}"
        )
    };
    check(
        &[(RELATIONSHIPS, &filter("expr(is_nil(body))"))],
        &["Give the base filter as SQL: body IS NULL => base_filter_sql \"body IS NULL\""],
    );
    check(
        &[(RELATIONSHIPS, &filter("[body: [is_nil: true]]"))],
        &[
            "Add an entry to fill in with the SQL of the base filter: base_filter_sql => base_filter_sql \"FILL IN the SQL of \
           [body: [is_nil: true]]\"",
        ],
    );
}

#[test]
fn of_references_that_lead_nowhere() {
    let references = format!("{REPO_LINE}    references do\n      reference :nobody, on_delete: :delete\n    end\n");
    check(&[(REPO_LINE, &references)], &["Remove this reference => "]);
}

#[test]
fn of_a_key_that_may_be_null() {
    let identity = format!("  identities do\n    identity :own_title, [:author_id, :title]\n  end\n\n{RELATIONSHIPS}");
    check(&[(RELATIONSHIPS, &identity)], &["Require author: allow_nil?: false => , allow_nil?: false"]);
    let equal = identity.replace("[:author_id, :title]", "[:author_id, :title], nils_distinct?: false");
    check(&[(RELATIONSHIPS, &equal)], &[]);
}

#[test]
fn of_what_only_the_snapshot_knows() {
    check(
        &[(BODY, "attribute :body, Blog.Markdown")],
        &["Make it explicit as in the newest snapshot: migration_types body: :text => migration_types body: :text"],
    );
    check(
        &[(BODY, "attribute :body, :string, default: Blog.Elsewhere.text()")],
        &[
            "Make it explicit as in the newest snapshot: migration_defaults body: \"nil\" => migration_defaults body: \"nil\"",
        ],
    );
    // No snapshot has it.
    check(&[(BODY, &format!("{BODY}\n    attribute :notes, Blog.Markdown"))], &[]);
}
