//! The line above a resource: how much is pending, and what can be done about it.

use crate::text::Range;

use super::analysis::FileAnalysis;
use super::hover::count;

/// A clickable note above a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLens {
    /// The name of the module.
    pub range: Range,
    pub title: String,
    pub action: LensAction,
    /// The resource it is about; `None`: all those that use the module.
    pub module: Option<String>,
}

/// What a click does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LensAction {
    Preview,
    Generate,
}

/// Which lenses stand beside the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    pub preview: bool,
    pub generate: bool,
}

/// `3 pending changes`, `preview`, `generate` above every resource with something pending; `3 pending changes in
/// 2 tables` above fragments and wrappers.
pub fn code_lenses(analysis: &FileAnalysis, config: Config) -> Vec<CodeLens> {
    let mut lenses = Vec::new();
    for resource in analysis.resources.iter().filter(|resource| resource.is_pending()) {
        let mut title = count(resource.changes.len());
        match resource.questions.len() {
            0 => {}
            1 => title.push_str(", 1 question"),
            more => title.push_str(&format!(", {more} questions")),
        }
        let titles = [
            (true, title, LensAction::Preview),
            (config.preview, "preview".into(), LensAction::Preview),
            (config.generate, "generate".into(), LensAction::Generate),
        ];
        let titles = titles.into_iter().filter(|(shown, ..)| *shown);
        lenses.extend(titles.map(|(_, title, action)| CodeLens {
            range: resource.name_range,
            title,
            action,
            module: Some(resource.module.clone()),
        }));
    }
    // What it brings comes with the migrations of the resources: there is nothing to generate for it alone.
    lenses.extend(analysis.bringing.iter().map(|module| CodeLens {
        range: module.name_range,
        title: match module.tables {
            1 => format!("{} in 1 table", count(module.changes)),
            more => format!("{} in {more} tables", count(module.changes)),
        },
        action: LensAction::Preview,
        module: None,
    }));
    lenses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::analysis::BringingModule;
    use crate::ide::fixture;

    fn check(analysis: &FileAnalysis, expected: &[&str]) {
        let all = Config { preview: true, generate: true };
        let titles: Vec<_> = code_lenses(analysis, all).into_iter().map(|lens| lens.title).collect();
        assert_eq!(titles, expected);
    }

    #[test]
    fn counts_changes_and_questions() {
        let (_, mut analysis) = fixture::post();
        check(&analysis, &["2 pending changes, 1 question", "preview", "generate"]);
        analysis.resources[0].questions.clear();
        analysis.resources[0].changes.truncate(1);
        check(&analysis, &["1 pending change", "preview", "generate"]);
    }

    #[test]
    fn what_can_be_done_can_be_left_out() {
        let (_, analysis) = fixture::post();
        let titles = |preview, generate| -> Vec<String> {
            code_lenses(&analysis, Config { preview, generate }).into_iter().map(|lens| lens.title).collect()
        };
        assert_eq!(titles(false, true), ["2 pending changes, 1 question", "generate"]);
        assert_eq!(titles(false, false), ["2 pending changes, 1 question"]);
    }

    #[test]
    fn what_a_fragment_or_wrapper_brings_to_others() {
        let bringing = |changes, tables| FileAnalysis {
            bringing: vec![BringingModule { name_range: Range::new(10, 20), changes, tables }],
            ..FileAnalysis::default()
        };
        check(&bringing(3, 2), &["3 pending changes in 2 tables"]);
        check(&bringing(1, 1), &["1 pending change in 1 table"]);
    }

    #[test]
    fn none_when_nothing_is_pending() {
        let (_, mut analysis) = fixture::post();
        analysis.resources[0].questions.clear();
        analysis.resources[0].changes.clear();
        check(&analysis, &[]);
    }
}
