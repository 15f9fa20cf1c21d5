//! An inspection on a phone, with one hand: drawn by lot, marked, photographed, finished, corrected, accepted.

use crate::browser::Browser;
use crate::world::World;
use std::io::Write as _;

/// The smallest picture there is: one grey dot.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63,
    0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42,
    0x60, 0x82,
];

/// Brings something to the middle of the screen, as a thumb does.
fn scroll(browser: &Browser, css: &str) {
    let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    browser.run(script, vec![css.into()]);
}

#[test]
fn from_the_draw_to_the_accepted_rectification_on_a_phone() {
    let world = World::new();
    let Some(browser) = world.browser("inspection") else { return };
    browser.sign_in("head");
    browser.phone();

    // The draw: two classes, and nobody of another kindergarten.
    browser.go("/rounds/new?org=k1");
    browser.fill("#f-title", "秋季第一轮");
    browser.set("#f-inspectors", "2");
    browser.fill("#f-seed", "20261125");
    browser.leave("drawing", || browser.press("抽取"));
    browser.says("main", "20261125");
    browser.says("main", "doctor");
    assert!(!browser.text("main").contains("other"), "the doctor of another kindergarten is not drawn");
    assert_eq!(browser.count("main li.row"), 2);

    // The first class, item by item with the bar under the thumb.
    scroll(&browser, "main li.row .btn.go");
    browser.leave("beginning", || browser.click("main li.row .btn.go"));
    browser.leave("marking", || browser.press("开始逐项评分"));
    browser.says("[data-current]", "地面");
    browser.click("[data-do=minus]");
    browser.click("[data-do=minus]");
    browser.says("[data-item=floor] [data-shown]", "13 / 15");
    scroll(&browser, "[data-item=floor] [data-note]");
    browser.fill("[data-item=floor] [data-note]", "门口有积水");
    let mut file = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    file.write_all(DOT).unwrap();
    browser.attach("[data-item=floor] [data-photos] input[type=file]", file.path());
    browser.until("the picture is there", || browser.count("[data-item=floor] a.thumb") == 1);
    scroll(&browser, "[data-item=tables]");
    browser.click("[data-item=tables] strong");
    for _ in 0..8 {
        browser.click("[data-do=full]");
    }
    browser.until("every mark is saved", || browser.text("[data-sync]") == "已保存");
    browser.says("[data-judged]", "9");

    // Nothing is lost by leaving and coming back.
    let path = browser.path();
    browser.go(&path);
    browser.says("[data-item=floor] [data-shown]", "13 / 15");
    browser.says("[data-lost]", "2");
    assert_eq!(browser.count("[data-item=floor] a.thumb"), 1);

    // Signed with a finger, finished; the finding waits for the class.
    browser.run(
        "const pad = document.querySelector('[data-pad] canvas'); pad.scrollIntoView(); const box = pad.getBoundingClientRect();
         const at = (type, x, y) => pad.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: box.left + x, clientY: box.top + y, bubbles: true }));
         pad.setPointerCapture = () => {}; at('pointerdown', 20, 20); at('pointermove', 120, 60); at('pointermove', 60, 80); at('pointerup', 60, 80);",
        vec![],
    );
    browser.says("[data-pad] [data-state]", "签名已保存");
    scroll(&browser, "[data-finish] button.go");
    browser.leave("finishing", || browser.press("完成检查"));
    browser.says(".said", "1 项转入整改");
    browser.says("main", "98");
    browser.says("main", "门口有积水");
    browser.says("main", "当日清扫干净");
    assert_eq!(browser.count("main .finding a.thumb"), 1, "the picture stands beside the finding");

    // Corrected by the class, accepted by the one who checks again.
    scroll(&browser, "main a.found[href*='hygiene_correction']");
    browser.leave("the rectification", || browser.click("main a.found[href*='hygiene_correction']"));
    browser.says("main", "待整改");
    browser.leave("the step", || browser.press("提交整改"));
    browser.fill("[name=action]", "已擦干并铺防滑垫");
    browser.set("[name=corrected_on]", &world.today.to_string());
    browser.attach("[data-photos] input[type=file]", file.path());
    browser.until("the evidence is there", || browser.count("a.thumb") == 1);
    browser.leave("submitting", || browser.click("form.entry button.go"));
    browser.says("main", "待复查");
    browser.leave("the step", || browser.press("验收合格"));
    browser.fill("[name=checked_by]", "园长");
    browser.leave("accepting", || browser.click("form.entry button.go"));
    browser.says(".states [aria-current]", "已验收");
    assert_eq!(browser.count("main a.thumb"), 1, "the evidence stays with the entry");
}

#[test]
fn half_an_inspection_survives_the_loss_of_the_network_and_is_sent_once_there_is_one() {
    let world = World::new();
    let Some(browser) = world.browser("inspection-offline") else { return };
    browser.sign_in("doctor");
    browser.phone();
    browser.go("/inspections/kindergarten.hygiene_inspection/new?org=k1c1");
    browser.leave("marking", || browser.press("开始逐项评分"));
    browser.click("[data-do=full]");
    let stored = || {
        let path = browser.path();
        let id = path.split('/').nth(3).unwrap().parse().unwrap();
        let actor = world.work.system_actor(jiff::Timestamp::now());
        world.work.inspection_open(&actor, "kindergarten.hygiene_inspection", id).unwrap()
    };
    browser.until("the first mark is saved", || stored().outcome.judged == 1);

    // Down in the cellar: two more marks, a reason and a picture.
    browser.offline(true);
    browser.click("[data-do=minus]");
    let taken = browser.run("return document.querySelector('.mark.here').dataset.item", vec![]);
    let taken = taken.as_str().unwrap().to_owned();
    scroll(&browser, &format!("[data-item={taken}] [data-note]"));
    browser.fill(&format!("[data-item={taken}] [data-note]"), "墙角有霉斑");
    let mut file = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    file.write_all(DOT).unwrap();
    browser.attach(&format!("[data-item={taken}] [data-photos] input[type=file]"), file.path());
    browser.says(&format!("[data-item={taken}] [data-photos]"), "联网后自动上传");
    browser.run("document.activeElement.blur()", vec![]);
    browser.says("[data-sync]", "1 项存在本机，待上传");
    scroll(&browser, "[data-finish] button.go");
    browser.press("完成检查");
    browser.says("[data-sync]", "1 项存在本机，待上传");
    assert_eq!(stored().outcome.judged, 1, "nothing has arrived yet, nothing is lost");

    browser.offline(false);
    browser.forgive();
    browser.run("dispatchEvent(new Event('online'))", vec![]);
    browser.until("the picture arrived", || browser.count(&format!("[data-item={taken}] a.thumb")) == 1);
    browser.until("all is saved", || browser.text("[data-sync]") == "已保存");
    let mark = stored().mark(&taken).cloned().unwrap();
    assert_eq!((mark.note.as_deref(), mark.photos.len()), (Some("墙角有霉斑"), 1));

    // Cut off again, and the page itself is lost: what was marked waits on the phone.
    browser.offline(true);
    browser.click(&format!("[data-item={taken}] strong"));
    browser.click("[data-do=minus]");
    browser.says("[data-sync]", "1 项存在本机，待上传");
    browser.offline(false);
    browser.forgive();
    let path = browser.path();
    browser.go(&path);
    browser.until("it is sent from the page opened again", || browser.text("[data-sync]") == "已保存");
    assert_eq!(stored().outcome.lost, 2.into());
    browser.says("[data-lost]", "2");
}
