//! The mark of one item, as it stands in the rows of an inspection.

use hygeia_expr::Value;
use hygeia_pack::model::{Edition, StandardItem};
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A listed deduction that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Its place in the item's list, from 1.
    pub no: usize,
    /// How often; 1 unless it is taken for each occurrence.
    pub times: u32,
}

/// The mark of one item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mark {
    /// Code of the item.
    pub item: String,
    /// Points given; missing when not marked yet.
    pub points: Option<Decimal>,
    /// Does not apply here.
    pub skipped: bool,
    /// Of a veto item: whether it failed.
    pub failed: Option<bool>,
    /// Listed deductions taken.
    pub reasons: Vec<Reason>,
    /// What was seen.
    pub note: Option<String>,
    /// Ids of pictures.
    pub photos: Vec<String>,
    /// What is to be corrected.
    pub requirement: Option<String>,
    /// By when.
    pub due: Option<Date>,
}

impl Mark {
    /// Whether the item has its mark.
    pub fn is_judged(&self, item: &StandardItem) -> bool {
        if self.skipped {
            return true;
        }
        match (item.veto, self.points) {
            (true, None) => self.failed.is_some(),
            (_, points) => points.is_some(),
        }
    }

    /// Whether points were taken or the item failed.
    pub fn is_finding(&self, item: &StandardItem) -> bool {
        let taken = self.points.is_some_and(|points| points < item.points);
        !self.skipped && !item.bonus && (self.failed == Some(true) || taken)
    }

    /// The deductions in words: `有积水 −2；有垃圾 ×2 −2`.
    pub fn reasons_text(&self, item: &StandardItem) -> String {
        let one = |reason: &Reason| {
            let deduction = item.deductions.get(reason.no.checked_sub(1)?)?;
            let times = if reason.times > 1 { format!(" ×{}", reason.times) } else { String::new() };
            let points = deduction.points * Decimal::from(reason.times);
            Some(format!("{}{times} −{}", deduction.title, points.normalize()))
        };
        self.reasons.iter().filter_map(one).collect::<Vec<_>>().join("；")
    }

    /// Reads a row of an inspection's results; `Err` with what is wrong.
    pub(crate) fn from_row(row: &IndexMap<String, Value>) -> Result<Self, String> {
        let text = |name: &str| match row.get(name) {
            Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        };
        let flag = |name: &str| match row.get(name) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        };
        Ok(Self {
            item: text("item").ok_or("缺少条目代码")?,
            points: match row.get("points") {
                Some(Value::Decimal(points)) => Some(*points),
                Some(Value::Int(points)) => Some(Decimal::from(*points)),
                _ => None,
            },
            skipped: flag("skipped") == Some(true),
            failed: flag("failed"),
            reasons: read_reasons(&text("reasons").unwrap_or_default())?,
            note: text("note"),
            photos: match row.get("photos") {
                Some(Value::List(ids)) => ids.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
                _ => Vec::new(),
            },
            requirement: text("requirement"),
            due: match row.get("due") {
                Some(Value::Date(day)) => Some(*day),
                _ => None,
            },
        })
    }

    /// The row as it is stored.
    pub(crate) fn to_row(&self) -> Value {
        let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
        let reasons = reasons_stored(&self.reasons);
        let photos: Vec<Value> = self.photos.iter().cloned().map(Value::Text).collect();
        Value::Row(IndexMap::from([
            ("item".to_owned(), Value::Text(self.item.clone())),
            (
                "points".to_owned(),
                self.points.map_or(Value::Null, |points| Value::Decimal(points.normalize())),
            ),
            ("skipped".to_owned(), if self.skipped { Value::Bool(true) } else { Value::Null }),
            ("failed".to_owned(), self.failed.map_or(Value::Null, Value::Bool)),
            ("reasons".to_owned(), if reasons.is_empty() { Value::Null } else { Value::Text(reasons) }),
            ("note".to_owned(), text(&self.note)),
            ("photos".to_owned(), if photos.is_empty() { Value::Null } else { Value::List(photos) }),
            ("requirement".to_owned(), text(&self.requirement)),
            ("due".to_owned(), self.due.map_or(Value::Null, Value::Date)),
        ]))
    }

    /// Marks of an inspection's stored rows.
    pub(crate) fn of_rows(results: Option<&Value>) -> Vec<Mark> {
        let Some(Value::List(rows)) = results else { return Vec::new() };
        let row = |row: &Value| match row {
            Value::Row(cells) => Mark::from_row(cells).ok(),
            _ => None,
        };
        rows.iter().filter_map(row).collect()
    }

    /// Checks the mark against the edition and works out its points from the deductions taken.
    pub(crate) fn settle(&mut self, edition: &Edition) -> Result<(), String> {
        let item = edition.item(&self.item).ok_or_else(|| format!("标准中没有条目“{}”", self.item))?;
        let title = &item.title.zh;
        if self.skipped && !item.may_skip {
            return Err(format!("“{title}”不能标为不适用"));
        }
        if !item.veto {
            self.failed = None;
        }
        if self.skipped {
            *self =
                Mark { skipped: true, item: self.item.clone(), note: self.note.take(), ..Mark::default() };
            return Ok(());
        }
        let mut taken = Decimal::ZERO;
        for reason in &self.reasons {
            let deduction = reason.no.checked_sub(1).and_then(|at| item.deductions.get(at));
            let deduction = deduction.ok_or_else(|| format!("“{title}”没有第 {} 条扣分项", reason.no))?;
            if reason.times > 1 && !deduction.each {
                return Err(format!("“{title}”的“{}”只扣一次", deduction.title));
            }
            taken += deduction.points * Decimal::from(reason.times);
        }
        if !self.reasons.is_empty() {
            self.points = Some((item.points - taken).max(Decimal::ZERO));
        }
        if self.failed == Some(true) {
            self.points = Some(Decimal::ZERO);
        } else if self.failed == Some(false) && self.points.is_none() {
            self.points = Some(item.points);
        }
        if let Some(points) = self.points
            && !(Decimal::ZERO..=item.points).contains(&points)
        {
            let (points, most) = (points.normalize(), item.points.normalize());
            return Err(format!("“{title}”得分 {points} 超出 0–{most} 分，请核对"));
        }
        if item.veto && item.points > Decimal::ZERO && self.failed.is_none() && self.points.is_some() {
            self.failed = Some(false);
        }
        Ok(())
    }
}

/// Reads `1,3*2`: the first deduction once, the third twice.
fn read_reasons(text: &str) -> Result<Vec<Reason>, String> {
    let mut reasons: Vec<Reason> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (no, times) = part.split_once('*').unwrap_or((part, "1"));
        let fault = || format!("扣分项“{part}”应写作序号，如 1,3*2");
        let reason = Reason {
            no: no.trim().parse().map_err(|_| fault())?,
            times: times
                .trim()
                .parse::<u32>()
                .ok()
                .filter(|times| (1..=99).contains(times))
                .ok_or_else(fault)?,
        };
        if reasons.iter().any(|own| own.no == reason.no) {
            return Err(format!("扣分项 {} 出现两次", reason.no));
        }
        reasons.push(reason);
    }
    Ok(reasons)
}

fn reasons_stored(reasons: &[Reason]) -> String {
    let one = |reason: &Reason| match reason.times {
        1 => reason.no.to_string(),
        times => format!("{}*{times}", reason.no),
    };
    reasons.iter().map(one).collect::<Vec<_>>().join(",")
}
