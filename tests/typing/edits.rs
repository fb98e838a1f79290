//! The kinds of edits that are typed into every file.

use ashls::text::Range;

use crate::script::{Script, Site};

type Kind = (&'static str, fn(&mut Site<'_>) -> Option<Script>);

/// Every kind of edit. A file without a fitting place has none.
pub const KINDS: &[Kind] = &[
    ("attribute", |s| line_after(s, "attributes", "\nattribute :nickname, :string")),
    ("attribute with options", |s| {
        line_after(s, "attributes", "\nattribute :nickname, :string, allow_nil?: false, default: \"x\"")
    }),
    ("attribute with a block", |s| {
        line_after(s, "attributes", "\n\nattribute :nickname, :string do\n  allow_nil? false\n  default \"x\"\nend")
    }),
    ("attribute in parentheses", |s| {
        line_after(s, "attributes", "\nattribute(:nickname, :atom, constraints: [one_of: [:a, :b]])")
    }),
    ("attribute over lines", |s| {
        line_after(
            s,
            "attributes",
            "\nattribute :nickname, :atom,\n  default: :a,\n  constraints: [\n    one_of: [:a]\n  ]",
        )
    }),
    ("first attribute", |s| {
        let fact = s.facts.iter().find(|fact| fact.key.path.ends_with("/attributes"))?.clone();
        let at = fact.headers.last()?.end;
        let text = s.fill(&fact, "\nattribute :nickname, :string");
        Some(Script::default().write(at, &text))
    }),
    ("belongs_to", |s| line_after(s, "relationships", "\nbelongs_to :reviewer, MyApp.Accounts.User")),
    ("belongs_to with a block", |s| {
        line_after(s, "relationships", "\nbelongs_to :reviewer, MyApp.User do\n  allow_nil? false\nend")
    }),
    ("has_many with options", |s| {
        line_after(s, "relationships", "\nhas_many :reviews, __MODULE__.Review, sort: [inserted_at: :desc]")
    }),
    ("identity", |s| line_after(s, "identities", "\nidentity :by_nickname, [:nickname, :id]")),
    ("references block", |s| {
        let fact = s.some(|fact, _| fact.key.path.ends_with("/postgres") && fact.key.name == "repo")?;
        let text = s.fill(&fact, "\n\nreferences do\n  reference :reviewer, on_delete: :delete\nend");
        Some(Script::default().write(fact.range.end, &text))
    }),
    ("index", |s| line_after(s, "custom_indexes", "\nindex [:nickname, \"lower(name)\"], where: \"a > 0\"")),
    ("action with a function", |s| {
        line_after(
            s,
            "actions",
            "\n\ncreate :import do\n  accept [:a]\n\n  change fn changeset, _ ->\n    %{changeset | valid?: true}\n  end\nend",
        )
    }),
    ("validation", |s| line_after(s, "validations", "\nvalidate match(:nickname, ~r/^[a-z\"]+$/)")),
    ("policy", |s| {
        line_after(s, "policies", "\n\npolicy action_type(:read) do\n  authorize_if expr(id == ^actor(:id))\nend")
    }),
    ("calculation", |s| {
        line_after(s, "calculations", "\ncalculate :full, :string, expr(\"#{first}\" <> type(x, :string))")
    }),
    ("new section", |s| {
        let (fact, at) = section_end(s)?;
        let text = s.fill(&fact, "\n\ncalculations do\n  calculate :full, :string, expr(a <> b)\nend");
        let text = outdent(s, &fact, &text);
        Some(Script::default().write(at, &text))
    }),
    ("module attribute", |s| {
        let fact = s.facts.iter().find(|fact| fact.key.path.matches('/').count() == 1)?.clone();
        let header = fact.headers.last()?.start;
        let line = s.line(s.line(header).start.checked_sub(1)?);
        let at = line.start + line.slice(s.text).trim_end().len();
        let text = s.fill(&fact, "\n\n@states [:open, \"closed\"]");
        Some(Script::default().write(at, &outdent(s, &fact, &text)))
    }),
    ("half-typed do", |s| at_end(s, "attributes", " do")),
    ("unterminated string", |s| at_end(s, "attributes", ", description: \"it is")),
    ("string with interpolation", |s| at_end(s, "attributes", ", description: \"a #{b} c\"")),
    ("unterminated interpolation", |s| at_end(s, "attributes", ", description: \"a #{b")),
    ("unterminated heredoc", |s| at_end(s, "attributes", ", description: \"\"\"\n  it is")),
    ("heredoc", |s| at_end(s, "attributes", ", description: \"\"\"\n  it is do\n  \"so\"\n  \"\"\"")),
    ("unterminated sigil", |s| at_end(s, "attributes", ", default: ~s(it is")),
    ("unterminated charlist", |s| at_end(s, "attributes", ", default: 'it is")),
    ("quoted atom", |s| at_end(s, "attributes", ", default: :\"it is")),
    ("unclosed bracket", |s| at_end(s, "attributes", ", constraints: [one_of: [:a, :b")),
    ("unclosed parenthesis", |s| at_end(s, "relationships", ", default: fun(1, other(2")),
    ("unclosed map", |s| at_end(s, "attributes", ", default: %{a: 1, b: {")),
    ("unfinished function", |s| at_end(s, "attributes", ", default: fn -> foo.")),
    ("trailing operator", |s| at_end(s, "attributes", ", default: a ||")),
    ("trailing comma", |s| at_end(s, "attributes", ",")),
    ("trailing comma in identities", |s| at_end(s, "identities", ",")),
    ("unfinished alias", |s| line_after(s, "relationships", "\nbelongs_to :reviewer, MyApp.")),
    ("missing end", |s| line_after(s, "attributes", "\nattribute :nickname, :string do\n  allow_nil? false\n")),
    ("missing end of an action", |s| {
        line_after(s, "actions", "\n\nupdate :rename do\n  change fn changeset, _ ->\n    if changeset.valid? do\n")
    }),
    ("deleted end", |s| delete_last_line(s, "attributes")),
    ("deleted end of a relationship", |s| delete_last_line(s, "relationships")),
    ("deleted end of an action", |s| delete_last_line(s, "actions")),
    ("end deleted by backspace", |s| {
        let fact = s.block("attributes")?;
        let range = Range::new(fact.range.end - 3, fact.range.end);
        Some(Script::default().backspace(s.text, range).touching(fact.range))
    }),
    ("deleted end of a section", |s| {
        let (_, at) = section_end(s)?;
        Some(Script::default().delete(s.line(at)))
    }),
    ("deleted header", |s| {
        let fact = s.block("attributes")?;
        Some(Script::default().delete(s.line(fact.range.start)).touching(s.line(fact.range.start)))
    }),
    ("deleted header of an action", |s| {
        let fact = s.block("actions")?;
        Some(Script::default().delete(s.line(fact.range.start)).touching(s.line(fact.range.start)))
    }),
    ("deleted line", |s| {
        let fact = s.one_line("attributes")?;
        let line = s.line(fact.range.start);
        Some(Script::default().delete(line).touching(line))
    }),
    ("line deleted by backspace", |s| {
        let fact = s.one_line("relationships")?;
        let range = Range::new(s.line(fact.range.start).start, fact.range.end);
        Some(Script::default().backspace(s.text, range).touching(fact.range))
    }),
    ("rename", |s| {
        let fact = s.some(|fact, source| fact.key.name == "attribute" && source.contains(" :"))?;
        let start = fact.range.start + fact.range.slice(s.text).find(" :")? + 2;
        let length = s.text[start..].find(|c: char| !c.is_alphanumeric() && c != '_')?;
        let name = Range::new(start, start + length);
        Some(Script::default().backspace(s.text, name).write(start, "renamed").touching(fact.range))
    }),
    ("change of type", |s| {
        let fact = s.some(|fact, source| fact.key.name == "attribute" && source.contains(", :string"))?;
        let start = fact.range.start + fact.range.slice(s.text).find(", :string")? + 2;
        let old = Range::new(start, start + ":string".len());
        Some(Script::default().backspace(s.text, old).write(start, "{:array, MyApp.Type}").touching(fact.range))
    }),
    ("line broken in two", |s| {
        let fact = s.some(|fact, source| fact.key.entity && source.lines().next().is_some_and(|l| l.contains(", ")))?;
        let at = fact.range.start + fact.range.slice(s.text).find(", ")? + 1;
        let text = s.fill(&fact, "\n  ");
        Some(Script::default().write(at, &format!("{text}x")).touching(fact.range))
    }),
    ("joined lines", |s| {
        let fact = s.one_line("attributes")?;
        let line = s.line(fact.range.end);
        let next = s.line(line.end);
        let end = line.end + s.indent(line.end).len();
        Some(Script::default().delete(Range::new(fact.range.end, end)).touching(fact.range).touching(next))
    }),
    ("comment out", |s| {
        let fact = s.any("attributes")?;
        let indent = s.indent(fact.range.start).len();
        let mut script = Script::default().touching(fact.range);
        let mut at = s.line(fact.range.start).start;
        let mut inserted = 0;
        while at < fact.range.end {
            let blank = s.line(at).slice(s.text).trim().is_empty();
            if !blank {
                script = script.write(at + indent + inserted, "# ");
                inserted += 2;
            }
            at = s.line(at).end;
        }
        Some(script)
    }),
    ("paste", |s| {
        let fact = s.block("attributes").or_else(|| s.any("attributes"))?;
        let at = s.end_of_line(&fact);
        let indent = s.indent(fact.range.start).to_owned();
        let copy = fact.range.slice(s.text).replacen(" :", " :copy_of_", 1);
        Some(Script::default().paste(at, &format!("\n\n{indent}{copy}")))
    }),
    ("paste and undo", |s| {
        let fact = s.any("relationships")?;
        let at = s.end_of_line(&fact);
        let text = format!("\n{}belongs_to :pasted, \"", s.indent(fact.range.start));
        Some(Script::default().paste(at, &text).delete(Range::new(at, at + text.len())))
    }),
    ("delete and undo", |s| {
        let fact = s.any("attributes")?;
        let range = Range::new(s.line(fact.range.start).start, s.line(fact.range.end).end);
        Some(Script::default().delete(range).paste(range.start, range.slice(s.text)).touching(range))
    }),
    ("moved line", |s| {
        let fact = s.one_line("attributes")?;
        let line = s.line(fact.range.start);
        let target = s.some(|other, _| other.key.path.ends_with("/attributes") && other.range.end < line.start)?;
        let at = s.line(target.range.end).end;
        Some(Script::default().delete(line).paste(at, line.slice(s.text)).touching(line))
    }),
    ("words in a heredoc", |s| {
        let at = s.text.find("\"\"\"\n")? + 4;
        let line = s.line(at);
        let at = line.start + line.slice(s.text).trim_end().len();
        let owner = s.facts.iter().find(|fact| fact.range.contains(line));
        let script = Script::default().write(at, " \"what\" to do");
        Some(owner.map_or(script.clone(), |fact| script.touching(fact.range)))
    }),
];

/// Types `template` behind some entity of `section`.
fn line_after(site: &mut Site<'_>, section: &str, template: &str) -> Option<Script> {
    let fact = site.any(section)?;
    let text = site.fill(&fact, template);
    Some(Script::default().write(site.end_of_line(&fact), &text))
}

/// Goes on typing some entity of `section` that stands on one line.
fn at_end(site: &mut Site<'_>, section: &str, template: &str) -> Option<Script> {
    let fact = site.one_line(section)?;
    let text = site.fill(&fact, template);
    Some(Script::default().write(fact.range.end, &text).touching(fact.range))
}

fn delete_last_line(site: &mut Site<'_>, section: &str) -> Option<Script> {
    let fact = site.block(section)?;
    Some(Script::default().delete(site.line(fact.range.end)).touching(fact.range))
}

/// Some entity, and the end of the `end` of its section.
fn section_end(site: &mut Site<'_>) -> Option<(crate::facts::Fact, usize)> {
    let fact = site.some(|fact, _| fact.key.entity && fact.key.path.matches('/').count() == 1)?;
    let header = fact.headers.last()?;
    let indent = site.indent(header.start).to_owned();
    let end = site.text[fact.range.end..].find(&format!("\n{indent}end"))? + fact.range.end;
    Some((fact, end + 1 + indent.len() + "end".len()))
}

/// `text`, which was filled for an entity, one level further left.
fn outdent(site: &Site<'_>, fact: &crate::facts::Fact, text: &str) -> String {
    let indent = site.indent(fact.range.start);
    let outer = fact.headers.last().map_or("", |header| site.indent(header.start));
    text.replace(&format!("\n{indent}"), &format!("\n{outer}"))
}
