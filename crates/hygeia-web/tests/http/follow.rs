//! What follows from an entry over HTTP: corrections of what an examination found, the observation of a child with a
//! card, the comparison with the examination before, a dose whose time has passed.

use crate::house::House;
use axum::http::StatusCode;
use jiff::ToSpan as _;
use serde_json::{Value, json};

async fn made(house: &House, login: &str, register: &str, person: &str, values: Value) -> Value {
    let path = format!("/api/v1/registers/kindergarten.{register}/entries");
    let (status, answer) =
        house.api(login, &path, Some(json!({ "person": person, "values": values }).to_string())).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer
}

#[tokio::test]
async fn an_examination_leads_to_the_correction_of_each_defect_until_it_is_opened() {
    let house = House::new();
    let today = house.today.to_string();
    // From the form, one is led to the entry's page, where the forms that follow are.
    let exam = uuid::Uuid::now_v7().to_string();
    let form = [
        ("_id", exam.as_str()),
        ("_org", "k1c1"),
        ("_person", "child1"),
        ("date", &today),
        ("kind", "periodic"),
        ("hospital", "县妇幼保健院"),
        ("hb", "104"),
        ("defects", "caries"),
        ("defects", "anaemia"),
        ("result", "follow_up"),
        ("parent_told", &today),
    ];
    let page_of = format!("/entries/kindergarten.physical_exam/{exam}");
    let to = house.sent_on("doctor", "/registers/kindergarten.physical_exam/new", &form).await;
    assert!(to.starts_with(&page_of), "{to}");
    let (_, page) = house.get("doctor", &page_of).await;
    assert!(page.contains("接下来登记"), "{page}");
    for said in ["疾病缺点矫治登记：龋齿", "疾病缺点矫治登记：贫血", "体弱儿（特殊儿童）专案：贫血"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("专案：龋齿"), "no file is kept of caries: {page}");
    let new = "/registers/kindergarten.defect_correction/new";
    assert!(page.contains(&format!("f.exam={exam}")) && page.contains("f.defect=caries"), "{page}");
    let (_, form) = house
        .get("doctor", &format!("{new}?org=k1c1&person=child1&f.exam={exam}&f.defect=caries&f.date={today}"))
        .await;
    assert!(form.contains(&format!("value=\"{exam}\" selected")), "{form}");

    // A teacher who opens no files is offered none.
    let (_, page) = house.get("teacher", &page_of).await;
    assert!(!page.contains("接下来登记"), "{page}");

    let correction = json!({ "date": today, "defect": "caries", "exam": exam, "parent_told": today });
    made(&house, "doctor", "defect_correction", "child1", correction).await;
    let file = json!({ "date": today, "kind": "anaemia", "basis": "血红蛋白104", "hb": 104, "plan": "饮食", "exam": exam });
    made(&house, "doctor", "special_child", "child1", file).await;
    let (_, page) = house.get("doctor", &page_of).await;
    assert!(
        page.contains("疾病缺点矫治登记：贫血")
            && !page.contains("登记：龋齿")
            && !page.contains("专案：贫血"),
        "{page}"
    );
    // What was opened is listed with the examination.
    assert!(page.contains("/entries/kindergarten.defect_correction/"), "{page}");

    // One that finds nothing leads to the list, as ever.
    let fit = uuid::Uuid::now_v7().to_string();
    let form = [
        ("_id", fit.as_str()),
        ("_org", "k1c1"),
        ("_person", "child1"),
        ("date", &today),
        ("kind", "return"),
        ("hospital", "县妇幼保健院"),
        ("report_date", &today),
        ("certificate", "true"),
        ("result", "fit"),
    ];
    let to = house.sent_on("doctor", "/registers/kindergarten.physical_exam/new", &form).await;
    assert!(to.starts_with("/registers/kindergarten.physical_exam"), "{to}");

    // The next examination finds the same: the open file is enough.
    let later = json!({ "date": today, "kind": "measure", "weight_kg": 17, "height_cm": 108 });
    let later = made(&house, "doctor", "physical_exam", "child1", later).await;
    let (_, page) = house
        .get("doctor", &format!("/entries/kindergarten.physical_exam/{}", later["id"].as_str().unwrap()))
        .await;
    assert!(!page.contains("专案：贫血"), "{page}");
}

#[tokio::test]
async fn a_child_with_a_card_is_to_be_observed_today() {
    let house = House::new();
    if !house.is_school_day() {
        return;
    }
    house.child("child3", "幼儿3", "k1c1");
    let today = house.today.to_string();
    let yellow = json!({ "date": today, "arrived": true, "spirit": "throat", "disposition": "observe", "card": "yellow" });
    let check = made(&house, "teacher", "morning_check", "child1", yellow).await;
    let check = check["id"].as_str().unwrap();
    made(&house, "teacher", "morning_check", "child3", json!({ "date": today, "arrived": true })).await;

    for login in ["teacher", "doctor"] {
        let (_, page) = house.get(login, "/today").await;
        let line = format!("f.morning_check={check}&amp;f.reason=morning_check");
        assert!(page.contains("全日健康观察") && page.contains(&line), "{login}: {page}");
        assert_eq!(page.matches("f.morning_check=").count(), 1, "a green card asks for nothing");
    }
    let (_, page) = house.get("teacher", &format!("/entries/kindergarten.morning_check/{check}")).await;
    assert!(page.contains("接下来登记"), "{page}");

    let observed = json!({ "date": today, "time": "00:01", "reason": "morning_check", "morning_check": check,
        "analysis": "咽部充血，精神好", "action": "care" });
    made(&house, "teacher", "observation", "child1", observed).await;
    let (_, page) = house.get("teacher", "/today").await;
    assert!(!page.contains("f.morning_check="), "{page}");
    let (_, page) = house.get("teacher", &format!("/entries/kindergarten.morning_check/{check}")).await;
    assert!(!page.contains("接下来登记"), "{page}");
}

#[tokio::test]
async fn a_child_who_shrinks_is_worth_a_second_look() {
    let house = House::new();
    house.child("child3", "幼儿3", "k1c1");
    let day = |back: i64| house.today.saturating_sub(back.days()).to_string();
    let measured = |back: i64, height: &str| json!({ "date": day(back), "kind": "measure", "weight_kg": "17.5", "height_cm": height });
    let warnings = |answer: &Value| answer["warnings"].to_string();
    let first = made(&house, "doctor", "physical_exam", "child1", measured(60, "108.5")).await;
    assert!(!warnings(&first).contains("身高"), "the first of all: {first}");
    // An examination without a height between the two.
    let blank = json!({ "date": day(30), "kind": "periodic", "hospital": "县妇幼保健院", "result": "fit" });
    made(&house, "doctor", "physical_exam", "child1", blank).await;
    let other = made(&house, "doctor", "physical_exam", "child3", measured(1, "105.0")).await;
    assert!(!warnings(&other).contains("身高比以前"), "another child's: {other}");
    let shrunk = made(&house, "doctor", "physical_exam", "child1", measured(1, "107.0")).await;
    assert!(warnings(&shrunk).contains("身高比以前的检查还低"), "{shrunk}");
    let grown = made(&house, "doctor", "physical_exam", "child1", measured(0, "109.0")).await;
    assert!(!warnings(&grown).contains("身高"), "{grown}");
}

#[tokio::test]
async fn a_dose_whose_time_has_passed_is_shown_as_late_until_it_is_given() {
    let house = House::new();
    if !house.is_school_day() {
        return;
    }
    let today = house.today.to_string();
    let entrusted = |drug: &str, time: &str| {
        json!({ "date": today, "drug": drug, "dose": "5毫升", "route": "oral", "times": 1,
        "first_time": time, "until": today, "reason": "咳嗽", "prescribed": true, "parent": "甲父", "parent_signed": true })
    };
    let late = made(&house, "teacher", "medication", "child1", entrusted("止咳糖浆", "00:00")).await;
    made(&house, "teacher", "medication", "child1", entrusted("益生菌", "23:59")).await;
    for login in ["doctor", "teacher"] {
        let (_, page) = house.get(login, "/today").await;
        let list = page.split_once("逐项待登记").map(|(_, list)| list).unwrap_or_default();
        assert!(
            list.contains("已过 00:00") && list.contains("23:59") && !list.contains("已过 23:59"),
            "{login}: {page}"
        );
        assert!(list.find("止咳糖浆") < list.find("益生菌"), "what is late comes first");
        assert!(list.contains("已过时间 1"), "{list}");
    }
    let dose =
        json!({ "date": today, "time": "00:01", "medication": late["id"], "checked": true, "given": true });
    made(&house, "teacher", "medication_dose", "child1", dose).await;
    let (_, page) = house.get("doctor", "/today").await;
    assert!(!page.contains("已过"), "{page}");
}
