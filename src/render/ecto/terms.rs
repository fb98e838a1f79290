//! Elixir terms as source text.

pub(super) fn atom(name: &str) -> String {
    if is_identifier(name) { format!(":{name}") } else { format!(":{}", string(name)) }
}

pub(super) fn callable(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { string(name) }
}

pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '#' => out.push('#'),
            _ => out.push(char),
        }
    }
    out.push('"');
    out.replace("#{", "\\#{")
}

fn is_identifier(name: &str) -> bool {
    let body = name.strip_suffix(['?', '!']).unwrap_or(name);
    let mut chars = body.chars();
    chars.next().is_some_and(|c| c == '_' || (c.is_alphabetic() && !c.is_uppercase()))
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

pub(super) fn strings(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| string(text)).collect::<Vec<_>>().join(", "))
}

pub(super) fn module(name: &str) -> String {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
    };
    if name.split('.').all(part) { name.to_owned() } else { format!(":{}", string(&format!("Elixir.{name}"))) }
}
