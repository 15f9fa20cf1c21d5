//! Line 3: rosters in, children moved, classes promoted, accounts.

use crate::browser::Browser;
use crate::world::World;
use std::io::Write as _;

/// Sends a roster as CSV with the template's own headings.
fn import(browser: &Browser, rows: &str, button: &str) {
    browser.go("/people/import?org=k1");
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(format!("班级代码,编号,姓名,性别,出生日期,入园日期,身份证号,家长电话\n{rows}").as_bytes())
        .unwrap();
    browser.attach("input[type=file]", file.path());
    browser.press(button);
    browser.until("the outcome", || browser.count("main [role=status] .num") > 0);
    browser.forgive();
}

#[test]
fn a_roster_with_mistakes_imports_nothing_and_names_each_then_the_good_one_imports() {
    let world = World::new();
    let Some(browser) = world.browser("import") else { return };
    browser.sign_in("doctor");
    let on_roll = || {
        browser.go("/people?org=k1");
        browser.count("tbody tr")
    };
    let before = on_roll();
    import(
        &browser,
        "k1c2,N1,陈一,女,2022-13-05,2026-09-01,,\nk9c9,N2,陈二,男,2022-03-05,2026-09-01,,\nk1c2,N3,陈三,男,2022-03-06,2026-09-01,,\n",
        "导入",
    );
    browser.says("main [role=status]", "没有导入任何内容");
    let problems = browser.texts("main [role=status] tbody tr");
    assert!(problems.iter().any(|row| row.contains('2') && row.contains("出生日期")), "{problems:?}");
    assert!(problems.iter().any(|row| row.contains('3') && row.contains("班级代码")), "{problems:?}");
    assert_eq!(on_roll(), before, "nothing is half imported");

    let good = "k1c2,N1,陈一,女,2022-03-05,2026-09-01,,\nk1c2,N3,陈三,男,2022-03-06,2026-09-01,,\n";
    import(&browser, good, "试算");
    browser.says("main [role=status]", "试算通过");
    assert_eq!(on_roll(), before, "a dry run stores nothing");
    import(&browser, good, "试算");
    browser.leave("what was tried", || browser.press("导入试算的内容"));
    browser.says("main [role=status]", "已导入");
    assert_eq!(on_roll(), before + 2);

    // Another child under a known number: nothing without a tick.
    let other = "中一班,N1,赵六,女,2021-01-01,2026-09-01,,\n";
    import(&browser, other, "试算");
    browser.says("main [role=status]", "姓名和出生日期都不同");
    browser.press("导入试算的内容");
    browser.says("main [role=status]", "没有导入任何内容");
    browser.forgive();
    browser.click("input[name=meant]");
    browser.leave("with a tick", || browser.press("导入试算的内容"));
    browser.says("main [role=status]", "已导入");

    browser.go("/people/import?org=k1");
    browser.press("花名册模板");
    assert!(browser.downloaded(".xlsx").starts_with(b"PK"));
}

#[test]
fn a_child_is_transferred_leaves_and_returns() {
    let world = World::new();
    let Some(browser) = world.browser("moves") else { return };
    browser.sign_in("doctor");
    browser.go("/people?org=k1c2");
    browser.leave("the child", || browser.click("tbody a.row-link"));
    let child = browser.path();
    browser.press("转班");
    browser.click("form[action$='/transfer'] button");
    browser.says("details[open] .problems", "请选择班级");
    browser.forgive();
    browser.choose("form[action$='/transfer'] select[name=to]", "k1c1");
    browser.leave("the transfer", || browser.click("form[action$='/transfer'] button"));
    assert!(browser.text("main .heading").contains("小一班"));

    browser.press("离园（离校）");
    browser.fill("form[action$='/leave'] input[name=reason]", "随家长迁居");
    browser.leave("leaving", || browser.click("form[action$='/leave'] button"));
    browser.says("main", "随家长迁居");
    assert_eq!(browser.count("form[action$='/transfer']"), 0, "who has left cannot change class");

    browser.go("/people?org=k1&kind=left");
    assert_eq!(browser.count("tbody tr"), 1);
    assert!(browser.text("tbody tr").contains("随家长迁居"));
    browser.go(&child);
    browser.press("返园（返校）");
    let chosen = "return document.querySelector(\"form[action$='/return'] select[name=to]\").value";
    assert_eq!(browser.run(chosen, Vec::new()), "k1c1", "the class they were in last");
    browser.choose("form[action$='/return'] select[name=to]", "k1c2");
    browser.leave("coming back", || browser.click("form[action$='/return'] button"));
    assert!(browser.text("main .heading").contains("中一班"));
    browser.phone();
    browser.go(&child);
}

#[test]
fn all_classes_are_promoted_at_once() {
    let world = World::new();
    let Some(browser) = world.browser("promotion") else { return };
    browser.sign_in("head");
    browser.go("/people/promote?org=k1");
    if browser.count("details.card:not([open])") > 0 {
        browser.press("仍要升班");
    }
    assert_eq!(browser.texts("tbody tr th"), ["小一班", "中一班"]);
    browser.choose("select[name='to.k1c1']", "k1c2");
    browser.choose("select[name='to.k1c2']", "");
    let promote = || {
        browser.leave("promoting", || {
            browser.press("升班");
            browser.agree();
        });
    };
    // Whatever the month: in the middle of a school year it has to be typed.
    if browser.count("input[name=word]") > 0 {
        browser.fill("input[name=word]", "升班");
    }
    promote();
    browser.says("[role=status]", "36");
    browser.says("main", "已办理升班");
    browser.says("main .problems", "再升一次会让每个儿童多升一级");
    browser.leave("taking it back", || {
        browser.press("撤销这次升班");
        browser.agree();
    });
    browser.go("/people?org=k1c1");
    assert_eq!(browser.count("tbody tr"), 30, "everybody is where they were");
    browser.go("/people/promote?org=k1");
    if browser.count("details.card:not([open])") > 0 {
        browser.press("仍要升班");
    }
    browser.choose("select[name='to.k1c1']", "k1c2");
    browser.choose("select[name='to.k1c2']", "");
    if browser.count("input[name=word]") > 0 {
        browser.fill("input[name=word]", "升班");
    }
    promote();
    browser.go("/people?org=k1c2");
    assert_eq!(browser.count("tbody tr"), 30, "the small class went up, the old one has left");
    browser.go("/people?org=k1c1");
    assert_eq!(browser.count("tbody tr"), 0);
}

#[test]
fn an_account_is_made_works_and_is_disabled() {
    let world = World::new();
    let Some(browser) = world.browser("accounts") else { return };
    browser.sign_in("head");
    browser.go("/accounts?org=k1");
    browser.press("新账号");
    browser.fill("input[name=login]", "newteacher");
    browser.fill("input[name=name]", "周老师");
    browser.fill("input[name=password]", crate::world::PASSWORD);
    let roles = browser.texts("#f-role-0 option");
    assert!(roles.iter().any(|role| role == "班级教师"), "{roles:?}");
    for other in ["系统管理员", "县卫生健康局", "科室医废专人", "校医"] {
        assert!(!roles.iter().any(|role| role == other), "a head cannot grant {other}");
    }
    browser.choose("select[name=role]", "teacher");
    browser.choose("select[name=at]", "k1c2");
    browser.leave("saving the account", || browser.click("main details form button"));
    browser.says("tbody", "newteacher");

    browser.sign_in("newteacher");
    browser.go("/today");
    assert!(browser.text("details.unit summary").contains("中一班"));

    browser.sign_in("head");
    browser.go("/accounts?org=k1");
    browser.leave("the account", || browser.press("newteacher"));
    browser.leave("disabling", || browser.press("停用"));
    browser.says("tbody tr.void", "已停用");
    browser.go("/login");
    browser.fill("input[name=login]", "newteacher");
    browser.fill("input[name=password]", crate::world::PASSWORD);
    browser.click("form[action='/login'] button");
    browser.says("[role=alert]", "停用");
}
