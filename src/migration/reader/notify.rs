//! Oban's function `oban_jobs_notify` in Oban's own words. Databases keep the text of functions, so words of ours would be
//! another text, though they do the same. They are taken from the package's source where it is there.

use std::collections::BTreeMap;

use super::module::body_of;
use crate::syntax::{Expr, Kind, StringPart, parse_strictly};

/// What is said where the source is not there.
pub(super) const OWN_WORDS: &str = "Oban's function oban_jobs_notify is made in ashls's words, which do the same in another text: \
                                    deps/oban is not here, or not as it is known";

/// Oban's folders of versions, by release.
const FOLDERS: [&str; 2] = ["deps/oban/lib/oban/migrations/postgres", "deps/oban/lib/oban/migrations"];

/// The sources that make the function: versions 1 and 8.
pub fn oban_sources() -> Vec<String> {
    FOLDERS.iter().flat_map(|folder| [1, 8].map(|version| path(folder, version))).collect()
}

fn path(folder: &str, version: u32) -> String {
    format!("{folder}/v{version:02}.ex")
}

/// The statement by which this version makes the function. `names` are what the source may interpolate.
pub(super) fn statement(files: &BTreeMap<String, String>, version: u32, names: &[(&str, &str)]) -> Option<String> {
    let source = FOLDERS.iter().find_map(|folder| files.get(&path(folder, version)))?;
    let expressions = parse_strictly(source).ok()?;
    let module = calls(&expressions, "defmodule").next()?;
    let up = calls(module, "def").find(|body| !body.is_empty())?;
    up.iter().find_map(|statement| {
        let call = statement.as_call().filter(|call| call.local_name() == Some("execute"))?;
        let Kind::String(parts) = &call.arguments.first()?.kind else { return None };
        let text = text(parts, names)?;
        text.contains("FUNCTION").then_some(text).filter(|text| text.contains("oban_jobs_notify()"))
    })
}

/// The bodies of the calls of `name`.
fn calls<'a>(body: &'a [Expr], name: &'a str) -> impl Iterator<Item = &'a [Expr]> {
    body.iter().filter_map(Expr::as_call).filter(move |call| call.local_name() == Some(name)).map(body_of)
}

fn text(parts: &[StringPart], names: &[(&str, &str)]) -> Option<String> {
    let piece = |part: &StringPart| match part {
        StringPart::Text(text) => Some(text.clone()),
        StringPart::Interpolation(Expr { kind: Kind::Identifier(own), .. }) => {
            names.iter().find(|(name, _)| name == own).map(|(_, value)| (*value).to_owned())
        }
        StringPart::Interpolation(_) => None,
    };
    parts.iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Config, read};
    use crate::render::sql::{Adapter, statements};

    fn source(body: &str) -> String {
        format!(
            "defmodule Oban.Migrations.Postgres.V08 do\n  use Ecto.Migration\n\n  def up(%{{quoted_prefix: quoted}} = opts) do\n    \
             execute \"SELECT 1\"\n    {body}\n  end\n\n  def down(_), do: :ok\nend\n"
        )
    }

    /// The texts that make the function, and what is said about them.
    fn made(files: &[(&str, String)]) -> (Vec<String>, usize) {
        let text = "defmodule M do\n  use Ecto.Migration\n  def up, do: Oban.Migration.up(version: 8, prefix: \"a b\")\n  \
                    def down, do: :ok\nend\n";
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
        let migration = read(text, &Config { files, ..Config::default() }).unwrap();
        let statements = statements(&migration.up, Adapter::Postgres).into_iter();
        let made =
            statements.filter_map(|it| it.sql.ok()).filter(|it| it.contains("FUNCTION \"a b\".oban_jobs_notify"));
        (made.collect(), migration.up_notes.len())
    }

    #[test]
    fn the_function_is_made_in_the_words_of_the_package() {
        let eight = source(
            "execute \"\"\"\n    CREATE FUNCTION #{quoted}.oban_jobs_notify() AS $$\n      SELECT '#{escaped}'\n    $$\n    \"\"\"",
        );
        let (made, notes) = made(&[("deps/oban/lib/oban/migrations/postgres/v08.ex", eight.clone())]);
        assert_eq!(made[1], "CREATE FUNCTION \"a b\".oban_jobs_notify() AS $$\n  SELECT 'a b'\n$$\n");
        assert_eq!((made.len(), notes), (2, 0));
        let (older, _) = self::made(&[("deps/oban/lib/oban/migrations/v08.ex", eight)]);
        assert_eq!(older, made);
    }

    #[test]
    fn otherwise_it_is_said() {
        let unknown = source("execute \"CREATE FUNCTION #{opts.quoted}.oban_jobs_notify()\"");
        for files in [vec![], vec![("deps/oban/lib/oban/migrations/postgres/v08.ex", unknown)]] {
            let (made, notes) = made(&files);
            assert!(made[1].contains("pg_notify"), "{made:?}");
            assert_eq!((made.len(), notes), (2, 1));
        }
    }
}
