//! YAML as a tree in which everything knows its place and scalars keep their text as written.
//!
//! Read from the parser's events rather than through serde: a pack says `1.10`, `07:30` or `no` and means the
//! text, and every value needs its bytes for the diagnostics. Aliases and tags are refused.

use crate::problem::{Log, Place};
use granit_parser::{Event, Options, Parser, ScalarStyle, Span};

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub place: Place,
    pub data: Data,
}

#[derive(Debug, Clone)]
pub(crate) enum Data {
    Null,
    /// The text; `verbatim` when the source has exactly it at the node's place.
    Scalar {
        text: String,
        verbatim: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub place: Place,
    pub text: String,
}

/// Deepest nesting accepted.
const MAX_DEPTH: usize = 32;

/// Reads one document; problems go to the log.
pub(crate) fn parse(log: &Log, file: usize, text: &str) -> Option<Node> {
    let mut options = Options::default();
    options.emit_comments = false;
    let mut reader =
        Reader { log, file, text, events: Parser::new_from_str_with_options(text, options), depth: 0 };
    let node = loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (Event::StreamEnd | Event::DocumentEnd, _) => {
                log.error(&Place { file, span: 0..0 }, "the file is empty");
                return None;
            }
            (event, place) => break reader.node(event, place)?,
        }
    };
    loop {
        match reader.next()? {
            (Event::DocumentStart(..), place) => {
                log.error(
                    &place,
                    "a file holds one document: remove `---` and what follows, or make another file",
                );
                return None;
            }
            (Event::StreamEnd, _) => return Some(node),
            _ => {}
        }
    }
}

struct Reader<'a> {
    log: &'a Log,
    file: usize,
    text: &'a str,
    events: Parser<'a, granit_parser::StrInput<'a>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn place(&self, span: &Span) -> Place {
        let span = span.byte_range().unwrap_or(0..0);
        Place { file: self.file, span }
    }

    /// The next event; `None` at the end and after an error of syntax, which ends the file.
    fn next(&mut self) -> Option<(Event<'a>, Place)> {
        match self.events.next()? {
            Ok((event, span)) => {
                let place = self.place(&span);
                Some((event, place))
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
                let help = self.text[at..]
                    .trim_start()
                    .starts_with(['&', '*', '!', '@', '`', '%', '|', '>'])
                    .then(|| {
                        "put an expression that starts with a sign or contains `: ` in double quotes"
                            .to_owned()
                    });
                let place = Place { file: self.file, span: at..at };
                self.log.error_help(&place, format!("not YAML: {}", error.info()), help);
                None
            }
        }
    }

    fn node(&mut self, event: Event<'a>, place: Place) -> Option<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.log.error(&place, format!("nested more than {MAX_DEPTH} deep"));
            return None;
        }
        if event.tag().is_some() {
            let help = "put an expression that starts with `!` in double quotes".to_owned();
            self.log.error_help(&place, "tags are not used in packs", Some(help));
        }
        let data = match event {
            Event::Scalar(text, style, ..) => self.scalar(&text, style, &place),
            Event::SequenceStart(..) => self.list()?,
            Event::MappingStart(..) => self.map()?,
            _ => {
                self.log.error(&place, "aliases are not used in packs: write the value out");
                Data::Null
            }
        };
        self.depth -= 1;
        Some(self.end(place, data))
    }

    /// Quoted text starts after its quote, so that places inside expressions are right.
    fn end(&self, mut place: Place, data: Data) -> Node {
        if let Data::Scalar { text, verbatim: true } = &data
            && self.text.get(place.span.clone()) != Some(text)
        {
            place.span = place.span.start + 1..place.span.end.saturating_sub(1);
        }
        Node { place, data }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, place: &Place) -> Data {
        if style == ScalarStyle::Plain && matches!(text, "" | "null" | "~") {
            return Data::Null;
        }
        let written = self.text.get(place.span.clone()).unwrap_or_default();
        let inside = written.get(1..written.len().saturating_sub(1));
        let verbatim = written == text
            || matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) && inside == Some(text);
        Data::Scalar { text: text.to_owned(), verbatim }
    }

    fn list(&mut self) -> Option<Data> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Some(Data::List(items)),
                (event, place) => items.push(self.node(event, place)?),
            }
        }
    }

    fn map(&mut self) -> Option<Data> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, place) = self.next()?;
            if event == Event::MappingEnd {
                return Some(Data::Map(entries));
            }
            let key = match event {
                Event::Scalar(text, ..) => Some(text.into_owned()),
                event => {
                    self.log.error(&place, "a key must be a name");
                    self.node(event, place.clone())?;
                    None
                }
            };
            let (event, value_place) = self.next()?;
            let value = self.node(event, value_place)?;
            let Some(text) = key else { continue };
            if entries.iter().any(|(own, _)| own.text == text) {
                self.log.error(&place, format!("`{text}` stands here twice"));
                continue;
            }
            entries.push((Key { place, text }, value));
        }
    }
}
