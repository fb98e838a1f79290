//! `Oban.Migration.up(version: 12)` and the like: the steps between the version that is installed and the one asked for.

use super::evaluator::{Evaluation, Evaluator, raise, refuse};
use super::module::Module;
use super::notify;
use crate::migration::command::{Command, Step, StepKind};
use crate::migration::library::{Installation, Library};
use crate::migration::term::Term;
use crate::syntax::parse_strictly;
use crate::text::Range;

/// What one call of a library costs, in expressions: its text is parsed again each time.
const COST: usize = 2_000 * 1024;

/// States of a job before Oban 2.21, where version 9 adds `cancelled`, and since.
const STATES: &str = "'available', 'scheduled', 'executing', 'retryable', 'completed', 'discarded'";
const STATES_14: &str =
    "'available', 'suspended', 'scheduled', 'executing', 'retryable', 'completed', 'discarded', 'cancelled'";

impl Evaluator<'_> {
    /// `up` or `down` of a library that migrates by version (`Oban.Migrations.Postgres.up/1`,
    /// `ErrorTracker.Migration.SQLMigrator.migrate_up/3`).
    pub(super) fn versioned(
        &mut self,
        library: Library,
        name: &str,
        arguments: &[Term],
        range: Range,
    ) -> Evaluation<Term> {
        self.bounded(COST, range)?;
        let up = match name {
            "up" => true,
            "down" => false,
            _ => return refuse(range, format!("`{name}` of {}", library.package())),
        };
        let given = match arguments {
            [] => Vec::new(),
            [options] => match options.as_keywords() {
                Some(pairs) => pairs,
                None => return refuse(range, "options that are no list"),
            },
            _ => return refuse(range, "more than one argument"),
        };
        let option = |key: &str| given.iter().find(|(own, _)| own == key).map(|(_, value)| value);
        let known = ["version", "prefix", "create_schema", "unlogged"];
        if let Some((other, _)) = given.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            return refuse(range, format!("the option `{other}` of {}", library.package()));
        }
        let sqlite = self.config.sqlite;
        let release = self.config.releases.get(library.package()).map(String::as_str);
        let Some(latest) = library.version_of(release, sqlite) else {
            let release = release.unwrap_or_default();
            return refuse(range, format!("the migrations of {} {release}, which are not known", library.package()));
        };
        let Some(text) = library.text(sqlite) else {
            return refuse(range, format!("the migrations of {} on this database", library.package()));
        };
        let version = match option("version") {
            None => {
                if up {
                    latest
                } else {
                    1
                }
            }
            Some(Term::Integer(version)) if (1..=i128::from(library.newest(sqlite))).contains(version) => {
                u32::try_from(*version).unwrap_or(latest)
            }
            Some(_) => return refuse(range, format!("this version of {}", library.package())),
        };
        let prefix = match option("prefix") {
            None => "public".to_owned(),
            Some(Term::String(prefix)) => prefix.clone(),
            Some(_) => return refuse(range, "a prefix that is no text"),
        };
        let flag = |key: &str, default: bool| option(key).map_or(default, Term::is_truthy);
        let quoted = format!("\"{}\"", prefix.replace('"', "\"\""));
        let escaped = prefix.replace('\'', "''");
        let names = [("quoted", quoted.as_str()), ("escaped", escaped.as_str()), ("prefix", prefix.as_str())];
        let notify = |version| match library {
            Library::Oban => notify::statement(&self.config.files, version, &names),
            Library::ErrorTracker => None,
        };
        let (changes, available) = (notify(1), notify(8));
        let term = |text: &Option<String>| text.clone().map_or(Term::Nil, Term::String);
        let options = [
            ("prefix", Term::String(prefix.clone())),
            ("quoted", Term::String(quoted.clone())),
            ("escaped", Term::String(escaped.clone())),
            ("notify_of_changes", term(&changes)),
            ("notify_of_available", term(&available)),
            ("create_schema", Term::Bool(flag("create_schema", prefix != "public"))),
            ("unlogged", Term::Bool(flag("unlogged", true))),
            ("tags", Term::atom(if library.has_short_tags(release) { "string" } else { "text" })),
            ("states", Term::String(if latest < 14 { STATES } else { STATES_14 }.to_owned())),
        ];
        let options = Term::map(options.map(|(key, value)| (Term::atom(key), value)));
        let installation = Installation { library, prefix };
        let current = self.installed(&installation);
        let versions: Vec<u32> = match up {
            true => (current + 1..=version).collect(),
            false => (version..=current.max(1)).rev().collect(),
        };
        self.run_versions(text, up, &versions, options, range)?;
        // Version 12 has no such function any more.
        let stays = versions.last().map(|last| if up { *last } else { last - 1 }).filter(|last| (1..12).contains(last));
        let made = if stays.is_some_and(|last| last < 8) { &changes } else { &available };
        let makes = versions.iter().any(|version| matches!((up, version), (true, 1 | 8) | (false, 8 | 12)));
        if library == Library::Oban && !sqlite && stays.is_some() && makes && made.is_none() {
            self.notes.push(notify::OWN_WORDS.to_owned());
        }
        if let Some(last) = versions.last() {
            self.leave(installation, if up { *last } else { last - 1 });
        }
        Ok(Term::atom("ok"))
    }

    /// Evaluates the library's own text; what it does stands at the place of the call.
    fn run_versions(&mut self, text: &str, up: bool, versions: &[u32], options: Term, range: Range) -> Evaluation<()> {
        let Some(last) = versions.last() else { return Ok(()) };
        let expressions = parse_strictly(text).unwrap_or_default();
        let Some(module) = expressions.iter().find_map(Module::of_migration) else {
            return refuse(range, "the migrations of this library");
        };
        let mut inner = Evaluator::new(self.config, &module, self.direction, self.reversed);
        let direction = Term::atom(if up { "up" } else { "down" });
        for version in versions {
            let arguments = vec![direction.clone(), Term::Integer(i128::from(*version)), options.clone()];
            inner.call_function("step", arguments, range)?;
        }
        let recorded = if up { *last } else { last - 1 };
        if recorded > 0 {
            inner.call_function("record", vec![Term::Integer(i128::from(recorded)), options], range)?;
        }
        for Step { kind, .. } in inner.into_steps() {
            match kind {
                StepKind::Command(command) => self.execute(placed(*command, range), range)?,
                StepKind::Raise(message) => return raise(range, message),
                StepKind::Refused(reason) => return refuse(range, reason),
                kind => self.push(kind, range),
            }
        }
        Ok(())
    }
}

/// The command as if it were written at `range`.
fn placed(mut command: Command, range: Range) -> Command {
    if let Command::CreateTable { columns: changes, .. } | Command::AlterTable { changes, .. } = &mut command {
        for change in changes {
            change.range = range;
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{Config, read};

    fn check(body: &str, installed: u32, expected: (usize, u32)) {
        let text = format!("defmodule M do\n  use Ecto.Migration\n  def up, do: {body}\n  def down, do: :ok\nend\n");
        let installation = Installation { library: Library::Oban, prefix: "public".to_owned() };
        let config = Config { installed: [(installation.clone(), installed)].into(), ..Config::default() };
        let migration = read(&text, &config).unwrap();
        assert_eq!(migration.refusals(), Vec::new());
        assert_eq!((migration.up.len(), migration.up_leaves[&installation]), expected, "{body}");
    }

    #[test]
    fn only_the_missing_versions_are_added() {
        check("Oban.Migration.up(version: 2)", 0, (14, 2));
        check("Oban.Migration.up(version: 2)", 1, (6, 2));
        check("Oban.Migrations.up()", 14, (0, 14));
        check("Oban.Migrations.up()", 13, (2, 14));
        check("Oban.Migration.down(version: 13)", 14, (4, 12));
    }

    #[test]
    fn older_releases_make_other_types() {
        let sql = |release: &str| {
            let text = "defmodule M do\n  use Ecto.Migration\n  def up, do: Oban.Migration.up(version: 9)\n  def down, do: :ok\nend\n";
            let config = Config { releases: [("oban".to_owned(), release.to_owned())].into(), ..Config::default() };
            let statements =
                crate::render::sql::statements(&read(text, &config).unwrap().up, crate::render::sql::Adapter::Postgres);
            statements.into_iter().map(|statement| statement.sql.unwrap()).collect::<Vec<_>>().join("\n")
        };
        let (old, new) = (sql("2.18.0"), sql("2.21.0"));
        assert!(old.contains("\"tags\" varchar(255)[]") && new.contains("\"tags\" text[]"), "{old}\n{new}");
        assert!(old.contains("'discarded')") && new.contains("'discarded', 'cancelled')"), "{old}\n{new}");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for call in
            ["Oban.Migration.up(version: 99)", "Oban.Migration.up(repo: Other)", "ErrorTracker.Migration.sideways()"]
        {
            let text =
                format!("defmodule M do\n  use Ecto.Migration\n  def up, do: {call}\n  def down, do: :ok\nend\n");
            assert_eq!(read(&text, &Config::default()).unwrap().refusals().len(), 1, "{call}");
        }
    }

    #[test]
    fn every_version_can_be_undone() {
        for (library, sqlite) in [(Library::Oban, false), (Library::Oban, true), (Library::ErrorTracker, false)] {
            let module = if library == Library::Oban { "Oban" } else { "ErrorTracker" };
            let text = format!(
                "defmodule M do\n  use Ecto.Migration\n  def up, do: {module}.Migration.up()\n  def down, do: {module}.Migration.down()\nend\n"
            );
            let installation = Installation { library, prefix: "public".to_owned() };
            let installed = [(installation.clone(), library.newest(sqlite))].into();
            let up = read(&text, &Config { sqlite, ..Config::default() }).unwrap();
            let down = read(&text, &Config { sqlite, installed, ..Config::default() }).unwrap();
            assert_eq!((up.refusals(), down.refusals()), (Vec::new(), Vec::new()));
            assert_eq!(up.up_leaves[&installation], library.newest(sqlite));
            assert_eq!(down.down_leaves[&installation], 0);
        }
    }
}
