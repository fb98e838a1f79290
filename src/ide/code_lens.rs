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
    /// The resource it is about.
    pub module: String,
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

/// `3 pending changes`, `preview`, `generate` above every resource with something pending.
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
            module: resource.module.clone(),
        }));
    }
    lenses
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn none_when_nothing_is_pending() {
        let (_, mut analysis) = fixture::post();
        analysis.resources[0].questions.clear();
        analysis.resources[0].changes.clear();
        check(&analysis, &[]);
    }
}
