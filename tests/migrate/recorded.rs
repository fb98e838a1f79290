//! Every recorded run: the same statements are sent, the same ones are refused, and rolling back leaves nothing.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ashls::database::{
    self, Applied, Books, Event, FailureKind, LockStrategy, MigrationFile, Problem, Request, Retries, Session, Target,
    Timeouts,
};
use ashls::migration::Config;
use ashls::migration::order::{Extent, MigrationName, Way};
use ashls::syntax::parse_strictly;

use crate::postgres::Cluster;
use crate::sql::{File, Recorded, SqlCase};

/// Makes the database as good as new.
pub const EMPTY: &str = "
    DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP
        EXECUTE format('DROP EXTENSION %I CASCADE', name);
      END LOOP;
      FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
      END LOOP;
      CREATE SCHEMA public;
    END $$";

/// Relations, functions and types that are there beside Ecto's own table and what extensions own.
const LEFT: &str = "
    SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      AND c.relname !~ '^schema_migrations' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')";

#[tokio::test]
async fn postgresql_is_migrated_as_by_ecto() {
    let cluster = Cluster::start();
    let target = Target::from_url(&cluster.url("postgres"), Path::new("/")).expect("a URL");
    let mut problems = Vec::new();
    for case in whole_cases(false) {
        let mut session = Session::open(&target, Timeouts::default()).await.expect("a session");
        session.execute("SET client_min_messages = error").await.expect("a setting");
        session.execute(EMPTY).await.expect("an empty database");
        for tenant in &case.tenants {
            session.execute(&format!("CREATE SCHEMA \"{tenant}\"")).await.expect("a schema");
        }
        problems.extend(play(&case, &target).await);
        if case.rollback.as_ref().is_some_and(|recorded| recorded.error.is_none()) {
            let left = session.texts(LEFT).await.expect("a list");
            if !left.is_empty() {
                problems.push(format!("{} leaves {left:?}", case.name));
            }
        }
        session.close().await;
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[tokio::test]
async fn sqlite_is_migrated_as_by_ecto() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut problems = Vec::new();
    for case in whole_cases(true) {
        let target = Target::from_url(&format!("sqlite:{}.db", case.name), folder.path()).expect("a URL");
        database::create(&target).await.expect("a new file");
        problems.extend(play(&case, &target).await);
        if case.rollback.as_ref().is_some_and(|recorded| recorded.error.is_none()) {
            let mut session = Session::open(&target, Timeouts::default()).await.expect("a session");
            let names = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations'";
            let left = session.texts(names).await.expect("a list");
            if !left.is_empty() {
                problems.push(format!("{} leaves {left:?}", case.name));
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// Cases without the text of a library, which was not recorded.
pub fn whole_cases(sqlite: bool) -> Vec<SqlCase> {
    let cases = SqlCase::all().into_iter().filter(|case| case.sqlite == sqlite);
    cases.filter(|case| !case.steps.iter().any(|(files, _)| files.iter().any(File::is_digest))).collect()
}

/// Plays the steps and the rollback of a case.
async fn play(case: &SqlCase, target: &Target) -> Vec<String> {
    let mut problems = Vec::new();
    let schemas: Vec<Option<String>> = std::iter::once(None).chain(case.tenants.iter().cloned().map(Some)).collect();
    let mut before: Vec<File> = Vec::new();
    for (number, (files, recorded)) in case.steps.iter().enumerate() {
        // Migrations whose files a step removes were rolled back by the generator before, each by itself.
        let gone: Vec<File> =
            before.iter().filter(|file| !files.iter().any(|o| o.key() == file.key())).cloned().collect();
        for file in gone.iter().rev() {
            run(std::slice::from_ref(file), &file.tenant, target, Way::Down).await;
        }
        let mut sent = Sent::default();
        for schema in &schemas {
            sent.add(run(files, schema, target, Way::Up).await);
        }
        problems.extend(compare(&format!("{} step {}", case.name, number + 1), &sent, recorded));
        before.clone_from(files);
    }
    let Some(recorded) = &case.rollback else { return problems };
    let mut sent = Sent::default();
    for schema in schemas.iter().skip(1).chain([&None]) {
        sent.add(run(&before, schema, target, Way::Down).await);
    }
    problems.extend(compare(&format!("{} rollback", case.name), &sent, recorded));
    problems
}

/// What was sent, until something went wrong.
#[derive(Default)]
pub struct Sent {
    statements: Vec<String>,
    pub problem: Option<Problem>,
}

impl Sent {
    fn add(&mut self, next: Sent) {
        if self.problem.is_none() {
            self.statements.extend(next.statements);
            self.problem = next.problem;
        }
    }
}

pub async fn run(files: &[File], schema: &Option<String>, target: &Target, way: Way) -> Sent {
    let files = parsed(files, schema);
    let books = Books { repo: "Repo".to_owned(), source: "schema_migrations".to_owned(), lock: LockStrategy::Table };
    let request = Request {
        target,
        books: &books,
        files: &files,
        config: Config { prefix: schema.clone(), sqlite: target.is_sqlite(), ..Config::default() },
        way,
        extent: Extent::All,
        skip: BTreeSet::new(),
        assume: BTreeSet::new(),
        strict_order: false,
        timeouts: Timeouts::default(),
        patient_without_transaction: true,
        patience: Duration::from_secs(5),
        retries: Retries { count: 0, pause: Duration::ZERO },
    };
    let sent = Mutex::new(Vec::new());
    let report = |event: Event| {
        if let Event::Statement { sql } = event {
            sent.lock().expect("one thread").push(sql.to_owned());
        }
    };
    let (_, result): (Applied, Result<(), Problem>) = database::migrate(&request, &report).await;
    Sent { statements: sent.into_inner().expect("one thread"), problem: result.err() }
}

/// The files of a schema, in the order in which they run.
pub fn parsed(files: &[File], schema: &Option<String>) -> Vec<MigrationFile> {
    let own = files.iter().filter(|file| file.tenant == *schema);
    let mut files: Vec<MigrationFile> = own
        .map(|file| MigrationFile {
            name: MigrationName::parse(&file.name).expect("a migration's name"),
            text: file.text.as_str().into(),
            tree: Ok(Arc::new(parse_strictly(&file.text).expect("well-formed"))),
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn compare(title: &str, sent: &Sent, recorded: &Recorded) -> Option<String> {
    let problem = sent.problem.as_ref().map(|problem| match problem {
        Problem::Failed(failure) => match &failure.error {
            FailureKind::Database(error) => error.message.clone(),
            FailureKind::Raised(message) => message.clone(),
        },
        other => format!("{other:?}"),
    });
    let same_end = match (&problem, &recorded.error) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => theirs.contains(ours.as_str()),
        _ => false,
    };
    (!same_end || sent.statements != recorded.statements).then(|| {
        format!(
            "{title}: Ecto {:?}, ours {problem:?}\n  sent {:?}\n  Ecto {:?}",
            recorded.error, sent.statements, recorded.statements
        )
    })
}
