//! Conditions 健康状况 and what they mean for a vaccine 禁忌与注意.
//!
//! 国家免疫规划疫苗儿童免疫程序及说明 (2021, 2026), sections on contraindications.

use serde::Serialize;

use super::{Product, ProductKind};

/// Advice on a vaccine under a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// 可以接种.
    Allow,
    /// 暂缓.
    Defer,
    /// 由医生评估.
    Evaluate,
    /// 不予接种.
    Prohibit,
}

/// A condition's meaning for a vaccine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AdviceNote {
    /// What to do.
    pub advice: Advice,
    /// The condition's name, Chinese.
    pub condition_zh: &'static str,
    /// The note for the person who vaccinates, Chinese.
    pub note_zh: &'static str,
}

/// What a condition means for a vaccine; `None` for a condition or combination the sources do not name.
///
/// Conditions are the words of `data/immunization/advice.csv`, which names the sources: `severe_allergy` (to this
/// vaccine), `immunodeficiency`, `hiv_symptomatic`, `hiv_not_severe`, `hiv_unknown`, `preterm` and those that are no
/// contraindications.
#[must_use]
pub fn advice(condition: &str, product: Product) -> Option<AdviceNote> {
    let lines = include_str!("../../data/immunization/advice.csv").lines();
    lines.filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut cells = line.split(',');
        let (id, condition_zh, vaccines) = (cells.next()?, cells.next()?, cells.next()?);
        if id != condition || !concerns(vaccines, product) {
            return None;
        }
        let advice = match cells.next()? {
            "allow" => Advice::Allow,
            "defer" => Advice::Defer,
            "evaluate" => Advice::Evaluate,
            _ => Advice::Prohibit,
        };
        Some(AdviceNote { advice, condition_zh, note_zh: cells.next()? })
    })
}

fn concerns(vaccines: &str, product: Product) -> bool {
    if product.kind() == ProductKind::Globulin {
        return false;
    }
    match vaccines {
        "all" => true,
        "live" => product.is_live(),
        "inactivated" => !product.is_live(),
        code => code == product.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(condition: &str, code: &str) -> Option<Advice> {
        advice(condition, Product::parse(code).unwrap()).map(|note| note.advice)
    }

    #[test]
    fn the_first_line_that_fits_holds() {
        assert_eq!(on("hiv_not_severe", "MMR"), Some(Advice::Allow));
        assert_eq!(on("hiv_not_severe", "bOPV"), Some(Advice::Prohibit));
        assert_eq!(on("hiv_unknown", "BCG"), Some(Advice::Defer));
        assert_eq!(on("hiv_symptomatic", "DTaP"), Some(Advice::Allow));
        assert_eq!(on("preterm", "BCG"), Some(Advice::Evaluate));
        assert_eq!(on("preterm", "HepB"), Some(Advice::Allow));
        assert_eq!(on("no such condition", "HepB"), None);
        assert_eq!(on("jaundice", "IG"), None);
    }
}
