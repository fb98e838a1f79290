//! Module names: how they are written as paths and joined (`Macro.camelize/1`, `Macro.underscore/1`, `Module.concat/1`).

/// `Macro.camelize/1`: `foo_bar/baz` as `FooBar.Baz`. Only ASCII letters change.
pub fn camelize(text: &str) -> String {
    let text = text.trim_start_matches('_');
    let mut result = String::with_capacity(text.len());
    let mut characters = text.char_indices().peekable();
    if let Some((_, first)) = characters.next() {
        result.push(first.to_ascii_uppercase());
    }
    while let Some((position, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match (character, next) {
            ('_', Some('_') | None) => {}
            ('_', Some(next)) if next.is_ascii_lowercase() || next.is_ascii_digit() => {
                result.push(next.to_ascii_uppercase());
                characters.next();
            }
            ('/', _) => return format!("{result}.{}", camelize(&text[position + 1..])),
            _ => result.push(character),
        }
    }
    result
}

/// `Macro.underscore/1`: `FooBar.HTTPServer` as `foo_bar/http_server`. Only ASCII letters change.
pub fn underscore(text: &str) -> String {
    let parts: Vec<String> = text.split('.').map(underscore_part).collect();
    parts.join("/")
}

/// One part between dots.
fn underscore_part(part: &str) -> String {
    let mut result = String::with_capacity(part.len() + 4);
    let mut before = None;
    let mut characters = part.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let starts_word = character.is_ascii_uppercase() && before.is_some();
        let ends_acronym = next.is_some_and(|next| !next.is_ascii_uppercase() && !next.is_ascii_digit() && next != '_');
        let follows_word = before.is_some_and(|before: char| !before.is_ascii_uppercase() && before != '_');
        if starts_word && (ends_acronym || follows_word) {
            result.push('_');
        }
        result.push(character.to_ascii_lowercase());
        before = Some(character);
        if starts_word && ends_acronym {
            // The letter behind the last capital is taken with it, whatever it is.
            before = next;
            result.extend(characters.next());
        }
    }
    result
}

/// The last part of a module's name: `Post` of `MyApp.Blog.Post`.
pub fn last_part(module: &str) -> &str {
    module.rsplit('.').next().unwrap_or(module)
}

/// `Module.concat/1` of parts that are not nil: the name without `Elixir.`.
pub fn concat<'t>(parts: impl IntoIterator<Item = &'t str>) -> String {
    let parts = parts.into_iter().enumerate();
    let parts = parts.filter(|(index, part)| !(*index == 0 && *part == "Elixir"));
    let parts: Vec<&str> = parts
        .map(|(_, part)| part.strip_prefix("Elixir.").or_else(|| part.strip_prefix('.')).unwrap_or(part))
        .collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camelized_names() {
        for (text, expected) in [
            ("", ""),
            ("_", ""),
            ("a__b", "AB"),
            ("foo_1x", "Foo1x"),
            ("foo_", "Foo"),
            ("_foo", "Foo"),
            ("a/b_c", "A.BC"),
            ("a_B", "A_B"),
            ("a_é", "A_é"),
            ("é_b", "éB"),
            ("1a", "1a"),
            ("a-b", "A-b"),
            ("API.V1", "API.V1"),
        ] {
            assert_eq!(camelize(text), expected, "{text}");
        }
    }

    #[test]
    fn underscored_names() {
        for (text, expected) in [
            ("", ""),
            ("HTTPServer", "http_server"),
            ("Foo.HTTP2Bar", "foo/http2_bar"),
            ("FooBAR", "foo_bar"),
            ("foo-Bar", "foo-_bar"),
            ("A1B", "a1_b"),
            ("SAPExample", "sap_example"),
            ("fooBar", "foo_bar"),
            ("API.V1", "api/v1"),
            ("É", "É"),
            ("HTTP", "http"),
            ("_Foo", "__foo"),
            ("Foo_Bar", "foo__bar"),
            ("A.B.c", "a/b/c"),
        ] {
            assert_eq!(underscore(text), expected, "{text}");
        }
    }

    #[test]
    fn concatenated_names() {
        assert_eq!(concat(["Elixir.A", "B"]), "A.B");
        assert_eq!(concat(["A", ".B", "Elixir.C.d"]), "A.B.C.d");
        assert_eq!(concat(["Elixir", "A"]), "A");
        assert_eq!(concat([]), "");
    }
}
