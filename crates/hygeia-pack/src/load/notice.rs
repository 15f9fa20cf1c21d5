//! The notice of a register's entries.

use super::Loader;
use super::directory::title;
use crate::item::{Item, Table};
use crate::keys::{NOTICE, NOTICE_LINE, NOTICE_SLIP};
use crate::model::{About, Field, Notice, NoticeLine, NoticePart, NoticeSlip};
use hygeia_expr::{Scope, Type};
use indexmap::IndexMap;

impl Loader<'_> {
    pub(super) fn notice(
        &self,
        table: &Table<'_>,
        about: &About,
        scope: &Scope,
        fields: &IndexMap<String, Field>,
    ) -> Option<Notice> {
        let table = table.get("notice")?.table(&NOTICE)?;
        // An entry about a unit has no person to name.
        let also = if *about == About::OrgUnit { &Notice::ABOUT[..1] } else { &Notice::ABOUT[..] };
        let lines = |table: &Table<'_>| -> Vec<NoticeLine> {
            let lines = table.tables("text", &NOTICE_LINE);
            lines.iter().filter_map(|line| self.notice_line(line, scope, fields, also)).collect()
        };
        let slip = table.get("slip").and_then(|item| item.table(&NOTICE_SLIP)).and_then(|slip| {
            let heading = slip.text("heading")?;
            Some(NoticeSlip { heading, text: lines(&slip), signatures: slip.texts("signatures") })
        });
        Some(Notice {
            title: title(&table),
            when: table.get("when").and_then(|item| self.formula(item, scope, &Type::Bool)),
            text: lines(&table),
            signatures: table.texts("signatures"),
            slip,
        })
    }

    fn notice_line(
        &self,
        table: &Table<'_>,
        scope: &Scope,
        fields: &IndexMap<String, Field>,
        also: &[&str],
    ) -> Option<NoticeLine> {
        let item = table.get("say")?;
        let when = table.get("when").and_then(|item| self.formula(item, scope, &Type::Bool));
        let parts = parts(item)?;
        for name in parts.iter().filter_map(|part| match part {
            NoticePart::Name(name) => Some(name.as_str()),
            NoticePart::Words(_) => None,
        }) {
            if !also.contains(&name) {
                self.field_named(item, name, fields, also);
            }
        }
        Some(NoticeLine { when, parts })
    }
}

/// Words, and names in braces.
fn parts(item: Item<'_>) -> Option<Vec<NoticePart>> {
    let mut parts = Vec::new();
    let mut rest = item.text()?;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return item.fail("a name in braces has no end: write `{name}`");
        };
        if !words.is_empty() {
            parts.push(NoticePart::Words(words.to_owned()));
        }
        parts.push(NoticePart::Name(name.trim().to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(NoticePart::Words(rest.to_owned()));
    }
    Some(parts)
}
