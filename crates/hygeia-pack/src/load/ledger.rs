//! Ledgers: their items, accounts and postings.

use super::directory::title;
use super::formula::field_type;
use super::{Doc, Loader};
use crate::item::{Item, Table, check_name};
use crate::keys::{ACCOUNT, ITEMS, POSTING, STOCKTAKE};
use crate::model::{
    CountSheet, Field, FieldType, Formula, Items, Ledger, LedgerAccount, LedgerId, Measure, MeasureId,
    MeasureKind, PostingRule, PostingSide, Register, RegisterId, Title,
};
use crate::yaml::Data;
use hygeia_expr::{Scope, Type, compile, did_you_mean};
use indexmap::IndexMap;

/// Names of a posting besides the fields of the entry.
const ENTRY_NAMES: [(&str, Type); 3] =
    [("entry.id", Type::Text), ("entry.unit", Type::Int), ("entry.subject", Type::Int)];

impl Loader<'_> {
    pub(super) fn ledgers(&mut self, docs: &[Doc]) {
        for doc in docs.iter().filter(|doc| doc.kind == "ledger") {
            if let Some(ledger) = self.ledger(doc) {
                self.add_measure(transfers_measure(&ledger));
                self.set.ledgers.insert(ledger.id.clone(), ledger);
            }
        }
    }

    fn ledger(&mut self, doc: &Doc) -> Option<Ledger> {
        let table = doc.table(self.log)?;
        let name = table.get("ledger")?;
        check_name(self.log, &name.node.place, name.text()?);
        let id = LedgerId::new(format!("{}.{}", doc.pack, name.text()?));
        self.define("ledger", id.as_str(), &name.node.place).then_some(())?;
        let items = table.get("items").and_then(|item| self.items(&doc.pack, item));
        let accounts = table.get("accounts").map(accounts).unwrap_or_default();
        let postings = table.tables("postings", &POSTING);
        let postings: Vec<Option<PostingRule>> = postings
            .iter()
            .map(|posting| self.posting(&doc.pack, posting, items.as_ref(), &accounts))
            .collect();
        let count = table
            .get("stocktake")
            .and_then(|item| item.table(&STOCKTAKE))
            .map(|table| self.stocktake(&doc.pack, &table, &accounts));
        let named = |key| table.text(key).map(|zh| Title { zh, en: None });
        let (stocktake, count_sheet) = count.map_or(Some((None, None)), |count| {
            count.map(|(register, sheet)| (Some(register), Some(sheet)))
        })?;
        Some(Ledger {
            id,
            title: title(&table),
            help: table.text("help"),
            group: table.text("group"),
            items: items?,
            unit: table.text("unit").unwrap_or_default(),
            decimals: table.get("decimals").map_or(Some(0), places)?,
            lot: named("lot"),
            holder: named("holder"),
            near_expiry_days: table.get("near_expiry_days").and_then(|item| item.parse("a number of days")),
            may_be_negative: table.bool("may_be_negative"),
            accounts,
            postings: postings.into_iter().collect::<Option<_>>()?,
            stocktake,
            count_sheet,
            source: table.text("source"),
        })
    }

    fn items(&self, pack: &str, item: Item<'_>) -> Option<Items> {
        let table = item.table(&ITEMS)?;
        match (table.get("one"), table.get("set"), table.get("register")) {
            (Some(one), None, None) => Some(Items::One(Title { zh: one.text()?.to_owned(), en: None })),
            (None, Some(set), None) => {
                let name = set.text()?;
                let found = self.set.lists.get(name).map(|list| Items::List(list.options.clone()));
                if found.is_none() {
                    let help = did_you_mean(name, self.set.lists.keys().map(AsRef::as_ref));
                    self.log.error_help(&set.node.place, format!("unknown code list `{name}`"), help);
                }
                found
            }
            (None, None, Some(register)) => self.item_register(pack, register, &table),
            _ => table.fail("are `one`, a `set` or a `register`"),
        }
    }

    fn item_register(&self, pack: &str, item: Item<'_>, table: &Table<'_>) -> Option<Items> {
        let register = self.set.registers.get(self.find_register(pack, item)?.as_str())?;
        let field = |key: &str, fits: fn(&FieldType) -> bool, wanted: &str| {
            let Some(item) = table.get(key) else { return Some(None) };
            let field = self.field_named(item, item.text()?, &register.fields, &[])?;
            if fits(&field.kind) {
                Some(Some(field.name.clone()))
            } else {
                item.fail(format!("`{}` must be a {wanted}", field.name))
            }
        };
        let text = |kind: &FieldType| matches!(kind, FieldType::Text { .. } | FieldType::Choice(_));
        let number = |kind: &FieldType| matches!(kind, FieldType::Int { .. } | FieldType::Decimal { .. });
        let (title, spec) = (field("title", text, "text field"), field("spec", text, "text field"));
        let (unit, minimum) = (field("unit", text, "text field"), field("minimum", number, "number field"));
        let Some(title) = title? else { return table.fail("from a register need `title`") };
        Some(Items::Register {
            register: register.id.clone(),
            title,
            spec: spec?,
            unit: unit?,
            minimum: minimum?,
        })
    }

    fn posting(
        &self,
        pack: &str,
        table: &Table<'_>,
        items: Option<&Items>,
        accounts: &IndexMap<String, LedgerAccount>,
    ) -> Option<PostingRule> {
        let register_id = table.get("register").and_then(|item| self.find_register(pack, item))?;
        let register = self.set.registers.get(register_id.as_str())?;
        let each = table.get("each").map(|item| self.rows_of(item, register));
        let rows = each.as_ref().and_then(|each| each.as_ref()).map(|(_, fields)| *fields);
        let scope = self.with_unread(posting_scope(register, rows));
        let optional = |key: &str, wanted: &Type| {
            table.get(key).map_or(Some(None), |item| self.formula(item, &scope, wanted).map(Some))
        };
        let name = |key: &str| table.get(key).map_or(Some(None), |item| self.word(item, &scope).map(Some));
        let side = |key: &str, unit: &str, holder: &str| {
            let account = table.get(key).and_then(|item| account(item, accounts));
            let (unit, holder) = (optional(unit, &Type::Int), name(holder));
            Some(PostingSide { account: account?, unit: unit?, holder: holder? })
        };
        let (from, to) = (side("from", "from_unit", "from_holder"), side("to", "to_unit", "to_holder"));
        let (when, expiry) = (optional("when", &Type::Bool), optional("expiry", &Type::Date));
        let (item, lot) = (name("item"), name("lot"));
        let book = optional("book", &Type::Decimal);
        let quantity = table.get("quantity").and_then(|item| self.formula(item, &scope, &Type::Decimal));
        if let Some(item) = table.get("begins").filter(|_| each.is_none()) {
            item.fail::<()>("fills rows: the posting needs `each`");
        }
        let (item, quantity) = (item?, quantity?);
        if item.is_none() && items.is_some_and(|items| !matches!(items, Items::One(_))) {
            return table.fail("needs `item`: the ledger has more than one");
        }
        let of = |formula: &Formula| -> Option<String> {
            let mut names = formula.expr.names().into_iter();
            names.find(|name| register.fields.contains_key(*name)).map(str::to_owned)
        };
        let named = of(&quantity).or_else(|| lot.as_ref()?.as_ref().and_then(of));
        let field = each.as_ref().and_then(|each| each.as_ref()).map(|(name, _)| name.clone());
        Some(PostingRule {
            field: field.or(named).unwrap_or_else(|| register.day.clone()),
            register: register_id,
            each: each.map_or(Some(None), |each| each.map(|(name, _)| Some(name)))?,
            when: when?,
            item,
            lot: lot?,
            expiry: expiry?,
            quantity,
            begins: table.bool("begins"),
            book: book?,
            from: from?,
            to: to?,
        })
    }

    /// A rows field with the fields of its rows.
    fn rows_of<'f>(
        &self,
        item: Item<'_>,
        register: &'f Register,
    ) -> Option<(String, &'f IndexMap<String, Field>)> {
        let field = self.field_named(item, item.text()?, &register.fields, &[])?;
        match &field.kind {
            FieldType::Rows(fields) => Some((field.name.clone(), fields)),
            _ => item.fail(format!("`{}` is not a field of type `rows`", field.name)),
        }
    }

    /// An expression whose value becomes a name: of an item, a lot, a holder.
    fn word(&self, item: Item<'_>, scope: &Scope) -> Option<Formula> {
        let source = item.text()?;
        let Data::Scalar { verbatim, .. } = item.node.data else { return None };
        match compile(source, scope, self.functions) {
            Ok(expr)
                if matches!(expr.ty(), Type::Text | Type::Enum(_) | Type::Int | Type::Date | Type::Null) =>
            {
                Some(Formula { source: source.trim().to_owned(), expr })
            }
            Ok(expr) => {
                item.fail(format!("expected a text, a code, a whole number or a date, found {}", expr.ty()))
            }
            Err(problems) => {
                for problem in problems {
                    self.log.in_expression(&item.node.place, verbatim, problem);
                }
                None
            }
        }
    }

    fn stocktake(
        &self,
        pack: &str,
        table: &Table<'_>,
        accounts: &IndexMap<String, LedgerAccount>,
    ) -> Option<(RegisterId, CountSheet)> {
        let id = table.get("register").and_then(|item| self.find_register(pack, item))?;
        let register = self.set.registers.get(id.as_str())?;
        let lines = table.get("lines")?;
        let (name, fields) = self.rows_of(lines, register)?;
        for wanted in ["item", "lot", "book", "counted", "reason"] {
            if !fields.contains_key(wanted) {
                lines.fail::<()>(format!("the rows of `{name}` need a field `{wanted}`"));
            }
        }
        let account = table.get("account").and_then(|item| account(item, accounts))?;
        Some((id, CountSheet { lines: name, account }))
    }
}

fn accounts(item: Item<'_>) -> IndexMap<String, LedgerAccount> {
    let one = |(key, item): (&crate::yaml::Key, Item<'_>)| {
        let table = item.table(&ACCOUNT)?;
        let account = LedgerAccount {
            id: key.text.clone(),
            title: title(&table),
            outside: table.bool("outside"),
            short: table.text("short"),
            max_days: table.get("max_days").and_then(|item| item.parse("a number of days")),
        };
        Some((key.text.clone(), account))
    };
    item.named().into_iter().filter_map(one).collect()
}

/// An account by name, or a problem at the item that names it.
fn account(item: Item<'_>, accounts: &IndexMap<String, LedgerAccount>) -> Option<String> {
    let name = item.text()?;
    if accounts.contains_key(name) {
        return Some(name.to_owned());
    }
    let help = did_you_mean(name, accounts.keys().map(String::as_str));
    item.log.error_help(&item.node.place, format!("the ledger has no account `{name}`"), help);
    None
}

fn places(item: Item<'_>) -> Option<u8> {
    let places = item.parse::<u8>("a whole number")?;
    if places <= 6 { Some(places) } else { item.fail("a quantity has at most 6 decimal places") }
}

/// What a posting sees: the entry, and the row it is made for.
fn posting_scope(register: &Register, rows: Option<&IndexMap<String, Field>>) -> Scope {
    let fields = register.fields.iter().chain(rows.into_iter().flatten());
    let scope = fields.fold(Scope::new(), |scope, (name, field)| scope.with(name, field_type(field)));
    ENTRY_NAMES.into_iter().fold(scope, |scope, (name, ty)| scope.with(name, ty))
}

/// The implied measure: transfers of a ledger that stand.
fn transfers_measure(ledger: &Ledger) -> Measure {
    Measure {
        id: MeasureId::new(format!("ledger:{}", ledger.id)),
        title: Title { zh: format!("{}笔数", ledger.title.zh), en: ledger.title.en.clone() },
        kind: MeasureKind::Transfers { ledger: ledger.id.clone() },
        by: None,
        unit: "笔".to_owned(),
        within: None,
        since: None,
        implied: true,
    }
}

impl Loader<'_> {
    /// A ledger by name; one with problems of its own is not reported again.
    fn find_ledger(&self, pack: &str, item: Item<'_>, name: &str) -> Option<&Ledger> {
        let defined = |id: &str| self.places.contains_key(&("ledger", id.to_owned()));
        if let Some(id) = super::resolve_name(pack, name, &defined) {
            return self.set.ledgers.get(id.as_str());
        }
        let local = |id: &'_ LedgerId| if id.pack() == pack { id.local() } else { id.as_str() }.to_owned();
        let known: Vec<String> = self.set.ledgers.keys().map(local).collect();
        let help = did_you_mean(name, known.iter().map(String::as_str));
        self.log.error_help(&item.node.place, format!("unknown ledger `{name}`"), help);
        None
    }

    /// The codes a measure of a ledger is broken down by; none when its items are entries of a register.
    pub(super) fn item_codes(&self, measure: &Measure) -> Vec<String> {
        let ledger =
            measure.ledger().filter(|_| measure.by.is_some()).and_then(|id| self.set.ledgers.get(id));
        match ledger.map(|ledger| &ledger.items) {
            Some(Items::List(options)) => options.iter().map(|option| option.code.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// A measure of a ledger: `balance: ledger.account`, or `flow: ledger` with the accounts it leaves or enters.
    pub(super) fn ledger_measure(
        &self,
        pack: &str,
        kind: &str,
        item: Item<'_>,
        table: &Table<'_>,
    ) -> Option<MeasureKind> {
        let only = table.text("item");
        if kind == "flow" {
            let ledger = self.find_ledger(pack, item, item.text()?)?;
            let named =
                |key| table.get(key).map_or(Some(None), |item| account(item, &ledger.accounts).map(Some));
            let (from, to) = (named("from"), named("to"));
            let (from, to) = (from?, to?);
            if from.is_none() && to.is_none() {
                return table.fail("with `flow` needs `from`, `to` or both");
            }
            return Some(MeasureKind::Flow { ledger: ledger.id.clone(), from, to, item: only });
        }
        let Some((ledger_name, account_name)) = item.text()?.rsplit_once('.') else {
            return item.fail("write what is in stock as `ledger.account`");
        };
        let ledger = self.find_ledger(pack, item, ledger_name)?;
        if !ledger.accounts.contains_key(account_name) {
            let help = did_you_mean(account_name, ledger.accounts.keys().map(String::as_str));
            let message = format!("the ledger has no account `{account_name}`");
            self.log.error_help(&item.node.place, message, help);
            return None;
        }
        Some(MeasureKind::Balance { ledger: ledger.id.clone(), account: account_name.to_owned(), item: only })
    }
}
