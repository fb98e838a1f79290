//! Documents to text: decides for each group whether it fits.

use super::{Doc, Indent, NestWhen};

/// The text of `doc`, broken to at most `width` columns where it can be; `None` breaks only where it must.
pub fn render(doc: &Doc, width: Option<usize>) -> String {
    let mut renderer = Renderer { width, column: 0, output: Output::default() };
    renderer.run(doc);
    renderer.output.finish()
}

/// How the breaks of the surrounding group are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// As their flat text; an inner group may still break.
    Flat,
    /// As their flat text, and inner groups too, until a part says that its next break fits.
    FlatNoBreak,
    /// As line breaks.
    Break,
    /// As line breaks; inner groups may not be flat.
    BreakNoFlat,
}

#[derive(Clone, Copy)]
enum Item<'d> {
    Doc {
        indent: usize,
        mode: Mode,
        doc: &'d Doc,
    },
    /// Sets the width limit again after a [`Doc::NoLimit`].
    Width(Option<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Fits,
    /// Fits if the breaks of the part that asked for it are taken.
    BreakNext,
    Unfit,
}

struct Renderer {
    width: Option<usize>,
    column: usize,
    output: Output,
}

impl Renderer {
    fn run(&mut self, doc: &Doc) {
        let mut stack = vec![Item::Doc { indent: 0, mode: Mode::Flat, doc }];
        while let Some(item) = stack.pop() {
            let (indent, mode, doc) = match item {
                Item::Doc { indent, mode, doc } => (indent, mode, doc),
                Item::Width(width) => {
                    self.width = width;
                    continue;
                }
            };
            match doc {
                Doc::Empty => {}
                Doc::Line => self.new_line(indent),
                Doc::Text { text, width } => {
                    self.output.push(text);
                    self.column += width;
                }
                Doc::Concat(docs) => stack.extend(docs.iter().rev().map(|doc| Item::Doc { indent, mode, doc })),
                Doc::ForceUnfit(doc) => stack.push(Item::Doc { indent, mode, doc }),
                Doc::NextBreakFits { doc, enabled } => {
                    let mode = if *enabled && mode == Mode::FlatNoBreak { Mode::BreakNoFlat } else { mode };
                    stack.push(Item::Doc { indent, mode, doc });
                }
                Doc::CollapseLines(max) => {
                    self.output.collapse(*max, indent);
                    self.column = indent;
                }
                Doc::Break { flat, flexible: true } => {
                    let column = self.column + flat.len();
                    if self.width.is_none()
                        || mode == Mode::Flat
                        || fits(self.width, column, true, None, &stack) != Fit::Unfit
                    {
                        self.output.push(flat);
                        self.column = column;
                    } else {
                        self.new_line(indent);
                    }
                }
                Doc::Break { flat, flexible: false } => {
                    if mode == Mode::Break {
                        self.new_line(indent);
                    } else {
                        self.output.push(flat);
                        self.column += flat.len();
                    }
                }
                Doc::Nest(doc, by, when) => {
                    let nests = *when == NestWhen::Always || mode == Mode::Break;
                    let indent = if nests { nested(indent, self.column, *by) } else { indent };
                    stack.push(Item::Doc { indent, mode, doc });
                }
                Doc::Group { doc, inherit } => {
                    let mode = self.group_mode(indent, mode, doc, *inherit);
                    stack.push(Item::Doc { indent, mode, doc });
                }
                Doc::NoLimit(doc) => {
                    let mode = if self.width.is_some() {
                        stack.push(Item::Width(self.width));
                        Mode::Flat
                    } else {
                        mode
                    };
                    self.width = None;
                    stack.push(Item::Doc { indent, mode, doc });
                }
            }
        }
    }

    fn group_mode(&self, indent: usize, mode: Mode, doc: &Doc, inherit: bool) -> Mode {
        if (mode == Mode::Break && inherit) || mode == Mode::BreakNoFlat {
            return Mode::Break;
        }
        if self.width.is_none() {
            return Mode::Flat;
        }
        let start = Item::Doc { indent, mode: Mode::Flat, doc };
        match fits(self.width, self.column, false, Some(start), &[]) {
            Fit::Fits => Mode::Flat,
            Fit::Unfit => Mode::Break,
            Fit::BreakNext => Mode::FlatNoBreak,
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.output.new_line(indent);
        self.column = indent;
    }
}

fn nested(indent: usize, column: usize, by: Indent) -> usize {
    match by {
        Indent::By(columns) => indent + columns,
        Indent::Cursor => column,
        Indent::Reset => 0,
    }
}

/// What [`fits`] still has to look at.
enum Step<'d> {
    Item(Item<'d>),
    /// The end of a group: whether a break had been seen before it.
    Seen(bool),
}

/// Whether `start` and then `rest` (its last item first) stay within `width` up to their first line break.
///
/// Text without any break always fits, as there is no other place for it: `seen` is whether a break came before.
fn fits<'d>(width: Option<usize>, column: usize, seen: bool, start: Option<Item<'d>>, rest: &[Item<'d>]) -> Fit {
    let (mut width, mut column, mut seen) = (width, column, seen);
    let mut unfit = Fit::Unfit;
    let mut steps: Vec<Step> = start.map(Step::Item).into_iter().collect();
    let mut remaining = rest.len();
    loop {
        if seen && width.is_some_and(|width| column > width) {
            return unfit;
        }
        let step = steps.pop().or_else(|| {
            remaining = remaining.checked_sub(1)?;
            rest.get(remaining).copied().map(Step::Item)
        });
        let (indent, mode, doc) = match step {
            None => return Fit::Fits,
            Some(Step::Seen(before)) => {
                seen = before;
                continue;
            }
            Some(Step::Item(Item::Width(limit))) => {
                width = limit;
                continue;
            }
            Some(Step::Item(Item::Doc { indent, mode, doc })) => (indent, mode, doc),
        };
        let mut next = |doc, mode| steps.push(Step::Item(Item::Doc { indent, mode, doc }));
        match doc {
            Doc::NextBreakFits { doc, enabled: false } => next(doc, Mode::FlatNoBreak),
            Doc::NextBreakFits { doc, enabled: true } => {
                next(doc, if mode == Mode::FlatNoBreak { Mode::FlatNoBreak } else { Mode::BreakNoFlat });
            }
            Doc::ForceUnfit(doc) if mode == Mode::BreakNoFlat => next(doc, mode),
            Doc::ForceUnfit(_) => return unfit,
            Doc::Line | Doc::Break { .. } if mode == Mode::Break => return Fit::Fits,
            Doc::Line | Doc::Break { .. } if mode == Mode::BreakNoFlat => {
                // From here on it is known to fit if this break is taken.
                unfit = Fit::BreakNext;
                next(doc, Mode::Flat);
            }
            Doc::Line => {
                column = indent;
                seen = false;
            }
            Doc::Break { flat, .. } => {
                column += flat.len();
                seen = true;
            }
            Doc::Group { doc, .. } => {
                steps.push(Step::Seen(seen));
                let mode = if mode == Mode::Break { Mode::Flat } else { mode };
                steps.push(Step::Item(Item::Doc { indent, mode, doc }));
            }
            Doc::Empty => {}
            Doc::CollapseLines(_) => column = indent,
            Doc::Text { width, .. } => column += width,
            Doc::Nest(doc, by, NestWhen::Always) => {
                steps.push(Step::Item(Item::Doc { indent: nested(indent, column, *by), mode, doc }));
            }
            Doc::Nest(doc, _, NestWhen::Broken) => next(doc, mode),
            Doc::Concat(docs) => {
                steps.extend(docs.iter().rev().map(|doc| Step::Item(Item::Doc { indent, mode, doc })));
            }
            Doc::NoLimit(doc) => {
                let mode = if width.is_some() {
                    steps.push(Step::Item(Item::Width(width)));
                    Mode::Flat
                } else {
                    mode
                };
                width = None;
                steps.push(Step::Item(Item::Doc { indent, mode, doc }));
            }
        }
    }
}

/// The text so far, and the runs of line breaks that are being merged.
#[derive(Default)]
struct Output {
    text: String,
    collapsing: Vec<Collapse>,
}

struct Collapse {
    max: usize,
    seen: usize,
    indent: usize,
}

impl Output {
    fn collapse(&mut self, max: usize, indent: usize) {
        self.collapsing.push(Collapse { max, seen: 0, indent });
    }

    fn new_line(&mut self, indent: usize) {
        if let Some(collapse) = self.collapsing.last_mut() {
            collapse.seen += 1;
            return;
        }
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() && !self.collapsing.is_empty() {
            return;
        }
        self.flush();
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        while let Some(collapse) = self.collapsing.pop() {
            let lines = collapse.seen.min(collapse.max);
            match self.collapsing.last_mut() {
                Some(outer) if lines > 0 => outer.seen += 1,
                Some(_) if collapse.indent == 0 => {}
                _ => {
                    self.text.extend(std::iter::repeat_n('\n', lines));
                    self.text.extend(std::iter::repeat_n(' ', collapse.indent));
                }
            }
        }
    }

    fn finish(mut self) -> String {
        self.flush();
        self.text
    }
}
