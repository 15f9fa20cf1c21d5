//! Import of class rosters (花名册): new children are put on the roll, known ones brought up to date.

use super::import::{Cells, ImportReport, ImportTable, ROSTER_COLUMNS};
use crate::actor::{Actor, Right};
use crate::directory::Directory;
use crate::error::Result;
use crate::work::Work;
use hygeia_pack::model::OrgKindId;
use hygeia_store::{Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::HashSet;

/// Written in the example rows of the templates; a row that still has it is left out.
pub(super) const EXAMPLE: &str = "（请删除）";
/// A child or pupil is younger than this many years; an earlier birth date is a slip.
const OLDEST_CHILD_YEARS: i64 = 25;
/// Classes named in a message at most.
const MOST_NAMED: usize = 8;

/// What a known child would become by a row of the file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RosterChange {
    /// Row number in the file, from 1.
    pub row: usize,
    /// Number of the child (编号).
    pub code: String,
    /// The child's name as it is known.
    pub name: String,
    /// Column, value before, value after; secrets are not shown.
    pub columns: Vec<(String, String, String)>,
    /// Name and birth date both differ: most likely another child under the same number.
    pub doubtful: bool,
}

/// How a roster is imported.
#[derive(Debug, Clone, Default)]
pub struct RosterRun {
    /// Nothing is stored.
    pub dry: bool,
    /// Numbers whose doubtful changes have been looked at and are meant.
    pub meant: HashSet<String>,
}

/// A child of the file, ready to store.
struct RosterChild {
    person: Person,
    unit: OrgUnitId,
    from: Date,
    known: bool,
}

impl Work {
    /// Imports children of the classes below `unit`. In a dry run, or with any fault, nothing is stored.
    ///
    /// A child whose 编号 is known is brought up to date; the class of a known child changes by transfer, not here.
    /// Where name and birth date both differ the change must be among those that are meant; until it is, a dry run
    /// tells the same doubt that keeps the file from being stored.
    pub fn roster_import(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        table: &ImportTable,
        run: &RosterRun,
    ) -> Result<ImportReport> {
        let packs = self.packs();
        let directory = self.directory();
        actor.must_have(&packs, &directory, Right::ManagePeople, unit)?;
        let county = self.county;
        let mut cells = Cells::new(table, &ROSTER_COLUMNS[..5]);
        let mut report = ImportReport::default();
        let classes = directory.subtree_of_kind(unit, &OrgKindId::from("class"), actor.today());
        let mut children = Vec::new();
        let mut seen = HashSet::new();
        if cells.problems.is_empty() {
            for row in (0..table.rows.len()).filter(|row| !cells.is_blank(*row)).collect::<Vec<_>>() {
                if cells.get(row, "姓名").contains(EXAMPLE) {
                    report.notes.push(format!("第 {} 行是模板的示例，已跳过", cells.file_row(row)));
                    continue;
                }
                report.rows += 1;
                let class = read_class(&mut cells, row, &directory, &classes);
                let code = cells.needed(row, "编号").filter(|code| {
                    let fresh = seen.insert(code.to_string());
                    if !fresh {
                        cells.fault(row, "编号", format!("编号“{code}”在本表中重复"));
                    }
                    fresh
                });
                let name = cells.needed(row, "姓名");
                let sex = read_sex(&mut cells, row);
                let from = match cells.get(row, "入园日期") {
                    "" => Some(actor.today()),
                    _ => cells.date(row, "入园日期"),
                };
                let birth = read_birth(&mut cells, row, actor.today(), from);
                let id_number = read_id_number(&mut cells, row, birth, sex, actor.today());
                let phone = read_phone(&mut cells, row);
                let (Some(class), Some(code), Some(name), Some(sex), Some(birth), Some(from)) =
                    (class, code, name, sex, birth, from)
                else {
                    continue;
                };
                let known = self.store.read(|reader| reader.person_by_code(county, code))?;
                if let Some(known) = &known
                    && let Some(message) = self.not_theirs(actor, known)?
                {
                    cells.fault(row, "编号", message);
                    continue;
                }
                let person = Person {
                    id: known.as_ref().map_or(PersonId(0), |known| known.id),
                    kind: "child".into(),
                    code: code.to_owned(),
                    name: name.to_owned(),
                    sex: sex.to_owned(),
                    birth: Some(birth),
                    id_number: id_number.or_else(|| known.as_ref().and_then(|k| k.id_number.clone())),
                    phone: phone.or_else(|| known.as_ref().and_then(|k| k.phone.clone())),
                    attrs: known.as_ref().map_or(serde_json::Value::Null, |k| k.attrs.clone()),
                };
                match &known {
                    None => report.added += 1,
                    Some(before) => {
                        let at = cells.file_row(row);
                        self.told_of_class(before, class, &directory, at, &mut report)?;
                        match change(before, &person, at) {
                            None => report.unchanged += 1,
                            Some(change) => {
                                if change.doubtful && !run.meant.contains(code) {
                                    let message = format!(
                                        "编号“{code}”现为 {}（{}），与本行的姓名和出生日期都不同；确是同一人请在试算结果中勾选，否则请换编号",
                                        before.name,
                                        before.birth.map(|day| day.to_string()).unwrap_or_default()
                                    );
                                    cells.doubt(row, "编号", message);
                                }
                                report.changed += 1;
                                report.changes.push(change);
                            }
                        }
                    }
                }
                children.push(RosterChild { person, unit: class, from, known: known.is_some() });
            }
        }
        report.problems = cells.problems;
        if run.dry || !report.problems.is_empty() {
            return Ok(report);
        }
        self.store.write(move |writer| {
            for child in children {
                let id = writer.person_put(county, &child.person)?;
                if !child.known {
                    writer.enrolment_put(
                        county,
                        &Enrolment {
                            id: EnrolmentId(0),
                            person: id,
                            unit: child.unit,
                            from: child.from,
                            to: None,
                            reason: "入园".into(),
                        },
                    )?;
                }
            }
            Ok(())
        })?;
        report.stored = true;
        self.reload()?;
        Ok(report)
    }

    /// Why a row cannot be about the person who is known under its number: one out of reach, or no child.
    fn not_theirs(&self, actor: &Actor, known: &Person) -> Result<Option<String>> {
        let code = &known.code;
        if !self.reaches_person(actor, known.id)? {
            return Ok(Some(format!("编号“{code}”已被其他机构使用，请换一个编号")));
        }
        Ok((known.kind != "child")
            .then(|| format!("编号“{code}”是教职工 {} 的编号，请换一个编号", known.name)))
    }

    /// Notes that the class of a known child is not changed by an import.
    fn told_of_class(
        &self,
        known: &Person,
        class: OrgUnitId,
        directory: &Directory,
        row: usize,
        report: &mut ImportReport,
    ) -> Result<()> {
        let county = self.county;
        let enrolments = self.store.read(|reader| reader.person_enrolments(county, known.id))?;
        let current = enrolments.iter().find(|enrolment| enrolment.to.is_none());
        let note = match current {
            Some(current) if current.unit == class => return Ok(()),
            Some(current) => format!(
                "第 {row} 行：{} 现在“{}”，导入不改班级，请办理转班",
                known.name,
                directory.full_title(current.unit)
            ),
            None => format!("第 {row} 行：{} 已离园，导入不恢复在册，请办理返园", known.name),
        };
        report.notes.push(note);
        Ok(())
    }
}

/// The differences a row would make; `None` when there are none.
pub(super) fn change(before: &Person, after: &Person, row: usize) -> Option<RosterChange> {
    let day = |person: &Person| person.birth.map(|day| day.to_string()).unwrap_or_default();
    let sex = |person: &Person| if person.sex == "male" { "男" } else { "女" }.to_owned();
    let hidden = |known: &Option<String>| if known.is_some() { "（已填）" } else { "" }.to_owned();
    let mut columns = Vec::new();
    let mut compare = |column: &str, differs: bool, from: String, to: String| {
        if differs {
            columns.push((column.to_owned(), from, to));
        }
    };
    compare("姓名", before.name != after.name, before.name.clone(), after.name.clone());
    compare("性别", before.sex != after.sex, sex(before), sex(after));
    compare("出生日期", before.birth != after.birth, day(before), day(after));
    let id = before.id_number != after.id_number;
    compare("身份证号", id, hidden(&before.id_number), "（改为本行所填）".into());
    compare("家长电话", before.phone != after.phone, hidden(&before.phone), "（改为本行所填）".into());
    (!columns.is_empty()).then(|| RosterChange {
        row,
        code: before.code.clone(),
        name: before.name.clone(),
        doubtful: before.name != after.name && before.birth != after.birth,
        columns,
    })
}

/// What people leave out or add when they write the name of a class.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '·' | '・' | '-'))
        .collect::<String>()
        .to_lowercase()
}

/// The class a cell names by code in any case, by its title, or by its title with the names of the units above.
fn read_class(
    cells: &mut Cells<'_>,
    row: usize,
    directory: &Directory,
    classes: &[&OrgUnit],
) -> Option<OrgUnitId> {
    let text = cells.needed(row, "班级代码")?;
    let wanted = plain(text);
    let with_code = |class: &&OrgUnit| format!("{}（{}）", directory.full_title(class.id), class.code);
    if let Some(class) = classes.iter().find(|class| class.code.to_lowercase() == wanted) {
        return Some(class.id);
    }
    let names = |class: &OrgUnit| {
        let line = directory.line_up(class.id);
        let mut whole = String::new();
        // 一班, 小班一班, 实验幼儿园小班一班 …; and as pages write it, without the grade.
        let mut names = vec![plain(&directory.full_title(class.id))];
        for unit in line {
            whole = format!("{}{whole}", plain(&unit.title));
            names.push(whole.clone());
        }
        names
    };
    let named: Vec<&&OrgUnit> = classes.iter().filter(|class| names(class).contains(&wanted)).collect();
    match named.as_slice() {
        [class] => Some(class.id),
        [] => {
            let known: Vec<String> = classes.iter().take(MOST_NAMED).map(with_code).collect();
            let more = if classes.len() > MOST_NAMED { " 等" } else { "" };
            let message = format!("没有代码或名称为“{text}”的班级，可填：{}{more}", known.join("、"));
            cells.fault(row, "班级代码", message);
            None
        }
        several => {
            let several: Vec<String> =
                several.iter().take(MOST_NAMED).map(|class| with_code(class)).collect();
            cells.fault(row, "班级代码", format!("有多个班级叫“{text}”，请写代码：{}", several.join("、")));
            None
        }
    }
}

fn read_sex(cells: &mut Cells<'_>, row: usize) -> Option<&'static str> {
    match cells.needed(row, "性别")? {
        "男" | "male" => Some("male"),
        "女" | "female" => Some("female"),
        other => {
            cells.fault(row, "性别", format!("“{other}”应为 男 或 女"));
            None
        }
    }
}

fn read_birth(cells: &mut Cells<'_>, row: usize, today: Date, from: Option<Date>) -> Option<Date> {
    let birth = cells.date(row, "出生日期")?;
    match implausible_birth(birth, today).or_else(|| {
        from.filter(|from| *from < birth).map(|from| format!("出生日期 {birth} 晚于入园日期 {from}"))
    }) {
        Some(message) => {
            cells.fault(row, "出生日期", message);
            None
        }
        None => Some(birth),
    }
}

/// Why a child cannot be born on `birth`.
pub(super) fn implausible_birth(birth: Date, today: Date) -> Option<String> {
    if birth > today {
        return Some(format!("出生日期 {birth} 晚于今天"));
    }
    let oldest = today.saturating_sub(OLDEST_CHILD_YEARS.years());
    (birth < oldest)
        .then(|| format!("出生日期 {birth} 距今超过 {OLDEST_CHILD_YEARS} 年，儿童（学生）不会这样大，请核对"))
}

fn read_id_number(
    cells: &mut Cells<'_>,
    row: usize,
    birth: Option<Date>,
    sex: Option<&str>,
    today: Date,
) -> Option<String> {
    let text = cells.get(row, "身份证号");
    if text.is_empty() {
        return None;
    }
    match crate::functions::read_citizen_number(text, today) {
        Err(message) => {
            cells.fault(row, "身份证号", message);
            None
        }
        Ok(number) => {
            if birth.is_some_and(|birth| birth != number.birth) {
                cells.fault(
                    row,
                    "身份证号",
                    format!("身份证号中的出生日期为 {}，与出生日期不一致", number.birth),
                );
            }
            if sex.is_some_and(|sex| sex != number.sex) {
                cells.fault(row, "身份证号", "身份证号中的性别与性别不一致".into());
            }
            Some(number.normalised)
        }
    }
}

fn read_phone(cells: &mut Cells<'_>, row: usize) -> Option<String> {
    match phone_digits(cells.get(row, "家长电话")) {
        Ok(phone) => phone,
        Err(message) => {
            cells.fault(row, "家长电话", message);
            None
        }
    }
}

/// A telephone number without what people write between the digits; `None` when nothing is written.
pub(super) fn phone_digits(text: &str) -> std::result::Result<Option<String>, String> {
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if text.is_empty() {
        return Ok(None);
    }
    if !(7..=12).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("“{text}”不是有效电话号码"));
    }
    Ok(Some(text))
}
