//! Children, pupils and staff: invented names, no identity numbers.

use super::dice::Dice;
use super::places::{Class, House, Places};
use anyhow::Result;
use hygeia_store::{Enrolment, EnrolmentId, OrgUnitId, Person, PersonId};
use hygeia_work::Work;
use jiff::ToSpan;
use jiff::civil::Date;

const FAMILY: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "田",
    "董", "潘", "袁", "蔡", "蒋", "余",
];
const BOYS: [&str; 30] = [
    "梓轩", "浩宇", "宇航", "沐宸", "子墨", "皓轩", "俊熙", "一诺", "奕辰", "博文", "铭泽", "嘉懿", "煜城",
    "懿轩", "烨伟", "苑博", "伟泽", "熠彤", "鸿煊", "涛", "明辉", "思远", "景行", "致远", "文昊", "修杰",
    "黎昕", "远航", "旭尧", "鸿涛",
];
const GIRLS: [&str; 30] = [
    "梓涵", "雨桐", "欣怡", "若曦", "可欣", "诗涵", "语嫣", "思琪", "梦瑶", "依诺", "艺涵", "佳琪", "婉清",
    "静怡", "芷若", "雅琴", "晓彤", "心怡", "诗雨", "紫萱", "雨萱", "沐晴", "书瑶", "语桐", "安然", "清妍",
    "佳宁", "雪怡", "婧琪", "香茹",
];

/// Enrols everybody: most since the first term of the demo, newcomers since the last 1 September.
pub(crate) fn build(work: &Work, places: &Places, today: Date) -> Result<()> {
    let turn = last_september(today);
    let start = work.calendar().terms().first().map_or(turn, |term| term.from.min(turn));
    let mut people = Vec::new();
    for house in places.kindergartens.iter().chain(&places.schools) {
        for (at, class) in house.classes.iter().enumerate() {
            children(house, at, class, turn, start, &mut people);
        }
    }
    for house in &places.kindergartens {
        staff(house, turn, start, &mut people);
    }
    let county = work.county();
    work.store().write(move |writer| {
        for (person, stays) in people {
            let id = writer.person_put(county, &person)?;
            for (unit, from, to, reason) in stays {
                let reason = reason.to_owned();
                writer.enrolment_put(
                    county,
                    &Enrolment { id: EnrolmentId(0), person: id, unit, from, to, reason },
                )?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

type Stay = (OrgUnitId, Date, Option<Date>, &'static str);

fn last_september(today: Date) -> Date {
    let this_year = Date::constant(today.year(), 9, 1);
    if this_year <= today { this_year } else { Date::constant(today.year() - 1, 9, 1) }
}

/// The children of a class. Those past the first grade came a term earlier and were promoted on 1 September from the
/// class one grade below.
fn children(
    house: &House,
    at: usize,
    class: &Class,
    turn: Date,
    start: Date,
    people: &mut Vec<(Person, Vec<Stay>)>,
) {
    let below = house.classes.iter().take(at).rev().find(|other| {
        other.age + 1 == class.age && other.code.ends_with(&class.code[class.code.len() - 2..])
    });
    for number in 0..class.size {
        let mut dice = Dice::new(&["child", &class.code, &number.to_string()]);
        let girl = dice.happens(0.48);
        let given = if girl { &GIRLS[..] } else { &BOYS[..] };
        let name = format!(
            "{}{}",
            dice.pick(&FAMILY).copied().unwrap_or_default(),
            dice.pick(given).copied().unwrap_or_default()
        );
        let days = i64::try_from(dice.below(365)).unwrap_or(0);
        let birth = turn.saturating_sub(class.age.years()).saturating_sub(days.days());
        let person = Person {
            id: PersonId(0),
            kind: "child".into(),
            code: format!("{}{:02}", class.code.to_uppercase(), number + 1),
            name,
            sex: if girl { "female" } else { "male" }.into(),
            birth: Some(birth),
            id_number: None,
            phone: None,
            attrs: serde_json::Value::Null,
        };
        let stays = match below {
            Some(below) if start < turn && number % 9 != 8 => {
                vec![(below.unit, start, Some(turn), "入园"), (class.unit, turn, None, "升班")]
            }
            _ => vec![(class.unit, turn, None, "入园")],
        };
        people.push((person, stays));
    }
}

fn staff(house: &House, turn: Date, start: Date, people: &mut Vec<(Person, Vec<Stay>)>) {
    let count = house.classes.len() * 3 + 5;
    for number in 0..count {
        let mut dice = Dice::new(&["staff", &house.code, &number.to_string()]);
        let name = format!(
            "{}{}",
            dice.pick(&FAMILY).copied().unwrap_or_default(),
            dice.pick(&[
                "秀英", "丽华", "建国", "桂兰", "玉梅", "红", "敏", "静", "丽", "艳", "芳", "娟", "霞", "玲",
                "涛"
            ])
            .copied()
            .unwrap_or_default()
        );
        let person = Person {
            id: PersonId(0),
            kind: "staff".into(),
            code: format!("{}S{:02}", house.code.to_uppercase(), number + 1),
            name,
            sex: if dice.happens(0.85) { "female" } else { "male" }.into(),
            birth: None,
            id_number: None,
            phone: None,
            attrs: serde_json::Value::Null,
        };
        people.push((person, vec![(house.unit, start.min(turn), None, "入职")]));
    }
}
