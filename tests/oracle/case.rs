//! One recorded case, unpacked.

use std::collections::BTreeMap;

use serde_json::Value;

/// A project and its steps.
pub struct Case {
    pub name: String,
    /// Some texts are a library's own and were recorded as digests.
    pub needs_deps: bool,
    /// Files around the resources, by path from the project's root.
    pub project: BTreeMap<String, String>,
    pub steps: Vec<Step>,
}

/// What changed and what was run.
pub struct Step {
    pub name: String,
    /// All source files at this step.
    pub lib: BTreeMap<String, String>,
    pub seed: BTreeMap<String, String>,
    /// Globs.
    pub delete: Vec<String>,
    pub first_timestamp: String,
    pub answers: Vec<String>,
    pub runs: Vec<Run>,
    /// The whole `priv/` after the step.
    pub expected: BTreeMap<String, String>,
}

/// One invocation of the generator.
pub struct Run {
    pub arguments: Vec<String>,
    /// Whether it succeeded.
    pub ok: bool,
    /// Message of the exception.
    pub error: Option<String>,
    pub shell: Vec<Shell>,
}

/// What was printed or asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Shell {
    /// `info`, `error`, `yes?`, `prompt`.
    pub kind: String,
    pub text: String,
    pub answer: Option<String>,
}

impl Case {
    pub fn unpack(name: &str, files: &BTreeMap<String, String>) -> Case {
        let settings: Value = serde_json::from_str(&files["case.json"]).expect("case.json is JSON");
        let mut steps = Vec::new();
        for number in 1.. {
            let prefix = format!("step{number}/");
            let Some(runs) = files.get(&format!("{prefix}runs.json")) else { break };
            steps.push(Step::unpack(&prefix, runs, files));
        }
        Case {
            name: name.to_owned(),
            needs_deps: settings["needs_deps"] == true,
            project: under(files, "project/", ""),
            steps,
        }
    }
}

impl Step {
    fn unpack(prefix: &str, runs: &str, files: &BTreeMap<String, String>) -> Step {
        let runs: Value = serde_json::from_str(runs).expect("runs.json is JSON");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts = |value: &Value| value.as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>();
        let mut recorded: Vec<Run> = runs["runs"].as_array().into_iter().flatten().map(Run::unpack).collect();
        if recorded.is_empty() {
            // The project did not compile.
            let arguments = vec!["--name".to_owned(), prefix.trim_end_matches('/').to_owned()];
            recorded.push(Run { arguments, ok: false, error: None, shell: Vec::new() });
        }
        Step {
            name: prefix.trim_end_matches('/').to_owned(),
            lib: under(files, &format!("{prefix}lib/"), "lib/"),
            seed: under(files, &format!("{prefix}seed/"), ""),
            delete: files
                .get(&format!("{prefix}delete"))
                .map(|globs| globs.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            first_timestamp: text(&runs["first_timestamp"]).expect("a first stamp"),
            answers: texts(&runs["answers"]),
            runs: recorded,
            expected: under(files, &format!("{prefix}expected/"), ""),
        }
    }
}

impl Run {
    fn unpack(value: &Value) -> Run {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let shell = value["shell"].as_array().into_iter().flatten().map(|entry| Shell {
            kind: text(&entry["kind"]).unwrap_or_default(),
            text: text(&entry["text"]).unwrap_or_default(),
            answer: match &entry["answer"] {
                Value::Null => None,
                Value::String(answer) => Some(answer.clone()),
                other => Some(other.to_string()),
            },
        });
        Run {
            arguments: value["argv"].as_array().into_iter().flatten().filter_map(text).collect(),
            ok: value["status"] == "ok",
            error: text(&value["error"]),
            shell: shell.collect(),
        }
    }
}

/// The files whose path begins with `prefix`, with `new` in its place.
fn under(files: &BTreeMap<String, String>, prefix: &str, new: &str) -> BTreeMap<String, String> {
    let inside = files.iter().filter_map(|(path, text)| Some((path.strip_prefix(prefix)?, text)));
    inside.map(|(path, text)| (format!("{new}{path}"), text.clone())).collect()
}
