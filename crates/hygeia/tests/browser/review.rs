//! A document beside what was found in it: a plan confirmed by keyboard, a summary with planted errors corrected in its
//! own file.

use crate::browser::{Browser, key};
use crate::world::World;
use serde_json::json;
use std::io::{Read as _, Write as _};

const PLAN: &str = "实验幼儿园秋季卫生保健计划\n一、日常工作\n1、坚持每日晨检，晨检率达到98%以上。\n\
                    2、玩具每周消毒一次。\n二、宣传工作\n1、10月底前召开家长会。\n";

/// A share of the present that is not the records', a part above its whole, a wrong word.
const SUMMARY: &str = "实验幼儿园卫生保健工作总结\n一、出勤\n全园出勤率为71%，做好缺勤追访。\n\
                       二、体检\n新生共46人，其中男生50人，均已建档。\n三、打算\n加强突发公式卫生事件的演练。";

fn typed(browser: &Browser, keys: &[&str]) {
    for one in keys {
        browser.keys(one);
    }
}

fn decided(browser: &Browser, wanted: &str) {
    browser.until(wanted, || browser.text("[data-decided]") == wanted);
}

#[test]
fn a_plan_is_confirmed_by_keyboard_alone() {
    let world = World::new();
    let Some(browser) = world.browser("review-plan") else { return };
    browser.sign_in("doctor");
    browser.go("/plans?org=k1");
    let mut file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    file.write_all(PLAN.as_bytes()).unwrap();
    browser.attach("input[type=file]", file.path());
    browser.leave("reading the plan", || browser.press("上传并阅读"));

    let items = browser.count("[data-review] .plan-item");
    assert!(items >= 4, "{items} items");
    // The first is taken, the second not and then after all: each decision is kept at once and goes on to the next.
    typed(&browser, &["j", "a"]);
    decided(&browser, &format!("1/{items}"));
    typed(&browser, &["r"]);
    decided(&browser, &format!("2/{items}"));
    typed(&browser, &["k", "u"]);
    decided(&browser, &format!("1/{items}"));
    for done in 2..=items {
        typed(&browser, &["a"]);
        decided(&browser, &format!("{done}/{items}"));
    }
    browser.leave("confirming", || browser.press("确认并执行"));
    assert!(browser.text(".heading").contains("执行中"));
}

#[test]
fn planted_errors_are_found_and_one_is_mended_from_the_records() {
    let world = World::new();
    for number in 1..=10 {
        let present = number != 7;
        let reason = if present { json!({}) } else { json!({ "reason": "illness" }) };
        let mut values = json!({ "date": world.today.to_string(), "present": present });
        values.as_object_mut().unwrap().extend(reason.as_object().unwrap().clone());
        let person = format!("k1c1-{number:02}");
        world.submit("kindergarten.attendance", json!({ "person": person, "values": values }));
    }
    let Some(browser) = world.browser("review-summary") else { return };
    browser.sign_in("doctor");
    browser.go("/proofread?org=k1");
    let mut file = tempfile::Builder::new().prefix("总结").suffix(".docx").tempfile().unwrap();
    file.write_all(&hygeia_text::docx_of(SUMMARY).unwrap()).unwrap();
    browser.attach("input[type=file]", file.path());
    let month = format!("{}-{:02}", world.today.year(), world.today.month());
    browser.choose("#f-period", &month);
    browser.leave("proofreading", || browser.press("开始校对"));

    let kinds = browser.texts(".plan-item .tag.kind");
    assert_eq!(kinds, ["与登记不符", "算术", "错字"]);
    browser.says(".plan-item", "出勤率 90.0%");
    typed(&browser, &["j", "a"]);
    decided(&browser, "1/3");
    assert_eq!(browser.text("#mark-1"), "全园出勤率为90.0%");
    typed(&browser, &["a"]);
    decided(&browser, "2/3");
    typed(&browser, &["e", key::ESCAPE, "a"]);
    decided(&browser, "3/3");
    browser.phone();
    browser.go(&browser.path());
    assert_eq!(browser.text("[data-decided]"), "3/3");

    browser.click("a[href$='/file']");
    let bytes = browser.downloaded(".docx");
    let text = hygeia_text::decode(&bytes, "a.docx").unwrap().text;
    assert!(text.contains("出勤率为90.0%") && text.contains("突发公共卫生事件"), "{text}");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let body = part("word/document.xml");
    assert!(body.contains("<w:delText xml:space=\"preserve\">71</w:delText>"), "{body}");
    assert_eq!(body.matches("commentReference").count(), 3);
    assert!(part("word/comments.xml").contains("与登记数据不符"));
}
