//! Names of what stands in a ledger: items, accounts, holders, units of measurement.

use crate::directory::Directory;
use crate::error::Result;
use crate::measure_word::unit_title;
use crate::value::plain;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{Items, Ledger, PackSet};
use hygeia_store::{Entry, EntryQuery, LedgerPlace, OrgUnitId};
use indexmap::IndexMap;
use rust_decimal::Decimal;

/// One item of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ItemName {
    /// Code in the ledger.
    pub code: String,
    /// Name.
    pub title: String,
    /// Specification; empty when none is given.
    pub spec: String,
    /// Unit of its quantities, as shown.
    pub unit: String,
    /// Least stock of the unit it is listed at; `None` when none is set.
    pub minimum: Option<Decimal>,
    /// Org unit it is listed at; `None` for items of a code list.
    #[serde(skip)]
    pub listed_at: Option<OrgUnitId>,
    /// No longer chosen, kept for what it was.
    pub retired: bool,
}

/// The names of one ledger.
#[derive(Debug, Clone)]
pub struct LedgerNames {
    items: IndexMap<String, ItemName>,
    /// Places shown.
    decimals: u8,
    unit: String,
}

impl Work {
    /// The names of a ledger's items.
    pub(crate) fn ledger_names(&self, packs: &PackSet, ledger: &Ledger) -> Result<LedgerNames> {
        let unit = unit_title(&ledger.unit, false).to_owned();
        let plain_item = |code: &str, title: &str, retired: bool| ItemName {
            code: code.to_owned(),
            title: title.to_owned(),
            spec: String::new(),
            unit: unit.clone(),
            minimum: None,
            listed_at: None,
            retired,
        };
        let items = match &ledger.items {
            Items::One(title) => vec![plain_item("", &title.zh, false)],
            Items::List(options) => options
                .iter()
                .map(|option| plain_item(&option.code, &option.title.zh, option.retired))
                .collect(),
            Items::Register { register, .. } => match packs.registers.get(register) {
                None => Vec::new(),
                Some(register) => {
                    let query = EntryQuery::default();
                    let entries =
                        self.store.read(|reader| reader.entry_list(self.county, register, &query))?;
                    entries.iter().map(|entry| listed_item(&ledger.items, entry, &unit)).collect()
                }
            },
        };
        let mut items: Vec<ItemName> = items;
        if matches!(ledger.items, Items::Register { .. }) {
            items.sort_by(|one, two| (&one.title, &one.spec).cmp(&(&two.title, &two.spec)));
        }
        let items = items.into_iter().map(|item| (item.code.clone(), item)).collect();
        Ok(LedgerNames { items, decimals: ledger.decimals, unit })
    }
}

/// An item that is an entry of a register.
fn listed_item(items: &Items, entry: &Entry, ledger_unit: &str) -> ItemName {
    let Items::Register { title, spec, unit, minimum, .. } = items else { return ItemName::unknown("", "") };
    let text = |field: &str| entry.values.get(field).map(plain).unwrap_or_default();
    let optional = |field: &Option<String>| field.as_deref().map(text).unwrap_or_default();
    let unit = Some(optional(unit)).filter(|unit| !unit.is_empty());
    ItemName {
        code: entry.id.0.to_string(),
        title: text(title),
        spec: optional(spec),
        unit: unit.unwrap_or_else(|| ledger_unit.to_owned()),
        minimum: minimum.as_ref().and_then(|field| entry.values.get(field)).and_then(Value::as_decimal),
        listed_at: Some(entry.unit),
        retired: false,
    }
}

impl ItemName {
    /// An item the catalogue no longer has.
    fn unknown(code: &str, unit: &str) -> Self {
        Self {
            code: code.to_owned(),
            title: code.to_owned(),
            spec: String::new(),
            unit: unit.to_owned(),
            minimum: None,
            listed_at: None,
            retired: true,
        }
    }

    /// Name with the specification.
    pub fn full(&self) -> String {
        if self.spec.is_empty() { self.title.clone() } else { format!("{} {}", self.title, self.spec) }
    }
}

impl LedgerNames {
    /// All items in catalogue order.
    pub fn items(&self) -> impl Iterator<Item = &ItemName> {
        self.items.values()
    }

    /// The item of a code; one the catalogue no longer has is named by its code.
    pub fn item(&self, code: &str) -> ItemName {
        self.items.get(code).cloned().unwrap_or_else(|| ItemName::unknown(code, &self.unit))
    }

    /// A quantity as text, without its unit: at least as many places as it has.
    pub fn amount(&self, amount: Decimal) -> String {
        let amount = amount.normalize();
        let places = amount.scale().min(u32::from(self.decimals.max(6)));
        format!("{:.*}", usize::try_from(places).unwrap_or(0), amount)
    }

    /// A quantity with the item's unit.
    pub fn quantity(&self, amount: Decimal, item: &str) -> String {
        format!("{} {}", self.amount(amount), self.item(item).unit).trim_end().to_owned()
    }
}

/// `县医院 暂存`, with the holder when there is one.
pub(crate) fn place_title(ledger: &Ledger, directory: &Directory, place: &LedgerPlace) -> String {
    let account = ledger.accounts.get(&place.account).map_or(place.account.as_str(), |a| a.title.zh.as_str());
    let unit = directory.full_title(place.unit);
    if place.holder.is_empty() {
        format!("{unit}“{account}”")
    } else {
        format!("{unit}“{account}”{}", place.holder)
    }
}

/// `批号 A12`; empty when lots are not told apart or this one has no name.
pub(crate) fn lot_title(ledger: &Ledger, lot: &str) -> String {
    match &ledger.lot {
        // A lot that is an entry of its own has no name people know.
        Some(title) if !lot.is_empty() && lot.parse::<uuid::Uuid>().is_err() => format!("{} {lot}", title.zh),
        _ => String::new(),
    }
}
