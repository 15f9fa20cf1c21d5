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
}
