//! The codes of the findings that are no rules of `ashls rules`: the only list of them.

use crate::dsl::check::IssueCode;
use crate::pending::NULLABLE_KEY;

/// A code and what it means.
pub struct Code {
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// Markdown.
    pub docs: &'static str,
}

/// All of them, as `ashls check --help` lists them.
pub const CODES: [Code; 20] = [
    Code {
        code: "pending",
        title: "The database schema is behind the resources",
        docs: "The resources declare something that the newest snapshots do not have. `ashls diff` shows the statements, \
               `ashls codegen NAME` (or `mix ash.codegen NAME`) writes the migration.",
    },
    Code {
        code: "question",
        title: "The generator would ask before it writes",
        docs: "A table or column may have been renamed or dropped, which the source alone does not say. Run `ashls \
               codegen` with one of the flags that answer the question.",
    },
    Code {
        code: "dev-migrations",
        title: "Development migrations are left",
        docs: "Migrations made with `--dev` are to be replaced by named ones: `ashls codegen NAME` deletes them and writes \
               one migration for all of their changes.",
    },
    Code {
        code: "invalid-elixir",
        title: "The file is no valid Elixir",
        docs: "Declarations around the place may be missing. Nothing is generated from such a file.",
    },
    Code {
        code: "invalid-dsl",
        title: "The project would not compile",
        docs: "The DSL refuses what the resource declares, with this message.",
    },
    Code {
        code: "generator-fails",
        title: "The generator would raise",
        docs: "The generator refuses what the resources declare, with this message, and writes nothing.",
    },
    Code {
        code: "verifier",
        title: "A verifier complains",
        docs: "The compiler warns of what the resource declares, with this message. Migrations are generated all the same.",
    },
    Code {
        code: NULLABLE_KEY,
        title: "An identity over a foreign key that may be null",
        docs: "Rows without the key are never equal, so several of them can have the same other keys. Say `allow_nil?: \
               false` on the `belongs_to`, or `nils_distinct?: false` on the identity when such rows are meant to be equal.",
    },
    Code {
        code: "unresolved",
        title: "Something could not be read from the source",
        docs: "ashls reads the source without running it. What it cannot evaluate is not compared, or taken as the newest \
               snapshot has it. An explicit value (`migration_types`, `migration_defaults`) makes it known.",
    },
    Code {
        code: "orphan",
        title: "A table without a resource",
        docs: "There are snapshots of the table, but no resource declares it, and the generator does not ask about it. Keep \
               it, or drop it in a migration of your own and delete the folder of its snapshots.",
    },
    Code {
        code: "renames-file",
        title: "A line of ashls.renames without effect",
        docs: "The file notes what was renamed in an editor. The line cannot be read, or the old name is not gone from the \
               resources, or the new one has not come. Delete or repair it; `ashls codegen` deletes what can have no \
               effect.",
    },
    dsl(IssueCode::UnknownOption, "An option that does not exist", "The entity has no option of this name."),
    dsl(
        IssueCode::UnknownEntity,
        "A misspelt entity",
        "The section has nothing of this name, but something much like it.",
    ),
    dsl(IssueCode::WrongType, "A value of the wrong type", "The option takes values of another type."),
    dsl(IssueCode::MissingOption, "A required option is missing", "The entity cannot do without the option."),
    dsl(IssueCode::DuplicateName, "A name is declared twice", "Two actions, or two fields, have the same name."),
    dsl(IssueCode::Deprecated, "Something deprecated", "There is a newer way to say it."),
    dsl(
        IssueCode::NoEffect,
        "A call without effect",
        "The function gives a change, preparation or validation, and nothing is done with it.",
    ),
    dsl(
        IssueCode::WrongForm,
        "An entity that is written in a way that does not compile",
        "Options before a block, an option given twice, or an argument too many.",
    ),
    dsl(
        IssueCode::FillIn,
        "SQL that is still to be filled in",
        "A repair has left a text in place of SQL that only you can give. The database refuses it.",
    ),
];

const fn dsl(code: IssueCode, title: &'static str, docs: &'static str) -> Code {
    Code { code: code.as_str(), title, docs }
}

/// The code that `text` names, whatever its case: one of these or of a rule.
pub fn known(text: &str) -> Option<&'static str> {
    let rules = crate::hazard::all_rules();
    let codes = CODES.iter().map(|code| code.code).chain(rules.iter().map(|rule| rule.code));
    codes.into_iter().find(|code| code.eq_ignore_ascii_case(text))
}

/// Title and Markdown of a code.
pub fn explanation(code: &str) -> (&'static str, &'static str) {
    if let Some(rule) = crate::hazard::rule(code) {
        return (rule.title, rule.docs);
    }
    let known = CODES.iter().find(|known| known.code == code);
    known.map_or(("A finding", "See the message."), |known| (known.title, known.docs))
}

/// The codes in words, in lines of at most `width` letters.
pub fn listed(width: usize) -> String {
    let mut text = "Codes of findings: those of `ashls rules`, and".to_owned();
    let mut length = text.len();
    for (index, known) in CODES.iter().enumerate() {
        let word = format!("{}{}", known.code, if index + 1 < CODES.len() { "," } else { "." });
        let (blank, before) = if length + 1 + word.len() > width { ('\n', 0) } else { (' ', length + 1) };
        length = before + word.len();
        text.push(blank);
        text.push_str(&word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once_and_explained_in_the_documentation() {
        let page = include_str!("../../../docs/diagnostics.md");
        let help = listed(110);
        assert!(help.lines().all(|line| line.len() <= 110), "{help}");
        for Code { code, title, docs } in &CODES {
            assert_eq!(CODES.iter().filter(|other| other.code == *code).count(), 1, "{code}");
            assert!(!title.is_empty() && docs.ends_with('.'), "{code}");
            assert!(help.split(&[' ', '\n', ',', '.']).any(|word| word == *code), "{code}");
            let explained = [format!("\n### {code}\n"), format!("<a id=\"{code}\">")];
            assert!(explained.iter().any(|part| page.contains(part)) || COMMAND_LINE.contains(code), "{code}");
        }
    }

    /// What only the command line finds; the editor shows each pending change by a code of its own.
    const COMMAND_LINE: [&str; 3] = ["pending", "dev-migrations", "orphan"];
}
