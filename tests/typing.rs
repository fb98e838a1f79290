//! Typing into resource files: whatever is being typed, the other entities stay.

#[path = "typing/damage.rs"]
mod damage;
#[path = "typing/edits.rs"]
mod edits;
#[path = "typing/facts.rs"]
mod facts;
#[path = "typing/files.rs"]
mod files;
#[path = "typing/layout.rs"]
mod layout;
#[path = "typing/measure.rs"]
mod measure;
#[path = "typing/script.rs"]
mod script;
#[path = "typing/vocabulary.rs"]
mod vocabulary;
#[path = "typing/weak_points.rs"]
mod weak_points;

use ashls::syntax::{SourceTree, parse_expressions};
use ashls::text::Range;
use rayon::prelude::*;

use facts::facts;
use files::files;
use measure::{Expected, Figures};
use script::{Random, Site};

#[test]
fn healthy_files_are_read_as_by_the_whole_grammar() {
    for (name, text) in files() {
        let tree = SourceTree::parse(text.as_str());
        assert_eq!(tree.issues(), [], "{name}");
        assert!(tree.expressions() == parse_expressions(&text), "{name}");
        assert!(facts(tree.expressions(), &text).len() >= 10, "{name}");
    }
}

/// How many places of each file every kind of edit is typed at. `TYPING_PLACES` asks for more.
fn places() -> u64 {
    std::env::var("TYPING_PLACES").ok().and_then(|places| places.parse().ok()).unwrap_or(1)
}

#[test]
fn other_entities_survive_every_keystroke() {
    let files: Vec<_> = files()
        .into_iter()
        .map(|(name, text)| {
            let facts = facts(SourceTree::parse(text.as_str()).expressions(), &text);
            (name, text, facts)
        })
        .collect();
    let only = std::env::var("TYPING_KIND").ok();
    let kinds: Vec<_> = edits::KINDS.iter().enumerate().collect();
    let figures: Vec<_> = kinds
        .into_par_iter()
        .filter(|(_, (kind, _))| only.as_ref().is_none_or(|only| only == kind))
        .map(|(number, (kind, make))| {
            let mut figures = Figures::default();
            let mut whole = Figures::default();
            for (place, (name, text, facts)) in
                (0..places()).flat_map(|place| files.iter().map(move |file| (place, file)))
            {
                let seed = 1 + number as u64 + 1000 * place + text.len() as u64 * 1_000_000;
                let mut site = Site { text, facts, random: Random::new(seed) };
                let Some(script) = make(&mut site) else { continue };
                let states = measure::run(text, facts, &script, &format!("{kind} in {name}, place {place}"));
                figures.merge(states.0);
                whole.merge(states.1);
            }
            (kind, figures, whole)
        })
        .collect();
    let mut total = Figures::default();
    let mut whole_total = Figures::default();
    for (kind, figures, whole) in figures {
        println!("{kind:32} {figures}");
        assert!(figures.states > 0, "no file has a place for {kind}");
        total.merge(figures);
        whole_total.merge(whole);
    }
    println!("{:32} {total}", format!("all {} kinds", edits::KINDS.len()));
    if whole_total.states > 0 {
        println!("{:32} {whole_total}", "whole-file parse");
    }
    for suspect in total.suspects.iter().take(20) {
        println!("  false entity: {suspect}");
    }
    assert!(edits::KINDS.len() >= 34);
    assert!(total.mean() >= 99.95);
    assert!(total.worst() >= 97.0);
    assert!(total.false_per_state() <= 0.05);
}

#[test]
fn other_entities_survive_random_damage() {
    let mut total = Figures::default();
    for (name, text) in files() {
        let facts = facts(SourceTree::parse(text.as_str()).expressions(), &text);
        let mut random = Random::new(text.len() as u64);
        let mut figures = Figures::default();
        let mut tree = SourceTree::parse(text.as_str());
        for _ in 0..150 * places() {
            let damage = damage::damage(&text, &mut random);
            // The damaged text is an edit of the one before, and then undone.
            tree.update(damage.text.as_str());
            let scratch = SourceTree::parse(damage.text.as_str());
            assert!(tree.expressions() == scratch.expressions(), "{} in {name}", damage.name);
            assert_eq!(tree.issues(), scratch.issues(), "{} in {name}", damage.name);
            let region = measure::lines_of(&damage.text, damage.typed);
            let label = || format!("{} in {name}", damage.name);
            Expected::new(&facts, &damage.touched).judge(tree.expressions(), &damage.text, region, &mut figures, label);
            tree.update(text.as_str());
        }
        println!("{name:32} {figures}");
        total.merge(figures);
    }
    println!("{:32} {total}", "random damage");
    assert!(total.mean() >= 99.5);
}

/// States of one edit that are looked at in a long file without believable layout: each takes the whole file to read.
const LONG_STATES: usize = 4;

/// Files whose layout lies: read like the whole grammar reads them while they are whole, and as well as possible while
/// something is being typed.
#[test]
fn files_whose_layout_lies() {
    let figures = layout::LIES.par_iter().map(|(kind, lie)| {
        let mut whole = Figures::default();
        let mut typing = Figures::default();
        let mut long = Figures::default();
        for (name, text) in files() {
            let mut random = Random::new(text.len() as u64);
            let Some(text) = lie(&text, &mut random) else { continue };
            let expected = parse_expressions(&text);
            let known = facts(&expected, &text);
            let label = || format!("{kind} in {name}");
            let tree = SourceTree::parse(text.as_str());
            Expected::new(&known, &[]).judge(tree.expressions(), &text, Range::empty(0), &mut whole, label);
            assert_eq!(tree.issues(), [], "{kind} in {name}");
            let is_long = text.lines().count() > 200;
            for kind in ["attribute with a block", "unterminated string", "belongs_to", "deleted end", "rename"] {
                let make = edits::KINDS.iter().find(|(name, _)| *name == kind).expect("a kind of edit").1;
                let mut site = Site { text: &text, facts: &known, random: Random::new(text.len() as u64) };
                let Some(script) = make(&mut site) else { continue };
                let name = format!("{kind} in {name}");
                match is_long {
                    false => typing.merge(measure::run(&text, &known, &script, &name).0),
                    true => long.merge(measure::run_some(&text, &known, &script, &name, LONG_STATES).0),
                }
            }
        }
        (kind, whole, typing, long)
    });
    for (kind, whole, typing, long) in figures.collect::<Vec<_>>() {
        println!("{kind:32} {whole}");
        println!("{:32} {typing}", "  while typing");
        println!("{:32} {long}", "  ... in over 200 lines");
        assert!(whole.states > 0);
        assert!(whole.worst() >= 100.0 && whole.false_per_state() == 0.0, "{kind}");
    }
}
