//! Whether the indentation of a file means anything. In code that no formatter has seen it does not, and then the
//! grammar is all there is to go by.

/// Fewer lines than this may be somebody's typing.
const LEAST: usize = 3;

/// Whether the layout of `text` lies: a line that ends in `do` has the next one deeper or its `end` below it, but for a
/// quarter or more of them. Goes by single lines, so that nothing that is left open anywhere leads it astray.
pub(super) fn lies(text: &str) -> bool {
    let (mut openers, mut lying) = (0, 0);
    for (end, _) in text.match_indices('\n') {
        let Some(before) = text[..end].trim_end_matches('\r').strip_suffix(" do") else { continue };
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let (header, behind) = (&before[start..], &text[end + 1..]);
        if !is_header(header.trim_start()) || goes_on(&text[..start]) {
            continue;
        }
        let Some(next) = behind.lines().find(|line| !line.trim().is_empty()) else { continue };
        openers += 1;
        let closed = next.trim_start().starts_with("end") && indent(next) == indent(header);
        lying += usize::from(indent(next) <= indent(header) && !closed);
    }
    lying >= LEAST && lying * 4 >= openers
}

/// Whether a line begins something and has no bracket that another line opens or closes.
fn is_header(line: &str) -> bool {
    let count = |bracket| line.matches(bracket).count();
    line.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && [('(', ')'), ('[', ']'), ('{', '}')].iter().all(|(open, close)| count(*open) == count(*close))
}

/// Whether the last line of `before` needs another one behind it.
fn goes_on(before: &str) -> bool {
    let line = before.trim_end();
    line.ends_with([',', '(', '[', '{', '|', '&', '=', '+', '-', '*', '/', '<', '>', '\\', '.'])
        || [" and", " or", " in", " when", " not"].iter().any(|word| line.ends_with(word))
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::lies;

    #[test]
    fn formatted_code_does_not_lie_whatever_is_being_typed() {
        let text = "a do\n  b :x do\n    c 1\n  end\n\n  d do\n  end\n  if x &&\n       y do\n    z\n  end\n\n  def f(a,\n        b) do\n    a\n  end\nend\n";
        assert!(!lies(text));
        // One that is not closed, one that has no body yet.
        assert!(!lies(&text.replacen("  end\n", "", 1).replacen("c 1", "e do", 1)));
        assert!(!lies("a do\nb do\nc\nend\nend\n"));
        assert!(!lies(""));
    }

    #[test]
    fn code_without_indentation_lies() {
        assert!(lies("a do\nb do\nc do\nd\nend\nend\nend\n"));
        assert!(lies("   a do\r\n b do\r\n\r\nc do\r\n  d\r\nend\r\n  x do\r\n y\r\n end\r\nend\r\nend\r\n"));
    }
}
