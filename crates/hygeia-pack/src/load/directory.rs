//! Packs, roles, kinds of org unit, code lists.

use super::{Doc, Loader};
use crate::item::{Item, Table, check_name};
use crate::keys::{GROUP_HEADING, OPTION, ORG_KIND, ROLE};
use crate::model::{
    ChoiceOption, CodeList, ListId, OrgKind, OrgKindId, PackId, PackInfo, Role, RoleId, Title,
};
use crate::problem::Place;
use crate::source::PackSource;
use crate::yaml::Data;

/// `title` and `title_en` of a table.
pub(super) fn title(table: &Table<'_>) -> Title {
    Title { zh: table.text("title").unwrap_or_default(), en: table.text("title_en") }
}

impl Loader<'_> {
    pub(super) fn directory(&mut self, sources: &[PackSource], docs: &[Doc]) {
        for doc in docs {
            match doc.kind {
                "pack" => self.pack(doc),
                "roles" => self.roles(doc),
                "org_kinds" => self.org_kinds(doc),
                "list" => self.list(doc),
                _ => {}
            }
        }
        self.signal_list(docs);
        self.check_packs(sources, docs);
        self.check_kinds(docs);
    }

    fn pack(&mut self, doc: &Doc) {
        let Some(table) = doc.table(self.log) else { return };
        let Some(name) = table.get("pack") else { return };
        if name.text().is_some_and(|text| text != doc.pack) {
            self.log.error(
                &name.node.place,
                format!("the pack in the folder `{0}` must be called `{0}`", doc.pack),
            );
        }
        check_name(self.log, &name.node.place, &doc.pack);
        if !self.define("pack", &doc.pack, &name.node.place) {
            return;
        }
        let version = table.get("version").and_then(|item| item.parse("a whole number")).unwrap_or(1);
        let groups = table.tables("groups", &GROUP_HEADING).iter().map(title).collect();
        let within = table.text("within").map(OrgKindId::new);
        let id = PackId::new(&*doc.pack);
        self.set.packs.push(PackInfo { id, title: title(&table), version, groups, within });
    }

    /// A pack without `pack.yaml` has no title; only overlays do without.
    fn check_packs(&self, sources: &[PackSource], docs: &[Doc]) {
        for source in sources {
            let is_known = self.set.packs.iter().any(|pack| pack.id.as_str() == source.pack);
            let first = docs
                .iter()
                .find(|doc| doc.pack == source.pack && !matches!(doc.kind, "extends" | "adjust" | "pack"));
            if let (false, Some(doc)) = (is_known, first) {
                let place = Place { file: doc.node.place.file, span: 0..0 };
                self.log.error(&place, format!("the pack `{}` has no pack.yaml", source.pack));
            }
        }
    }

    fn roles(&mut self, doc: &Doc) {
        let Some(roles) = doc.table(self.log).and_then(|table| table.get("roles")) else { return };
        for (key, item) in roles.named() {
            let Some(table) = item.table(&ROLE) else { continue };
            if self.define("role", &key.text, &key.place) {
                let id = RoleId::new(&*key.text);
                let role = Role {
                    id: id.clone(),
                    title: title(&table),
                    at: table.texts("at").into_iter().map(OrgKindId::new).collect(),
                    manages_people: table.bool("manages_people"),
                    designs: table.bool("designs"),
                    plans: table.bool("plans"),
                    synonyms: table.texts("synonyms"),
                };
                self.set.roles.insert(id, role);
            }
        }
    }

    fn org_kinds(&mut self, doc: &Doc) {
        let Some(kinds) = doc.table(self.log).and_then(|table| table.get("org_kinds")) else { return };
        for (key, item) in kinds.named() {
            let Some(table) = item.table(&ORG_KIND) else { continue };
            if self.define("kind of org unit", &key.text, &key.place) {
                let id = OrgKindId::new(&*key.text);
                let under = table.texts("under").into_iter().map(OrgKindId::new).collect();
                self.set.org_kinds.insert(id.clone(), OrgKind { id, title: title(&table), under });
            }
        }
    }

    fn check_kinds(&self, docs: &[Doc]) {
        for doc in docs.iter().filter(|doc| doc.kind == "pack") {
            if let Some(within) = doc.table(self.log).and_then(|table| table.get("within")) {
                self.find_kind(within);
            }
        }
        for doc in docs.iter().filter(|doc| doc.kind == "roles") {
            let Some(roles) = doc.table(self.log).and_then(|table| table.get("roles")) else { continue };
            for (_, item) in roles.named() {
                let at = item.table(&ROLE).and_then(|table| table.get("at"));
                for kind in at.map(|item| item.items()).unwrap_or_default() {
                    self.find_kind(kind);
                }
            }
        }
        for doc in docs.iter().filter(|doc| doc.kind == "org_kinds") {
            let Some(kinds) = doc.table(self.log).and_then(|table| table.get("org_kinds")) else { continue };
            for (_, item) in kinds.named() {
                let under = item.table(&ORG_KIND).and_then(|table| table.get("under"));
                for upper in under.map(|item| item.items()).unwrap_or_default() {
                    self.find_kind(upper);
                }
            }
        }
    }

    fn list(&mut self, doc: &Doc) {
        let Some(table) = doc.table(self.log) else { return };
        let (Some(name), Some(options)) = (table.get("list"), table.get("options")) else { return };
        let Some(text) = name.text() else { return };
        check_name(self.log, &name.node.place, text);
        if self.define("code list", text, &name.node.place) {
            let id = ListId::new(text);
            let list = CodeList {
                id: id.clone(),
                title: title(&table),
                source: table.text("source"),
                options: read_options(options),
            };
            self.set.lists.insert(id, list);
        }
    }
}

/// Options: `code: 标题`, or `code: { title, title_en, retired }`, or a list of codes that are their own titles.
pub(super) fn read_options(item: Item<'_>) -> Vec<ChoiceOption> {
    if let Data::List(_) = item.node.data {
        let codes = item.items().into_iter().filter_map(|item| item.text().map(|text| (item, text)));
        return codes
            .map(|(item, code)| {
                check_name(item.log, &item.node.place, code);
                plain_option(code, code)
            })
            .collect();
    }
    let options = item.named().into_iter().filter_map(|(key, item)| match &item.node.data {
        Data::Scalar { text, .. } => Some(plain_option(&key.text, text)),
        _ => {
            let table = item.table(&OPTION)?;
            Some(ChoiceOption {
                code: key.text.clone(),
                title: title(&table),
                retired: table.bool("retired"),
            })
        }
    });
    let options: Vec<ChoiceOption> = options.collect();
    if options.is_empty() {
        item.fail::<()>("a choice needs at least one option");
    }
    options
}

fn plain_option(code: &str, title: &str) -> ChoiceOption {
    ChoiceOption { code: code.to_owned(), title: Title { zh: title.to_owned(), en: None }, retired: false }
}
