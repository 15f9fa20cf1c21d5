//! Line 5: morning check for a class of thirty, by keyboard and on a phone.

use crate::browser::key;
use crate::world::World;

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
    browser.says("[data-odd]", "2 例异常");
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
