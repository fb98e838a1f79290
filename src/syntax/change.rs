//! What differs between two versions of a text.

use crate::text::Range;

/// One stretch of text replaced by another. Before `start`, and behind the ends, both texts are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// First byte that differs, in both texts.
    pub start: usize,
    /// End of the stretch in the old text.
    pub old_end: usize,
    /// End of the stretch in the new text.
    pub new_end: usize,
}

impl Change {
    /// The smallest change that makes `old` into `new`, at character boundaries; `None` when they are equal.
    pub fn between(old: &str, new: &str) -> Option<Change> {
        if old == new {
            return None;
        }
        let mut start = common_prefix(old.as_bytes(), new.as_bytes());
        while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
            start -= 1;
        }
        let mut suffix = common_suffix(&old.as_bytes()[start..], &new.as_bytes()[start..]);
        while !old.is_char_boundary(old.len() - suffix) || !new.is_char_boundary(new.len() - suffix) {
            suffix -= 1;
        }
        Some(Change { start, old_end: old.len() - suffix, new_end: new.len() - suffix })
    }

    /// How far the text behind the change moves, in bytes.
    pub fn delta(self) -> isize {
        self.new_end.wrapping_sub(self.old_end) as isize
    }

    /// Where `range` of the new text stood in the old one, unless it touches what was inserted.
    pub fn old_range(self, range: Range) -> Option<Range> {
        if range.end <= self.start {
            return Some(range);
        }
        if range.start < self.new_end {
            return None;
        }
        let back = |offset: usize| offset.wrapping_add_signed(-self.delta());
        Some(Range::new(back(range.start), back(range.end)))
    }
}

const BLOCK: usize = 32;

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    blocks + a[blocks..].iter().zip(&b[blocks..]).take_while(|(a, b)| a == b).count()
}

fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let (a, b) = (&a[..a.len() - blocks], &b[..b.len() - blocks]);
    blocks + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_are_not_cut() {
        assert_eq!(Change::between("aäb", "aöb"), Some(Change { start: 1, old_end: 3, new_end: 3 }));
        assert_eq!(Change::between("ab", "ab"), None);
        assert_eq!(Change::between("aa", "aaa"), Some(Change { start: 2, old_end: 2, new_end: 3 }));
    }

    proptest! {
        #[test]
        fn applying_the_change_gives_the_new_text(old in "[abä😀\n]{0,80}", new in "[abä😀\n]{0,80}", same in "[ab]{0,80}") {
            let (old, new) = (format!("{same}{old}{same}"), format!("{same}{new}{same}"));
            let Some(change) = Change::between(&old, &new) else { return Ok(()) };
            let made = [&old[..change.start], &new[change.start..change.new_end], &old[change.old_end..]].concat();
            prop_assert_eq!(made, new);
        }
    }
}
