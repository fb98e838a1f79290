//! How much of the other entities survives an edit.

use std::collections::BTreeMap;
use std::fmt;

use ashls::syntax::{Expr, SourceTree};
use ashls::text::Range;

use crate::facts::{Fact, Key, facts};
use crate::script::Script;

/// Figures over many states of texts.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    pub states: usize,
    recall_sum: f64,
    worst: Option<(f64, String)>,
    pub false_entities: usize,
    /// States with false entities, for looking at them.
    pub suspects: Vec<String>,
}

impl Figures {
    pub fn mean(&self) -> f64 {
        if self.states == 0 { 100.0 } else { 100.0 * self.recall_sum / self.states as f64 }
    }

    pub fn worst(&self) -> f64 {
        self.worst.as_ref().map_or(100.0, |(recall, _)| 100.0 * recall)
    }

    pub fn false_per_state(&self) -> f64 {
        self.false_entities as f64 / self.states.max(1) as f64
    }

    fn add(&mut self, recall: f64, false_entities: usize, label: impl Fn() -> String) {
        self.states += 1;
        self.recall_sum += recall;
        self.false_entities += false_entities;
        if self.worst.as_ref().is_none_or(|(worst, _)| recall < *worst) {
            self.worst = Some((recall, label()));
        }
        if false_entities > 0 {
            self.suspects.push(label());
        }
    }

    pub fn merge(&mut self, other: Figures) {
        self.states += other.states;
        self.recall_sum += other.recall_sum;
        self.false_entities += other.false_entities;
        self.suspects.extend(other.suspects);
        if let Some((recall, label)) = other.worst
            && self.worst.as_ref().is_none_or(|(worst, _)| recall < *worst)
        {
            self.worst = Some((recall, label));
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:6} states: recall {:8.4} % mean, {:6.2} % worst; {:.4} false entities per state",
            self.states,
            self.mean(),
            self.worst(),
            self.false_per_state()
        )?;
        match &self.worst {
            Some((recall, label)) if *recall < 1.0 => write!(formatter, " (worst: {label})"),
            _ => Ok(()),
        }
    }
}

/// What should stay of a file while `touched` is edited.
pub struct Expected {
    others: BTreeMap<Key, usize>,
    count: usize,
    /// All keys of the file before the edit.
    known: BTreeMap<Key, usize>,
    /// Where the entities begin that are being edited.
    edited: Vec<usize>,
}

impl Expected {
    pub fn new(facts: &[Fact], touched: &[Range]) -> Expected {
        let hit = |range: Range| touched.iter().any(|touched| touched.start < range.end && range.start < touched.end);
        let mut others = BTreeMap::new();
        let mut known = BTreeMap::new();
        let edited = facts.iter().filter(|fact| hit(fact.range)).map(|fact| fact.range.start).collect();
        for fact in facts {
            *known.entry(fact.key.clone()).or_insert(0) += 1;
            if !hit(fact.range) && !fact.headers.iter().any(|header| hit(*header)) {
                *others.entry(fact.key.clone()).or_insert(0) += 1;
            }
        }
        Expected { count: others.values().sum(), others, known, edited }
    }

    /// Judges one state. Entities that begin in `typed` are the ones being typed, not false ones.
    pub fn judge(
        &self,
        expressions: &[Expr],
        text: &str,
        typed: Range,
        figures: &mut Figures,
        label: impl Fn() -> String,
    ) {
        let mut found: BTreeMap<Key, usize> = BTreeMap::new();
        let mut false_entities = 0;
        for fact in facts(expressions, text) {
            let count = found.entry(fact.key.clone()).or_insert(0);
            *count += 1;
            let expected = self.known.get(&fact.key).copied().unwrap_or(0);
            let start = fact.range.start;
            let moved = fact.headers.iter().any(|header| typed.touches(header.start) || header.touches(typed.start));
            let edited = moved || typed.touches(start) || (start < typed.start && self.edited.contains(&start));
            if fact.key.entity && *count > expected && !edited {
                false_entities += 1;
            }
        }
        let kept: usize =
            self.others.iter().map(|(key, count)| (*count).min(found.get(key).copied().unwrap_or(0))).sum();
        let recall = if self.count == 0 { 1.0 } else { kept as f64 / self.count as f64 };
        figures.add(recall, false_entities, label);
    }
}

/// Types `script` into `text` and judges every state; the incremental result must be the one from scratch.
pub fn run(text: &str, facts: &[Fact], script: &Script, name: &str) -> (Figures, Figures) {
    run_some(text, facts, script, name, usize::MAX)
}

/// The same with at most about `states` of the states, evenly spread, the last one among them.
pub fn run_some(text: &str, facts: &[Fact], script: &Script, name: &str, states: usize) -> (Figures, Figures) {
    let stride = script.steps.len().div_ceil(states);
    let expected = Expected::new(facts, &script.touched);
    let mut figures = Figures::default();
    let mut whole = Figures::default();
    let mut tree = SourceTree::parse(text);
    let mut state = text.to_owned();
    let mut typed: Option<Range> = None;
    for (number, step) in script.steps.iter().enumerate() {
        state.replace_range(step.at..step.at + step.remove, &step.insert);
        let here = Range::new(step.at, step.at + step.insert.len());
        typed = Some(typed.map_or(here, |typed| typed.cover(here)));
        if !(script.steps.len() - 1 - number).is_multiple_of(stride) {
            continue;
        }
        tree.update(state.as_str());
        let scratch = SourceTree::parse(state.as_str());
        let label = || format!("{name}, step {number}");
        assert!(tree.expressions() == scratch.expressions(), "incremental differs from scratch: {}\n{state}", label());
        assert_eq!(tree.issues(), scratch.issues(), "incremental differs from scratch: {}\n{state}", label());
        let region = lines_of(&state, typed.unwrap_or(here));
        if std::env::var("TYPING_SHOW").is_ok_and(|wanted| wanted == label()) {
            println!("{state}\n{:#?}", tree.issues());
        }
        expected.judge(tree.expressions(), &state, region, &mut figures, label);
        if std::env::var_os("TYPING_WHOLE").is_some() {
            let expressions = ashls::syntax::parse_expressions(&state);
            expected.judge(&expressions, &state, region, &mut whole, label);
        }
    }
    (figures, whole)
}

/// `range`, from the beginning of its first line to the end of its last one.
pub fn lines_of(text: &str, range: Range) -> Range {
    let start = text[..range.start.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let end = range.end.min(text.len());
    Range::new(start, text[end..].find('\n').map_or(text.len(), |length| end + length))
}
