//! There and back on a real database: for pairs of resources at random, the migration leads from the tables of the first to
//! those of the second, and its rollback back again, or a finding says that it does not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ashls::codegen::{Options, Outcome, Timestamp};
use ashls::diff::operation::Direction;
use ashls::diff::{Answers, RenamedColumn};
use ashls::hazard::Severity;
use ashls::pending::{ProjectState, Request, migration_sql, view};
use ashls::snapshot::json::Dialect;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::postgres::Cluster;

const PAIRS: u32 = 120;

#[test]
fn up_leads_to_the_new_tables_and_down_back_to_the_old_ones() {
    let cluster = Cluster::start();
    let mut runner = TestRunner::new_with_rng(
        Config { cases: PAIRS, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let there_and_back = |(old, new): (Post, Post)| {
        let first = run(&old, &BTreeMap::new());
        let generated: BTreeMap<String, Option<Arc<str>>> =
            first.0.files.iter().map(|file| (file.path.clone(), Some(file.text.as_str().into()))).collect();
        let second = run(&new, &generated);
        let fresh = run(&new, &BTreeMap::new());
        let [up, down] = statements(&second.0);
        let before = statements(&first.0)[0].clone();
        let printed = cluster.psql(&format!(
            "{EMPTY}{before}\n\\echo == old\n{CATALOGUE}{up}\n\\echo == up\n{CATALOGUE}{down}\n\\echo == down\n{CATALOGUE}\
             {EMPTY}{}\n\\echo == new\n{CATALOGUE}",
            statements(&fresh.0)[0]
        ));
        let part = |name: &str| -> BTreeSet<&str> {
            let from = printed.find(&format!("== {name}\n")).expect("the part was printed");
            printed[from..].lines().skip(1).take_while(|line| !line.starts_with("== ")).collect()
        };
        let said = |direction: Direction| {
            let found = second.1.iter().any(|(found, severity)| {
                *found == direction && (direction == Direction::Down || *severity == Severity::Error)
            });
            if found { "a finding says so" } else { "" }
        };
        if said(Direction::Up).is_empty() {
            prop_assert_eq!(part("up"), part("new"), "up:\n{}", up);
            if said(Direction::Down).is_empty() {
                prop_assert_eq!(part("down"), part("old"), "up:\n{}\ndown:\n{}", up, down);
            }
        }
        Ok(())
    };
    runner.run(&(post(), post()), there_and_back).unwrap_or_else(|error| panic!("{error}"));
}

/// What a resource declares.
#[derive(Debug, Clone)]
struct Post {
    /// Renamed when it has another one before.
    name: &'static str,
    title: Option<(&'static str, bool, Option<&'static str>)>,
    count: Option<(&'static str, bool)>,
    owner: Option<(bool, &'static str, bool)>,
    identity: bool,
    index: Option<bool>,
    check: Option<u8>,
    statement: Option<u8>,
    double_key: bool,
    /// Whether there is another table beside it, which is dropped when it goes.
    second: bool,
}

fn post() -> impl Strategy<Value = Post> {
    let title = (prop::sample::select(vec![":string", ":integer", ":uuid", ":decimal"]), any::<bool>(), any::<bool>());
    let title = title.prop_map(|(kind, required, default)| {
        let value = match kind {
            ":string" => Some("\"new\""),
            ":integer" => Some("3"),
            _ => None,
        };
        (kind, required, value.filter(|_| default))
    });
    let count = (prop::sample::select(vec![":integer", ":decimal", ":boolean"]), any::<bool>());
    let on_delete = prop::sample::select(vec!["", "on_delete: :delete", "on_delete: :nilify", "on_update: :update"]);
    let owner = (any::<bool>(), on_delete, any::<bool>());
    let parts = (
        prop::option::weighted(0.8, title),
        prop::option::weighted(0.7, count),
        prop::option::weighted(0.6, owner),
        any::<bool>(),
        prop::option::of(any::<bool>()),
        prop::option::of(0..2u8),
        prop::option::of(0..2u8),
        (prop::bool::weighted(0.3), prop::bool::weighted(0.8), prop::sample::select(vec!["title", "headline"])),
    );
    parts.prop_map(|(title, count, owner, identity, index, check, statement, (double_key, second, name))| Post {
        name,
        second,
        identity: identity && title.is_some(),
        index: index.filter(|_| count.is_some()),
        check: check.filter(|_| count.as_ref().is_some_and(|(kind, _)| *kind != ":boolean")),
        title,
        count,
        owner,
        statement,
        double_key,
    })
}

impl Post {
    fn source(&self) -> String {
        let mut attributes = "    uuid_primary_key :id\n".to_owned();
        let (mut postgres, mut rest) = (String::new(), String::new());
        if self.double_key {
            attributes.push_str("    attribute :number, :integer, primary_key?: true, allow_nil?: false\n");
        }
        if let Some((kind, required, default)) = &self.title {
            let default = default.map(|value| format!(", default: {value}")).unwrap_or_default();
            attributes.push_str(&format!("    attribute :{}, {kind}, allow_nil?: {}{default}\n", self.name, !required));
        }
        if let Some((kind, required)) = &self.count {
            attributes.push_str(&format!("    attribute :count, {kind}, allow_nil?: {}\n", !required));
        }
        if let Some((required, option, index)) = &self.owner {
            let options = [*option, if *index { "index?: true" } else { "" }];
            let options: Vec<&str> = options.into_iter().filter(|option| !option.is_empty()).collect();
            if !options.is_empty() {
                postgres
                    .push_str(&format!("    references do\n      reference :owner, {}\n    end\n", options.join(", ")));
            }
            rest.push_str(&format!(
                "  relationships do\n    belongs_to :owner, A.Owner, allow_nil?: {}\n  end\n",
                !required
            ));
        }
        if self.identity {
            rest.push_str(&format!("  identities do\n    identity :label, [:{}]\n  end\n", self.name));
        }
        if let Some(unique) = self.index {
            postgres.push_str(&format!("    custom_indexes do\n      index [:count], unique: {unique}\n    end\n"));
        }
        if let Some(least) = self.check {
            postgres.push_str(&format!(
                "    check_constraints do\n      check_constraint :count, \"enough\", check: \"count > {least}\"\n    end\n"
            ));
        }
        if let Some(value) = self.statement {
            postgres.push_str(&format!(
                "    custom_statements do\n      statement :numbers do\n        up \"CREATE VIEW numbers AS SELECT {value} AS \
                 number\"\n        down \"DROP VIEW numbers\"\n      end\n    end\n"
            ));
        }
        format!(
            "defmodule A.Post do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n  postgres do\n    table \
             \"posts\"\n    repo A.Repo\n{postgres}  end\n  attributes do\n{attributes}  end\n{rest}end\n"
        )
    }
}

const MIX: &str = "defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a]\nend\n";
const CONFIG: &str = "import Config\nconfig :a, ash_domains: [A.D], ecto_repos: [A.Repo]\n";
const REST: &str = "defmodule A.D do\n  use Ash.Domain\n  resources do\n    resource A.Post\n    resource A.Owner\n    SECOND\n  end\nend\n\
                    defmodule A.Repo do\n  use AshPostgres.Repo, otp_app: :a\n  def installed_extensions, do: []\nend\n\
                    defmodule A.Owner do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n  postgres do\n    \
                    table \"owners\"\n    repo A.Repo\n  end\n  attributes do\n    uuid_primary_key :id\n  end\nend\n\
                    defmodule A.Second do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n  postgres do\n    \
                    table \"seconds\"\n    repo A.Repo\n  end\n  attributes do\n    uuid_primary_key :id\n  end\nend\n";

fn rename((from, to): (&str, &str)) -> RenamedColumn {
    RenamedColumn { table: "posts".to_owned(), from: from.to_owned(), to: to.to_owned() }
}

/// The generator's run, and the findings of its operations.
fn run(post: &Post, generated: &BTreeMap<String, Option<Arc<str>>>) -> (Outcome, Vec<(Direction, Severity)>) {
    let source = post.source();
    let rest = REST.replace("SECOND", if post.second { "resource A.Second" } else { "" });
    let files = [
        ("mix.exs", MIX),
        ("config/config.exs", CONFIG),
        ("lib/rest.ex", rest.as_str()),
        ("lib/post.ex", source.as_str()),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), Arc::from(text)));
    let state = ProjectState::load(files.into(), generated.clone());
    let name = if generated.is_empty() { "first" } else { "second" };
    let options = Options { name: Some(name.to_owned()), quiet: true, skip_extensions: true, ..Options::default() };
    let first = Timestamp::parse(if generated.is_empty() { "20260101000000" } else { "20260102000000" });
    let outcome = state.run(Request {
        options: &options,
        answers: &Answers {
            renamed_columns: [("title", "headline"), ("headline", "title")].map(rename).into(),
            dropped_tables: vec!["seconds".to_owned()],
            otherwise: Some(false),
            ..Answers::default()
        },
        first_timestamp: &first.expect("a stamp"),
        resources: None,
    });
    assert_eq!(outcome.failure, None, "{source}");
    let repos = view(&outcome, &state.project);
    let findings = repos.iter().flat_map(|repo| &repo.operations).flat_map(|operation| &operation.findings);
    let findings = findings.map(|finding| (finding.direction, finding.rule.severity)).collect();
    (outcome, findings)
}

/// The SQL of the migrations of a run: up, and down from the last to the first.
fn statements(outcome: &Outcome) -> [String; 2] {
    let mut files: Vec<_> = outcome.files.iter().filter(|file| file.path.ends_with(".exs")).collect();
    files.sort_by_key(|file| file.path.clone());
    let mut sides = [Vec::new(), Vec::new()];
    for (side, sql) in sides.iter_mut().enumerate() {
        for file in &files {
            let statements = migration_sql(&file.text, Dialect::Postgres, false).expect("a migration");
            // What raises instead (a rename inside `alter table`) is left out, as a run would stop there.
            let lines = statements[side].iter().filter_map(|sql| Some(format!("{};\n", sql.as_deref().ok()?)));
            sql.push(lines.collect::<String>());
        }
    }
    sides[1].reverse();
    sides.map(|files| files.concat())
}

const EMPTY: &str = "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n";

/// One line for each column, constraint, index and view, as the database prints them. A check that was made while its column
/// had another type keeps a cast, which is left out.
const CATALOGUE: &str = "
SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  pg_get_expr(d.adbin, d.adrelid)) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT format('%s %s', conname, CASE contype WHEN 'c' THEN regexp_replace(pg_get_constraintdef(oid),
  '::numeric|[()]', '', 'g') ELSE pg_get_constraintdef(oid) END) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT format('view %s %s', viewname, definition) FROM pg_views WHERE schemaname = 'public';
";
