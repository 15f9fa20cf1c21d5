//! Whether the aim of a plan and an indicator are told in the same unit.

use rust_decimal::Decimal;

/// Units of time, mass and money as documents and packs write them, with their worth in the first of their kind.
const UNITS: [(&str, Kind, i64); 18] = [
    ("分钟", Kind::Time, 1),
    ("min", Kind::Time, 1),
    ("小时", Kind::Time, 60),
    ("个小时", Kind::Time, 60),
    ("h", Kind::Time, 60),
    ("g", Kind::Mass, 1),
    ("克", Kind::Mass, 1),
    ("kg", Kind::Mass, 1000),
    ("公斤", Kind::Mass, 1000),
    ("千克", Kind::Mass, 1000),
    ("吨", Kind::Mass, 1_000_000),
    ("元", Kind::Money, 1),
    ("万元", Kind::Money, 10_000),
    ("亿元", Kind::Money, 100_000_000),
    ("percent", Kind::Share, 10),
    ("%", Kind::Share, 10),
    ("per_mille", Kind::Share, 1),
    ("‰", Kind::Share, 1),
];

/// What a unit measures.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Time,
    Mass,
    Money,
    Share,
}

/// What a value in the unit `written` in a plan is multiplied by to be told in the unit of an indicator; `None` when
/// one does not measure what the other does. A value without a unit is taken as one of the indicator, unless that is
/// a share.
pub(crate) fn measured_in(written: Option<&str>, indicator: &str) -> Option<Decimal> {
    let of =
        |unit: &str| UNITS.iter().find(|(name, ..)| *name == unit).map(|(_, kind, worth)| (*kind, *worth));
    let target = of(indicator);
    match written.map(str::trim).filter(|unit| !unit.is_empty()) {
        None => (!matches!(target, Some((Kind::Share, _)))).then_some(Decimal::ONE),
        Some(written) => match (of(written), target) {
            (Some((kind, worth)), Some((other, unit))) if kind == other => {
                Decimal::from(worth).checked_div(Decimal::from(unit)).map(|factor| factor.normalize())
            }
            (None, None) => (counted(written) == counted(indicator)).then_some(Decimal::ONE),
            _ => None,
        },
    }
}

/// The measure word under which people are counted.
fn counted(word: &str) -> &str {
    if matches!(word, "名" | "位") { "人" } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_unit_fits() {
        let fits =
            |written: &str, indicator: &str| measured_in(Some(written), indicator).map(|f| f.to_string());
        assert_eq!(fits("%", "percent").as_deref(), Some("1"));
        assert_eq!(fits("小时", "分钟").as_deref(), Some("60"));
        assert_eq!(fits("‰", "percent").as_deref(), Some("0.1"));
        assert_eq!(fits("名", "人").as_deref(), Some("1"));
        for (written, indicator) in [
            ("小时", "percent"),
            ("分钟", "percent"),
            ("元", "percent"),
            ("次", "percent"),
            ("%", "人"),
            ("次", "人次"),
        ] {
            assert_eq!(fits(written, indicator), None, "{written} {indicator}");
        }
        assert_eq!(measured_in(None, "percent"), None);
        assert_eq!(measured_in(None, "次"), Some(Decimal::ONE));
    }
}
