//! Keys of ledgers and their postings.

use super::Shape::{Bool, Each, Expression, Int, Table, Tables, Text};
use super::{GROUP, Keys, SOURCE, TITLE, TITLE_EN, key, need};

pub(crate) static LEDGER: Keys = Keys {
    what: "a ledger",
    keys: &[
        need("ledger", Text, "Name of the ledger"),
        TITLE,
        TITLE_EN,
        key("help", Text, "What it is for, one sentence"),
        GROUP,
        need("items", Table(&ITEMS), "What is kept"),
        need("unit", Text, "Unit of the quantities: measure word or UCUM code"),
        key("decimals", Int, "Decimal places of a quantity, 0 to 6"),
        key("lot", Text, "What a lot is called; without it lots are not told apart"),
        key("holder", Text, "What a holder is called; without it accounts have no holders"),
        key(
            "near_expiry_days",
            Int,
            "Days before the expiry from which a lot is near it; without it nothing expires",
        ),
        key("may_be_negative", Bool, "Accounts may go below zero"),
        need("accounts", Each(&ACCOUNT), "Accounts of each org unit by name"),
        need("postings", Tables(&POSTING), "What moves quantities"),
        key("stocktake", Table(&STOCKTAKE), "How counted quantities are compared with the books"),
        SOURCE,
    ],
};

pub(crate) static ITEMS: Keys = Keys {
    what: "the items of a ledger",
    keys: &[
        key("one", Text, "The name of the only item"),
        key("set", Text, "Code list whose options are the items"),
        key("register", Text, "Register whose entries are the items"),
        key("title", Text, "Of a register: the field with the name"),
        key("spec", Text, "Of a register: the field with the specification"),
        key("unit", Text, "Of a register: the field with the item's own unit"),
        key("minimum", Text, "Of a register: the field with the least stock"),
    ],
};

pub(crate) static ACCOUNT: Keys = Keys {
    what: "an account",
    keys: &[
        TITLE,
        TITLE_EN,
        key("short", Text, "What is said, before the numbers, to whoever takes more than it holds"),
        key("max_days", Int, "Days a lot may stay; 0 means to the end of the day it came in"),
        key("outside", Bool, "Where quantities come from or end; it holds no stock and may be below zero"),
    ],
};

pub(crate) static POSTING: Keys = Keys {
    what: "a posting",
    keys: &[
        need("register", Text, "Register whose entries post"),
        key("each", Text, "Rows field: one transfer for each row, whose cells are in scope"),
        key("when", Expression, "Posts only when this holds"),
        key("item", Expression, "Code of the item"),
        key("lot", Expression, "The lot"),
        key("expiry", Expression, "Expiry of the lot, told when it comes in"),
        need("quantity", Expression, "What is moved; below zero the other way round"),
        key("begins", Bool, "A new form begins with a row for each lot there"),
        key("book", Expression, "What the account inside must hold before, in a stocktake"),
        need("from", Text, "Account it leaves"),
        key("from_unit", Expression, "Org unit of that account; that of the entry when not given"),
        key("from_holder", Expression, "Holder of that account"),
        need("to", Text, "Account it enters"),
        key("to_unit", Expression, "Org unit of that account; that of the entry when not given"),
        key("to_holder", Expression, "Holder of that account"),
    ],
};

pub(crate) static STOCKTAKE: Keys = Keys {
    what: "a stocktake",
    keys: &[
        need("register", Text, "Register of the stocktakes"),
        need("lines", Text, "Its rows field with `item`, `lot`, `book`, `counted` and `reason`"),
        need("account", Text, "Account that is counted"),
    ],
};
