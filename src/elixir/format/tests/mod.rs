//! The formatter against outputs of Elixir 1.18's.

use proptest::prelude::*;

use super::{Arity, FormatOptions, format, format_file};

/// Snippets and what Elixir 1.18.4 makes of them. The file says how they are separated.
const CASES: &str = include_str!("cases.txt");

struct Case<'t> {
    name: &'t str,
    options: FormatOptions,
    input: &'t str,
    /// `Err` when Elixir refuses the input.
    output: Result<&'t str, ()>,
}

fn cases() -> Vec<Case<'static>> {
    let parse = |text: &'static str| {
        let (head, rest) = text.split_once('\n').unwrap();
        let (input, output) = rest.split_once("-------- output\n").unwrap();
        let (name, settings) = head.split_once(" | ").unwrap_or((head, ""));
        Case {
            name,
            options: options(settings),
            input,
            output: if output.trim_end() == "syntax error" { Err(()) } else { Ok(output) },
        }
    };
    CASES.split("======== ").skip(1).map(parse).collect()
}

/// `width 60, force, migration`.
fn options(settings: &str) -> FormatOptions {
    let mut options = FormatOptions::default();
    for setting in settings.split(", ") {
        match setting.split_once(' ').unwrap_or((setting, "")) {
            ("width", columns) => options.line_length = columns.parse().unwrap(),
            ("force", _) => options.force_do_end_blocks = true,
            ("migration", _) => {
                let locals = ["add", "alter", "create", "drop", "execute", "modify", "remove", "rename", "timestamps"];
                options.locals_without_parens =
                    locals.into_iter().map(|local| (local.to_owned(), Arity::Any)).collect();
            }
            _ => {}
        }
    }
    options
}

#[test]
fn formats_as_elixir_does() {
    let mut failures = Vec::new();
    for case in cases() {
        let result = format_file(case.input, &case.options);
        let agrees = match (&result, &case.output) {
            (Ok(text), Ok(expected)) => text == expected,
            (Err(_), Err(())) => true,
            _ => false,
        };
        if !agrees {
            let expected = case.output.unwrap_or("syntax error");
            let found = result.unwrap_or_else(|error| format!("{error}\n"));
            failures.push(format!("{}\n--- expected\n{expected}--- found\n{found}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn formatted_code_stays_as_it_is() {
    for case in cases() {
        if let Ok(output) = case.output {
            assert_eq!(format_file(output, &case.options).as_deref(), Ok(output), "{}", case.name);
        }
    }
}

#[test]
fn windows_line_ends_stay_only_in_text() {
    let source = "foo(a,\r\n  b)\r\n\r\n\r\nx = \"\"\"\r\n  a\r\n\r\n  b\r\n  \"\"\"\r\n# c\r\ny\r\n";
    let expected = "foo(\n  a,\n  b\n)\n\nx = \"\"\"\na\r\n\r\nb\r\n\"\"\"\n\n# c\ny\n";
    assert_eq!(format_file(source, &FormatOptions::default()).as_deref(), Ok(expected));
}

#[test]
fn errors_name_the_line() {
    let error = format("a = 1\nb = )\n", &FormatOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "line 2: unexpected token: )");
    let error = format("foo(\n  bar\n", &FormatOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "line 1: missing terminator: )");
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let nested = [
        "(".repeat(5000),
        "[".repeat(99) + &"]".repeat(99),
        "[".repeat(5000) + &"]".repeat(5000),
        "fn -> ".repeat(5000),
        "if a do ".repeat(99) + &" end".repeat(99),
        "a <> ".repeat(5000) + "a",
        "a + ".repeat(99) + "a",
        "a + ".repeat(5000) + "a",
        "a |> ".repeat(5000) + "a",
        "-".repeat(5000) + "a",
        "@".repeat(5000) + "a",
        "%".repeat(5000) + "a",
        "%@".repeat(5000) + "a",
        "a.".repeat(5000) + "a",
        "f ".repeat(5000) + "a",
        "a[".repeat(99) + &"]".repeat(99),
        "\"#{".repeat(5000) + &"}\"".repeat(5000),
        "f(".repeat(99) + &")".repeat(99),
        "%{a: ".repeat(99) + &"}".repeat(99),
        "x -> ".repeat(5000),
        "(x -> ".repeat(99) + &")".repeat(99),
        "(".repeat(99) + "a" + &", b) -> c".repeat(99),
        "&".repeat(2) + &"& ".repeat(5000),
        "... ".repeat(5000),
        "a: ".repeat(5000) + "a",
        "f a: ".repeat(99) + "a",
        "case x do y -> ".repeat(99) + &" end".repeat(99),
    ];
    for source in nested {
        let _ = format(&source, &FormatOptions::default());
    }
}

/// Text that looks like Elixir often enough to get past the tokenizer.
fn elixir_like() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "foo", "bar(", "Foo.Bar", ":a", "a: ", "1", "\"x", "\"", "'", "\"\"\"\n", "~s(", "#{", "}", "{", "%{", "[",
        "]", "(", ")", "<<", ">>", " do\n", "end", "fn ", " -> ", "else", " when ", " |> ", " = ", "+", " - ", "&",
        "&1", "@", ".", "..", "//", "...", "::", "|", "\\\\", " in ", " not ", ",", ";", "\n", "\n\n", "# c\n", " ",
        "é", "?", "^", "=>", "<-", "++", "nil", "x.y ", "\\", "\r\n", "\t",
    ]);
    proptest::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn never_panics(source in any::<String>(), like in elixir_like()) {
        let _ = format(&source, &FormatOptions::default());
        let _ = format(&like, &FormatOptions::default());
    }

    #[test]
    fn formatting_migrations_twice_changes_nothing(source in migration(), width in 20usize..110) {
        let options = FormatOptions { line_length: width, ..options("migration") };
        let once = format_file(&source, &options).unwrap();
        prop_assert_eq!(format_file(&once, &options).unwrap(), once);
    }
}

/// A migration as a generator would write it, before formatting.
fn migration() -> impl Strategy<Value = String> {
    let name = || "[a-z][a-z_]{0,20}";
    let value = prop_oneof![
        name().prop_map(|name| format!(":{name}")),
        name().prop_map(|name| format!("\"{name}\"")),
        name().prop_map(|name| format!("fragment(\"{name}('#{{x}}')\")")),
        (name(), name()).prop_map(|(a, b)| format!("references(:{a}, column: :{b}, type: :uuid, prefix: \"public\")")),
        (name(), name()).prop_map(|(a, b)| format!("[:{a}, :{b}, %{{\"{a}\" => :{b}}}]")),
        (name(), name()).prop_map(|(a, b)| format!("\"\"\"\n{a} #{{prefix()}}\n\n  {b}\n\"\"\"")),
    ];
    let option = (name(), value.clone()).prop_map(|(key, value)| format!("{key}: {value}"));
    let options = proptest::collection::vec(option, 0..4);
    let statement = (prop_oneof![Just("add"), Just("create"), Just("execute"), Just("other")], value, options)
        .prop_map(|(call, value, options)| format!("{call} {}", [vec![value], options].concat().join(", ")));
    let line_end = prop_oneof![Just("\n"), Just("\n\n\n"), Just(" # why\n"), Just("\n# what\n"), Just(";\n")];
    proptest::collection::vec((statement, line_end), 1..8).prop_map(|statements| {
        let body: String = statements.into_iter().map(|(statement, end)| statement + end).collect();
        format!("defmodule M do\n@moduledoc \"x\"\nuse Ecto.Migration\ndef up do\n{body}end\nend")
    })
}
