//! Line 5: morning check for a class of thirty, by keyboard and on a phone.

use crate::browser::key;
use crate::world::World;
use serde_json::{Value as Json, json};

#[test]
fn thirty_children_by_keyboard_a_violation_beside_its_cell_and_the_signature() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-keyboard") else { return };
    browser.sign_in("teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    assert_eq!(browser.count("tbody tr[data-person]"), 30);

    // The first child arrived; its temperature is the second column.
    browser.click("tr[data-person='k1c1-01'] [data-cell=temperature]");
    browser.keys("382");
    browser.keys(key::ENTER);
    browser.says("tr[data-person='k1c1-01'] + .row-problem", "发热儿童不得直接入班");
    assert_eq!(browser.text("tr[data-person='k1c1-01'] [data-cell=temperature]"), "38.2");

    // The rule's own cell is asked for at once: three is “家长带回” among the ways to dispose.
    browser.until("the cell that the rule asks for", || browser.count("#pad[open] .pad-options") > 0);
    browser.keys("4");
    browser.until("the card that goes with it", || browser.text("#pad[open] h2").contains("晨检牌"));
    browser.keys("3");
    browser.says("tr[data-person='k1c1-01'] .row-state", "✓");

    // N is normal and moves on; the rest with one button; then the signature.
    browser.click("tr[data-person='k1c1-02'] [data-cell=touch]");
    browser.keys(key::ESCAPE);
    browser.keys("n");
    browser.keys("n");
    browser.says("tr[data-person='k1c1-03'] .row-state", "✓");
    browser.press("其余全部正常");
    browser.until("thirty saved rows", || browser.count(".state.saved") == 30);
    browser.leave("signing", || browser.press("签名提交"));
    assert!(browser.text(".bar").contains("已签名：teacher"));
    assert_eq!(browser.count(".state.saved"), 30, "the page tells what the server has");
}

#[test]
fn on_a_phone_two_exceptions_take_eight_taps_and_every_row_tells_its_state() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-phone") else { return };
    browser.phone();
    browser.sign_in("teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    let inside =
        "const card = document.querySelector('.sheet'); return card.scrollWidth <= card.clientWidth + 1";
    assert_eq!(
        browser.run(inside, Vec::new()),
        true,
        "a row with its state fits the phone: {}",
        browser.picture("row").display()
    );
    let tap = |css: &str| browser.click(css);
    // A red throat, observed, with a yellow card: the rules ask for the cells that follow.
    tap("tr[data-person='k1c1-05'] [data-cell=spirit]");
    tap("#pad [data-digit='4']");
    tap("tr[data-person='k1c1-05'] [data-cell=disposition]");
    tap("#pad [data-digit='2']");
    browser.until("the card that is asked for", || browser.count("#pad[open] [data-digit='2']") > 0);
    tap("#pad [data-digit='2']");
    // One child did not come.
    tap("tr[data-person='k1c1-09'] [data-cell=arrived]");
    tap("[data-rest]");
    browser.until("thirty saved rows", || browser.count(".state.saved") == 30);
    browser.leave("signing", || tap("[data-sign] button"));
    browser.says("[data-odd]", "1 例异常 · 1 人未到");
}

#[test]
fn without_a_network_rows_are_kept_on_the_phone_and_sent_when_there_is_one() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-offline") else { return };
    browser.sign_in("teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    browser.offline(true);
    browser.click("tr[data-person='k1c1-04'] .row-state");
    browser.says("[data-said]", "1 行已存本机");
    browser.offline(false);
    browser.forgive();
    browser.run("dispatchEvent(new Event('online'))", Vec::new());
    browser.says("tr[data-person='k1c1-04'] .row-state", "✓");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    assert_eq!(browser.count("tbody tr[data-id]"), 1, "it arrived, once");

    // Kept over a reload as well: closed in the gateway, opened again in the office.
    browser.offline(true);
    browser.click("tr[data-person='k1c1-06'] .row-state");
    browser.says("[data-said]", "1 行已存本机");
    browser.offline(false);
    browser.forgive();
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    browser.run("dispatchEvent(new Event('online'))", Vec::new());
    browser.says("tr[data-person='k1c1-06'] .row-state", "✓");
}

#[test]
fn the_last_change_is_taken_back_and_the_rest_too() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-undo") else { return };
    browser.sign_in("teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    // A stray tap: the child is entered as absent, and taken back whole.
    browser.click("tr[data-person='k1c1-02'] [data-cell=arrived]");
    browser.says("tr[data-person='k1c1-02'] .row-state", "✓");
    assert_eq!(browser.text("tr[data-person='k1c1-02'] [data-cell=arrived]"), "否");
    browser.says("[data-undo]", "撤销");
    browser.keys(key::CONTROL_Z);
    browser.says("tr[data-person='k1c1-02'] .row-state", "○");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    assert_eq!(browser.count("tbody tr[data-id]"), 0, "the server has none either");

    browser.press("其余全部正常");
    browser.until("thirty saved rows", || browser.count(".state.saved") == 30);
    browser.says("[data-undo]", "其余 30 人全部正常");
    browser.click("tr[data-person='k1c1-05'] [data-cell=arrived]");
    browser.says("tr[data-person='k1c1-05'] [data-cell=arrived]", "否");
    browser.click("[data-undo]");
    browser.says("tr[data-person='k1c1-05'] [data-cell=arrived]", "是");
    browser.until("all saved again", || browser.count(".state.saved") == 30);
    browser.click("[data-undo]");
    browser.says("[data-left]", "30 人未登记");
}

#[test]
fn a_number_replaces_what_stood_there_and_the_sheet_opens_where_the_work_is() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-pad") else { return };
    for number in 1..=3 {
        let values = json!({ "date": world.today.to_string(), "arrived": true, "temperature": 37 });
        let person = format!("k1c1-{number:02}");
        world.submit("kindergarten.morning_check", json!({ "person": person, "values": values }));
    }
    browser.sign_in("teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    let focused = "return document.activeElement.closest('tr')?.dataset.person ?? ''";
    assert_eq!(browser.run(focused, Vec::new()), "k1c1-04", "the first child that is not entered yet");

    let cell = "tr[data-person='k1c1-01'] [data-cell=temperature]";
    browser.click(cell);
    browser.keys("36.8a");
    browser.keys(key::ENTER);
    browser.until("the new value alone", || browser.text(cell) == "36.8");
    browser.click("tr[data-person='k1c1-02'] [data-cell=temperature]");
    browser.keys("３６５");
    assert_eq!(browser.run("return document.querySelector('#pad input').value", Vec::new()), "365");
    browser.keys(key::ENTER);
    browser.says("tr[data-person='k1c1-02'] [data-cell=temperature]", "36.5");
}

#[test]
fn a_signed_sheet_that_is_changed_asks_for_a_new_signature() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-resign") else { return };
    browser.sign_in("teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    browser.press("其余全部正常");
    browser.until("thirty saved rows", || browser.count(".state.saved") == 30);
    browser.leave("signing", || browser.press("签名提交"));
    browser.click("tr[data-person='k1c1-03'] [data-cell=arrived]");
    browser.says(".bar", "签名后有修改，请重新签名（原签名：teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    assert!(browser.text(".bar").contains("签名后有修改，请重新签名（原签名：teacher"));
    browser.leave("signing again", || browser.press("签名提交"));
    assert!(browser.text(".bar").contains("已签名：teacher"));
}

#[test]
fn two_people_and_one_child_choose_between_both_values() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-conflict") else { return };
    browser.sign_in("teacher");
    let at = "/sheets/kindergarten.morning_check?org=k1c1";
    browser.go(at);
    for person in ["k1c1-01", "k1c1-02"] {
        let values = json!({ "date": world.today.to_string(), "arrived": true, "temperature": 36.1 });
        world.submit("kindergarten.morning_check", json!({ "person": person, "values": values }));
    }
    for (person, button, kept) in [("k1c1-01", "用我的", "36.9"), ("k1c1-02", "保留对方的", "36.1")] {
        let cell = format!("tr[data-person='{person}'] [data-cell=temperature]");
        browser.click(&cell);
        browser.keys("369");
        browser.keys(key::ENTER);
        browser.says(
            &format!("tr[data-person='{person}'] + .row-problem"),
            "已登记：体温 36.1。您填的是：体温 36.9",
        );
        browser.press(button);
        browser.says(&format!("tr[data-person='{person}'] .row-state"), "✓");
        assert_eq!(browser.text(&cell), kept);
    }
    browser.go(at);
    assert_eq!(browser.text("tr[data-person='k1c1-01'] [data-cell=temperature]"), "36.9");
    assert_eq!(browser.text("tr[data-person='k1c1-02'] [data-cell=temperature]"), "36.1");
}

#[test]
fn a_refused_value_is_still_there_after_leaving_the_sheet() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-kept") else { return };
    browser.sign_in("teacher");
    let at = "/sheets/kindergarten.morning_check?org=k1c1";
    browser.go(at);
    browser.click("tr[data-person='k1c1-01'] [data-cell=temperature]");
    browser.keys("48");
    browser.keys(key::ENTER);
    browser.says("tr[data-person='k1c1-01'] + .row-problem", "超出 34–43");
    browser.go("/today");
    browser.go(at);
    browser.says("tr[data-person='k1c1-01'] + .row-problem", "超出 34–43");
    assert_eq!(browser.text("tr[data-person='k1c1-01'] [data-cell=temperature]"), "48");
}

#[test]
fn a_row_on_its_way_when_the_page_is_left_arrives_from_the_next_one() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-left") else { return };
    browser.sign_in("teacher");
    let at = "/sheets/kindergarten.morning_check?org=k1c1";
    browser.go(at);
    browser.run("window.fetch = () => new Promise(() => {})", Vec::new());
    browser.click("tr[data-person='k1c1-04'] .row-state");
    browser.says("tr[data-person='k1c1-04'] .row-state", "…");
    browser.go(at);
    browser.says("tr[data-person='k1c1-04'] .row-state", "✓");
    assert_eq!(
        browser.run("return localStorage.length", Vec::new()),
        0,
        "nothing is kept of what has arrived"
    );
    browser.go(at);
    assert_eq!(browser.count("tbody tr[data-id]"), 1, "once");
}

#[test]
fn a_page_older_than_what_was_confirmed_is_asked_for_once_more() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-older") else { return };
    browser.sign_in("teacher");
    let at = "/sheets/kindergarten.morning_check?org=k1c1";
    browser.go(at);
    browser.click("tr[data-person='k1c1-04'] .row-state");
    browser.says("tr[data-person='k1c1-04'] .row-state", "✓");
    // To the page a row that is gone looks like one that came while the page was being made.
    browser.click("tr[data-person='k1c1-04'] [data-detail]");
    let entry = browser.run("return document.querySelector('#pad a[href^=\"/entries/\"]').href", Vec::new());
    world.void("kindergarten.morning_check", entry.as_str().unwrap().rsplit('/').next().unwrap());
    let loaded = "return performance.getEntriesByType('navigation')[0].type";
    browser.go(at);
    browser.until("the page asked for again", || browser.run(loaded, Vec::new()) == "reload");
    browser.says("tr[data-person='k1c1-04'] .row-state", "○");
    browser.go(at);
    browser.says("[data-left]", "30 人未登记");
    assert_eq!(browser.run(loaded, Vec::new()), "navigate", "once, not for ever");
}

#[test]
fn two_people_who_enter_the_same_are_asked_nothing() {
    let world = World::new();
    let Some(browser) = world.browser("sheet-alike") else { return };
    browser.sign_in("teacher");
    browser.go("/sheets/kindergarten.morning_check?org=k1c1");
    let row = "tr[data-person='k1c1-04']";
    let start = format!("return document.querySelector(\"{row}\").dataset.start");
    let mut values: Json = serde_json::from_str(browser.run(&start, Vec::new()).as_str().unwrap()).unwrap();
    values["date"] = world.today.to_string().into();
    world.submit("kindergarten.morning_check", json!({ "person": "k1c1-04", "values": values }));
    browser.click(&format!("{row} .row-state"));
    browser.says(&format!("{row} .row-state"), "✓");
    assert_eq!(browser.count(".row-problem"), 0);
}
