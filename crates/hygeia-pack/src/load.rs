//! The loader: files in, a checked [`PackSet`] out, or every problem of every file.

mod clock;
mod computed;
mod directory;
mod duty;
mod field;
mod figure;
mod formula;
mod ledger;
mod notice;
mod overlay;
mod print;
mod profile;
mod register;
mod report;
mod signal;
mod standard;
mod template;
mod workflow;

use crate::item::{Item, Table};
use crate::keys::{FILES, Keys};
use crate::model::{Measure, PackSet};
use crate::problem::{Log, Place, Problems};
use crate::source::PackSource;
use crate::yaml::{Data, Node, parse};
use hygeia_expr::Functions;
use indexmap::IndexMap;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Loads packs. `functions` are those their expressions may call. A source whose files only extend registers
/// of other packs is an overlay and changes them in the order given.
pub fn load(sources: &[PackSource], functions: &Functions) -> Result<PackSet, Problems> {
    let log = Log::default();
    let docs = read(sources, &log);
    let docs = overlay::merge(docs, &log);
    let mut loader = Loader {
        log: &log,
        functions,
        set: PackSet::default(),
        unread: RefCell::default(),
        places: IndexMap::new(),
    };
    loader.directory(sources, &docs);
    loader.standards(&docs);
    loader.registers(&docs);
    loader.ledgers(&docs);
    loader.figures(&docs);
    loader.people_of_duties();
    loader.signals(&docs);
    loader.check_standards(&docs);
    loader.reports(&docs);
    let set = loader.set;
    let problems = log.into_problems();
    if problems.is_empty() { Ok(set) } else { Err(problems) }
}

/// One file of a pack.
pub(crate) struct Doc {
    pub pack: String,
    /// First key of its kind of file: `register`, `measures` …
    pub kind: &'static str,
    pub keys: &'static Keys,
    pub node: Node,
}

impl Doc {
    /// The file's table; its keys are checked when it is first read.
    fn table<'a>(&'a self, log: &'a Log) -> Option<Table<'a>> {
        Item { log, node: &self.node }.table(self.keys)
    }
}

/// Reads all files, core's first, and tells their kinds apart.
pub(crate) fn read(sources: &[PackSource], log: &Log) -> Vec<Doc> {
    let mut ordered: Vec<&PackSource> = sources.iter().collect();
    ordered.sort_by_key(|source| source.pack != "core");
    let mut docs = Vec::new();
    for source in ordered {
        for (name, text) in &source.files {
            let file = log.file(name, text);
            let Some(node) = parse(log, file, text) else { continue };
            match kind(&node) {
                Some((kind, keys)) => docs.push(Doc { pack: source.pack.clone(), kind, keys, node }),
                None => {
                    let names: Vec<String> = FILES.iter().map(|(name, _)| format!("`{name}`")).collect();
                    let help = format!("a file has one of the keys {}", names.join(", "));
                    let place = Place { file, span: node.place.span.start..node.place.span.start };
                    log.error_help(&place, "cannot tell what this file holds", Some(help));
                }
            }
        }
    }
    docs
}

fn kind(node: &Node) -> Option<(&'static str, &'static Keys)> {
    let Data::Map(entries) = &node.data else { return None };
    FILES.iter().copied().find(|(name, _)| entries.iter().any(|(key, _)| key.text == *name))
}

pub(crate) struct Loader<'a> {
    pub log: &'a Log,
    pub functions: &'a Functions,
    pub set: PackSet,
    /// Fields with problems of their own: what names them is not reported again.
    unread: RefCell<BTreeSet<String>>,
    /// Where each thing was first defined, by kind and id.
    places: IndexMap<(&'static str, String), Place>,
}

impl Loader<'_> {
    /// Records a definition; a second one of the same name is a problem.
    fn define(&mut self, kind: &'static str, id: &str, place: &Place) -> bool {
        if self.places.contains_key(&(kind, id.to_owned())) {
            self.log.error(place, format!("the {kind} `{id}` is defined twice"));
            return false;
        }
        self.places.insert((kind, id.to_owned()), place.clone());
        true
    }

    /// The id a name means: in its own pack, then in `core`; `pack.name` means itself.
    fn resolve(
        &self,
        pack: &str,
        item: Item<'_>,
        kind: &str,
        known: &dyn Fn(&str) -> bool,
        all: &[&str],
    ) -> Option<String> {
        let name = item.text()?;
        if let Some(id) = resolve_name(pack, name, known) {
            return Some(id);
        }
        let prefix = format!("{pack}.");
        let near = all.iter().map(|id| id.strip_prefix(prefix.as_str()).unwrap_or(id));
        let help = hygeia_expr::did_you_mean(name, near);
        self.log.error_help(&item.node.place, format!("unknown {kind} `{name}`"), help);
        None
    }

    fn find_register(&self, pack: &str, item: Item<'_>) -> Option<crate::model::RegisterId> {
        let all: Vec<&str> = self.set.registers.keys().map(AsRef::as_ref).collect();
        let known = |id: &str| self.set.registers.contains_key(id);
        self.resolve(pack, item, "register", &known, &all).map(crate::model::RegisterId::new)
    }

    fn find_kind(&self, item: Item<'_>) -> Option<crate::model::OrgKindId> {
        let all: Vec<&str> = self.set.org_kinds.keys().map(AsRef::as_ref).collect();
        let name = item.text()?;
        if self.set.org_kinds.contains_key(name) {
            return Some(crate::model::OrgKindId::new(name));
        }
        let help = hygeia_expr::did_you_mean(name, all);
        self.log.error_help(&item.node.place, format!("unknown kind of org unit `{name}`"), help);
        None
    }

    fn add_measure(&mut self, measure: Measure) {
        self.set.measures.insert(measure.id.clone(), measure);
    }
}

/// Resolves a name against ids `pack.name`.
pub(crate) fn resolve_name(pack: &str, name: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    if name.contains('.') {
        return known(name).then(|| name.to_owned());
    }
    [format!("{pack}.{name}"), format!("core.{name}")].into_iter().find(|id| known(id))
}
