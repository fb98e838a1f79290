//! A real database beside the project: drift as findings, and rows that would be lost.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::postgres::Cluster;
use crate::project::Project;
use crate::stdio::{PATIENCE, Process};

const ORDER: &str = "lib/shop/order.ex";

struct Editor {
    process: Process,
    uri: String,
}

impl Editor {
    /// An editor with the project's folder and these settings, in which the order's file is open.
    fn start(project: &Project, settings: Value) -> Editor {
        let mut process = Process::start();
        let uri = |path: &Path| format!("file://{}", path.display());
        let root = project.root.canonicalize().expect("a folder");
        process.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "processId": null, "rootUri": uri(&root), "capabilities": {}, "initializationOptions": settings,
        }}));
        process.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        let text = std::fs::read_to_string(root.join(ORDER)).expect("a file");
        let uri = uri(&root.join(ORDER));
        process.send(&json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": uri, "languageId": "elixir", "version": 1, "text": text},
        }}));
        Editor { process, uri }
    }

    /// Waits for findings of the file that satisfy `wanted`, or for a line of the log.
    fn wait(&mut self, title: &str, wanted: impl Fn(&[String], &[String]) -> bool) -> Vec<String> {
        let (start, mut shown, mut log) = (Instant::now(), Vec::new(), Vec::new());
        while !wanted(&shown, &log) {
            let left = PATIENCE.saturating_sub(start.elapsed());
            let message = self.process.messages.recv_timeout(left);
            let Ok(message) = message else { panic!("{title}: {shown:?} {log:?}") };
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            match message["method"].as_str() {
                Some("textDocument/publishDiagnostics") if message["params"]["uri"] == self.uri.as_str() => {
                    let items = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
                    shown = items.iter().map(|item| text(&item["message"])).collect();
                }
                Some("window/logMessage") => log.push(text(&message["params"]["message"])),
                _ => {}
            }
        }
        [shown, log].concat()
    }
}

fn migrated(cluster: &Cluster) -> Project {
    let project = Project::generated_shop();
    let url = cluster.url("postgres");
    project.ashls(&["migrate", "--database-url", &url]).ends_with(0);
    project
}

#[test]
fn drift_and_lost_rows_are_shown() {
    let cluster = Cluster::start();
    let project = migrated(&cluster);
    cluster.psql(
        "ALTER TABLE orders ADD COLUMN legacy text, ALTER COLUMN note TYPE varchar(80);
         INSERT INTO orders (id, note) SELECT gen_random_uuid(), 'x' FROM generate_series(1, 1234);\n",
    );
    project.replace(ORDER, "attribute :note, :string\n", "\n");
    let url = cluster.url("postgres");
    let mut editor = Editor::start(&project, json!({"database": {"url": url}}));
    let legacy = "the database has the column legacy (text), and the snapshots do not";
    let note = "column note is `character varying(80)` in the database, and `text` in the snapshots";
    let shown = editor.wait("drift", |shown, _| shown.iter().any(|it| it == legacy));
    assert!(shown.iter().any(|it| it == note), "{shown:?}");
    let lost = shown.iter().find(|it| it.contains("is dropped with its data")).expect("a warning");
    assert!(lost.contains("(the table has 1,234 rows)"), "{lost}");
    // Nothing was changed, and nothing is left open that could.
    let state = cluster.psql("SELECT count(*) FROM orders;\nSELECT count(*) FROM pg_stat_activity WHERE application_name = 'ashls' AND state LIKE 'idle in%';\n");
    assert_eq!(state, "1234\n0\n");
}

/// What `sqlite3` prints.
fn sqlite(project: &Project, sql: &str) -> String {
    let output = Command::new("sqlite3").arg(project.root.join("shop.db")).arg(sql).output().expect("sqlite3 runs");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

#[test]
fn drift_is_shown_on_sqlite() {
    let project = Project::shop();
    project.write(
        "mix.lock",
        "%{\n  \"ash_sqlite\": {:hex, :ash_sqlite, \"0.2.17\", \"\", [:mix], [], \"hexpm\", \"\"},\n}\n",
    );
    project.write("lib/shop/repo.ex", "defmodule Shop.Repo do\n  use AshSqlite.Repo, otp_app: :shop\nend\n");
    project.replace(ORDER, "AshPostgres.DataLayer", "AshSqlite.DataLayer");
    project.replace(ORDER, "  postgres do", "  sqlite do");
    project.ashls(&["codegen", "create_orders", "--timestamp", "20260101000000"]).ends_with(0);
    for command in ["create", "migrate"] {
        project.ashls(&[command, "--database-url", "sqlite:shop.db"]).ends_with(0);
    }
    let url = format!("sqlite:{}", project.root.join("shop.db").display());
    let settings = || json!({"database": {"url": url}});
    // What agrees is not a finding; what is pending is one as ever.
    project.replace(ORDER, "attribute :note, :string\n", "attribute :note, :string\n    attribute :total, :integer\n");
    let mut editor = Editor::start(&project, settings());
    let shown = editor.wait("what is pending", |shown, _| shown.iter().any(|it| it.contains("add column total")));
    assert!(!shown.iter().any(|it| it.contains("the database")), "{shown:?}");
    drop(editor);
    sqlite(&project, "ALTER TABLE orders ADD COLUMN legacy TEXT; CREATE INDEX by_legacy ON orders (legacy)");
    editor = Editor::start(&project, settings());
    let legacy = "the database has the column legacy (TEXT), and the snapshots do not";
    let shown = editor.wait("drift", |shown, _| shown.iter().any(|it| it == legacy));
    assert!(shown.iter().any(|it| it.starts_with("the database has the index by_legacy")), "{shown:?}");
    assert_eq!(shown.iter().filter(|it| it.contains("the database")).count(), 2, "{shown:?}");
    drop(editor);
    sqlite(&project, "DROP TABLE orders; CREATE TABLE orders (id TEXT NOT NULL PRIMARY KEY, note INTEGER)");
    editor = Editor::start(&project, settings());
    let note = "column note is `INTEGER` in the database, and `TEXT` in the snapshots";
    editor.wait("another type", |shown, _| shown.iter().any(|it| it == note));
    drop(editor);
    // A file that is not there is a line in the log, and is not made.
    std::fs::remove_file(project.root.join("shop.db")).expect("a file");
    editor = Editor::start(&project, settings());
    editor.wait("a problem", |_, log| log.iter().any(|it| it.contains("the database is not looked at")));
    assert!(!project.root.join("shop.db").exists());
}

#[test]
fn no_setting_no_connection() {
    let project = Project::generated_shop();
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    server.set_nonblocking(true).expect("a setting");
    let url = format!("postgres://ann@{}/shop", server.local_addr().expect("an address"));
    // A project may not name a database by itself, whether in the settings' file or in its configuration.
    project.write("ashls.toml", format!("[database]\nurl = \"{url}\"\nenable = true\n"));
    project.write(
        "config/config.exs",
        format!("import Config\nconfig :shop, ash_domains: [Shop.Sales], ecto_repos: [Shop.Repo]\nconfig :shop, Shop.Repo, url: \"{url}\"\n"),
    );
    project.replace(ORDER, "attribute :note, :string\n", "\n");
    let mut editor = Editor::start(&project, json!({"database": {"drift": true}}));
    editor.wait("findings", |shown, _| shown.iter().any(|it| it.contains("is dropped with its data")));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(server.accept().expect_err("nobody").kind(), ErrorKind::WouldBlock);
    // With a setting, the configuration is asked.
    let mut editor = Editor::start(&project, json!({"database": {"enable": true, "timeout": 300}}));
    editor.wait("a problem", |_, log| log.iter().any(|it| it.contains("no answer within 300 ms")));
    server.accept().expect("the editor's server");
}

#[test]
fn a_database_that_does_not_answer_is_one_line_in_the_log() {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string\n", "attribute :note, :string\n    attribute :total, :integer\n");
    let url = "postgres://nobody:secret@127.0.0.1:1/shop";
    let mut editor = Editor::start(&project, json!({"database": {"url": url, "timeout": 500}}));
    let said = editor.wait("a problem", |shown, log| {
        shown.iter().any(|it| it.contains("add column total")) && log.iter().any(|it| it.contains("the database"))
    });
    let problem = said.iter().find(|line| line.contains("the database is not looked at")).expect("a line");
    assert!(problem.contains("shop on 127.0.0.1:1 as nobody") && !problem.contains("secret"), "{problem}");
}
