//! Lines 8 and 9: indicators down to their entries, the month's table, the term summary.

use crate::browser::Browser;
use crate::world::World;
use serde_json::json;

/// Ten of thirty children checked today, one of them with a fever.
fn some_checks(world: &World) {
    for number in 1..=10 {
        let fever = number == 1;
        let values = if fever {
            json!({ "date": world.today, "temperature": 38.1, "touch": "hot", "disposition": "send_home", "card": "red", "parent_told": true })
        } else {
            json!({ "date": world.today, "temperature": 36.5 })
        };
        world.submit(
            "kindergarten.morning_check",
            json!({ "person": format!("k1c1-{number:02}"), "values": values }),
        );
    }
}

#[test]
fn an_indicator_is_followed_from_the_county_to_the_entries_behind_it() {
    let world = World::new();
    let Some(browser) = world.browser("indicator") else { return };
    some_checks(&world);
    browser.sign_in("county");
    browser.go("/indicators?org=c");
    assert!(browser.count("table.readings tbody tr") > 30);
    browser.go(&format!("/indicators/kindergarten.fever?org=c&period={}", world.today));
    assert!(browser.text("p.big").starts_with('1'), "right the moment it is acknowledged");
    for unit in ["城关镇卫生院", "实验幼儿园", "小班", "小一班"] {
        browser.leave(unit, || bar(&browser, unit));
        assert!(browser.text("main .heading").contains(unit));
        assert!(browser.text("p.big").starts_with('1'));
    }
    browser.leave("the entries", || browser.click("aside table a"));
    let entries = browser.texts("main tbody tr");
    assert!(entries.iter().filter(|row| row.contains("38.1")).count() == 1, "{entries:?}");
    assert!(!entries.iter().any(|row| row.contains("36.5")), "only what the number counts");

    browser.go("/indicators?org=c");
    browser.press("XLSX");
    assert!(browser.downloaded(".xlsx").starts_with(b"PK"));
    browser.phone();
    for path in ["/indicators?org=c", "/indicators/kindergarten.morning_check_rate?org=k1"] {
        browser.go(path);
    }
}

/// Clicks the bar of a unit in the chart of the units below.
fn bar(browser: &Browser, unit: &str) {
    let script = "const link = [...document.querySelectorAll('svg a')].find((one) => one.textContent.includes(arguments[0]) \
                  || one.getAttribute('aria-label')?.includes(arguments[0]) || one.querySelector(`[data-tip*='${arguments[0]}']`)); \
                  if (!link) return false; location.assign(link.getAttribute('href')); return true";
    browser.until(unit, || browser.run(script, vec![unit.into()]) == true);
}

#[test]
fn the_term_summary_tells_numbers_with_their_records_and_says_what_is_missing() {
    let world = World::new();
    let Some(browser) = world.browser("summary") else { return };
    some_checks(&world);
    browser.sign_in("head");
    browser.go("/reports?org=k1");
    browser.leave("the summary", || browser.press_part("学期卫生保健工作总结"));
    let text = browser.text("article.paper");
    assert!(text.contains("本期晨检10人次"), "{text}");
    assert!(text.contains("缺数据"), "what nobody recorded is not zero");
    assert!(!text.contains("未发生传染病疫情"), "nobody kept the register of cases: nothing is known");
    let charts = browser.count("article figure.doc-chart svg");
    assert!(charts >= 3, "{charts} charts of what was recorded");
    browser.leave("the records behind a number", || browser.click("article a.chip"));
    assert!(browser.path().starts_with("/indicators/"), "{}", browser.path());

    browser.go("/reports/kindergarten.term_summary?org=k1");
    browser.press("导出 DOCX");
    assert!(browser.downloaded(".docx").starts_with(b"PK"));
    browser.press("HTML");
    let html = String::from_utf8(browser.downloaded(".html")).unwrap();
    assert!(html.contains("@page") && html.contains("本期晨检"), "the file carries the official style");
    browser.phone();
    browser.go("/reports/kindergarten.term_summary?org=k1");
    browser.go("/reports/kindergarten.monthly_morning_check?org=k1");
}
