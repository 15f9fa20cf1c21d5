//! A refused posting, said with what there is and where.

use super::names::{LedgerNames, lot_title, place_title};
use crate::actor::Actor;
use crate::directory::Directory;
use crate::error::{FieldProblem, WorkError};
use crate::work::Work;
use hygeia_pack::model::Ledger;
use hygeia_store::{LedgerBalance, LedgerRefusal, RefusalCause, StoreError};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Most places named where more of an item is.
const NAMED: usize = 3;

impl Work {
    /// A failure of the store as its user reads it: a ledger's refusal becomes a problem of the field.
    pub(crate) fn explained(&self, actor: &Actor, error: StoreError) -> WorkError {
        let StoreError::Ledger(refusal) = error else { return error.into() };
        let (packs, directory) = (self.packs(), self.directory());
        let Some(ledger) = packs.ledgers.get(&refusal.ledger) else {
            return WorkError::Bad(format!("账“{}”已停用", refusal.ledger));
        };
        match self.ledger_names(&packs, ledger) {
            Ok(names) => {
                let message =
                    Refused { ledger, names: &names, directory: &directory, actor }.message(&refusal);
                WorkError::Invalid(vec![FieldProblem::error(&refusal.field, message)])
            }
            Err(error) => error,
        }
    }
}

/// What a refusal is told with.
struct Refused<'a> {
    ledger: &'a Ledger,
    names: &'a LedgerNames,
    directory: &'a Directory,
    actor: &'a Actor,
}

impl Refused<'_> {
    fn message(&self, refusal: &LedgerRefusal) -> String {
        let place = &refusal.place;
        let subject = [self.names.item(&place.item).full(), lot_title(self.ledger, &place.lot)];
        let subject = subject.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        match &refusal.cause {
            RefusalCause::Short { available, needed, on, elsewhere } => {
                self.short(refusal, &subject, *available, *needed, *on, elsewhere)
            }
            RefusalCause::Book { held, stated } => format!(
                "{subject}：{} 账面结存为 {}，盘点表上写的是 {}；请按现在的账面数重新盘点，已填内容未保存",
                refusal.day,
                self.names.quantity(*held, &place.item),
                self.names.quantity(*stated, &place.item)
            ),
            RefusalCause::NoItem => format!("请填写{}的品名，才能记入账", self.ledger.title.zh),
            RefusalCause::NoUnit => format!("请选择机构，才能记入“{}”", self.ledger.title.zh),
            RefusalCause::TooFine { quantity, decimals } => format!(
                "{subject}：数量 {quantity} 小数位太多，“{}”最多保留 {decimals} 位小数",
                self.ledger.title.zh
            ),
        }
    }

    fn short(
        &self,
        refusal: &LedgerRefusal,
        subject: &str,
        available: Decimal,
        needed: Decimal,
        on: Date,
        elsewhere: &[LedgerBalance],
    ) -> String {
        let place = &refusal.place;
        let quantity = |amount: Decimal| self.names.quantity(amount, &place.item);
        let (held, needed) = (quantity(available.max(Decimal::ZERO)), quantity(needed));
        let short = self.ledger.accounts.get(&place.account).and_then(|account| account.short.as_deref());
        let mut text = match short {
            Some(short) => format!("{short}（结存 {held}，需要 {needed}）"),
            None => {
                let place = place_title(self.ledger, self.directory, place);
                format!("{subject}：{place}结存 {held}，需要 {needed}")
            }
        };
        if on != refusal.day {
            text.push_str(&format!("（{on} 的账会出现负数）"));
        }
        let others: Vec<String> = elsewhere
            .iter()
            .filter(|other| self.actor.reaches(self.directory, other.place.unit))
            // A lot that is an entry is nobody else's to take from.
            .filter(|other| other.place.lot.parse::<uuid::Uuid>().is_err())
            .take(NAMED)
            .map(|other| {
                let lot = lot_title(self.ledger, &other.place.lot);
                let at = place_title(self.ledger, self.directory, &other.place);
                format!("{lot} {} 在{at}", quantity(other.amount)).trim_start().to_owned()
            })
            .collect();
        if !others.is_empty() {
            text.push_str(&format!("；另有 {}", others.join("，")));
        }
        text
    }
}
