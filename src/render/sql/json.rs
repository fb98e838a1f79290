//! JSON as Jason encodes it, for map and list defaults.

use crate::elixir::float_text;
use crate::migration::Term;

/// `Jason.encode!/1` of a term; the message it raises where it cannot.
pub fn encode(term: &Term) -> Result<String, String> {
    let mut out = String::new();
    write(term, &mut out)?;
    Ok(out)
}

fn write(term: &Term, out: &mut String) -> Result<(), String> {
    match term {
        Term::Nil => out.push_str("null"),
        Term::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Term::Integer(value) => out.push_str(&value.to_string()),
        Term::Float(value) => out.push_str(&float_text(*value)),
        Term::Atom(text) | Term::String(text) => write_text(text, out),
        Term::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Term::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                match key.to_text() {
                    Some(key) => write_text(&key, out),
                    None => return Err(not_encodable(key)),
                }
                out.push(':');
                write(value, out)?;
            }
            out.push('}');
        }
        other => return Err(not_encodable(other)),
    }
    Ok(())
}

fn not_encodable(term: &Term) -> String {
    let value = crate::migration::inspect::inspect(term);
    format!("protocol Jason.Encoder not implemented for value {value}")
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if u32::from(control) < 0x20 => out.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}
