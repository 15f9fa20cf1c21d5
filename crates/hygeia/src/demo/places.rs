//! The units of the demo county.

use anyhow::Result;
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::Work;
use jiff::ToSpan;
use jiff::civil::Date;

/// A class and how many children it is made for.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub unit: OrgUnitId,
    pub code: String,
    pub title: String,
    /// Completed years of its children on 1 September.
    pub age: i16,
    pub size: usize,
}

/// A kindergarten or a school.
#[derive(Debug, Clone)]
pub(crate) struct House {
    pub unit: OrgUnitId,
    pub code: String,
    pub classes: Vec<Class>,
}

/// All of them.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub county: OrgUnitId,
    pub townships: Vec<OrgUnitId>,
    pub kindergartens: Vec<House>,
    pub schools: Vec<House>,
}

/// Code, name, classes per grade.
const KINDERGARTENS: [(&str, &str, usize, usize); 4] = [
    ("k1", "实验幼儿园", 0, 2),
    ("k2", "城东幼儿园", 0, 1),
    ("k3", "河口镇中心幼儿园", 1, 1),
    ("k4", "小太阳幼儿园", 1, 1),
];
const SCHOOLS: [(&str, &str, usize); 2] = [("s1", "城关小学", 0), ("s2", "河口镇中心小学", 1)];
const GRADES: [(&str, &str, i16); 3] = [("小", "小班", 3), ("中", "中班", 4), ("大", "大班", 5)];
const NUMBERS: [&str; 6] = ["一", "二", "三", "四", "五", "六"];

struct Builder<'a> {
    work: &'a Work,
    from: Date,
}

impl Builder<'_> {
    fn put(
        &self,
        code: &str,
        kind: &str,
        title: &str,
        parent: Option<OrgUnitId>,
        sort: usize,
    ) -> Result<OrgUnitId> {
        let unit = OrgUnit {
            id: OrgUnitId(0),
            code: code.to_owned(),
            kind: kind.into(),
            title: title.to_owned(),
            parent,
            path: String::new(),
            from: self.from,
            to: None,
            sort: i64::try_from(sort)?,
            attrs: serde_json::Value::Null,
        };
        let county = self.work.county();
        Ok(self.work.store().write(move |writer| writer.org_unit_put(county, &unit))?)
    }
}

/// Only the county itself.
pub(crate) fn county(work: &Work, code: &str, title: &str, from: Date) -> Result<OrgUnitId> {
    Builder { work, from }.put(code, "county", title, None, 0)
}

/// Makes every unit; all exist since three years before `today`.
pub(crate) fn build(work: &Work, today: Date) -> Result<Places> {
    let builder = Builder { work, from: today.saturating_sub(3.years()) };
    let county = builder.put("county", "county", "青禾县", None, 0)?;
    builder.put("bureau", "bureau", "青禾县卫生健康局", Some(county), 1)?;
    builder.put("mch", "mch_hospital", "青禾县妇幼保健院", Some(county), 2)?;
    builder.put("cdc", "cdc", "青禾县疾病预防控制中心", Some(county), 30)?;
    let townships = vec![
        builder.put("t1", "township_hospital", "城关镇卫生院", Some(county), 3)?,
        builder.put("t2", "township_hospital", "河口镇卫生院", Some(county), 4)?,
    ];
    let mut kindergartens = Vec::new();
    for (sort, (code, title, township, per_grade)) in KINDERGARTENS.into_iter().enumerate() {
        let unit = builder.put(code, "kindergarten", title, townships.get(township).copied(), sort)?;
        let mut classes = Vec::new();
        for (grade_at, (short, grade_title, age)) in GRADES.into_iter().enumerate() {
            let grade_code = format!("{code}g{}", grade_at + 1);
            let grade = builder.put(&grade_code, "grade", grade_title, Some(unit), grade_at)?;
            for (number, word) in NUMBERS.into_iter().enumerate().take(per_grade) {
                let (code, title) = (format!("{grade_code}c{}", number + 1), format!("{short}{word}班"));
                let unit = builder.put(&code, "class", &title, Some(grade), number)?;
                classes.push(Class { unit, code, title, age, size: 28 + (sort + grade_at + number) % 4 });
            }
        }
        kindergartens.push(House { unit, code: code.to_owned(), classes });
    }
    let mut schools = Vec::new();
    for (sort, (code, title, township)) in SCHOOLS.into_iter().enumerate() {
        let unit = builder.put(code, "school", title, townships.get(township).copied(), 10 + sort)?;
        let mut classes = Vec::new();
        for (grade_at, word) in NUMBERS.into_iter().enumerate() {
            let grade_code = format!("{code}g{}", grade_at + 1);
            let grade = builder.put(&grade_code, "grade", &format!("{word}年级"), Some(unit), grade_at)?;
            let (code, title) = (format!("{grade_code}c1"), format!("{word}年级一班"));
            let unit = builder.put(&code, "class", &title, Some(grade), 0)?;
            let age = 6 + i16::try_from(grade_at)?;
            classes.push(Class { unit, code, title, age, size: 30 + (sort * 2 + grade_at) % 4 });
        }
        schools.push(House { unit, code: code.to_owned(), classes });
    }
    Ok(Places { county, townships, kindergartens, schools })
}
