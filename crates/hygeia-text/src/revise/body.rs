//! The body rewritten: runs that an edit touches are split, all other bytes are copied.

use std::ops::Range;

use super::package::next_id;
use super::{Edit, Signature, escaped};
use crate::reading::Span;
use crate::source::DecodeError;
use crate::source::docx::{Step, stands_for, walk};

/// A body with its changes, and the comments that go into their own part.
pub(super) struct Written {
    pub xml: Vec<u8>,
    pub comments: String,
    pub unplaced: Vec<usize>,
}

/// What a run holds, in order.
enum Atom {
    /// A character of `w:t`, with its place in the text.
    Char(char, usize),
    /// Another element, copied as it is; a tab or break has a place in the text.
    Other(Range<usize>, Option<usize>),
}

/// A run of text with one formatting.
struct Run {
    range: Range<usize>,
    open: Range<usize>,
    props: Option<Range<usize>>,
    atoms: Vec<Atom>,
    /// It stands in somebody's earlier insertion, where another cannot be nested.
    inserted: bool,
}

/// A run while it is read.
struct Frame {
    run: Run,
    /// Elements open inside it.
    depth: usize,
    /// First byte of the child element that is open.
    child: usize,
    /// A run that holds others, as around a drawing's text box, cannot be split.
    simple: bool,
    in_props: bool,
}

struct Layout {
    text: Vec<char>,
    runs: Vec<Run>,
}

fn layout(xml: &[u8]) -> Result<Layout, DecodeError> {
    let mut found = Layout { text: Vec::new(), runs: Vec::new() };
    let mut frames: Vec<Frame> = Vec::new();
    let mut insertions = 0_usize;
    walk(xml, |step, range| {
        let place = found.text.len();
        let stands = stands_for(&step);
        found.text.extend(stands);
        match step {
            Step::Start(b"w:r") => {
                if let Some(outer) = frames.last_mut() {
                    outer.simple = false;
                    outer.depth += 1;
                }
                let run = Run {
                    range: range.clone(),
                    open: range,
                    props: None,
                    atoms: Vec::new(),
                    inserted: insertions > 0,
                };
                frames.push(Frame { run, depth: 0, child: 0, simple: true, in_props: false });
            }
            Step::End(b"w:r") => {
                if let Some(mut frame) = frames.pop() {
                    frame.run.range.end = range.end;
                    if frame.simple {
                        found.runs.push(frame.run);
                    }
                }
                if let Some(outer) = frames.last_mut() {
                    outer.depth = outer.depth.saturating_sub(1);
                }
            }
            Step::Start(name) => {
                insertions += usize::from(name == b"w:ins");
                if let Some(frame) = frames.last_mut() {
                    if frame.depth == 0 {
                        frame.child = range.start;
                        frame.in_props = name == b"w:rPr";
                    }
                    frame.depth += 1;
                }
            }
            Step::End(name) => {
                insertions = insertions.saturating_sub(usize::from(name == b"w:ins"));
                if let Some(frame) = frames.last_mut() {
                    frame.depth = frame.depth.saturating_sub(1);
                    let whole = frame.child..range.end;
                    match (frame.depth, frame.in_props) {
                        (0, true) => frame.run.props = Some(whole),
                        (0, false) if name != b"w:t" => frame.run.atoms.push(Atom::Other(whole, None)),
                        _ => {}
                    }
                    frame.in_props &= frame.depth > 0;
                }
            }
            Step::Empty(_) => {
                if let Some(frame) = frames.last_mut()
                    && frame.depth == 0
                {
                    frame.run.atoms.push(Atom::Other(range, stands.map(|_| place)));
                }
            }
            Step::Text(text) => {
                for c in text.chars() {
                    if let Some(frame) = frames.last_mut() {
                        frame.run.atoms.push(Atom::Char(c, found.text.len()));
                    }
                    found.text.push(c);
                }
            }
            Step::Other => {}
        }
    })?;
    found.runs.sort_by_key(|run| run.range.start);
    Ok(found)
}

/// An edit that is placed: what goes, what comes and where.
struct Change {
    deleted: Range<usize>,
    inserted: String,
    /// Character that the insertion stands after (`true`) or before.
    anchor: (usize, bool),
    commented: Option<(Range<usize>, String)>,
}

/// Writes `edits` into the body; their comments are numbered from `comment`.
pub(super) fn write(
    xml: &[u8],
    edits: &[Edit],
    signature: Signature<'_>,
    comment: u32,
) -> Result<Written, DecodeError> {
    let layout = layout(xml)?;
    let (changes, unplaced) = place(&layout, edits);
    let mut writer = Writer {
        xml,
        changes: &changes,
        by: format!("w:author=\"{}\" w:date=\"{}\"", escaped(signature.author), escaped(signature.at)),
        next: next_id(&String::from_utf8_lossy(xml)),
        comment,
        comments: String::new(),
        out: Vec::with_capacity(xml.len() + 1024),
    };
    let mut at = 0;
    for run in &layout.runs {
        if changes.iter().any(|change| change.touches(run)) {
            writer.out.extend_from_slice(&xml[at..run.range.start]);
            writer.run(run);
            at = run.range.end;
        }
    }
    writer.out.extend_from_slice(&xml[at..]);
    Ok(Written { xml: writer.out, comments: writer.comments, unplaced })
}

/// Turns edits into changes: what stays the same at both ends is left alone.
fn place(layout: &Layout, edits: &[Edit]) -> (Vec<Change>, Vec<usize>) {
    let mut covered = vec![false; layout.text.len()];
    for place in layout.runs.iter().flat_map(|run| run.atoms.iter().filter_map(Atom::place)) {
        if let Some(slot) = covered.get_mut(place) {
            *slot = true;
        }
    }
    let is_covered = |at: usize| covered.get(at).copied().unwrap_or(false);
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_by_key(|&number| edits[number].span);
    let (mut changes, mut unplaced, mut free) = (Vec::new(), Vec::new(), 0);
    for number in order {
        let edit = &edits[number];
        let span = Span::new(edit.span.start, edit.span.end.min(layout.text.len()));
        match change(layout, edit, span, &is_covered) {
            Some(change) if span.start >= free => {
                free = span.end.max(free);
                changes.push(change);
            }
            _ => unplaced.push(number),
        }
    }
    unplaced.sort_unstable();
    (changes, unplaced)
}

fn change(layout: &Layout, edit: &Edit, span: Span, is_covered: &dyn Fn(usize) -> bool) -> Option<Change> {
    let old = layout.text.get(span.start..span.end)?;
    let new: Vec<char> =
        edit.replacement.as_deref().map_or_else(|| old.to_vec(), |new| new.chars().collect());
    let same_front = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - same_front;
    let same_back = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let deleted = span.start + same_front..span.end - same_back;
    let inserted: String = new[same_front..new.len() - same_back].iter().collect();
    let changeable = |at: usize| is_covered(at) || layout.text.get(at).is_some_and(|c| c.is_whitespace());
    if !deleted.clone().all(changeable) {
        return None;
    }
    // What comes stands behind what goes; a bare insertion behind the character before it, in its formatting.
    let last_deleted = deleted.clone().rev().find(|&at| is_covered(at));
    let before = deleted.start.checked_sub(1).filter(|&at| is_covered(at));
    let anchor = match (last_deleted, before) {
        (Some(at), _) | (None, Some(at)) => (at, true),
        (None, None) if is_covered(deleted.start) => (deleted.start, false),
        (None, None) if inserted.is_empty() => (deleted.start, false),
        (None, None) => return None,
    };
    let shown = span.start..span.end.max(span.start + 1);
    let commented = match &edit.comment {
        None => None,
        Some(text) => {
            let first =
                shown.clone().find(|&at| is_covered(at)).or_else(|| before.filter(|_| shown.len() == 1))?;
            let last = shown.rev().find(|&at| is_covered(at)).unwrap_or(first);
            Some((first..last + 1, text.clone()))
        }
    };
    Some(Change { deleted, inserted, anchor, commented })
}

impl Atom {
    fn place(&self) -> Option<usize> {
        match self {
            Atom::Char(_, at) => Some(*at),
            Atom::Other(_, at) => *at,
        }
    }
}

impl Change {
    fn touches(&self, run: &Run) -> bool {
        run.atoms.iter().filter_map(Atom::place).any(|at| {
            self.deleted.contains(&at)
                || (!self.inserted.is_empty() && self.anchor.0 == at)
                || self.commented.as_ref().is_some_and(|(range, _)| range.start == at || range.end == at + 1)
        })
    }
}

/// A stretch of one run that is kept or deleted as a whole.
struct Stretch {
    deleted: bool,
    content: Vec<u8>,
    text: String,
}

struct Writer<'a> {
    xml: &'a [u8],
    changes: &'a [Change],
    by: String,
    next: u32,
    comment: u32,
    comments: String,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn id(&mut self) -> u32 {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        id
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes a run in stretches, with changes and comment marks between them.
    fn run(&mut self, run: &Run) {
        let mut stretch = Stretch { deleted: false, content: Vec::new(), text: String::new() };
        let changes = self.changes;
        for atom in &run.atoms {
            let place = atom.place();
            let at = |wanted: usize| place == Some(wanted);
            let deleted = place.is_some_and(|at| changes.iter().any(|change| change.deleted.contains(&at)));
            let starts =
                changes.iter().filter(|c| c.commented.as_ref().is_some_and(|(range, _)| at(range.start)));
            let before: Vec<&Change> = changes.iter().filter(|c| at(c.anchor.0) && !c.anchor.1).collect();
            let starts: Vec<&Change> = starts.collect();
            if deleted != stretch.deleted || !starts.is_empty() || !before.is_empty() {
                self.flush(run, &mut stretch);
                stretch.deleted = deleted;
            }
            for change in starts {
                self.comment_start(change);
            }
            for change in before {
                self.insert(run, &change.inserted);
            }
            match atom {
                Atom::Char(c, _) => stretch.text.push(*c),
                Atom::Other(range, _) => {
                    stretch.settle();
                    stretch.content.extend_from_slice(&self.xml[range.clone()]);
                }
            }
            let after: Vec<&Change> = changes.iter().filter(|c| at(c.anchor.0) && c.anchor.1).collect();
            let ends: Vec<&Change> = changes
                .iter()
                .filter(|c| c.commented.as_ref().is_some_and(|(range, _)| place == range.end.checked_sub(1)))
                .collect();
            if after.iter().any(|change| !change.inserted.is_empty()) || !ends.is_empty() {
                self.flush(run, &mut stretch);
            }
            for change in after {
                self.insert(run, &change.inserted);
            }
            for change in ends {
                self.comment_end(change);
            }
        }
        self.flush(run, &mut stretch);
    }

    fn flush(&mut self, run: &Run, stretch: &mut Stretch) {
        stretch.settle();
        if stretch.content.is_empty() {
            return;
        }
        let content = std::mem::take(&mut stretch.content);
        if stretch.deleted {
            let open = format!("<w:del w:id=\"{}\" {}>", self.id(), self.by);
            self.push(&open);
        }
        self.out.extend_from_slice(&self.xml[run.open.clone()]);
        if let Some(props) = &run.props {
            self.out.extend_from_slice(&self.xml[props.clone()]);
        }
        self.out.extend_from_slice(&content);
        self.push("</w:r>");
        if stretch.deleted {
            self.push("</w:del>");
        }
    }

    fn insert(&mut self, run: &Run, text: &str) {
        if text.is_empty() {
            return;
        }
        if !run.inserted {
            let open = format!("<w:ins w:id=\"{}\" {}>", self.id(), self.by);
            self.push(&open);
        }
        self.push("<w:r>");
        if let Some(props) = &run.props {
            self.out.extend_from_slice(&self.xml[props.clone()]);
        }
        self.push(&format!("<w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text)));
        if !run.inserted {
            self.push("</w:ins>");
        }
    }

    /// The number of a change's comment: they are numbered in the order of the text, as the changes are.
    fn comment_number(&self, change: &Change) -> u32 {
        let before = self.changes.iter().take_while(|known| !std::ptr::eq(*known, change));
        let count = before.filter(|known| known.commented.is_some()).count();
        self.comment.saturating_add(u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn comment_start(&mut self, change: &Change) {
        let id = self.comment_number(change);
        self.push(&format!("<w:commentRangeStart w:id=\"{id}\"/>"));
    }

    fn comment_end(&mut self, change: &Change) {
        let id = self.comment_number(change);
        self.push(&format!(
            "<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>"
        ));
        if let Some((_, text)) = &change.commented {
            self.comments.push_str(&format!(
                "<w:comment w:id=\"{id}\" {} w:initials=\"\"><w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p></w:comment>",
                self.by,
                escaped(text)
            ));
        }
    }
}

impl Stretch {
    /// Closes the text gathered so far.
    fn settle(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = escaped(&std::mem::take(&mut self.text));
        let element = if self.deleted { "w:delText" } else { "w:t" };
        self.content
            .extend_from_slice(format!("<{element} xml:space=\"preserve\">{text}</{element}>").as_bytes());
    }
}
