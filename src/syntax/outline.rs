//! The outline layer: our grammar under `grammar/`, which cuts a file into blocks by its layout.

use tree_sitter::Language;
use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_ash_outline() -> *const ();
}

/// The outline grammar `ash_outline`, for editors' queries and tests.
pub fn language() -> Language {
    // SAFETY: the function is the one that the tree-sitter generator wrote into grammar/src/parser.c.
    unsafe { LanguageFn::from_raw(tree_sitter_ash_outline) }.into()
}
