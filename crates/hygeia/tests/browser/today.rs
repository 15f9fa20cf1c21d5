//! Line 4: what is due today, for each of five roles; the calendar; the search and the languages of the shell.

use crate::browser::key;
use crate::world::World;

#[test]
fn five_roles_see_the_duties_of_their_own_units() {
    let world = World::new();
    let Some(browser) = world.browser("today") else { return };
    // A term day that is no holiday, whatever day the tests run on.
    let calendar = world.work.calendar();
    let day = (0..20)
        .map(|back| world.today.saturating_sub(jiff::ToSpan::days(back)))
        .find(|day| calendar.is_school_day(*day))
        .unwrap();
    for (login, unit, other) in [
        ("teacher", "小一班", "城东"),
        ("doctor", "实验幼儿园", "城东"),
        ("head", "实验幼儿园", "城东"),
        ("township", "城关镇卫生院", ""),
        ("county", "青禾县", ""),
    ] {
        browser.desktop();
        browser.sign_in(login);
        browser.go(&format!("/today?date={day}"));
        assert!(browser.text("details.unit summary").contains(unit), "{login}");
        let duties = browser.texts(".tasks > li");
        assert!(duties.iter().any(|duty| duty.contains("晨检")), "{login} {duties:?}");
        let page = browser.text("main");
        assert!(other.is_empty() || !page.contains(other), "{login} sees another kindergarten");
        browser.phone();
        browser.go(&format!("/today?date={day}"));
    }
}

#[test]
fn the_calendar_tells_make_up_days_and_the_search_finds_a_child() {
    let world = World::new();
    let Some(browser) = world.browser("search") else { return };
    browser.sign_in("doctor");
    browser.go("/calendar?year=2025");
    assert!(browser.count(".day.rest") > 20, "statutory holidays are shown");
    assert!(browser.count(".day.make-up") > 3, "and the days that make up for them");
    browser.go("/today");
    browser.keys("/");
    browser.keys("小明");
    browser.until("suggestions", || browser.count(".suggestions a") > 0);
    browser.leave("all that was found", || browser.keys(key::ENTER));
    browser.says("main", "小明");
}

#[test]
fn in_english_the_shell_speaks_english_and_back() {
    let world = World::new();
    let Some(browser) = world.browser("english") else { return };
    browser.sign_in("county");
    browser.go("/today");
    browser.click(".who summary");
    browser.leave("English", || browser.press("EN"));
    for path in ["/today", "/registers", "/indicators", "/plans", "/more", "/reports", "/people", "/accounts"]
    {
        browser.go(path);
        let title = browser.text("h1");
        assert!(title.is_ascii(), "{path} is called “{title}”");
        assert!(browser.text("nav.rail").contains("Registers"));
    }
    browser.click(".who summary");
    browser.leave("Chinese", || browser.press("中文"));
    assert!(browser.text("nav.rail").contains("登记"));
}
