//! Reading the archives of recorded cases (see `README.md`).

use std::collections::BTreeMap;

/// The files of one archive by path. `shared` holds files that other archives refer to.
///
/// # Panics
/// When the archive is malformed, or refers to a file that is in neither.
pub fn read(text: &str, shared: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (header, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let header = header.strip_prefix("-- ").and_then(|header| header.strip_suffix(" --"));
        let header = header.unwrap_or_else(|| panic!("not a header: {}", &rest[..rest.len().min(60)]));
        let end = next_header(after);
        let contents = &after[..end];
        rest = &after[end..];
        if let Some((path, source)) = header.split_once(" = ") {
            let contents = files.get(source).or_else(|| shared.get(source)).cloned();
            files.insert(path.to_owned(), contents.unwrap_or_else(|| panic!("{path}: no file {source}")));
        } else if let Some(path) = header.strip_suffix(" (no newline at end)") {
            files.insert(path.to_owned(), contents.strip_suffix('\n').unwrap_or(contents).to_owned());
        } else {
            files.insert(header.to_owned(), contents.to_owned());
        }
    }
    files
}

/// Offset of the next header line, or the end.
fn next_header(text: &str) -> usize {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end_matches('\n');
        if trimmed.starts_with("-- ") && trimmed.ends_with(" --") {
            return start;
        }
        start += line.len();
    }
    text.len()
}
