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
    assert!(browser.text("main tbody tr").starts_with("小一班"), "the heading has named the kindergarten");
    browser.go(&format!("{DISINFECTION}?org=k1"));
    let filter =
        || browser.run("return document.querySelector('.filters').checkVisibility()", vec![]) == true;
    assert!(filter(), "beside the entries on a desk");
    browser.phone();
    browser.go(&format!("{DISINFECTION}?org=k1"));
    assert!(!filter());
    browser.press("筛选");
    assert!(filter());
}
