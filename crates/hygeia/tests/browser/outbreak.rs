//! A case from the morning check to the closed incident.

use crate::browser::Browser;
use crate::world::World;
use jiff::ToSpan;
use serde_json::json;

/// Presses a button of a form, brought to the middle first: a phone's bar covers what stands at the lower edge.
fn send(browser: &Browser, form: &str) {
    let css = format!("form[action{form}] button");
    let script =
        "document.querySelector(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })";
    browser.run(script, vec![css.as_str().into()]);
    browser.click(&css);
}

#[test]
fn from_the_morning_check_to_the_closed_incident() {
    let world = World::new();
    // Hand, foot and mouth disease is watched for ten days; both cases are old enough for the end to be near.
    let (first, second) = (world.today - 25.days(), world.today - 24.days());
    world.open_day(first);
    world.submit("kindergarten.morning_check", json!({ "person": "k1c1-01", "values": {
        "date": first.to_string(), "arrived": true, "skin": "blister", "suspected": "hfmd", "disposition": "refer", "card": "red",
        "symptoms": ["blister"] } }));
    world.submit("kindergarten.infectious_case", json!({ "person": "k1c1-01", "values": {
        "date": first.to_string(), "disease": "hfmd", "onset": first.to_string(), "isolated_on": first.to_string() } }));
    let Some(browser) = world.browser("outbreak") else { return };
    browser.sign_in("doctor");
    browser.go("/registers/kindergarten.infectious_case/new?org=k1c1&person=k1c1-02");
    browser.set("input[name=date]", &second.to_string());
    browser.choose("select[name=disease]", "hfmd");
    browser.set("input[name=onset]", &second.to_string());
    browser.set("input[name=isolated_on]", &second.to_string());
    browser.leave("saving the second case", || browser.press("保存"));

    // The second case in a class within seven days is an alarm at once.
    browser.go("/today?org=k1");
    browser.says("main", "手足口病：同班聚集性病例");
    browser.phone();
    browser.leave("opening the alarm", || browser.click("a.found[href^='/alarms/']"));
    browser.says("main", "7 天 2 例，达到阈值 2");
    browser.leave("verifying", || browser.press("属实，按疫情处置"));
    browser.fill("textarea[name=note]", "逐例核对，两例同班");
    browser.leave("verified", || send(&browser, "$='/steps/confirm'"));
    browser.says("main", "按时完成");
    browser.leave("opening the incident", || send(&browser, "$='/incident'"));
    assert!(browser.path().starts_with("/incidents/"), "{}", browser.path());
    browser.says("main", "罹患率");
    browser.says("main", "6.7%");

    browser.set("input[name=date]", &second.to_string());
    browser.leave("registering the class", || send(&browser, "$='/contacts'"));
    browser.says("main", "已登记 28 名接触者");
    while browser.count("form[action$='/steps/finish']") > 1 {
        browser.leave("finishing a step", || send(&browser, "$='/steps/finish'"));
    }
    browser.says("main", "处置步骤全部完成或注明不需要，方可终止");
    browser.desktop();
    browser.leave("a step that is not needed", || browser.press("不需要"));
    browser.fill("textarea[name=note]", "当日已由卫生院完成");
    browser.leave("said why", || send(&browser, "$='/steps/skip'"));
    browser.leave("closing", || browser.press("终止疫情"));
    browser.fill("textarea[name=conclusion]", "疫情得到控制");
    browser.leave("closed", || send(&browser, "$='/steps/close'"));
    browser.says("main", "已终止");
    browser.leave("the report", || browser.press("总结报告"));
    browser.says("main", "处置总结报告");
    browser.says("main", "疫情得到控制");
}

#[test]
fn a_report_card_is_filled_in_and_its_two_hours_run() {
    let world = World::new();
    let Some(browser) = world.browser("report-card") else { return };
    let diagnosed =
        jiff::Timestamp::now().to_zoned(hygeia_work::county_time_zone()).datetime() - 30.minutes();
    let onset = diagnosed.date() - 1.day();
    browser.sign_in("township");
    browser.go("/registers/infectious_disease.report_card/new?org=t1");
    browser.says("main", "传染病报告卡");
    world.submit(
        "infectious_disease.report_card",
        json!({ "org_unit": "t1", "values": {
        "card_no": "B-1", "disease": "cholera", "case_type": "confirmed", "onset": onset.to_string(),
        "diagnosed_at": diagnosed.strftime("%Y-%m-%dT%H:%M").to_string(), "patient": "某甲", "sex": "male",
        "doctor": "某医" } }),
    );
    browser.go("/today?org=t1");
    browser.says("main", "报告时限");
    browser.says("main", "剩余 1 小时");
}
