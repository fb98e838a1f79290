//! The name of an index that is given none.

/// `<table>_<columns>_index`, as `default_index_name/1` of `Ecto.Migration` makes it; `None` where Elixir raises.
///
/// What Erlang's regular expressions do not take for a word character is replaced byte by byte, and a byte is a word character
/// when it is one in Latin-1: most letters beyond ASCII fall apart, and no atom can be made of what is left.
pub fn default_index_name<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let is_word = |byte: u8| match byte {
        0xAA | 0xB5 | 0xBA | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0xFF => true,
        ascii => ascii.is_ascii_alphanumeric() || ascii == b'_',
    };
    let mut name = Vec::new();
    let mut push = |text: &str| {
        let start = name.len();
        name.extend(text.bytes().map(|byte| if is_word(byte) { byte } else { b'_' }));
        while name.len() > start && name.last() == Some(&b'_') {
            name.pop();
        }
        name.push(b'_');
    };
    push(table);
    columns.into_iter().for_each(push);
    name.extend(b"index");
    String::from_utf8(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_mostly_fall_apart() {
        let name = |column| default_index_name("posts", [column]);
        assert_eq!(name("title").as_deref(), Some("posts_title_index"));
        assert_eq!(name("lower(title)").as_deref(), Some("posts_lower_title_index"));
        assert_eq!(name("größe"), None);
        assert_eq!(name("naïve"), None);
        assert_eq!(name("menú").as_deref(), Some("posts_menú_index"));
    }
}
