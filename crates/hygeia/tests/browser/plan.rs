//! Line 2: a plan is uploaded, matched, confirmed, and followed.

use crate::world::World;
use std::io::Write as _;

const PLAN: &str = "实验幼儿园卫生保健工作计划\n一、晨检\n1、坚持每日晨检，晨检率达98%以上。\n二、消毒\n\
                    1、活动室紫外线消毒每周3次，每次30分钟。\n2、玩具每周消毒1次。\n三、预防接种\n1、补种复验率达到90%以上。\n";

#[test]
fn a_plan_is_uploaded_matched_confirmed_and_shows_its_progress() {
    let world = World::new();
    let Some(browser) = world.browser("plan") else { return };
    browser.sign_in("doctor");
    browser.go("/plans?org=k1");
    let mut file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    file.write_all(PLAN.as_bytes()).unwrap();
    browser.attach("input[type=file]", file.path());

    // Days that end before they begin are told before the file is sent and lost.
    let set_last_day = |day: &str| {
        let script = "const day = document.querySelector('input[name=to]'); const before = day.value;
            day.value = arguments[0]; day.dispatchEvent(new Event('input', { bubbles: true })); return before";
        browser.run(script, vec![day.into()]).as_str().unwrap().to_owned()
    };
    let last_day = set_last_day("2020-01-01");
    browser.press("上传并阅读");
    let said = "return document.querySelector('input[name=to]').validationMessage";
    assert_eq!(browser.run(said, vec![]), "结束日期早于开始日期");
    let files = "return document.querySelector('input[type=file]').files.length";
    assert_eq!(browser.run(files, vec![]), 1);
    set_last_day(&last_day);
    browser.leave("reading the plan", || browser.press("上传并阅读"));

    // Left the document with its marks, right what was read.
    assert!(browser.text(".plan-text").contains("活动室紫外线消毒每周3次"));
    assert!(browser.count(".plan-text mark") >= 4);
    browser.says(".plan-item", "每周 3 次");
    browser.says(".plan-item", "目标 ≥ 98%");

    // A suggestion is changed by hand: the item about toys is not taken.
    let toys = card(&browser, "玩具每周消毒");
    browser.click(&format!("{toys} button[value=rejected]"));
    browser.says(&format!("{toys} [data-item-state]"), "不采纳");

    browser.leave("taking the rest", || browser.press("采纳全部已匹配的"));
    let uv = card(&browser, "紫外线消毒每周3次");
    assert_eq!(browser.text(&format!("{uv} [data-item-state]")), "已采纳");
    browser.leave("confirming", || browser.press("确认并执行"));
    assert!(browser.text(".heading").contains("执行中"));
    // Every line tells how far it is; the duty's own records are one click away.
    browser.says(&format!("{uv} .progress"), "应");
    browser.leave("its records", || browser.click(&format!("{uv} .progress a")));
    assert!(browser.path().starts_with("/registers/kindergarten.uv_disinfection"), "{}", browser.path());

    // The rhythm of the plan is the rhythm of the day's list.
    browser.go("/today?org=k1c1");
    assert!(
        browser.texts(".tasks li").iter().any(|line| line.contains("紫外线消毒") && line.contains("按计划"))
    );
    browser.phone();
    browser.go("/plans?org=k1");
    browser.leave("the plan on a phone", || browser.click("main a[href^='/plans/']"));
}

/// The card of the item whose sentence holds this.
fn card(browser: &crate::browser::Browser, part: &str) -> String {
    let script = "const card = [...document.querySelectorAll('.plan-item')].find((one) => one.querySelector('.quote').textContent.includes(arguments[0])); return card ? card.id : null";
    let id = browser.run(script, vec![part.into()]);
    match id.as_str() {
        Some(id) => format!("#{id}"),
        None => browser.fail(&format!("no item says “{part}”")),
    }
}

#[test]
fn a_file_that_is_no_document_is_refused_in_words_and_the_dates_stay() {
    let world = World::new();
    let Some(browser) = world.browser("plan-refused") else { return };
    browser.sign_in("doctor");
    browser.go("/plans?org=k1");
    let mut file = tempfile::Builder::new().suffix(".docx").tempfile().unwrap();
    file.write_all(b"PK\x03\x04 no archive at all").unwrap();
    browser.set("input[name=from]", "2026-03-01");
    browser.attach("input[type=file]", file.path());
    browser.press("上传并阅读");
    browser.says("[role=alert]", "有 1 处需要改正");
    let from = browser.run("return document.querySelector('input[name=from]').value", Vec::new());
    assert_eq!(from, "2026-03-01");
}
