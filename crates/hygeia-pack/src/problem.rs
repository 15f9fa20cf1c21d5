//! What is wrong with the packs, each with its place.

use hygeia_expr::Problem as ExprProblem;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One mistake in a file.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// File as shown: `kindergarten/registers/morning_check.yaml`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The plain cause, in English, with values in backticks.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    span: Range<usize>,
    text: Arc<NamedSource<String>>,
}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.text)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new(None, self.span.start, self.span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// Every mistake of every file, in order of file and place. Displays one per line:
/// `file:line:column: error: cause`, with the help below.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mistakes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// With the source lines around each mistake, for a terminal.
    pub fn fancy(&self, colour: bool) -> String {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
        let mut text = String::new();
        for problem in &self.0 {
            // Writing to a String does not fail; a handler that cannot draw leaves the plain line.
            if handler.render_report(&mut text, problem).is_err() {
                text.push_str(&problem.message);
            }
            text.push('\n');
        }
        text
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{}:{}:{}: error: {}", problem.file, problem.line, problem.column, problem.message)?;
            if let Some(help) = &problem.help {
                writeln!(f, "    {help}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A place in one of the files being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: usize,
    pub span: Range<usize>,
}

struct File {
    name: String,
    text: Arc<NamedSource<String>>,
    /// Byte at which each line starts.
    lines: Vec<usize>,
}

/// Collects problems while files are read.
#[derive(Default)]
pub(crate) struct Log {
    files: RefCell<Vec<File>>,
    found: RefCell<Vec<(Place, String, Option<String>)>>,
}

impl Log {
    /// Takes a file in; its number goes into places.
    pub(crate) fn file(&self, name: &str, text: &str) -> usize {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let source = Arc::new(NamedSource::new(name, text.to_owned()));
        let mut files = self.files.borrow_mut();
        files.push(File { name: name.to_owned(), text: source, lines });
        files.len() - 1
    }

    pub(crate) fn error(&self, place: &Place, message: impl Into<String>) {
        self.found.borrow_mut().push((place.clone(), message.into(), None));
    }

    pub(crate) fn error_help(&self, place: &Place, message: impl Into<String>, help: Option<String>) {
        self.found.borrow_mut().push((place.clone(), message.into(), help));
    }

    /// A problem inside an expression that is written, verbatim, from `place` on (or anywhere in it).
    pub(crate) fn in_expression(&self, place: &Place, verbatim: bool, problem: ExprProblem) {
        let span = if verbatim {
            place.span.start + problem.span.start..place.span.start + problem.span.end
        } else {
            place.span.clone()
        };
        self.error_help(&Place { file: place.file, span }, problem.message, problem.help);
    }

    /// The source text of a place.
    pub(crate) fn written(&self, place: &Place) -> String {
        let files = self.files.borrow();
        let text = files.get(place.file).and_then(|file| file.text.inner().get(place.span.clone()));
        text.unwrap_or_default().to_owned()
    }

    pub(crate) fn into_problems(self) -> Problems {
        let files = self.files.into_inner();
        let mut found = self.found.into_inner();
        found.sort_by_key(|(place, ..)| (place.file, place.span.start));
        found.dedup();
        let problem = |(place, message, help): (Place, String, Option<String>)| {
            let file = files.get(place.file)?;
            let written = file.text.inner();
            let start = place.span.start.min(written.len());
            let line = file.lines.partition_point(|begin| *begin <= start).max(1);
            let column =
                written.get(file.lines[line - 1]..start).map_or(0, |before| before.chars().count()) + 1;
            let span = start..place.span.end.clamp(start, written.len());
            let (file, text) = (file.name.clone(), file.text.clone());
            Some(Problem { file, line, column, message, help, span, text })
        };
        Problems(found.into_iter().filter_map(problem).collect())
    }
}
