//! One thing that a check has to say.

use crate::cli::place::Place;
use crate::hazard::Severity;

/// A finding, whatever it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// `pending`, `AM-F01`, `unknown-option`.
    pub code: String,
    pub severity: Severity,
    /// One line.
    pub message: String,
    /// What to do about it; empty when that is plain.
    pub help: String,
    pub place: Option<Place>,
    /// It makes the check fail.
    pub denied: bool,
}

/// Longer explanations by code: title and Markdown.
pub fn explanation(code: &str) -> (String, String) {
    if let Some(rule) = crate::hazard::rule(code) {
        return (rule.title.to_owned(), rule.docs.to_owned());
    }
    let (title, docs) = match code {
        "pending" => (
            "The database schema is behind the resources",
            "The resources declare something that the newest snapshots do not have. `ashls diff` shows the statements, \
             `ashls codegen NAME` (or `mix ash.codegen NAME`) writes the migration.",
        ),
        "question" => (
            "The generator would ask before it writes",
            "A table or column may have been renamed or dropped, which the source alone does not say. Run `ashls codegen` \
             with one of the flags that answer the question.",
        ),
        "dev-migrations" => (
            "Development migrations are left",
            "Migrations made with `--dev` are to be replaced by named ones: `ashls codegen NAME` deletes them and writes \
             one migration for all of their changes.",
        ),
        "invalid-dsl" => {
            ("The project would not compile", "The DSL refuses what the resource declares, with this message.")
        }
        "generator-fails" => (
            "The generator would raise",
            "The generator refuses what the resources declare, with this message, and writes nothing.",
        ),
        "verifier" => (
            "A verifier complains",
            "The compiler warns of what the resource declares, with this message. Migrations are generated all the same.",
        ),
        "unresolved" => (
            "Something could not be read from the source",
            "ashls reads the source without running it. What it cannot evaluate is not compared, or taken as the newest \
             snapshot has it. An explicit value (`migration_types`, `migration_defaults`) makes it known.",
        ),
        "orphan" => (
            "A table without a resource",
            "There are snapshots of the table, but no resource declares it, and the generator does not ask about it. Keep \
             it, or drop it in a migration of your own and delete the folder of its snapshots.",
        ),
        "renames-file" => (
            "A line of ashls.renames without effect",
            "The file notes what was renamed in an editor. The line cannot be read, or the old name is not gone from the \
             resources, or the new one has not come. Delete or repair it; `ashls codegen` deletes what can have no effect.",
        ),
        "unknown-option" => ("An option that does not exist", "The entity has no option of this name."),
        "unknown-entity" => ("A misspelt entity", "The section has nothing of this name, but something much like it."),
        "wrong-type" => ("A value of the wrong type", "The option takes values of another type."),
        "missing-option" => ("A required option is missing", "The entity cannot do without the option."),
        "duplicate-name" => ("A name is declared twice", "Two entities of one section have the same name."),
        "deprecated" => ("Something deprecated", "There is a newer way to say it."),
        _ => ("A finding", "See the message."),
    };
    (title.to_owned(), docs.to_owned())
}
