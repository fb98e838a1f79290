//! Paths and the patterns of `Path.wildcard/2` that name folders.

/// `path` from `folder`, with `.` and `..` resolved. Leaving the root stays in the root.
pub(super) fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { normalized(path) } else { normalized(&format!("{folder}/{path}")) }
}

/// `path` without `.`, `..` and empty segments.
pub(super) fn normalized(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    segments.join("/")
}

/// Whether `path` is one that `pattern` names. Both are normalized.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    alternatives(pattern).iter().any(|pattern| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        segments_match(&pattern, &path)
    })
}

fn segments_match(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => {
            let mut visible = path.iter().take_while(|segment| !segment.starts_with('.')).count();
            loop {
                if segments_match(rest, &path[visible..]) {
                    return true;
                }
                let Some(fewer) = visible.checked_sub(1) else { return false };
                visible = fewer;
            }
        }
        (Some((first, pattern)), Some((segment, path))) => {
            let is_hidden = segment.starts_with('.') && !first.starts_with('.');
            !is_hidden && segment_matches(first, segment) && segments_match(pattern, path)
        }
        _ => false,
    }
}

fn segment_matches(pattern: &str, text: &str) -> bool {
    let Some(next) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[next.len_utf8()..];
    match next {
        '*' => text
            .char_indices()
            .map(|(start, _)| start)
            .chain([text.len()])
            .any(|start| segment_matches(rest, &text[start..])),
        '[' if let Some((set, rest)) = rest.split_once(']') => {
            let mut characters = text.chars();
            characters.next().is_some_and(|first| in_set(set, first)) && segment_matches(rest, characters.as_str())
        }
        _ => {
            let mut characters = text.chars();
            let first = characters.next();
            first.is_some() && (next == '?' || first == Some(next)) && segment_matches(rest, characters.as_str())
        }
    }
}

/// Whether `character` is in `a-z_`, the inside of brackets.
fn in_set(set: &str, character: char) -> bool {
    let set: Vec<char> = set.chars().collect();
    let mut index = 0;
    while let Some(&start) = set.get(index) {
        match (set.get(index + 1), set.get(index + 2)) {
            (Some('-'), Some(&end)) => {
                if (start..=end).contains(&character) {
                    return true;
                }
                index += 3;
            }
            _ => {
                if start == character {
                    return true;
                }
                index += 1;
            }
        }
    }
    false
}

/// `a/{b,c}` as `a/b` and `a/c`.
fn alternatives(pattern: &str) -> Vec<String> {
    let parts = pattern.split_once('{').and_then(|(before, rest)| {
        let (choices, after) = rest.split_once('}')?;
        Some((before, choices, after))
    });
    let Some((before, choices, after)) = parts else { return vec![pattern.to_owned()] };
    let tails = alternatives(after);
    choices.split(',').flat_map(|choice| tails.iter().map(move |tail| format!("{before}{choice}{tail}"))).collect()
}
