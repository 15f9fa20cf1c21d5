//! Levels 等级 and nutrition classes 营养状况 (WS/T 423-2022, tables 1 to 3).

use serde::{Deserialize, Serialize};

use super::Indicator;

/// Growth level 生长水平, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 下: below P3 or −2 SD.
    Low,
    /// 中下: from P3 or −2 SD.
    LowerMiddle,
    /// 中: from P25 or −1 SD.
    Middle,
    /// 中上: from P75 or +1 SD.
    UpperMiddle,
    /// 上: from P97 or +2 SD.
    High,
}

impl Level {
    /// The standard's word.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Low => "下",
            Self::LowerMiddle => "中下",
            Self::Middle => "中",
            Self::UpperMiddle => "中上",
            Self::High => "上",
        }
    }

    pub(super) fn by_percentiles(lines: &[f64; 7], value: f64) -> Self {
        let [p3, _, p25, _, p75, _, p97] = *lines;
        Self::above([p3, p25, p75, p97], value)
    }

    pub(super) fn by_deviations(lines: &[f64; 7], value: f64) -> Self {
        let [_, minus_2, minus_1, _, plus_1, plus_2, _] = *lines;
        Self::above([minus_2, minus_1, plus_1, plus_2], value)
    }

    /// The level by how many of four rising bounds the value reaches.
    fn above(bounds: [f64; 4], value: f64) -> Self {
        match bounds.iter().filter(|bound| value >= **bound).count() {
            0 => Self::Low,
            1 => Self::LowerMiddle,
            2 => Self::Middle,
            3 => Self::UpperMiddle,
            _ => Self::High,
        }
    }
}

/// Nutrition class 营养状况 by standard deviations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NutritionClass {
    /// 重度低体重: weight-for-age below −3 SD.
    SeverelyUnderweight,
    /// 低体重: weight-for-age from −3 to below −2 SD.
    Underweight,
    /// 重度生长迟缓: length/height-for-age below −3 SD.
    SeverelyStunted,
    /// 生长迟缓: length/height-for-age from −3 to below −2 SD.
    Stunted,
    /// 重度消瘦: weight-for-length/height or BMI-for-age below −3 SD.
    SeverelyWasted,
    /// 消瘦: from −3 to below −2 SD.
    Wasted,
    /// 超重: from +1 to below +2 SD.
    Overweight,
    /// 肥胖: from +2 to below +3 SD.
    Obese,
    /// 重度肥胖: from +3 SD.
    SeverelyObese,
}

impl NutritionClass {
    /// The standard's word.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::SeverelyUnderweight => "重度低体重",
            Self::Underweight => "低体重",
            Self::SeverelyStunted => "重度生长迟缓",
            Self::Stunted => "生长迟缓",
            Self::SeverelyWasted => "重度消瘦",
            Self::Wasted => "消瘦",
            Self::Overweight => "超重",
            Self::Obese => "肥胖",
            Self::SeverelyObese => "重度肥胖",
        }
    }

    /// Whether the standard calls it 重度.
    #[must_use]
    pub fn is_severe(self) -> bool {
        matches!(
            self,
            Self::SeverelyUnderweight | Self::SeverelyStunted | Self::SeverelyWasted | Self::SeverelyObese
        )
    }

    pub(super) fn of(indicator: Indicator, lines: &[f64; 7], value: f64) -> Option<Self> {
        let [minus_3, minus_2, _, _, plus_1, plus_2, plus_3] = *lines;
        let below = |severe, class| match value {
            value if value < minus_3 => Some(severe),
            value if value < minus_2 => Some(class),
            _ => None,
        };
        match indicator {
            Indicator::WeightForAge => below(Self::SeverelyUnderweight, Self::Underweight),
            Indicator::LengthHeightForAge => below(Self::SeverelyStunted, Self::Stunted),
            Indicator::WeightForLength | Indicator::WeightForHeight | Indicator::BmiForAge => match value {
                value if value >= plus_3 => Some(Self::SeverelyObese),
                value if value >= plus_2 => Some(Self::Obese),
                value if value >= plus_1 => Some(Self::Overweight),
                _ => below(Self::SeverelyWasted, Self::Wasted),
            },
            Indicator::HeadForAge => None,
        }
    }
}
