//! What a database says about the tables of resources, as far as an editor shows it. Plain data: who asked it, and how, is
//! not known here.

use std::collections::BTreeMap;

use super::analysis::{Effect, FileAnalysis, ResourceView, Severity};
use super::diagnostics::Diagnostic;

/// What one project's database says. Tables are named as [`ResourceView::table`] names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatabaseView {
    /// How a table differs from what the snapshots say, one line each.
    pub drift: BTreeMap<String, Vec<String>>,
    pub rows: BTreeMap<String, Rows>,
}

/// How many rows a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    Exactly(u64),
    /// Counting stopped there.
    AtLeast(u64),
}

impl DatabaseView {
    /// The same analysis, with the rows of the tables that would lose data.
    pub fn sharpen(&self, analysis: &FileAnalysis) -> FileAnalysis {
        let mut analysis = analysis.clone();
        for resource in &mut analysis.resources {
            let Some(rows) = resource.table.as_ref().and_then(|table| self.rows.get(table)) else { continue };
            for change in &mut resource.changes {
                if let Effect::Destructive(loss) = &mut change.effect {
                    loss.push_str(&format!(" ({})", rows.in_words()));
                }
            }
        }
        analysis
    }

    /// Findings about tables that differ, at the names of their resources.
    pub fn findings(&self, analysis: &FileAnalysis) -> Vec<Diagnostic> {
        let differing = |resource: &ResourceView| {
            let lines = resource.table.as_ref().and_then(|table| self.drift.get(table)).cloned().unwrap_or_default();
            let range = resource.name_range;
            lines.into_iter().map(move |message| Diagnostic {
                range,
                severity: Severity::Warning,
                code: "drift".into(),
                message,
                related: Vec::new(),
                tags: Vec::new(),
            })
        };
        analysis.resources.iter().flat_map(differing).collect()
    }
}

impl Rows {
    fn in_words(self) -> String {
        match self {
            Rows::Exactly(0) => "the table is empty".to_owned(),
            Rows::Exactly(1) => "the table has 1 row".to_owned(),
            Rows::Exactly(count) => format!("the table has {} rows", grouped(count)),
            Rows::AtLeast(count) => format!("the table has {} rows or more", grouped(count)),
        }
    }
}

/// `12,345`
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The tables of which a change that is pending would lose data.
pub fn losing(analysis: &FileAnalysis) -> impl Iterator<Item = &String> {
    let loses = |resource: &&ResourceView| {
        resource.changes.iter().any(|change| matches!(change.effect, Effect::Destructive(_)))
    };
    analysis.resources.iter().filter(loses).filter_map(|resource| resource.table.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_easily() {
        assert_eq!(Rows::Exactly(0).in_words(), "the table is empty");
        assert_eq!(Rows::Exactly(1234567).in_words(), "the table has 1,234,567 rows");
        assert_eq!(Rows::AtLeast(100_000).in_words(), "the table has 100,000 rows or more");
    }
}
