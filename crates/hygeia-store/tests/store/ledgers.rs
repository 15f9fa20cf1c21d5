//! Ledgers: transfers balance, nothing falls below zero on any day, corrections are reversals, tampering is found.

use crate::harness::*;
use hygeia_expr::{Functions, Value};
use hygeia_pack::PackSource;
use hygeia_pack::model::{LedgerId, PackSet, Register};
use hygeia_store::{
    BalanceQuery, EntryWrite, LedgerBalance, LedgerPosting, OrgUnitId, PostingQuery, Put, RefusalCause,
    StoreError,
};
use indexmap::IndexMap;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use std::sync::Arc;

/// One register for everything that moves: in from outside, out, from one kindergarten to another, counted.
pub const MOVE: &str = "
register: move
title: 出入库
about: org_unit
at: kindergarten
fields:
  date: { type: date, title: 日期 }
  kind: { type: choice, options: { in: 入库, out: 出库, pass: 调拨 }, title: 类别 }
  to: { type: org_unit, title: 调入 }
  item: { type: choice, options: { mask: 口罩, gel: 洗手液 }, title: 物品 }
  lot: { type: text, title: 批号 }
  expiry: { type: date, title: 有效期 }
  amount: { type: decimal, decimals: 2, title: 数量 }
";

pub const COUNT: &str = "
register: count
title: 盘点
about: org_unit
at: kindergarten
fields:
  date: { type: date, title: 日期 }
  lines:
    type: rows
    title: 明细
    fields:
      item: { type: text, title: 物品 }
      lot: { type: text, title: 批号 }
      book: { type: decimal, title: 账面 }
      counted: { type: decimal, title: 实盘 }
      reason: { type: text, title: 原因 }
";

pub const LEDGER: &str = "
ledger: stock
title: 物资
items: { set: goods }
unit: 盒
decimals: 2
lot: 批号
near_expiry_days: 30
accounts:
  in_store: { title: 库存 }
  supplier: { title: 供应商, outside: true }
  used: { title: 已使用, outside: true }
  difference: { title: 盘点差异, outside: true }
postings:
  - { register: move, when: kind == 'in', item: item, lot: lot, expiry: expiry, quantity: amount, from: supplier, to: in_store }
  - { register: move, when: kind == 'out', item: item, lot: lot, quantity: amount, from: in_store, to: used }
  - { register: move, when: kind == 'pass', item: item, lot: lot, quantity: amount, from: in_store, to: in_store, to_unit: to }
  - { register: count, each: lines, item: item, lot: lot, quantity: counted - book, book: book, from: difference, to: in_store }
stocktake: { register: count, lines: lines, account: in_store }
";

pub const GOODS: &str = "
list: goods
title: 物品
options: { mask: 口罩, gel: 洗手液 }
";

pub const FIGURES: &str = "
measures:
  held: { title: 结存, balance: stock.in_store, by: item, unit: 盒 }
  used: { title: 使用, flow: stock, from: in_store, to: used, unit: 盒 }
  received: { title: 入库, flow: stock, from: supplier, item: mask, unit: 盒 }
";

pub fn ledger_packs() -> Arc<PackSet> {
    packs_with(LEDGER)
}

fn packs_with(ledger: &str) -> Arc<PackSet> {
    let files = [
        ("pack.yaml", PACK),
        ("org_kinds.yaml", KINDS),
        ("roles.yaml", ROLES),
        ("lists/goods.yaml", GOODS),
        ("registers/check.yaml", CHECK),
        ("registers/move.yaml", MOVE),
        ("registers/count.yaml", COUNT),
        ("ledgers/stock.yaml", ledger),
        ("measures.yaml", FIGURES),
    ];
    let files = files.iter().map(|(name, text)| (format!("t/{name}"), (*text).to_owned())).collect();
    match hygeia_pack::load(&[PackSource { pack: "t".into(), files }], &Functions::standard()) {
        Ok(packs) => Arc::new(packs),
        Err(problems) => panic!("{problems}"),
    }
}

pub fn on_each_ledger(scenario: impl Fn(&mut Fixture)) {
    on_each_database(|f| {
        f.packs = ledger_packs();
        f.store.schema_apply(f.packs.clone(), "test").unwrap();
        scenario(f);
    });
}

pub fn day(offset: i32) -> Date {
    use jiff::ToSpan;
    date(2026, 10, 1).saturating_add(offset.days())
}

/// A movement at a unit; `to` names the other unit of a pass.
#[expect(clippy::too_many_arguments, reason = "the fields of one movement")]
pub fn movement(
    number: u128,
    unit: OrgUnitId,
    on: Date,
    kind: &str,
    item: &str,
    lot: &str,
    amount: &str,
    to: Option<OrgUnitId>,
) -> EntryWrite {
    let pairs = [
        ("kind", kind.into()),
        ("item", item.into()),
        ("lot", lot.into()),
        ("amount", decimal(amount)),
        ("to", to.map_or(Value::Null, |to| Value::Int(to.0))),
        ("expiry", if kind == "in" { Value::Date(day(90)) } else { Value::Null }),
    ];
    EntryWrite { person: None, ..write(number, unit, hygeia_store::PersonId(1), on, &pairs) }
}

fn counted(number: u128, unit: OrgUnitId, on: Date, book: &str, counted: &str) -> EntryWrite {
    let cells = [
        ("item", Value::from("mask")),
        ("lot", "A".into()),
        ("book", decimal(book)),
        ("counted", decimal(counted)),
        ("reason", "破损".into()),
    ];
    let row: IndexMap<String, Value> =
        cells.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let pairs = [("lines", Value::List(vec![Value::Row(row)]))];
    EntryWrite { person: None, ..write(number, unit, hygeia_store::PersonId(1), on, &pairs) }
}

impl Fixture {
    pub fn ledger(&self) -> LedgerId {
        LedgerId::new("t.stock")
    }

    pub fn try_move(&self, write: EntryWrite) -> hygeia_store::Result<Put> {
        let register = self.packs.registers["t.move"].clone();
        self.store.write(move |writer| writer.entry_put(COUNTY, &register, write))
    }

    fn try_count(&self, write: EntryWrite) -> hygeia_store::Result<Put> {
        let register = self.packs.registers["t.count"].clone();
        self.store.write(move |writer| writer.entry_put(COUNTY, &register, write))
    }

    pub fn try_void(&self, register: &Register, number: u128, void: bool) -> hygeia_store::Result<Put> {
        let register = register.clone();
        self.store
            .write(move |w| w.entry_set_void(COUNTY, &register, id(number), void, actor(), now(9), None))
    }

    pub fn balances(&self, on: Option<Date>) -> Vec<LedgerBalance> {
        let query = BalanceQuery { unit_path: "/".into(), on, ..BalanceQuery::default() };
        self.store.read(|reader| reader.ledger_balances(COUNTY, &self.ledger(), &query)).unwrap()
    }

    /// What an account in store holds.
    fn held(&self, unit: OrgUnitId, item: &str, on: Option<Date>) -> Decimal {
        let own = |balance: &&LedgerBalance| {
            (balance.place.unit, balance.place.account.as_str(), balance.place.item.as_str())
                == (unit, "in_store", item)
        };
        self.balances(on).iter().filter(own).map(|balance| balance.amount).sum()
    }

    fn postings(&self, account: &str) -> Vec<LedgerPosting> {
        let query =
            PostingQuery { unit_path: "/".into(), account: Some(account.into()), ..PostingQuery::default() };
        self.store.read(|reader| reader.ledger_postings(COUNTY, &self.ledger(), &query)).unwrap()
    }
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[track_caller]
fn refusal(result: hygeia_store::Result<Put>) -> hygeia_store::LedgerRefusal {
    match result {
        Err(StoreError::Ledger(refusal)) => *refusal,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[test]
fn what_comes_in_is_in_store_or_gone() {
    on_each_ledger(|f| {
        let [one, two] = [f.kindergartens[0], f.kindergartens[1]];
        f.try_move(movement(1, one, day(0), "in", "mask", "A", "10", None)).unwrap();
        f.try_move(movement(2, one, day(1), "out", "mask", "A", "2.5", None)).unwrap();
        f.try_move(movement(3, one, day(2), "pass", "mask", "A", "3", Some(two))).unwrap();
        assert_eq!(f.held(one, "mask", None), number("4.5"));
        assert_eq!(f.held(two, "mask", None), number("3"));
        assert_eq!(f.held(one, "mask", Some(day(1))), number("7.5"));
        let total: Decimal = f.balances(None).iter().map(|balance| balance.amount).sum();
        assert_eq!(total, Decimal::ZERO, "over all accounts nothing is made or lost");
        let expiry: Vec<_> = f.balances(None).iter().map(|balance| balance.expiry).collect();
        assert!(expiry.iter().all(|expiry| *expiry == Some(day(90))), "{expiry:?}");
        f.is_sound();
    });
}

#[test]
fn a_transfer_that_would_leave_less_than_nothing_is_refused_with_what_there_is() {
    on_each_ledger(|f| {
        let [one, two] = [f.kindergartens[0], f.kindergartens[1]];
        f.try_move(movement(1, one, day(0), "in", "mask", "A", "3", None)).unwrap();
        f.try_move(movement(2, two, day(0), "in", "mask", "B", "4", None)).unwrap();
        let refused = refusal(f.try_move(movement(3, one, day(1), "out", "mask", "A", "5", None)));
        assert_eq!((refused.field.as_str(), refused.place.lot.as_str()), ("amount", "A"));
        let RefusalCause::Short { available, needed, elsewhere, .. } = refused.cause else { panic!("short") };
        assert_eq!((available, needed), (number("3"), number("5")));
        assert_eq!(elsewhere.len(), 1);
        assert_eq!((elsewhere[0].place.unit, elsewhere[0].amount), (two, number("4")));
        assert_eq!(f.held(one, "mask", None), number("3"));
        assert_eq!(f.balances(None).len(), 4, "a refused transfer leaves nothing behind");
        f.is_sound();
    });
}

#[test]
fn a_late_entry_may_not_empty_what_was_taken_after_it() {
    on_each_ledger(|f| {
        let one = f.kindergartens[0];
        f.try_move(movement(1, one, day(5), "in", "mask", "A", "3", None)).unwrap();
        refusal(f.try_move(movement(2, one, day(4), "out", "mask", "A", "1", None)));
        f.try_move(movement(3, one, day(8), "out", "mask", "A", "3", None)).unwrap();
        let refused = refusal(f.try_move(movement(4, one, day(6), "out", "mask", "A", "1", None)));
        let RefusalCause::Short { available, on, .. } = refused.cause else { panic!("short") };
        assert_eq!((available, on), (number("0"), day(8)));
        refusal(f.try_void(&f.packs.registers["t.move"], 1, true));
        f.is_sound();
    });
}

#[test]
fn a_correction_reverses_and_posts_anew() {
    on_each_ledger(|f| {
        let one = f.kindergartens[0];
        f.try_move(movement(1, one, day(0), "in", "mask", "A", "10", None)).unwrap();
        f.try_move(movement(1, one, day(0), "in", "mask", "A", "10", None)).unwrap();
        assert_eq!(f.postings("in_store").len(), 1, "the same submission twice is once");
        let corrected =
            EntryWrite { expect_version: Some(1), ..movement(1, one, day(0), "in", "mask", "A", "8", None) };
        f.try_move(corrected).unwrap();
        let amounts: Vec<_> = f.postings("in_store").iter().map(|p| (p.amount, p.reverses)).collect();
        assert_eq!(amounts, [(number("10"), None), (number("-10"), Some(1)), (number("8"), None)]);
        f.try_void(&f.packs.registers["t.move"], 1, true).unwrap();
        assert_eq!(f.held(one, "mask", None), Decimal::ZERO);
        f.try_void(&f.packs.registers["t.move"], 1, false).unwrap();
        assert_eq!(f.held(one, "mask", None), number("8"));
        assert_eq!(f.postings("in_store").len(), 5);
        f.is_sound();
    });
}

#[test]
fn a_stocktake_starts_from_the_books_and_posts_the_difference() {
    on_each_ledger(|f| {
        let one = f.kindergartens[0];
        f.try_move(movement(1, one, day(0), "in", "mask", "A", "10", None)).unwrap();
        let refused = refusal(f.try_count(counted(2, one, day(3), "9", "9")));
        assert_eq!(refused.cause, RefusalCause::Book { held: number("10"), stated: number("9") });
        f.try_count(counted(2, one, day(3), "10", "8.5")).unwrap();
        assert_eq!(f.held(one, "mask", None), number("8.5"));
        f.try_count(counted(3, one, day(4), "8.5", "9")).unwrap();
        assert_eq!(f.held(one, "mask", None), number("9"));
        f.is_sound();
    });
}

#[test]
fn balances_and_flows_are_measures_of_every_unit_and_period() {
    on_each_ledger(|f| {
        let [one, two] = [f.kindergartens[0], f.kindergartens[1]];
        f.try_move(movement(1, one, day(0), "in", "mask", "A", "10", None)).unwrap();
        f.try_move(movement(2, one, day(31), "out", "mask", "A", "2.25", None)).unwrap();
        f.try_move(movement(3, one, day(32), "pass", "mask", "A", "3", Some(two))).unwrap();
        f.try_move(movement(4, two, day(33), "in", "gel", "G", "7", None)).unwrap();
        let held = |unit, to| f.value("t.held", unit, Date::MIN, to);
        assert_eq!(held(f.top, day(30)), number("10"));
        assert_eq!(held(f.top, day(40)), number("14.75"));
        assert_eq!(held(two, day(40)), number("10"));
        assert_eq!(f.value("t.used", f.top, date(2026, 11, 1), date(2026, 11, 30)), number("2.25"));
        assert_eq!(f.value("t.received", f.top, Date::MIN, day(40)), number("10"), "gel is another item");
        let parts =
            f.store.read(|r| r.cell_parts(COUNTY, &"t.held".into(), f.top, Date::MIN, day(40))).unwrap();
        assert_eq!(parts.get("mask"), Some(&number("7.75")));
        f.is_sound();
    });
}

#[test]
fn a_ledger_laid_over_earlier_entries_holds_what_they_say() {
    on_each_database(|f| {
        let without = LEDGER.replace(
            "  - { register: move, when: kind == 'out'",
            "  - { register: move, when: kind == 'pass' && kind == 'out'",
        );
        f.packs = packs_with(&without);
        f.store.schema_apply(f.packs.clone(), "test").unwrap();
        let one = f.kindergartens[0];
        f.try_move(movement(1, one, day(0), "in", "mask", "A", "10", None)).unwrap();
        f.try_move(movement(2, one, day(1), "out", "mask", "A", "4", None)).unwrap();
        assert_eq!(f.held(one, "mask", None), number("10"));
        f.packs = ledger_packs();
        f.store.schema_apply(f.packs.clone(), "test").unwrap();
        assert_eq!(f.held(one, "mask", None), number("6"));
        assert_eq!(f.value("t.held", one, Date::MIN, day(9)), number("6"));
        f.is_sound();
    });
}

#[test]
fn a_changed_transfer_balance_or_lot_is_found() {
    let attacks = [
        "UPDATE posting SET amount = amount - 1000000 WHERE no = 1 AND side = 1",
        "UPDATE posting SET amount = amount * 2 WHERE no = 1",
        "DELETE FROM posting WHERE no = 2",
        "UPDATE balance SET amount = amount + 1000000 WHERE account = 'in_store'",
        "DELETE FROM balance WHERE account = 'used'",
        "UPDATE ledger_lot SET expiry = '2030-01-01'",
        "UPDATE posting SET lot = 'B' WHERE no = 2",
    ];
    for attack in attacks {
        on_each_ledger(|f| {
            let one = f.kindergartens[0];
            f.try_move(movement(1, one, day(0), "in", "mask", "A", "10", None)).unwrap();
            f.try_move(movement(2, one, day(1), "out", "mask", "A", "4", None)).unwrap();
            f.is_sound();
            f.raw(attack);
            let report = f.store.verify(&mut |_| {}).unwrap();
            assert!(
                report.differences.iter().any(|d| d.sort == "ledger"),
                "{attack}: {:#?}",
                report.differences
            );
        });
    }
}
