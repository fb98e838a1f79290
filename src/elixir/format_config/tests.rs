//! Projects as lists of files, and the options that one file gets.

use std::sync::Arc;

use expect_test::{Expect, expect};

use super::{Files, FormatterConfig, ProjectFormatter, ash_sqlite_formatter, glob};
use crate::elixir::format::Arity;

fn describe(config: &FormatterConfig) -> String {
    let locals: Vec<String> = config
        .options
        .locals_without_parens
        .iter()
        .map(|(name, arity)| match arity {
            Arity::Any => format!("{name}/*"),
            Arity::Exactly(arity) => format!("{name}/{arity}"),
        })
        .collect();
    let mut text = format!("{} columns; {}\n", config.options.line_length, locals.join(" "));
    if config.options.force_do_end_blocks {
        text.push_str("do end\n");
    }
    for note in &config.notes {
        text.push_str(&format!("{note:?}\n"));
    }
    text
}

fn check(path: &str, files: &[(&str, &str)], expected: &Expect) {
    let project = ProjectFormatter::read(&texts(files));
    expected.assert_eq(&describe(project.for_file(path)));
}

fn texts(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect()
}

#[test]
fn no_configuration() {
    check(
        "priv/repo/migrations/1.exs",
        &[],
        &expect![[r#"
        98 columns; 
    "#]],
    );
}

#[test]
fn own_settings() {
    let text = "
        # comment
        locals = [add: 2, drop: :*]
        [line_length: 120, locals_without_parens: locals ++ [x: 1], force_do_end_blocks: true, inputs: [\"*.exs\"]]
    ";
    check(
        "a.exs",
        &[(".formatter.exs", text)],
        &expect![[r#"
        120 columns; add/2 drop/* x/1
        do end
    "#]],
    );
}

#[test]
fn exports_of_dependencies() {
    let files = [
        (".formatter.exs", "[import_deps: [:own, :ash_postgres, :nothing, :strange]]"),
        ("deps/own/.formatter.exs", "l = [a: 1]\n[locals_without_parens: [b: 2], export: [locals_without_parens: l]]"),
        ("deps/nothing/.formatter.exs", "[inputs: []]"),
    ];
    check(
        "a.exs",
        &files[..1],
        &expect![[r#"
        98 columns; index/1 index/2 prefix/1 repo/1 table/1
        UnknownDependency("own")
        UnknownDependency("nothing")
        UnknownDependency("strange")
    "#]],
    );
    check(
        "a.exs",
        &files,
        &expect![[r#"
            98 columns; a/1 index/1 index/2 prefix/1 repo/1 table/1
        "#]],
    );
}

#[test]
fn a_configuration_further_down_replaces_the_one_above() {
    let files = [
        (".formatter.exs", "[line_length: 80, subdirectories: [\"priv/*/migrations\", \"apps/*\"], plugins: [Styler]]"),
        ("priv/repo/migrations/.formatter.exs", "[import_deps: [:ecto_sql], locals_without_parens: [z: 0]]"),
        ("apps/a/.formatter.exs", "[line_length: 60, subdirectories: [\"./priv/**\"]]"),
        ("apps/a/priv/x/y/.formatter.exs", "[line_length: 40]"),
    ];
    check(
        "priv/repo/migrations/1.exs",
        &files,
        &expect![[r#"
        98 columns; add/2 add/3 add_if_not_exists/2 add_if_not_exists/3 alter/2 create/1 create/2 create_if_not_exists/1 create_if_not_exists/2 drop/1 drop/2 drop_if_exists/1 drop_if_exists/2 execute/1 execute/2 modify/2 modify/3 remove/1 remove/2 remove/3 remove_if_exists/1 remove_if_exists/2 rename/2 rename/3 timestamps/1 z/0
    "#]],
    );
    check(
        "priv/other/migrations/1.exs",
        &files,
        &expect![[r#"
        80 columns; 
        Plugin("Styler")
    "#]],
    );
    check(
        "apps/a/lib/b.ex",
        &files,
        &expect![[r#"
        60 columns; 
    "#]],
    );
    check(
        "apps/a/priv/x/y/b.ex",
        &files,
        &expect![[r#"
        40 columns; 
    "#]],
    );
}

#[test]
fn what_is_not_followed_is_reported() {
    let text =
        "[plugins: [Spark.Formatter, Quokka], migrate: true, locals_without_parens: [a: 1, b: System.get_env(\"B\")]]";
    check(
        "a.exs",
        &[(".formatter.exs", text)],
        &expect![[r#"
        98 columns; a/1
        Unreadable { file: ".formatter.exs", range: Range { start: 85, end: 104 }, reason: "System.get_env/1 is not evaluated here" }
        Plugin("Quokka")
        Option("migrate")
    "#]],
    );
    check(
        "a.exs",
        &[(".formatter.exs", "[import_deps: deps()]")],
        &expect![[r#"
        98 columns; 
        Unreadable { file: ".formatter.exs", range: Range { start: 14, end: 20 }, reason: "deps/0 is not evaluated" }
    "#]],
    );
    check(
        "a.exs",
        &[(".formatter.exs", "[line_length:")],
        &expect![[r#"
        98 columns; 
        Unreadable { file: ".formatter.exs", range: Range { start: 0, end: 13 }, reason: "cannot be parsed" }
    "#]],
    );
    check(
        "a.exs",
        &[(".formatter.exs", "")],
        &expect![[r#"
        98 columns; 
        Unreadable { file: ".formatter.exs", range: Range { start: 0, end: 0 }, reason: "not the kind of value that is expected here" }
    "#]],
    );
}

#[test]
fn ash_sqlite_looks_at_nothing_but_ecto_sql() {
    let files = texts(&[("deps/ecto_sql/.formatter.exs", "[locals_without_parens: [add: 9]]")]);
    expect![[r#"
        98 columns; add/9
    "#]]
    .assert_eq(&describe(&ash_sqlite_formatter(&files)));
    let locals = ash_sqlite_formatter(&Files::new()).options.locals_without_parens;
    assert_eq!(locals.len(), 25);
}

#[test]
fn patterns() {
    let check = |pattern: &str, path: &str, expected: bool| {
        assert_eq!(glob::matches(pattern, path), expected, "{pattern} {path}");
    };
    check("apps/*", "apps/a", true);
    check("apps/*", "apps/a/b", false);
    check("apps/*", "apps/.a", false);
    check("apps/**", "apps/a/b", true);
    check("**/migrations", "priv/repo/migrations", true);
    check("**/migrations", "migrations", true);
    check("priv/*_repo/m?", "priv/my_repo/m1", true);
    check("priv/{a,b}/x", "priv/b/x", true);
    check("priv/{a,b}/x", "priv/c/x", false);
    check("p[a-c]x", "pbx", true);
    check("p[a-c]x", "pdx", false);
    assert_eq!(glob::join("a/b", "../c/./d/"), "a/c/d");
}
