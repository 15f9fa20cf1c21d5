//! Growth 生长发育: what published references say about a child's measurements.
//!
//! - [`who2006`]: WHO Child Growth Standards, birth to 5 years, z-scores
//! - [`who2007`]: WHO Reference 2007, 5 to 19 years, z-scores
//! - [`cn`]: WS/T 423-2022, children under 7, levels and nutrition classes 营养状况
//! - [`cn_school`]: WS/T 586-2018 and WS/T 456-2014, 6 to 18 years, screening classes
//! - [`velocity`] between two visits, [`curve`] lines to draw behind the points
//!
//! Ages come from dates ([`Age`]). A measurement that is missing, not positive or outside a table gives
//! no result, never a guess.

pub mod cn;
pub mod cn_school;
pub mod curve;
pub mod velocity;
pub mod who2006;
pub mod who2007;

mod age;
mod lms;
mod normal;
mod table;

pub use age::Age;
pub use lms::Lms;
pub use normal::{percentile_of_z, z_of_percentile};
use serde::{Deserialize, Serialize};

/// Sex 性别, as the references separate it. GB/T 2261.1 and WHO both write 1 for male, 2 for female.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男, code 1.
    Male,
    /// 女, code 2.
    Female,
}

impl Sex {
    /// Reads `1`, `m`, `male`, `男` and `2`, `f`, `female`, `女`; anything else is not known.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "1" | "m" | "male" | "男" | "男性" => Some(Self::Male),
            "2" | "f" | "female" | "女" | "女性" => Some(Self::Female),
            _ => None,
        }
    }

    /// The Chinese word: 男 or 女.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }

    /// The English word as it appears in data: `male` or `female`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Male => 0,
            Self::Female => 1,
        }
    }
}

/// How length or height was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Recumbent length 卧位身长, code `l`.
    Lying,
    /// Standing height 立位身高, code `h`.
    Standing,
}

/// Body mass index, kg/m², of a weight in kg and a length or height in cm.
///
/// `None` when the height is not positive or the result is not finite.
#[must_use]
pub fn bmi(weight_kg: f64, length_or_height_cm: f64) -> Option<f64> {
    if length_or_height_cm <= 0.0 {
        return None;
    }
    let metres = length_or_height_cm / 100.0;
    Some(weight_kg / (metres * metres)).filter(|bmi| bmi.is_finite())
}

/// A measurement the references can judge: present, finite and above zero.
fn positive(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && *value > 0.0)
}
