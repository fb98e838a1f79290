//! The model in memory says what PostgreSQL says, for every recorded run.

use std::path::Path;

use ashls::database::{Session, Target, Timeouts, inspect};
use ashls::drift::{Dialect, Difference, Model, compare, replay};
use ashls::migration::Config;
use ashls::migration::order::Way;

use crate::postgres::Cluster;
use crate::recorded::{EMPTY, parsed, run, whole_cases};

#[tokio::test]
async fn the_model_is_what_postgresql_makes_of_it() {
    let cluster = Cluster::start();
    let target = Target::from_url(&cluster.url("postgres"), Path::new("/")).expect("a URL");
    let (mut problems, mut unsure_of, mut compared) = (Vec::new(), Vec::new(), 0);
    for case in whole_cases(false) {
        let Some((files, _)) = case.steps.iter().rev().find(|(_, recorded)| recorded.error.is_none()) else { continue };
        let mut session = Session::open(&target, Timeouts::default()).await.expect("a session");
        session.execute("SET client_min_messages = error").await.expect("a setting");
        session.execute(EMPTY).await.expect("an empty database");
        let schemas: Vec<Option<String>> =
            std::iter::once(None).chain(case.tenants.iter().cloned().map(Some)).collect();
        let mut model = Model::default();
        let mut ran = true;
        for schema in &schemas {
            if let Some(schema) = schema {
                session.execute(&format!("CREATE SCHEMA \"{schema}\"")).await.expect("a schema");
            }
            ran &= run(files, schema, &target, Way::Up).await.problem.is_none();
            let config = Config { prefix: schema.clone(), ..Config::default() };
            let files = parsed(files, schema);
            let replays: Vec<_> = files.iter().map(|file| file.replay()).collect();
            for gap in replay(&mut model, &replays, &config).iter().filter(|_| ran) {
                problems.push(format!("{}: {}:{}: {}", case.name, gap.path, gap.line, gap.reason));
            }
        }
        session.close().await;
        // What the files of a later step come to was recorded after the earlier ones; from nothing it may fail.
        if !ran {
            continue;
        }
        compared += 1;
        let real = inspect(&target, Timeouts::default()).await.expect("a catalogue");
        let mut comparison = compare(&model.catalogue(), &real, false, false, Dialect::Postgres);
        comparison.allow_for_writing();
        for difference in comparison.differences {
            let Difference { table, name, from, to, unsure, .. } = difference;
            match (table.table == "schema_migrations", unsure) {
                (true, _) => {}
                (false, true) => unsure_of.push(name),
                (false, false) => {
                    problems.push(format!("{}: {table} {name}\n  model {from:?}\n  real  {to:?}", case.name));
                }
            }
        }
    }
    assert!(compared > 150, "only {compared} cases ran");
    assert!(problems.is_empty(), "{} problems in {compared} cases:\n{}", problems.len(), problems.join("\n"));
    // Values that PostgreSQL spells in another way; they are shown as what may be the same.
    let spelled =
        ["certified_at", "certified_at_exact", "huge", "tiny", "members_email_key_index", "not_ancient", "not_ancient"];
    assert_eq!(unsure_of, spelled);
}
