//! Vaccination history as people type it: `HepB 2023-01-02; 卡介苗 2023年1月2日`.
//!
//! Vaccines by the codes and names of 国家免疫规划疫苗儿童免疫程序及说明 (2021, 2026).

use jiff::civil::Date;
use thiserror::Error;

use super::{GivenDose, Product};

/// What could not be read in a typed history.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HistoryProblem {
    /// No vaccine of that name.
    #[error("第{item}项“{text}”：不认识疫苗“{name}”{}", hint(.name))]
    UnknownVaccine {
        /// Which item, from 1.
        item: usize,
        /// The item as typed.
        text: String,
        /// The name in it.
        name: String,
    },
    /// No date, or none that exists.
    #[error("第{item}项“{text}”：没有可读的日期，应写成“疫苗名 2023-01-02”")]
    NoDate {
        /// Which item, from 1.
        item: usize,
        /// The item as typed.
        text: String,
    },
    /// A date with no vaccine before it.
    #[error("第{item}项“{text}”：日期前没有疫苗名")]
    NoVaccine {
        /// Which item, from 1.
        item: usize,
        /// The item as typed.
        text: String,
    },
}

/// Names that lie near one that is not known.
fn hint(name: &str) -> String {
    let near: Vec<&str> = Product::all()
        .filter(|product| {
            let stem: String = name.trim_end_matches("疫苗").chars().take(2).collect();
            !stem.is_empty() && (product.zh().contains(&stem) || product.code().contains(&stem))
        })
        .map(Product::zh)
        .take(4)
        .collect();
    if near.is_empty() { String::new() } else { format!("，是否为：{}", near.join("、")) }
}

/// Reads a typed history: items separated by `;` `,` `、` or a new line, each a vaccine and a date. A date alone
/// belongs to the vaccine before it; a dose number after the name (`第2剂`, `2`) is read over, since the order of
/// dates gives it. Doses come back by date.
///
/// Names: see [`Product::parse`]. Dates: `2023-01-02`, `2023/1/2`, `2023.1.2`, `2023年1月2日`, `20230102`.
///
/// # Errors
/// Every item that could not be read, with its number and what was expected.
pub fn parse_history(text: &str) -> Result<Vec<GivenDose>, Vec<HistoryProblem>> {
    let (mut doses, mut problems) = (Vec::new(), Vec::new());
    let mut last_product = None;
    let separators = [';', '；', ',', '，', '、', '\n', '\r'];
    let items = text.split(separators).map(str::trim).filter(|item| !item.is_empty());
    for (index, text) in items.enumerate() {
        match parse_item(text, index + 1, &mut last_product) {
            Ok(dose) => doses.push(dose),
            Err(problem) => problems.push(problem),
        }
    }
    doses.sort_unstable();
    if problems.is_empty() { Ok(doses) } else { Err(problems) }
}

/// Writes a history as [`parse_history`] reads it, by date.
#[must_use]
pub fn format_history(history: &[GivenDose]) -> String {
    let mut doses = history.to_vec();
    doses.sort_unstable();
    let items: Vec<String> =
        doses.iter().map(|dose| format!("{} {}", dose.product.code(), dose.date)).collect();
    items.join("; ")
}

fn parse_item(text: &str, item: usize, last: &mut Option<Product>) -> Result<GivenDose, HistoryProblem> {
    let found = dated_tail(text);
    let name = found.map_or(text, |(start, _)| &text[..start]);
    let name = name.trim().trim_end_matches([':', '：', '=', '-']).trim();
    if !name.is_empty() {
        *last = product_named(name);
        if last.is_none() {
            let name = name.to_owned();
            return Err(HistoryProblem::UnknownVaccine { item, text: text.to_owned(), name });
        }
    }
    let (_, date) = found.ok_or_else(|| HistoryProblem::NoDate { item, text: text.to_owned() })?;
    let product = last.ok_or_else(|| HistoryProblem::NoVaccine { item, text: text.to_owned() })?;
    Ok(GivenDose { date, product })
}

/// Where the date at the end of an item begins, and the date.
fn dated_tail(text: &str) -> Option<(usize, Date)> {
    let mut before = ' ';
    for (start, c) in text.char_indices() {
        if c.is_ascii_digit()
            && !before.is_ascii_digit()
            && let Some(date) = parse_date(&text[start..])
        {
            return Some((start, date));
        }
        before = c;
    }
    None
}

fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim().trim_end_matches(['日', '号']);
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let compact = |digits: &str| {
        let eight = digits.len() == 8 && digits.bytes().all(|c| c.is_ascii_digit());
        eight.then(|| digits.parse::<u32>().ok()).flatten()
    };
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?),
        [digits] => {
            let number = compact(digits)?;
            let part = |value: u32| i8::try_from(value % 100).ok();
            (i16::try_from(number / 10_000).ok()?, part(number / 100)?, part(number)?)
        }
        _ => return None,
    };
    Date::new(year, month, day).ok()
}

/// The product of a name, with or without a dose number behind it.
fn product_named(name: &str) -> Option<Product> {
    Product::parse(name).or_else(|| {
        let bare = name.trim_end_matches(['剂', '次', '针', ')', '）', ' ']);
        let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六①②③④⑤⑥".contains(c));
        Product::parse(bare.trim_end_matches(['第', '#', '-', '(', '（', ' ']))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn histories_are_read_as_typed() {
        let doses = parse_history(
            "HepB 2023-01-02, 2023-02-02；卡介苗:2023年1月2日\n百白破第1剂 20230410、IPV-1 2023/3/2; PCV13 2023.3.5",
        )
        .unwrap();
        let read: Vec<(&str, Date)> = doses.iter().map(|dose| (dose.product.code(), dose.date)).collect();
        assert_eq!(
            read,
            [
                ("HepB", date(2023, 1, 2)),
                ("BCG", date(2023, 1, 2)),
                ("HepB", date(2023, 2, 2)),
                ("IPV", date(2023, 3, 2)),
                ("PCV13", date(2023, 3, 5)),
                ("DTaP", date(2023, 4, 10)),
            ]
        );
        assert_eq!(parse_history(&format_history(&doses)).unwrap(), doses);
        assert_eq!(parse_history(" ；\n").unwrap(), []);
    }

    #[test]
    fn every_problem_is_told_with_its_place() {
        let problems = parse_history("2023-01-02; 甲肝疫苗 2023-02-03; HepB 2023-02-30; HepB").unwrap_err();
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told[0], "第1项“2023-01-02”：日期前没有疫苗名");
        assert_eq!(
            told[1],
            "第2项“甲肝疫苗 2023-02-03”：不认识疫苗“甲肝疫苗”，是否为：甲肝减毒活疫苗、甲肝灭活疫苗"
        );
        assert!(told[2].starts_with("第3项“HepB 2023-02-30”："), "{}", told[2]);
        assert_eq!(told[3], "第4项“HepB”：没有可读的日期，应写成“疫苗名 2023-01-02”");
    }
}
