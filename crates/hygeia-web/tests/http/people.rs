//! People by HTTP: classes that go up and come back.

use crate::house::{COUNTY, House};
use hygeia_store::{Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId};
use hygeia_work::{Actor, PROMOTION_WORD, Promotion, WorkError};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

/// Two grades with a class each in the first kindergarten, and a child in the lower one.
fn grades(house: &House) -> (OrgUnitId, OrgUnitId, OrgUnitId, PersonId) {
    let k1 = house.work.directory().by_code("k1").unwrap().id;
    let made = house.work.store().write(move |writer| {
        let mut put = |code: &str, kind: &str, parent: OrgUnitId, sort: i64| {
            let unit = OrgUnit {
                id: OrgUnitId(0),
                code: code.into(),
                kind: kind.into(),
                title: code.into(),
                parent: Some(parent),
                path: String::new(),
                from: date(2020, 1, 1),
                to: None,
                sort,
                attrs: Value::Null,
            };
            writer.org_unit_put(COUNTY, &unit)
        };
        let (low, high) = (put("g1", "grade", k1, 1)?, put("g2", "grade", k1, 2)?);
        let classes = (put("g1c1", "class", low, 1)?, put("g2c1", "class", high, 1)?);
        let child = Person {
            id: PersonId(0),
            kind: "child".into(),
            code: "up1".into(),
            name: "升升".into(),
            sex: "male".into(),
            birth: Some(date(2022, 3, 1)),
            id_number: None,
            phone: None,
            attrs: Value::Null,
        };
        let person = writer.person_put(COUNTY, &child)?;
        let stay = Enrolment {
            id: EnrolmentId(0),
            person,
            unit: classes.0,
            from: date(2024, 9, 1),
            to: None,
            reason: "入园".into(),
        };
        writer.enrolment_put(COUNTY, &stay)?;
        Ok((k1, classes.0, classes.1, person))
    });
    house.work.reload().unwrap();
    made.unwrap()
}

/// The doctor on a day.
fn doctor(house: &House, day: Date) -> Actor {
    let now: Timestamp = format!("{day}T02:00:00Z").parse().unwrap();
    Actor { now, ..house.actor("doctor") }
}

#[tokio::test]
async fn a_promotion_in_the_middle_of_the_year_is_typed_and_taken_back_whole() {
    let house = House::new();
    let (campus, low, high, child) = grades(&house);
    let day = date(2026, 11, 24);
    let actor = doctor(&house, day);
    let plan = house.work.promotion_plan(&actor, campus, day).unwrap();
    assert_eq!(plan.iter().find(|step| step.from == low).and_then(|step| step.to), Some(high));
    let refused = house.work.promote(&actor, campus, day, &plan, "").unwrap_err();
    assert!(matches!(&refused, WorkError::Invalid(problems) if problems[0].field == "word"), "{refused}");
    let before = house.work.person_open(&actor, child).unwrap().1;

    assert_eq!(house.work.promote(&actor, campus, day, &plan, PROMOTION_WORD).unwrap(), 1);
    let again = house.work.promotion_doubt(&actor, campus, date(2027, 7, 1)).unwrap();
    assert!(again.unwrap().contains("已于 2026-11-24 升过班"), "no second one of the same year by the way");
    let last = house.work.promotion_last(&actor, campus).unwrap().unwrap();
    assert_eq!((last.moved, last.graduated, last.fixed), (1, 0, None));

    assert_eq!(house.work.promotion_undo(&actor, campus).unwrap(), 1);
    assert_eq!(house.work.person_open(&actor, child).unwrap().1, before, "as if it had not been");
    assert!(house.work.promotion_last(&actor, campus).unwrap().is_none());
    assert!(house.work.store().verify(&mut |_| {}).unwrap().is_sound());
}

#[tokio::test]
async fn a_promotion_stays_when_somebody_has_been_moved_since_or_days_have_passed() {
    let house = House::new();
    let (campus, low, high, child) = grades(&house);
    let day = date(2026, 9, 1);
    let actor = doctor(&house, day);
    let plan = [Promotion { from: low, to: Some(high), children: 0 }];
    house.work.promote(&actor, campus, day, &plan, "").unwrap();
    let late = doctor(&house, day.saturating_add(15.days()));
    assert!(house.work.promotion_undo(&late, campus).unwrap_err().to_string().contains("已过 14 天"));
    house.work.person_leave(&actor, child, day.saturating_add(2.days()), "迁居").unwrap();
    let refused = house.work.promotion_undo(&actor, campus).unwrap_err().to_string();
    assert!(refused.contains("升班后已有 1 人转班、离园或返园"), "{refused}");
}
