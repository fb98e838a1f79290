//! There and back on a real database: for pairs of projects at random, the migrations lead from the tables of the first to those
//! of the second, and their rollback back again, or a finding says that they do not. Every operation there is comes along.

#[path = "way_back/columns.rs"]
mod columns;
#[path = "way_back/tables.rs"]
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use ashls::codegen::{Failure, Options, Outcome, Timestamp};
use ashls::diff::Answers;
use ashls::diff::operation::{Change, Direction};
use ashls::hazard::Severity;
use ashls::migration::{Config, read};
use ashls::pending::{ProjectState, Request, view};
use ashls::render::sql::{Adapter, statements};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::postgres::Cluster;

/// A project that changes.
pub trait Model: Debug {
    /// The text of its domains and resources.
    fn library(&self) -> String;

    /// Answers to what the generator asks on the way from `old` to this one.
    fn answers(&self, old: &Self) -> Answers;
}

#[test]
fn up_leads_to_the_new_tables_and_down_back_to_the_old_ones() {
    let mut journey =
        Journey { cluster: Cluster::start(), seen: BTreeMap::new(), compared: [0; 2], problems: Vec::new() };
    journey.travel(100, (columns::post(), columns::post()));
    journey.travel(140, tables::sites());
    println!("compared after up: {}, after down: {}", journey.compared[0], journey.compared[1]);
    println!("{:?}", journey.seen);
    assert!(journey.problems.is_empty(), "{} problems\n{}", journey.problems.len(), journey.problems.join("\n\n"));
    assert_eq!(journey.seen.len(), EVERY_CHANGE.len(), "only these operations came along: {:?}", journey.seen);
}

struct Journey {
    cluster: Cluster,
    /// How many operations of a kind came along.
    seen: BTreeMap<&'static str, usize>,
    /// How often the tables after `up` and after `down` were compared, no finding saying that they differ.
    compared: [usize; 2],
    problems: Vec<String>,
}

impl Journey {
    fn travel<M: Model>(&mut self, pairs: u32, strategy: impl Strategy<Value = (M, M)>) {
        let rng = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(proptest::test_runner::Config::default(), rng);
        for _ in 0..pairs {
            let (old, new) = strategy.new_tree(&mut runner).expect("a pair").current();
            if let Err(problem) = self.there_and_back(&old, &new) {
                self.problems.push(format!("{problem}\nfrom {old:?}\nto {new:?}"));
            }
        }
    }

    fn there_and_back<M: Model>(&mut self, old: &M, new: &M) -> Result<(), String> {
        let first = Run::of(old, &old.answers(old), &BTreeMap::new()).expect("a first migration");
        // Where the generator raises, nothing is written.
        let Some(second) = Run::of(new, &new.answers(old), &first.generated()) else { return Ok(()) };
        let fresh = Run::of(new, &new.answers(new), &BTreeMap::new()).expect("a first migration");
        for change in second.changes.iter().chain(&first.changes) {
            *self.seen.entry(name(change)).or_default() += 1;
        }
        let script = [
            ("old", true, &first.up),
            ("up", false, &second.up),
            ("down", false, &second.down),
            ("new", true, &fresh.up),
        ];
        let script = script.map(|(name, from_nothing, statements)| {
            let empty = if from_nothing { EMPTY } else { "" };
            format!("{empty}\\echo == run {name}\n{statements}\\echo == {name}\n{CATALOGUE}")
        });
        let printed = self.cluster.psql(&script.concat());
        let part = |name: &str| -> BTreeSet<&str> {
            let from = printed.find(&format!("== {name}\n")).expect("the part was printed");
            printed[from..].lines().skip(1).take_while(|line| !line.starts_with("== ")).collect()
        };
        for (name, run) in [("old", &first), ("new", &fresh)] {
            let errors = part(&format!("run {name}"));
            if !errors.is_empty() {
                let said = run.is_refused();
                return said.then_some(()).ok_or(format!("nothing says that this fails:\n{errors:#?}\n{}", run.up));
            }
        }

        let renamed = second.changes.iter().any(|change| matches!(change, Change::RenameTable { .. }));
        let same = |one: &str, other: &str| -> Result<(), String> {
            let errors = part(&format!("run {one}"));
            if !errors.is_empty() {
                return Err(format!("{one} fails: {errors:#?}"));
            }
            // Indexes and constraints keep the old name of their table.
            let lines = |name: &str| -> BTreeSet<String> {
                let lines = part(name).into_iter();
                lines.map(|line| if renamed { one_name(line) } else { line.to_owned() }).collect()
            };
            let (one, other) = (lines(one), lines(other));
            let left: Vec<_> = one.difference(&other).collect();
            let missing: Vec<_> = other.difference(&one).collect();
            if one == other { Ok(()) } else { Err(format!("too much: {left:#?}\nmissing: {missing:#?}")) }
        };
        match (same("up", "new"), second.is_refused()) {
            (Err(_), true) => return Ok(()),
            (Err(difference), false) => return Err(format!("up: {difference}\n{}", second.up)),
            (Ok(()), true) => return Err(format!("up works, though {:?} say not\n{}", second.findings, second.up)),
            (Ok(()), false) => self.compared[0] += 1,
        }
        match (same("down", "old"), second.has_no_way_back()) {
            (Err(difference), false) => return Err(format!("down: {difference}\n{}\n{}", second.up, second.down)),
            (Ok(()), false) => self.compared[1] += 1,
            (_, true) => {}
        }
        Ok(())
    }
}

/// What the generator makes of a project.
struct Run {
    files: Vec<(String, Arc<str>)>,
    changes: Vec<Change>,
    findings: Vec<(&'static str, Direction, Severity)>,
    /// What psql is told for all files.
    up: String,
    down: String,
}

impl Run {
    /// `None` where the generator itself raises.
    fn of<M: Model>(model: &M, answers: &Answers, generated: &BTreeMap<String, Option<Arc<str>>>) -> Option<Run> {
        let library = model.library();
        let files = [("mix.exs", MIX), ("config/config.exs", CONFIG), ("lib/repo.ex", REPO), ("lib/a.ex", &library)];
        let files = files.map(|(path, text)| (path.to_owned(), Arc::from(text)));
        let state = ProjectState::load(files.into(), generated.clone());
        let (name, stamp) =
            if generated.is_empty() { ("first", "20260101000000") } else { ("second", "20260102000000") };
        let options = Options { name: Some(name.to_owned()), quiet: true, skip_extensions: true, ..Options::default() };
        let first_timestamp = &Timestamp::parse(stamp).expect("a stamp");
        let outcome = state.run(Request { options: &options, answers, first_timestamp, resources: None });
        if let Some(Failure::Raised(_)) = outcome.failure {
            return None;
        }
        assert_eq!((&outcome.failure, &outcome.open), (&None, &Vec::new()), "{library}");
        let repos = view(&outcome, &state.project);
        let operations = || repos.iter().flat_map(|repo| &repo.operations);
        let findings = operations().flat_map(|operation| &operation.findings);
        let [up, down] = both_ways(&outcome);
        Some(Run {
            changes: operations().map(|operation| operation.operation.change.clone()).collect(),
            findings: findings.map(|found| (found.rule.code, found.direction, found.rule.severity)).collect(),
            files: outcome.files.iter().map(|file| (file.path.clone(), file.text.as_str().into())).collect(),
            up,
            down,
        })
    }

    fn generated(&self) -> BTreeMap<String, Option<Arc<str>>> {
        self.files.iter().map(|(path, text)| (path.clone(), Some(text.clone()))).collect()
    }

    /// AM-R04 says that what comes of it is not what is declared.
    fn is_refused(&self) -> bool {
        self.findings.iter().any(|(code, direction, severity)| {
            *direction == Direction::Up && (*severity == Severity::Error || *code == "AM-R04")
        })
    }

    /// AM-B02 is about tables with rows.
    fn has_no_way_back(&self) -> bool {
        self.findings.iter().any(|(code, direction, _)| *direction == Direction::Down && *code != "AM-B02")
    }
}

/// With one name for the tables that are renamed (AM-N04).
fn one_name(line: &str) -> String {
    line.replace("articles", "posts").replace("votes", "comments")
}

/// What psql is told to run the migrations of everybody and then those of a tenant, and to go back from the last to the first.
fn both_ways(outcome: &Outcome) -> [String; 2] {
    let is_tenants = |path: &str| path.contains("/tenant_migrations/");
    let mut files: Vec<_> = outcome.files.iter().filter(|file| file.path.ends_with(".exs")).collect();
    files.sort_by_key(|file| (is_tenants(&file.path), file.path.clone()));
    let mut sides = [Vec::new(), Vec::new()];
    for file in files {
        let prefix = is_tenants(&file.path).then(|| "tenant".to_owned());
        let migration = read(&file.text, &Config { prefix, ..Config::default() }).expect("a migration");
        for (side, steps) in sides.iter_mut().zip([&migration.up, &migration.down]) {
            let lines = statements(steps, Adapter::Postgres).into_iter().map(|statement| match statement.sql {
                Ok(sql) => format!(
                    "{}\n;\n\\if :ERROR\n\\echo ! :LAST_ERROR_MESSAGE\n\\endif\n",
                    sql.trim_end().trim_end_matches(';')
                ),
                Err(_) => "\\echo ! the migration raises\n".to_owned(),
            });
            side.push(lines.collect::<String>());
        }
    }
    sides[1].reverse();
    sides.map(|files| files.concat())
}

/// A number for each operation there is: the compiler says when there is another one.
fn name(change: &Change) -> &'static str {
    let number = match change {
        Change::CreateTable { .. } => 0,
        Change::DropTable => 1,
        Change::RenameTable { .. } => 2,
        Change::MoveTableSchema { .. } => 3,
        Change::AddAttribute { .. } => 4,
        Change::AlterAttribute { .. } => 5,
        Change::RenameAttribute { .. } => 6,
        Change::RemoveAttribute { .. } => 7,
        Change::AlterDeferrability { .. } => 8,
        Change::DropForeignKey { .. } => 9,
        Change::SerialSequenceTransition { .. } => 10,
        Change::AddUniqueIndex { .. } => 11,
        Change::RemoveUniqueIndex { .. } => 12,
        Change::RenameUniqueIndex { .. } => 13,
        Change::AddCustomIndex { .. } => 14,
        Change::RemoveCustomIndex { .. } => 15,
        Change::AddReferenceIndex { .. } => 16,
        Change::RemoveReferenceIndex { .. } => 17,
        Change::AddCustomStatement { .. } => 18,
        Change::RemoveCustomStatement { .. } => 19,
        Change::AddCheckConstraint { .. } => 20,
        Change::RemoveCheckConstraint { .. } => 21,
        Change::AddPrimaryKey { .. } => 22,
        Change::AddPrimaryKeyDown { .. } => 23,
        Change::RemovePrimaryKey { .. } => 24,
        Change::RemovePrimaryKeyDown { .. } => 25,
    };
    EVERY_CHANGE[number]
}

const EVERY_CHANGE: [&str; 26] = [
    "CreateTable",
    "DropTable",
    "RenameTable",
    "MoveTableSchema",
    "AddAttribute",
    "AlterAttribute",
    "RenameAttribute",
    "RemoveAttribute",
    "AlterDeferrability",
    "DropForeignKey",
    "SerialSequenceTransition",
    "AddUniqueIndex",
    "RemoveUniqueIndex",
    "RenameUniqueIndex",
    "AddCustomIndex",
    "RemoveCustomIndex",
    "AddReferenceIndex",
    "RemoveReferenceIndex",
    "AddCustomStatement",
    "RemoveCustomStatement",
    "AddCheckConstraint",
    "RemoveCheckConstraint",
    "AddPrimaryKey",
    "AddPrimaryKeyDown",
    "RemovePrimaryKey",
    "RemovePrimaryKeyDown",
];

const MIX: &str = "defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a]\nend\n";
const CONFIG: &str = "import Config\nconfig :a, ash_domains: [A.D], ecto_repos: [A.Repo]\n";
const REPO: &str =
    "defmodule A.Repo do\n  use AshPostgres.Repo, otp_app: :a\n  def installed_extensions, do: []\nend\n";

const EMPTY: &str = "SET client_min_messages = error; DROP SCHEMA IF EXISTS public, blog, tenant CASCADE;
CREATE SCHEMA public; CREATE SCHEMA tenant;\n";

/// One line for each column, constraint, index, sequence and view, as the database prints them. A check that was made while
/// its column had another type keeps a cast, which is left out.
const CATALOGUE: &str = "
SELECT format('%s.%s %s %s %s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  pg_get_expr(d.adbin, d.adrelid)) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace::regnamespace::text IN ('public', 'blog', 'tenant') AND c.relkind IN ('r', 'v') AND a.attnum > 0
  AND NOT a.attisdropped
UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, CASE contype WHEN 'c' THEN
  regexp_replace(pg_get_constraintdef(oid), '::numeric|[()]', '', 'g') ELSE pg_get_constraintdef(oid) END)
  FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'blog', 'tenant')
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'blog', 'tenant')
UNION ALL SELECT format('sequence %s.%s', schemaname, sequencename) FROM pg_sequences
UNION ALL SELECT format('view %s %s', viewname, definition) FROM pg_views WHERE schemaname IN ('public', 'blog', 'tenant');
";
