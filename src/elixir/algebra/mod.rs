//! Layout documents: text with possible line breaks, fitted to a width when rendered.
//!
//! The document language is that of Elixir's `Inspect.Algebra` (1.18), because generated text has to break where Elixir's
//! code formatter and `inspect` break. Knows nothing about Elixir syntax.

mod render;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;

pub use render::render;

/// One layout document. Cloning is cheap.
#[derive(Debug, Clone)]
pub enum Doc {
    Empty,
    /// A line break that is always taken.
    Line,
    /// Text without line breaks, and how many columns it counts for.
    Text {
        text: Rc<str>,
        width: usize,
    },
    Concat(Rc<[Doc]>),
    /// Indents the line breaks inside.
    Nest(Rc<Doc>, Indent, NestWhen),
    /// `flat`, or a line break. A strict break follows its group; a flexible one is decided by itself.
    Break {
        flat: &'static str,
        flexible: bool,
    },
    /// Laid out on one line if it fits. With `inherit` it breaks whenever the group around it has broken.
    Group {
        doc: Rc<Doc>,
        inherit: bool,
    },
    /// Enabled: fits as soon as its first break is reached. Disabled: turns that off inside.
    NextBreakFits {
        doc: Rc<Doc>,
        enabled: bool,
    },
    /// Makes the group around it not fit.
    ForceUnfit(Rc<Doc>),
    /// Merges the line breaks that follow into at most this many.
    CollapseLines(usize),
    /// No width limit inside.
    NoLimit(Rc<Doc>),
}

/// How far [`Doc::Nest`] indents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indent {
    /// By this many columns more.
    By(usize),
    /// To the column where the document starts.
    Cursor,
    /// To column zero.
    Reset,
}

/// When [`Doc::Nest`] indents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NestWhen {
    Always,
    /// Only if the group around it has broken.
    Broken,
}

impl Doc {
    /// Text measured in grapheme clusters, as `Inspect.Algebra.string/1`.
    pub fn text(text: impl Into<Rc<str>>) -> Doc {
        let text = text.into();
        let width = if text.is_ascii() { text.len() } else { text.graphemes(true).count() };
        Doc::Text { text, width }
    }

    /// Text measured in bytes, as a plain binary in `Inspect.Algebra`.
    pub fn bytes(text: impl Into<Rc<str>>) -> Doc {
        let text = text.into();
        let width = text.len();
        Doc::Text { text, width }
    }

    /// Whether this is [`Doc::Empty`] itself.
    pub fn is_empty(&self) -> bool {
        matches!(self, Doc::Empty)
    }

    /// Indents the line breaks inside by this many columns more.
    pub fn nest(self, by: usize) -> Doc {
        if by == 0 { self } else { Doc::Nest(Rc::new(self), Indent::By(by), NestWhen::Always) }
    }

    /// As [`Doc::nest`], if the group around has broken.
    pub fn nest_if_broken(self, by: usize) -> Doc {
        if by == 0 { self } else { Doc::Nest(Rc::new(self), Indent::By(by), NestWhen::Broken) }
    }

    /// Indents the line breaks inside, always.
    pub fn nest_to(self, indent: Indent) -> Doc {
        Doc::Nest(Rc::new(self), indent, NestWhen::Always)
    }

    /// On one line if it fits.
    pub fn group(self) -> Doc {
        Doc::Group { doc: Rc::new(self), inherit: false }
    }

    /// On one line if it fits and the group around has not broken.
    pub fn group_inherit(self) -> Doc {
        Doc::Group { doc: Rc::new(self), inherit: true }
    }

    /// The document inside, if this is a group.
    pub fn ungroup(self) -> Doc {
        match self {
            Doc::Group { doc, .. } => Rc::unwrap_or_clone(doc),
            other => other,
        }
    }

    /// See [`Doc::NextBreakFits`].
    pub fn next_break_fits(self, enabled: bool) -> Doc {
        Doc::NextBreakFits { doc: Rc::new(self), enabled }
    }

    /// See [`Doc::ForceUnfit`].
    pub fn force_unfit(self) -> Doc {
        Doc::ForceUnfit(Rc::new(self))
    }

    /// See [`Doc::NoLimit`].
    pub fn no_limit(self) -> Doc {
        Doc::NoLimit(Rc::new(self))
    }

    /// `self`, then `other` with nothing between.
    pub fn then(self, other: impl Into<Doc>) -> Doc {
        concat([self, other.into()])
    }

    /// `self`, a break, `other`.
    pub fn glue(self, other: impl Into<Doc>) -> Doc {
        concat([self, space(), other.into()])
    }

    /// `self`, a line break, `other`.
    pub fn line(self, other: impl Into<Doc>) -> Doc {
        concat([self, Doc::Line, other.into()])
    }

    /// Adds `suffix` inside the group that ends the document, if one does.
    pub fn append_to_last_group(self, suffix: Doc) -> Doc {
        match self {
            Doc::Concat(docs) if !docs.is_empty() => {
                let mut docs = docs.to_vec();
                if let Some(last) = docs.pop() {
                    docs.push(last.append_to_last_group(suffix));
                }
                Doc::Concat(docs.into())
            }
            Doc::Group { doc, inherit } => {
                Doc::Group { doc: Rc::new(concat([Rc::unwrap_or_clone(doc), suffix])), inherit }
            }
            other => concat([other, suffix]),
        }
    }
}

impl From<&'static str> for Doc {
    fn from(text: &'static str) -> Doc {
        Doc::bytes(text)
    }
}

/// All of `docs`, with nothing between.
pub fn concat(docs: impl IntoIterator<Item = Doc>) -> Doc {
    let mut docs: Vec<Doc> = docs.into_iter().collect();
    match docs.len() {
        0 => Doc::Empty,
        1 => docs.pop().unwrap_or(Doc::Empty),
        _ => Doc::Concat(docs.into()),
    }
}

/// All of `docs`, with `separator` between.
pub fn join(docs: impl IntoIterator<Item = Doc>, separator: &Doc) -> Doc {
    let mut joined = Vec::new();
    for doc in docs {
        if !joined.is_empty() {
            joined.push(separator.clone());
        }
        joined.push(doc);
    }
    concat(joined)
}

/// A strict break that is a space when flat.
pub fn space() -> Doc {
    Doc::Break { flat: " ", flexible: false }
}

/// A strict break that is nothing when flat.
pub fn soft() -> Doc {
    Doc::Break { flat: "", flexible: false }
}

/// A flexible break that is a space when flat.
pub fn flexible() -> Doc {
    Doc::Break { flat: " ", flexible: true }
}
