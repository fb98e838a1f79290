//! Layout decisions, on documents small enough to check by hand.

use super::{Doc, Indent, concat, flexible, join, render, soft, space};

fn call(arguments: Vec<Doc>, separator: &Doc) -> Doc {
    let inside = concat([soft(), join(arguments, separator)]).nest(2);
    concat(["f(".into(), inside, soft(), ")".into()]).group()
}

fn words(words: &'static str) -> Vec<Doc> {
    words.split(' ').map(Doc::text).collect()
}

#[test]
fn a_group_breaks_everywhere_or_nowhere() {
    let doc = call(words("aa bb cc"), &concat([",".into(), space()]));
    assert_eq!(render(&doc, Some(13)), "f(aa, bb, cc)");
    assert_eq!(render(&doc, Some(12)), "f(\n  aa,\n  bb,\n  cc\n)");
}

#[test]
fn flexible_breaks_fill_lines() {
    let doc = call(words("aa bb cc"), &concat([",".into(), flexible()]));
    assert_eq!(render(&doc, Some(9)), "f(\n  aa, bb,\n  cc\n)");
}

#[test]
fn the_next_break_can_count_as_fitting() {
    let list = concat(["[".into(), concat([soft(), "element".into()]).nest(2), soft(), "]".into()]).group();
    let argument = list.clone().next_break_fits(true);
    let doc = concat(["call(".into(), concat([soft(), argument]).nest_if_broken(2), soft(), ")".into()])
        .group()
        .next_break_fits(false);
    assert_eq!(render(&doc, Some(8)), "call([\n  element\n])");
    let without = concat(["call(".into(), concat([soft(), list]).nest_if_broken(2), soft(), ")".into()]).group();
    assert_eq!(render(&without, Some(8)), "call(\n  [\n    element\n  ]\n)");
}

#[test]
fn forced_groups_break_although_they_fit() {
    let doc = call(words("a"), &Doc::Empty);
    assert_eq!(render(&concat([doc.clone()]).force_unfit().group(), Some(80)), "f(a)");
    let doc = concat(["a".into(), space(), Doc::from("b").force_unfit()]).group();
    assert_eq!(render(&doc, Some(80)), "a\nb");
}

#[test]
fn line_breaks_collapse() {
    let doc = concat(["a".into(), Doc::CollapseLines(2), Doc::Line, Doc::Line, Doc::Line, "b".into()]);
    assert_eq!(render(&doc, Some(80)), "a\n\nb");
}

#[test]
fn nesting_can_follow_the_cursor_or_start_over() {
    let doc = concat(["ab".into(), concat(["c".into(), Doc::Line, "d".into()]).nest_to(Indent::Cursor)]);
    assert_eq!(render(&doc, Some(80)), "abc\n  d");
    let doc = concat(["a".into(), Doc::Line.nest_to(Indent::Reset), "b".into()]).nest(4);
    assert_eq!(render(&doc, Some(80)), "a\nb");
}

#[test]
fn text_is_measured_in_graphemes() {
    let doc = concat([Doc::text("ééé"), space(), "b".into()]).group();
    assert_eq!(render(&doc, Some(5)), "ééé b");
    let doc = concat([Doc::bytes("ééé"), space(), "b".into()]).group();
    assert_eq!(render(&doc, Some(5)), "ééé\nb");
}
