//! Plans and reports: whom they tell what, and who changes them.

use crate::house::{COUNTY, House};
use axum::http::StatusCode;
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::ItemChoice;
use jiff::ToSpan;

const REPORT: &str = "/reports/kindergarten.monthly_attendance?org=k1";

/// A kindergarten's plan, confirmed by its doctor.
fn plan(house: &House) -> String {
    let doctor = house.actor("doctor");
    let unit = house.work.directory().by_code("k1").unwrap().id;
    let text = "卫生保健工作计划\n一、工作安排\n1、每日晨检一次。\n";
    let to = house.today.saturating_add(60.days());
    let id = house.work.plan_upload(&doctor, unit, "计划.txt", text.as_bytes(), house.today, to).unwrap();
    format!("/plans/{}", id.0)
}

#[tokio::test]
async fn a_house_changes_its_own_plans_and_those_above_look_on() {
    let house = House::new();
    let plan = plan(&house);
    for path in ["/rename", "/remove", "/accept", "/confirm"] {
        let (status, page) = house.post("county", &format!("{plan}{path}"), &[("title", "改名")]).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.contains("自己的计划"), "{path} says whose it is");
    }
    let (status, page) = house.get("county", &plan).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("卫生保健工作计划") && !page.contains("改名"));
    assert!(!page.contains(&format!("{plan}/confirm")), "no button that would be refused");
    let (_, page) = house.get("county", "/plans?org=k1").await;
    assert!(!page.contains("type=\"file\""), "a plan of the kindergarten is its own to make");
    let (status, _) = house.post("doctor", &format!("{plan}/rename"), &[("title", "本学期计划")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

/// A school with a class beside the kindergartens.
fn with_school(house: &House) {
    let county = house.work.directory().by_code("c").unwrap().clone();
    let put = |code: &str, kind: &str, parent| {
        let unit = OrgUnit {
            id: OrgUnitId(0),
            code: code.into(),
            kind: kind.into(),
            title: code.into(),
            parent: Some(parent),
            ..county.clone()
        };
        house.work.store().write(move |writer| writer.org_unit_put(COUNTY, &unit)).unwrap()
    };
    let school = put("s1", "school", county.id);
    put("s1c1", "class", school);
    house.work.reload().unwrap();
}

#[tokio::test]
async fn indicators_of_one_name_are_told_apart_where_both_are_offered() {
    let house = House::new();
    with_school(&house);
    let text = "卫生保健工作计划\n一、工作目标\n1、视力低常矫治率达到95%。\n";
    let to = house.today.saturating_add(60.days());
    let upload = |login: &str, unit: &str| {
        let unit = house.work.directory().by_code(unit).unwrap().id;
        let actor = house.actor(login);
        house.work.plan_upload(&actor, unit, "计划.txt", text.as_bytes(), house.today, to).unwrap()
    };
    let (own, all) = (upload("doctor", "k1"), upload("county", "c"));
    let (_, page) = house.get("doctor", &format!("/plans/{}", own.0)).await;
    assert!(
        page.contains("value=\"kindergarten.vision_correction_rate\" selected>视力矫治率（同义"),
        "{page}"
    );
    assert!(!page.contains("value=\"school."), "a kindergarten has no part in what schools do");
    let (_, page) = house.get("county", &format!("/plans/{}", all.0)).await;
    for title in ["视力矫治率（托幼机构卫生保健）", "视力矫治率（学校卫生）"] {
        assert!(page.contains(title), "{title}");
    }
}

#[tokio::test]
async fn a_line_tells_of_another_plan_with_another_aim() {
    let house = House::new();
    let (doctor, unit) = (house.actor("doctor"), house.work.directory().by_code("k1").unwrap().id);
    let to = house.today.saturating_add(60.days());
    let confirmed = |title: &str, share: u8| {
        let text = format!("{title}\n一、工作目标\n1、视力矫治率达到{share}%。\n");
        let plan =
            house.work.plan_upload(&doctor, unit, "计划.txt", text.as_bytes(), house.today, to).unwrap();
        let (_, items) = house.work.plan_open(&doctor, plan).unwrap();
        let line = items.into_iter().find(|item| item.kind == "target").unwrap();
        let choice =
            ItemChoice { state: "accepted".into(), indicator: line.indicator, ..ItemChoice::default() };
        house.work.plan_choose(&doctor, plan, line.id, &choice).unwrap();
        house.work.plan_confirm(&doctor, plan).unwrap();
        format!("/plans/{}", plan.0)
    };
    let (first, second) = (confirmed("卫生工作计划", 80), confirmed("视力工作计划", 90));
    let (_, page) = house.get("doctor", &first).await;
    let told = "另一份计划《视力工作计划》对该指标定的目标是 ≥ 90%，以后确认的为准，按《视力工作计划》统计";
    assert!(page.contains(told), "{page}");
    let (_, page) = house.get("doctor", &second).await;
    let told = "另一份计划《卫生工作计划》对该指标定的目标是 ≥ 80%，以后确认的为准，按本计划统计";
    assert!(page.contains(told), "{page}");
}

#[tokio::test]
async fn figures_are_told_to_those_who_take_part_in_the_work() {
    let house = House::new();
    let plan = plan(&house);
    house.account("patriotic", "phc_office", "c");
    for login in ["doctor", "head", "county"] {
        assert_eq!(house.get(login, REPORT).await.0, StatusCode::OK, "{login}");
        assert_eq!(house.get(login, &plan).await.0, StatusCode::OK, "{login}");
    }
    let (status, page) = house.get("patriotic", REPORT).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("您的角色看不到"));
    let file = "/reports/kindergarten.term_summary/file?org=k1&format=docx";
    assert_eq!(house.get("patriotic", file).await.0, StatusCode::FORBIDDEN);
    assert_eq!(house.get("patriotic", &plan).await.0, StatusCode::NOT_FOUND);
    assert!(!house.get("patriotic", "/plans?org=k1").await.1.contains(&plan));
    assert!(!house.get("patriotic", "/reports?org=k1").await.1.contains("kindergarten.monthly_attendance"));
}
