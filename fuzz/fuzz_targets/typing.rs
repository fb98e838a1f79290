//! Any bytes and any edits: nothing panics, and the incremental tree equals the one from scratch.
#![no_main]

use arbitrary::Arbitrary;
use ashls::syntax::SourceTree;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Typing<'a> {
    text: &'a [u8],
    edits: Vec<Edit<'a>>,
}

#[derive(Debug, Arbitrary)]
struct Edit<'a> {
    at: u16,
    deleted: u8,
    inserted: &'a [u8],
}

fuzz_target!(|typing: Typing<'_>| {
    let mut text = String::from_utf8_lossy(typing.text).into_owned();
    let mut tree = SourceTree::parse(text.as_str());
    for edit in typing.edits.iter().take(8) {
        let start = boundary(&text, usize::from(edit.at) % (text.len() + 1));
        let end = boundary(&text, (start + usize::from(edit.deleted)).min(text.len()));
        text.replace_range(start..end.max(start), &String::from_utf8_lossy(edit.inserted));
        tree.update(text.as_str());
        let fresh = SourceTree::parse(text.as_str());
        assert_eq!(tree.expressions(), fresh.expressions());
        assert_eq!(tree.issues(), fresh.issues());
        let outside = tree.expressions().iter().find(|expr| expr.range.end > text.len());
        assert!(outside.is_none(), "{outside:?}");
    }
});

/// The next boundary of a character from `at` on.
fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}
