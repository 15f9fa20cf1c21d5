//! Workflows by hand: from an event to its report, a reopened end in plain sight, a calendar that moves what runs.

use crate::browser::Browser;
use crate::world::World;
use serde_json::json;

const CHECK: &str = "kindergarten.vaccination_check";

/// Writes into a choice, whether it is drawn as radio buttons or as a list.
fn tick(browser: &Browser, name: &str, code: &str) {
    let radio = format!("input[name={name}][value={code}]");
    if browser.count(&radio) > 0 {
        browser.run("document.querySelector(arguments[0]).click()", vec![radio.into()]);
    } else {
        browser.choose(&format!("select[name={name}]"), code);
    }
}

#[test]
fn a_missing_dose_from_the_check_over_notice_and_recheck_to_the_rate_of_the_term() {
    let world = World::new();
    // Another child's notice is still open: one of two is caught up in the end.
    let (day, today) = (world.today.to_string(), world.today.to_string());
    world.submit(
        CHECK,
        json!({ "person": "k1c1-02", "values": { "date": day, "occasion": "entry", "certificate": "shown",
            "conclusion": "missing", "missing_doses": "乙脑减毒活疫苗第2剂", "notice_date": day } }),
    );
    let Some(browser) = world.browser("catch-up") else { return };
    browser.sign_in("doctor");
    browser.phone();
    browser.go(&format!("/registers/{CHECK}/new?org=k1c1"));
    browser.choose("select[name=_person]", "k1c1-01");
    tick(&browser, "conclusion", "missing");
    browser.fill("[name=missing_doses]", "麻腮风疫苗第2剂");
    browser.leave("saving the check", || browser.press("保存"));

    // The board has one card in each column; the new one waits for its notice.
    browser.go(&format!("/boards/{CHECK}?org=k1"));
    browser.says(".column.chosen h2", "待发通知");
    browser.leave("the entry", || browser.click(".column.chosen a.board-card"));
    browser.says(".states [aria-current]", "待发通知");
    browser.leave("the notice", || browser.press("发补种通知单"));
    browser.set("[name=notice_date]", &today);
    browser.leave("issuing it", || browser.click("form.entry button.go"));
    browser.says(".states [aria-current]", "待补种复验");
    browser.says(".clock", "补种复验期限");

    // “Partly” is not the end; caught up is.
    browser.leave("the re-check", || browser.press("复验"));
    browser.set("[name=recheck_date]", &today);
    tick(&browser, "recheck_result", "partly");
    browser.press("复验");
    browser.until("it is refused", || browser.count(".problems") > 0);
    browser.forgive();
    browser.says(".problems", "部分补种");
    tick(&browser, "recheck_result", "caught_up");
    browser.leave("re-checked", || browser.click("form.entry button.go"));
    browser.says(".states [aria-current]", "已复验");
    browser.says(".clock", "按时");

    // One of two: the table of the term says so for the class.
    browser.desktop();
    browser.go("/reports/kindergarten.vaccination_statistics?org=k1");
    let rows = browser.texts("main table tbody tr");
    let class = rows.iter().find(|row| row.contains("小一班")).unwrap();
    assert!(class.contains("50.0"), "{class}");
    browser.go("/indicators/kindergarten.catchup_rate?org=k1c1");
    assert!(browser.text("p.big").starts_with("50.0"), "{}", browser.text("p.big"));
}

#[test]
fn an_end_is_reopened_with_a_reason_that_everybody_sees_and_lateness_is_a_number() {
    let world = World::new();
    let day = world.today.to_string();
    world.submit(
        "kindergarten.hygiene_correction",
        json!({ "org_unit": "k1c1", "values": { "date": day, "finding": "地面积水", "requirement": "拖干", "due": day } }),
    );
    let Some(browser) = world.browser("reopened") else { return };
    browser.sign_in("doctor");
    browser.go("/boards/kindergarten.hygiene_correction?org=k1");
    browser.leave("the entry", || browser.click("a.board-card"));
    browser.leave("the step", || browser.press("提交整改"));
    browser.fill("[name=action]", "已拖干");
    browser.set("[name=corrected_on]", &day);
    browser.leave("submitting", || browser.click("form.entry button.go"));
    browser.leave("the step", || browser.press("验收合格"));
    browser.fill("[name=checked_by]", "保健医");
    browser.leave("accepting", || browser.click("form.entry button.go"));
    let path = browser.path();
    browser.leave("the step", || browser.press("重新打开"));
    browser.press("重新打开");
    browser.until("it is refused without a reason", || {
        browser.count(".problems") > 0
            || browser.run("return document.activeElement?.name", vec![]) == "_reason"
    });
    browser.forgive();
    browser.fill("[name=_reason]", "又积水了");
    browser.leave("reopening", || browser.click("form.entry button.go"));
    browser.says(".reopened", "曾重新打开 1 次");
    browser.says(".reopened", "又积水了");
    browser.phone();
    browser.go(&path);
    browser.desktop();
    browser.go("/indicators/kindergarten.hygiene_on_time_rate?org=k1");
    assert!(browser.text("p.big").starts_with("100.0"), "{}", browser.text("p.big"));
}

#[test]
fn a_holiday_entered_by_the_county_moves_a_running_clock_and_the_page_says_so() {
    let world = World::new();
    let day = world.today.to_string();
    world.submit(
        "health_emergency.hazard",
        json!({ "org_unit": "c", "values": { "found_on": day, "hazard": "管道破损", "kind": "water", "place": "菜市场" } }),
    );
    let due = || {
        let actor = world.work.system_actor(jiff::Timestamp::now());
        let search = hygeia_work::ClockSearch { open: true, ..Default::default() };
        world.work.clock_list(&actor, &search).unwrap()[0].clock.due_at
    };
    let before = due();
    let Some(browser) = world.browser("calendar") else { return };
    browser.sign_in("doctor");
    browser.go("/calendar");
    assert_eq!(browser.count("form[action='/calendar/days']"), 0, "a kindergarten sets no calendar");
    browser.sign_in("county");
    browser.phone();
    browser.go("/calendar");
    browser.press("调整放假和调休");
    browser.set("form[action='/calendar/days'] [name=from]", &world.today.tomorrow().unwrap().to_string());
    browser.set("form[action='/calendar/days'] [name=to]", &day);
    browser.click("form[action='/calendar/days'] button");
    browser.says(".problems", "结束日期不能早于开始日期");
    browser.forgive();
    browser.says(".problems", "请填写名称");
    let last = world.today.saturating_add(jiff::ToSpan::days(10));
    browser.set("form[action='/calendar/days'] [name=to]", &last.to_string());
    browser.fill("form[action='/calendar/days'] [name=title]", "雪灾停工");
    browser.leave("saving", || browser.click("form[action='/calendar/days'] button"));
    browser.says(".said", "1 个正在计时的时限随之变动");
    assert!(due() > before, "{} was due {before}", due());
}
