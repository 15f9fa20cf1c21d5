//! The numbers that Word gives to paragraphs: `numbering.xml`, and the styles that refer to it.

use std::collections::HashMap;

use super::label::formatted;
use super::{DecodeError, Step, attribute, walk};

/// Levels of a list that Word knows.
const LEVELS: usize = 9;
/// Styles based on one another any deeper are a circle.
const STYLES_DEEP: usize = 20;

/// The lists of a document.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// Levels by the number of the abstract list.
    lists: HashMap<String, Vec<Level>>,
    /// By the number that paragraphs refer to.
    instances: HashMap<String, Instance>,
    styles: HashMap<String, Style>,
    /// The style of a paragraph that names none.
    usual: Option<String>,
}

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    /// `%1、`, `（%2）`, `%1.%2`.
    text: String,
    /// All numbers of the label in digits.
    legal: bool,
    /// The style whose paragraphs stand at this level.
    style: Option<String>,
}

impl Default for Level {
    fn default() -> Level {
        Level { start: 1, format: "decimal".into(), text: String::new(), legal: false, style: None }
    }
}

#[derive(Debug, Default)]
struct Instance {
    list: String,
    /// Levels that start anew where this instance is first used.
    starts: HashMap<usize, u32>,
}

#[derive(Debug, Default)]
struct Style {
    list: Option<String>,
    level: Option<usize>,
    based_on: Option<String>,
}

/// What a paragraph says of its place in a list.
#[derive(Debug, Default)]
pub(super) struct Place {
    list: Option<String>,
    level: Option<usize>,
    style: Option<String>,
}

impl Place {
    /// Takes in an element of the paragraph's properties.
    pub(super) fn read(&mut self, name: &[u8], tag: &[u8]) {
        match name {
            b"w:numId" => self.list = attribute(tag, "w:val"),
            b"w:ilvl" => self.level = level(attribute(tag, "w:val")),
            b"w:pStyle" => self.style = attribute(tag, "w:val"),
            _ => {}
        }
    }
}

fn level(value: Option<String>) -> Option<usize> {
    value?.parse().ok().filter(|level| *level < LEVELS)
}

impl Numbering {
    pub(super) fn read(numbering: &[u8], styles: &[u8]) -> Result<Numbering, DecodeError> {
        let mut found = Numbering::default();
        found.read_lists(numbering)?;
        found.read_styles(styles)?;
        Ok(found)
    }

    fn read_lists(&mut self, xml: &[u8]) -> Result<(), DecodeError> {
        let (mut list, mut instance, mut at) = (None::<String>, None::<String>, None::<usize>);
        walk(xml, |step, range| {
            let tag = xml.get(range).unwrap_or(&[]);
            let value = || attribute(tag, "w:val");
            match step {
                Step::Start(b"w:abstractNum") => list = attribute(tag, "w:abstractNumId"),
                Step::End(b"w:abstractNum") => list = None,
                Step::Start(b"w:num") => {
                    instance = attribute(tag, "w:numId");
                    if let Some(id) = &instance {
                        self.instances.entry(id.clone()).or_default();
                    }
                }
                Step::End(b"w:num") => instance = None,
                Step::Start(b"w:lvl" | b"w:lvlOverride") => at = level(attribute(tag, "w:ilvl")),
                Step::Start(name) | Step::Empty(name) => {
                    if let Some(known) = instance.as_ref().and_then(|id| self.instances.get_mut(id)) {
                        match (name, at) {
                            (b"w:abstractNumId", _) => known.list = value().unwrap_or_default(),
                            (b"w:startOverride", Some(at)) => {
                                known.starts.extend(
                                    value().and_then(|start| start.parse().ok()).map(|start| (at, start)),
                                );
                            }
                            _ => {}
                        }
                        return;
                    }
                    let (Some(list), Some(at)) = (&list, at) else { return };
                    let levels =
                        self.lists.entry(list.clone()).or_insert_with(|| vec![Level::default(); LEVELS]);
                    if let Some(level) = levels.get_mut(at) {
                        level.read(name, value);
                    }
                }
                _ => {}
            }
        })
    }

    fn read_styles(&mut self, xml: &[u8]) -> Result<(), DecodeError> {
        let mut open = None::<String>;
        walk(xml, |step, range| {
            let tag = xml.get(range).unwrap_or(&[]);
            match step {
                Step::Start(b"w:style") => {
                    open = attribute(tag, "w:styleId");
                    let usual = attribute(tag, "w:default").is_some_and(|on| on == "1" || on == "true");
                    if usual && attribute(tag, "w:type").is_some_and(|kind| kind == "paragraph") {
                        self.usual.clone_from(&open);
                    }
                }
                Step::End(b"w:style") => open = None,
                Step::Start(name) | Step::Empty(name) => {
                    let Some(id) = &open else { return };
                    let style = self.styles.entry(id.clone()).or_default();
                    match name {
                        b"w:numId" => style.list = attribute(tag, "w:val"),
                        b"w:ilvl" => style.level = level(attribute(tag, "w:val")),
                        b"w:basedOn" => style.based_on = attribute(tag, "w:val"),
                        _ => {}
                    }
                }
                _ => {}
            }
        })
    }

    /// The list and level of a paragraph, from itself or its style and those that is based on.
    fn place(&self, place: &Place) -> Option<(String, usize)> {
        let first = place.style.clone().or_else(|| self.usual.clone());
        if let Some(list) = &place.list {
            let level = place.level.or_else(|| self.level_of(list, first.as_ref()?));
            return Some((list.clone(), level.unwrap_or(0)));
        }
        let mut id = first;
        for _ in 0..STYLES_DEEP {
            let name = id?;
            let style = self.styles.get(&name)?;
            if let Some(list) = &style.list {
                let level = place.level.or(style.level).or_else(|| self.level_of(list, &name));
                return Some((list.clone(), level.unwrap_or(0)));
            }
            id = style.based_on.clone();
        }
        None
    }

    /// The level of a list that belongs to a style.
    fn level_of(&self, list: &str, style: &str) -> Option<usize> {
        let levels = self.lists.get(&self.instances.get(list)?.list)?;
        levels.iter().position(|level| level.style.as_deref() == Some(style))
    }
}

impl Level {
    fn read(&mut self, name: &[u8], value: impl Fn() -> Option<String>) {
        match name {
            b"w:start" => self.start = value().and_then(|start| start.parse().ok()).unwrap_or(1),
            b"w:numFmt" => self.format = value().unwrap_or_default(),
            b"w:lvlText" => self.text = value().unwrap_or_default(),
            b"w:isLgl" => self.legal = value().is_none_or(|on| on != "0" && on != "false"),
            b"w:pStyle" => self.style = value(),
            _ => {}
        }
    }
}

/// How far every list has got.
pub(super) struct Counts<'a> {
    numbering: &'a Numbering,
    /// By abstract list: instances of the same one count on.
    reached: HashMap<String, [Option<u32>; LEVELS]>,
    used: HashMap<String, [bool; LEVELS]>,
}

impl<'a> Counts<'a> {
    pub(super) fn new(numbering: &'a Numbering) -> Counts<'a> {
        Counts { numbering, reached: HashMap::new(), used: HashMap::new() }
    }

    /// The label of the next paragraph; nothing for one that stands in no list, and for bullets.
    pub(super) fn label(&mut self, place: &Place) -> Option<String> {
        let (id, at) = self.numbering.place(place)?;
        let instance = self.numbering.instances.get(&id)?;
        let levels = self.numbering.lists.get(&instance.list)?;
        let level = levels.get(at)?;
        let reached = self.reached.entry(instance.list.clone()).or_default();
        let used = self.used.entry(id).or_default();
        let anew = instance.starts.get(&at).copied().filter(|_| !used[at]);
        used[at] = true;
        reached[at] = Some(match (anew, reached[at]) {
            (Some(start), _) => start,
            (None, Some(last)) => last.saturating_add(1),
            (None, None) => instance.starts.get(&at).copied().unwrap_or(level.start),
        });
        // What stands below begins anew.
        reached[at + 1..].fill(None);
        if level.format == "bullet" || level.format == "none" {
            return None;
        }
        let mut text = level.text.clone();
        for (number, (shown, count)) in levels.iter().zip(reached.iter()).enumerate() {
            let hole = format!("%{}", number + 1);
            if text.contains(&hole) {
                let format = if level.legal { "decimal" } else { shown.format.as_str() };
                text = text.replace(&hole, &formatted(count.unwrap_or(shown.start), format));
            }
        }
        (!text.trim().is_empty()).then(|| closed(text))
    }
}

/// A bare numeral is set off by a tab on paper; in running text a stop does it.
fn closed(mut label: String) -> String {
    let han = label.chars().all(|c| "一二三四五六七八九十百〇".contains(c));
    if label.chars().all(|c| c.is_ascii_alphanumeric()) {
        label.push('.');
    } else if han {
        label.push('、');
    }
    label
}
