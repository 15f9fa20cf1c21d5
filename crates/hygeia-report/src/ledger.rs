//! What a measure of a ledger counts, in words.

use hygeia_pack::model::{Ledger, Measure, MeasureKind, PackSet};

/// The definition of a balance or a flow.
pub(crate) fn ledger_definition(packs: &PackSet, measure: &Measure) -> String {
    let Some(ledger) = measure.ledger().and_then(|id| packs.ledgers.get(id)) else { return String::new() };
    let title = &ledger.title.zh;
    match &measure.kind {
        MeasureKind::Balance { account, .. } => {
            format!("期末（未结束的取当日）《{title}》账上“{}”的结存", account_title(ledger, account))
        }
        MeasureKind::Flow { from, to, .. } => {
            let from = from.as_ref().map(|name| format!("从“{}”", account_title(ledger, name)));
            let to = to.as_ref().map(|name| format!("入“{}”", account_title(ledger, name)));
            let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
            format!("期内《{title}》账上{from}转{to}的数量合计（冲正已抵减）")
        }
        _ => format!("《{title}》账上有效的过账笔数"),
    }
}

fn account_title<'a>(ledger: &'a Ledger, name: &'a str) -> &'a str {
    ledger.accounts.get(name).map_or(name, |account| account.title.zh.as_str())
}
