//! Edits that repair a finding in the one way there is.
//!
//! Each is worked out from the call tree, so that it fits the way the code is written: options behind the others, or in
//! the block when there is one.

use super::lines::line_start;
use crate::elixir::inspect;
use crate::syntax::{Call, Expr};
use crate::text::Range;

/// What is inserted, and where.
pub type Insertion = (Range, String);

/// `source: :old` for an attribute: its column keeps the name it has. None when it names its column already.
pub fn keep_column(text: &str, attribute: &Call, column: &str) -> Option<Insertion> {
    if !attribute.local_name()?.ends_with("attribute") {
        return None;
    }
    set_option(text, attribute, "source", &format!(":{column}"))
}

/// `index?: true` for the foreign key of a relationship, in the module's `postgres` section.
pub fn index_reference(text: &str, body: &[Expr], relationship: &str) -> Option<Insertion> {
    let postgres = section(body, "postgres")?;
    let block = postgres.block.as_ref()?;
    let Some(references) = section(&block.body, "references") else {
        let line = format!("references do\n  reference :{relationship}, index?: true\nend");
        return append(text, postgres, &line);
    };
    let inner = references.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
    let mut inner = inner.filter(|call| call.local_name() == Some("reference"));
    let known = inner.find(|call| call.positional().next().and_then(Expr::as_atom) == Some(relationship));
    match known {
        Some(known) => set_option(text, known, "index?", "true"),
        None => append(text, references, &format!("reference :{relationship}, index?: true")),
    }
}

/// Adds `name: value` to an option of the data layer that is a keyword list (`identity_index_names`, `migration_types`).
/// None when it has the name already.
pub fn set_pair(text: &str, body: &[Expr], option: &str, name: &str, value: &str) -> Option<Insertion> {
    let layer = section(body, "postgres").or_else(|| section(body, "sqlite"))?;
    let mut inner = layer.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
    let pair = format!("{} {value}", inspect::key(name));
    let Some(given) = inner.rfind(|call| call.local_name() == Some(option)) else {
        return append(text, layer, &format!("{option} {pair}"));
    };
    let [list] = &given.arguments[..] else { return None };
    if given.keywords().iter().any(|(key, _)| key.as_atom() == Some(name)) {
        return None;
    }
    // `[a: "b"]` as well as `a: "b"`.
    let closing = usize::from(list.range.slice(text).ends_with(']'));
    let empty = list.range.slice(text).trim_matches(['[', ']']).trim().is_empty();
    let comma = if empty { "" } else { ", " };
    Some((Range::empty(list.range.end - closing), format!("{comma}{pair}")))
}

/// Gives an option of the data layer; none when it is given already.
pub fn set_layer_option(text: &str, body: &[Expr], option: &str, value: &str) -> Option<Insertion> {
    let layer = section(body, "postgres").or_else(|| section(body, "sqlite"))?;
    set_option(text, layer, option, value)
}

/// The value of an option of an entity, given behind its name or in its block.
pub fn option_value<'e>(entity: &'e Call, option: &str) -> Option<&'e Expr> {
    let given = entity.keywords().iter().find(|(key, _)| key.as_atom() == Some(option)).map(|(_, value)| value);
    let mut inner = entity.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
    given.or_else(|| inner.find(|call| call.local_name() == Some(option))?.arguments.first())
}

/// Takes the lines of a declaration out; none when it shares them with something else.
pub fn remove(text: &str, declaration: Range) -> Option<Insertion> {
    let start = line_start(text, declaration.start);
    let end = text[declaration.end..].find('\n').map_or(text.len(), |length| declaration.end + length + 1);
    let alone = text[start..declaration.start].trim().is_empty() && text[declaration.end..end].trim().is_empty();
    alone.then(|| (Range::new(start, end), String::new()))
}

/// A section of a module.
pub fn section<'e>(body: &'e [Expr], name: &str) -> Option<&'e Call> {
    body.iter().filter_map(Expr::as_call).find(|call| call.local_name() == Some(name) && call.block.is_some())
}

/// Gives an option of an entity; none when it is given already.
pub fn set_option(text: &str, entity: &Call, option: &str, value: &str) -> Option<Insertion> {
    let in_block = entity.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
    let given = entity.keywords().iter().any(|(key, _)| key.as_atom() == Some(option));
    if given || in_block.into_iter().any(|call| call.local_name() == Some(option)) {
        return None;
    }
    match &entity.block {
        Some(_) => append(text, entity, &format!("{option} {value}")),
        None => {
            let last = entity.arguments.last()?;
            Some((Range::empty(last.range.end), format!(", {option}: {value}")))
        }
    }
}

/// Adds lines at the end of a block.
pub fn append(text: &str, call: &Call, lines: &str) -> Option<Insertion> {
    let block = call.block.as_ref()?;
    let closing = line_start(text, block.range.end);
    // `do … end` on one line has no lines to add to.
    if closing <= block.range.start {
        return None;
    }
    let end = text.get(closing..block.range.end)?;
    let indent = &end[..end.len() - end.trim_start().len()];
    let added: String = lines.lines().map(|line| format!("{indent}  {line}\n")).collect();
    Some((Range::empty(closing), added))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expressions;

    fn applied(text: &str, insertion: Option<Insertion>) -> Option<String> {
        let (range, new) = insertion?;
        Some(format!("{}{new}{}", &text[..range.start], &text[range.end..]))
    }

    #[track_caller]
    fn check_keep(text: &str, expected: Option<&str>) {
        let expressions = parse_expressions(text);
        let call = expressions[0].as_call().unwrap();
        assert_eq!(applied(text, keep_column(text, call, "old")).as_deref(), expected);
    }

    #[track_caller]
    fn check_index(text: &str, expected: Option<&str>) {
        assert_eq!(applied(text, index_reference(text, &parse_expressions(text), "author")).as_deref(), expected);
    }

    #[test]
    fn an_attribute_keeps_its_column() {
        check_keep("attribute :new, :string", Some("attribute :new, :string, source: :old"));
        check_keep("attribute(:new, :string)", Some("attribute(:new, :string, source: :old)"));
        check_keep(
            "attribute :new, :string do\n  public? true\nend",
            Some("attribute :new, :string do\n  public? true\n  source :old\nend"),
        );
        check_keep("attribute :new, :string, source: :other", None);
        check_keep("timestamps()", None);
    }

    #[test]
    fn a_reference_gets_an_index() {
        check_index(
            "postgres do\n  table \"a\"\nend",
            Some("postgres do\n  table \"a\"\n  references do\n    reference :author, index?: true\n  end\nend"),
        );
        check_index(
            "postgres do\n  references do\n    reference :other\n  end\nend",
            Some("postgres do\n  references do\n    reference :other\n    reference :author, index?: true\n  end\nend"),
        );
        check_index(
            "postgres do\n  references do\n    reference :author, on_delete: :delete\n  end\nend",
            Some("postgres do\n  references do\n    reference :author, on_delete: :delete, index?: true\n  end\nend"),
        );
        check_index("postgres do\n  references do\n    reference :author, index?: false\n  end\nend", None);
        check_index("sqlite do\nend", None);
    }

    #[test]
    fn a_declaration_goes_with_its_lines() {
        let text = "references do\n  reference :a\n  reference :b; reference :c\nend\n";
        let at = |part: &str| text.find(part).map(|start| Range::new(start, start + part.len())).unwrap();
        let gone = applied(text, remove(text, at("reference :a"))).unwrap();
        assert_eq!(gone, "references do\n  reference :b; reference :c\nend\n");
        assert_eq!(remove(text, at("reference :b")), None);
    }

    #[test]
    fn an_identity_gets_a_shorter_index_name() {
        for (text, expected) in [
            ("postgres do\nend", "postgres do\n  identity_index_names a: \"b\"\nend"),
            (
                "postgres do\n  identity_index_names [x: \"y\"]\nend",
                "postgres do\n  identity_index_names [x: \"y\", a: \"b\"]\nend",
            ),
            (
                "postgres do\n  identity_index_names x: \"y\"\nend",
                "postgres do\n  identity_index_names x: \"y\", a: \"b\"\nend",
            ),
        ] {
            let found = set_pair(text, &parse_expressions(text), "identity_index_names", "a", "\"b\"");
            assert_eq!(applied(text, found).as_deref(), Some(expected));
        }
    }
}
