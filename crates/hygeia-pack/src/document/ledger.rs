//! The Markdown reference of ledgers: accounts and what moves quantities between them.

use super::reference::{cell, heading};
use crate::model::PackSet;
use std::fmt::Write as _;

/// The ledgers of a pack.
pub(super) fn write_ledgers(text: &mut String, packs: &PackSet, pack: &str) {
    for ledger in packs.ledgers.values().filter(|ledger| ledger.id.pack() == pack) {
        let _ = write!(text, "\n## {} · `{}` ({})\n\n", heading(&ledger.title), ledger.id, ledger.unit);
        for account in ledger.accounts.values() {
            let outside = if account.outside { "，账外" } else { "" };
            let _ = writeln!(text, "- {} `{}`{outside}", account.title.zh, account.id);
        }
        text.push_str("\n| register | when | from | to | quantity |\n|---|---|---|---|---|\n");
        for posting in &ledger.postings {
            let when = posting.when.as_ref().map(|when| format!("`{}`", when.source)).unwrap_or_default();
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | `{}` |",
                posting.register,
                cell(&when),
                posting.from.account,
                posting.to.account,
                cell(&posting.quantity.source)
            );
        }
    }
}
