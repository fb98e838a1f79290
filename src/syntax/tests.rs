//! Reading expressions.

use super::*;

/// Parses `text` and returns its only expression.
fn one(text: &str) -> Expr {
    let mut expressions = parse_expressions(text);
    assert_eq!(expressions.len(), 1, "{expressions:#?}");
    expressions.remove(0)
}

fn text_of(source: &str) -> String {
    one(source).as_text().expect("a string without interpolation")
}

#[test]
fn calls_keep_arguments_options_and_blocks() {
    let source = "attribute :title, :string, allow_nil?: false do\n  default \"x\"\nend";
    let expr = one(source);
    let call = expr.as_call().unwrap();
    assert_eq!(call.local_name(), Some("attribute"));
    assert_eq!(call.positional().filter_map(Expr::as_atom).collect::<Vec<_>>(), ["title", "string"]);
    assert_eq!(call.keywords()[0].0.as_atom(), Some("allow_nil?"));
    assert_eq!(call.keywords()[0].0.range.slice(source), "allow_nil?:");
    let body = &call.block.as_ref().unwrap().body;
    assert_eq!(body[0].as_call().unwrap().name(), "default");
    assert_eq!(body[0].range.slice(source), "default \"x\"");
}

#[test]
fn module_attributes_are_read_and_written() {
    assert_eq!(one("@table").kind, Kind::Attribute("table".into()));
    let expr = one("@table \"posts\"");
    assert_eq!(expr.as_call().unwrap().target, Target::Attribute("table".into()));
}

#[test]
fn strings_resolve_escapes() {
    assert_eq!(text_of(r#""a\n\"b\" \\ \x41 \u{1F600} \#{x}""#), "a\n\"b\" \\ A 😀 #{x}");
    assert_eq!(text_of("\"\"\"\n  one\n    two\n  three\\\n  four\n  \"\"\""), "one\n  two\nthreefour\n");
    assert_eq!(text_of("~S(a\\n)"), "a\\n");
}

#[test]
fn aliases_with_braces_and_module() {
    let Kind::Binary { operator, .. } = &one("A.B.{C, D}").kind else { panic!("a dot") };
    assert_eq!(operator, ".");
    assert_eq!(one("__MODULE__.Author").kind, Kind::Alias(vec!["__MODULE__".into(), "Author".into()]));
    assert_eq!(one("A.B").kind, Kind::Alias(vec!["A".into(), "B".into()]));
}

#[test]
fn remote_calls_and_captures() {
    let expr = one("Module.concat(A, B)");
    assert!(matches!(&expr.as_call().unwrap().target, Target::Remote { name, .. } if name == "concat"));
    let Kind::Capture(inner) = &one("&Ash.UUID.generate/0").kind else { panic!("a capture") };
    assert!(matches!(&inner.kind, Kind::Binary { operator, .. } if operator == "/"));
    assert!(matches!(one("&(&1 + 1)").kind, Kind::Capture(_)));
}

#[test]
fn maps_structs_and_updates() {
    let Kind::Map { name, entries, .. } = one("%Version{major: 15, minor: 0}").kind else { panic!("a map") };
    assert!(name.is_some());
    assert_eq!(entries.len(), 2);
    let Kind::Map { base, entries, .. } = one("%{base | \"k\" => 1}").kind else { panic!("a map") };
    assert!(base.is_some());
    assert_eq!(entries.len(), 1);
}

#[test]
fn clauses_of_case_and_fn() {
    let expr = one("case x do\n  1 when y -> :a\n  _ ->\n    :b\nend");
    let clauses = &expr.as_call().unwrap().block.as_ref().unwrap().clauses;
    assert_eq!(clauses.len(), 2);
    assert!(clauses[0].guard.is_some());
    assert_eq!(clauses[1].body[0].as_atom(), Some("b"));
    assert!(matches!(&one("fn a, b -> a end").kind, Kind::Fn(clauses) if clauses[0].arguments.len() == 2));
}

#[test]
fn nesting_without_end_is_an_error_value() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(parse_expressions(&deep).len(), 1);
}

#[test]
fn valid_code_is_read_whole_where_its_indentation_means_nothing() {
    let text = "defmodule A.B do\n       use Ash.Resource,\n domain: A\n   attributes do\n  attribute :a, :string do\n \
                allow_nil? false\n      end\n     timestamps()\nend\n    actions do\n defaults [:read,\n       create: [:a]]\n   \
                end\n      end\n";
    let tree = SourceTree::parse(text);
    assert_eq!(tree.issues(), []);
    assert!(tree.expressions() == parse_expressions(text));
    let everything = Interest { leaves_out: |_| false, matters: |_| true };
    assert!(is_well_formed(text) && parse_skimmed(text, everything).1.is_none());
    // Broken, it is read as well as it goes, and that is said.
    assert_ne!(SourceTree::parse(text.replace("[:read,", "[:read")).issues(), []);
}

#[test]
fn quoted_keys_and_atoms() {
    let expr = one("[\"odd key\": 1, plain: :\"odd atom\"]");
    let Kind::List(items) = &expr.kind else { panic!("a list") };
    let Kind::Keywords(pairs) = &items[0].kind else { panic!("keywords") };
    assert_eq!(pairs[0].0.as_atom(), Some("odd key"));
    assert_eq!(pairs[1].1.as_atom(), Some("odd atom"));
}
