//! Line 6 and 7: an entry is made, changed, voided with its history; a field is added in the browser.

use crate::browser::Browser;
use crate::world::World;

const DISINFECTION: &str = "/registers/kindergarten.disinfection";

fn tick(browser: &Browser, name: &str, code: &str) {
    let radio = format!("input[name={name}][value={code}]");
    if browser.count(&radio) > 0 {
        browser.run("document.querySelector(arguments[0]).click()", vec![radio.into()]);
    } else {
        browser.choose(&format!("select[name={name}]"), code);
    }
}

/// Boiled cups, by the teacher of the small class.
fn enter(browser: &Browser) {
    browser.go(&format!("{DISINFECTION}/new?org=k1c1"));
    tick(browser, "object", "cup");
    tick(browser, "method", "boil");
    browser.until("the field that boiling asks for", || shown(browser, "minutes"));
    assert!(!shown(browser, "chlorine"), "nobody is asked for chlorine in boiling water");
    browser.fill("input[name=minutes]", "5");
    browser.press("保存");
    browser.says("[data-problem=minutes], [role=alert]", "不少于15分钟");
    browser.forgive();
    browser.fill("input[name=minutes]", "20");
    browser.leave("saving", || browser.press("保存"));
}

fn shown(browser: &Browser, field: &str) -> bool {
    let script = "const field = document.querySelector(`[data-field=${arguments[0]}]`); return !!field && !field.hidden";
    browser.run(script, vec![field.into()]) == true
}

#[test]
fn an_entry_is_refused_with_reason_kept_saved_changed_and_voided_with_its_history() {
    let world = World::new();
    let Some(browser) = world.browser("entry") else { return };
    browser.sign_in("doctor");
    enter(&browser);
    browser.says("main table", "水杯");

    browser.leave("the entry", || browser.click("main table a[href^='/entries/']"));
    browser.leave("changing it", || browser.press("修改"));
    browser.fill("input[name=minutes]", "25");
    browser.fill("input[name=_reason]", "计时有误");
    browser.leave("saving the change", || browser.press("保存"));
    let history = browser.text(".history");
    assert!(history.contains("20") && history.contains("25") && history.contains("计时有误"), "{history}");

    browser.press("作废");
    browser.fill("form[action$='/void'] input[name=reason]", "重复登记");
    browser.leave("voiding", || browser.click("form[action$='/void'] button"));
    browser.says(".problems", "已作废");
    browser.says(".history", "重复登记");
    browser.go(&format!("{DISINFECTION}?org=k1c1"));
    assert_eq!(
        browser.count("main tbody tr:not(.void) a[href^='/entries/']"),
        0,
        "a void entry counts no more"
    );
    browser.phone();
    browser.go(&format!("{DISINFECTION}/new?org=k1c1"));
}

#[test]
fn a_field_is_added_in_the_browser_with_its_migration_shown_and_old_entries_stay() {
    let world = World::new();
    let Some(browser) = world.browser("design") else { return };
    browser.sign_in("doctor");
    enter(&browser);
    browser.sign_in("county");
    browser.go(&format!("{DISINFECTION}/design"));
    browser.fill("input[name=title]", "气味残留");
    browser.fill("input[name=name]", "smell");
    browser.choose("select[name=kind]", "choice");
    browser.fill("textarea[name=options]", "none 无\nslight 轻微");
    browser.press("查看变更");
    browser.says(".migration", "不删除任何列和数据");
    browser.click(".migration summary");
    browser.says(".migration", "smell");
    browser.leave("applying", || browser.press("应用"));
    browser.says("main", "气味残留");

    browser.sign_in("doctor");
    browser.go(&format!("{DISINFECTION}?org=k1c1"));
    browser.says("main table", "水杯");
    browser.go(&format!("{DISINFECTION}/new?org=k1c1"));
    assert!(shown(&browser, "smell"));
}

#[test]
fn a_weekly_form_opens_on_monday_and_on_a_phone_the_entries_come_before_the_filter() {
    let world = World::new();
    let Some(browser) = world.browser("phone-register") else { return };
    browser.sign_in("doctor");
    browser.go("/registers/kindergarten.weekly_menu/new?org=k1&date=2026-11-25");
    let monday = browser.run("return document.querySelector('input[name=date]').value", vec![]);
    assert_eq!(monday, "2026-11-23", "the week of Wednesday 25 November");

    enter(&browser);
    let line = browser.text("main tbody tr");
    assert!(
        line.starts_with("水杯") && !line.contains("实验幼儿园"),
        "the heading has named the kindergarten"
    );
    browser.go(&format!("{DISINFECTION}?org=k1"));
    let filter =
        || browser.run("return document.querySelector('.filters').checkVisibility()", vec![]) == true;
    assert!(filter(), "beside the entries on a desk");
    browser.phone();
    browser.go(&format!("{DISINFECTION}?org=k1"));
    assert!(!filter());
    browser.press("筛选");
    assert!(filter());
    // A card is called by what the entry is about and its day, and opens the entry.
    let title = browser.text("main tbody a.row-link");
    assert!(title.starts_with("水杯") && title.ends_with(&world.today.to_string()), "{title}");
    browser.leave("the entry", || browser.click("main tbody a.row-link"));
    assert!(browser.path().starts_with("/entries/"), "{}", browser.path());
}

#[test]
fn going_back_and_saving_again_is_the_same_entry_and_says_so() {
    let world = World::new();
    let Some(browser) = world.browser("entry-back") else { return };
    browser.sign_in("doctor");
    enter(&browser);
    browser.leave("going back", || drop(browser.run("history.back()", vec![])));
    browser.until("the note", || browser.text("[data-sent]").contains("这一页已提交过"));
    // As the browser brings it back, filled in, or empty where it does not.
    if browser.count("[name=method]:checked") + browser.count("select[name=method]") == 0 {
        tick(&browser, "object", "cup");
        tick(&browser, "method", "boil");
    }
    browser.until("the field that boiling asks for", || shown(&browser, "minutes"));
    browser.fill("input[name=minutes]", "30");
    browser.leave("saving again", || browser.press("保存"));
    assert_eq!(browser.count("main tbody a[href^='/entries/']"), 1, "one entry, changed");

    browser.leave("going back", || drop(browser.run("history.back()", vec![])));
    browser.leave("another", || browser.press("登记新的一条"));
    browser.until("a page of its own", || browser.count("form[data-form]") == 1);
    assert_eq!(browser.count("[data-sent]"), 0);
}

#[test]
fn a_refused_page_was_not_submitted_and_its_messages_stay_until_what_they_say_is_mended() {
    let world = World::new();
    let Some(browser) = world.browser("entry-refused") else { return };
    browser.sign_in("doctor");
    browser.go(&format!("{DISINFECTION}/new?org=k1c1"));
    tick(&browser, "method", "boil");
    browser.until("the field that boiling asks for", || shown(&browser, "minutes"));
    browser.press("保存");
    browser.says("[role=alert]", "有 2 处需要改正");
    browser.forgive();

    // What the page asks of the server has been answered when its messages are looked at.
    let checked = || {
        let script = "const asked = performance.getEntriesByType('resource');
            return asked.some((one) => one.name.endsWith('/check') && one.responseEnd > 0)";
        browser.run(script, vec![]) == true
    };
    tick(&browser, "occasion", "epidemic");
    browser.until("the check", checked);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(browser.count("[data-sent]"), 0, "nothing has been saved");
    for field in ["object", "minutes"] {
        let problem = browser.text(&format!("[data-problem={field}]"));
        assert!(problem.contains("请填写"), "{field}: {problem}");
    }
    browser.picture("refused");

    browser.fill("input[name=minutes]", "20");
    tick(&browser, "object", "cup");
    browser.until("the messages gone", || browser.count(".field-problem") == 0);
    browser.leave("saving what was mended", || browser.press("保存"));
    assert_eq!(browser.count("main tbody a[href^='/entries/']"), 1);
}

#[test]
fn a_draft_is_offered_above_the_form_and_the_chosen_child_s_entries_stand_beside_it() {
    let world = World::new();
    let Some(browser) = world.browser("entry-beside") else { return };
    let observation = "kindergarten.observation";
    let day = world.today.to_string();
    for (child, analysis) in [("k1c1-01", "咳嗽一次"), ("k1c1-02", "擦伤一处")] {
        let values = serde_json::json!({ "date": day, "time": "09:30", "analysis": analysis });
        world.submit(observation, serde_json::json!({ "person": child, "values": values }));
    }
    browser.sign_in("doctor");
    browser.go(&format!("/registers/{observation}/new?org=k1c1"));
    assert_eq!(browser.count("[data-beside]"), 0);
    browser.choose("select[name=_person]", "k1c1-01");
    browser.says("[data-beside]", "王小明");
    browser.choose("select[name=_person]", "k1c1-02");
    browser.says("[data-beside]", "李小红");
    assert_eq!(browser.count("[data-beside]"), 1);
    browser.fill("textarea[name=analysis]", "再看一次");

    // What was typed is kept as a draft; offered, it takes no room from the form.
    browser.go(&format!("/registers/{observation}/new?org=k1c1&person=k1c1-02"));
    browser.says("main p.note", "上次有未保存的草稿");
    let left = |css: &str| {
        let script = "return document.querySelector(arguments[0]).getBoundingClientRect().left";
        browser.run(script, vec![css.into()]).as_f64().unwrap()
    };
    assert!(left("form[data-form]") < left("[data-beside]"), "the form first, what stands beside it next");
    browser.picture("draft");
}
