//! A bag from the ward to the manifest, and a stocktake that differs: each step by hand, the books always balanced.

use crate::browser::Browser;
use crate::world::{PASSWORD, World};
use hygeia_work::hash_password;

/// A hospital with a ward and a waste store, and one account for everything there.
fn hospital() -> World {
    let world = World::new();
    world.unit("h1", "hospital", "县医院", "c");
    world.unit("w1", "department", "内科", "h1");
    world.unit("ws", "waste_store", "暂存处", "h1");
    let place = world.work.directory().by_code("h1").unwrap().id;
    let hash = hash_password(PASSWORD).unwrap();
    world.work.account_bootstrap("waste", "郑红", &hash, &[("infection_control".into(), place)]).unwrap();
    world
}

/// Brings something to the middle of the screen, as a thumb does.
fn scroll(browser: &Browser, css: &str) {
    let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    browser.run(script, vec![css.into()]);
}

#[test]
fn a_bag_from_the_ward_to_the_manifest() {
    let world = hospital();
    let Some(browser) = world.browser("waste") else { return };
    browser.sign_in("waste");
    browser.phone();

    browser.go("/registers/medical_waste.bag/new?org=w1");
    browser.click("[name=category][value=infectious] + span");
    browser.fill("#f-bag_no", "N-001");
    browser.fill("#f-weight", "3.5");
    browser.fill("#f-maker", "张护士");
    browser.leave("making the bag", || browser.press("保存"));

    // What waits at the ward is on the stock list, and fills the hand-over.
    browser.go("/ledgers/medical_waste.waste?org=w1");
    browser.says("table.list", "N-001");
    browser.says("table.list", "科室待交");
    scroll(&browser, "main a[href*=handover]");
    browser.leave("handing over", || browser.press("医疗废物院内交接登记"));
    browser.choose("#f-store", &world.work.directory().by_code("ws").unwrap().id.0.to_string());
    browser.fill("#f-handed_by", "张护士");
    browser.fill("#f-received_by", "老周");
    browser.leave("saving the hand-over", || browser.press("保存"));
    browser.go("/ledgers/medical_waste.waste?org=w1");
    assert!(!browser.text("main").contains("N-001"), "nothing waits at the ward any more");

    browser.go("/ledgers/medical_waste.waste?org=ws");
    browser.says("table.list", "N-001");
    scroll(&browser, "main a[href*=manifest]");
    browser.leave("to the manifest", || browser.press("医疗废物转运联单"));
    browser.fill("#f-manifest_no", "L-1");
    browser.fill("#f-firm", "处置中心");
    browser.fill("#f-vehicle", "浙E0001");
    browser.fill("#f-handed_by", "老郑");
    browser.fill("#f-received_by", "司机");
    browser.leave("saving the manifest", || browser.press("保存"));

    browser.desktop();
    browser.go("/ledgers/medical_waste.waste/turnover?org=h1");
    browser.says("main", "平衡");
    browser.says("table.list", "已交处置单位");
    browser.go("/ledgers/medical_waste.waste/card?org=ws&account=in_store&item=infectious&lot=N-001");
    assert_eq!(browser.count("table.list tbody tr"), 2, "in and out, each with its entry");
    browser.says("table.list", "医疗废物转运联单");
}

#[test]
fn a_stocktake_that_differs_needs_a_reason_and_two_names() {
    let world = hospital();
    let day = world.today.to_string();
    world.submit(
        "medical_waste.bag",
        serde_json::json!({ "org_unit": "w1", "values": { "date": day, "time": "08:00", "category": "infectious",
            "bag_no": "N-001", "weight": "3.5", "maker": "张护士" } }),
    );
    world.submit(
        "medical_waste.handover",
        serde_json::json!({ "org_unit": "w1", "values": { "date": day, "time": "08:30", "store": "ws",
            "bags": [{ "category": "infectious", "bag_no": "N-001", "weight": "3.5" }],
            "handed_by": "张护士", "received_by": "老周" } }),
    );
    let Some(browser) = world.browser("stocktake") else { return };
    browser.sign_in("waste");
    browser.phone();
    browser.go("/ledgers/medical_waste.waste/count?org=ws");
    browser.says(".count", "3.5 kg");
    browser.fill("[name='_line.0.counted']", "3.4");
    browser.fill("#f-counted_by", "老郑");
    browser.fill("#f-witness", "郑红");
    browser.press("提交盘点");
    browser.until("it is refused", || browser.count(".problems") > 0);
    browser.forgive();
    browser.says(".problems", "请写明差异原因");
    browser.fill("[name='_line.0.reason']", "复称误差");
    browser.leave("with a reason", || browser.press("提交盘点"));
    browser.says("table.list", "3.4 kg");
    browser.go("/ledgers/medical_waste.waste/turnover?org=h1");
    browser.says("table.list", "盘点差异");
    browser.says("main", "平衡");
}

const MASK: &str = "018f0000-0000-7000-8000-000000000001";

/// A township's store of masks: less than it should have, in two lots, the newer number of which expires first.
fn store_of_masks() -> World {
    let world = World::new();
    let day = |days: i64| world.today.saturating_add(jiff::ToSpan::days(days)).to_string();
    world.submit(
        "health_emergency.supply_item",
        serde_json::json!({ "id": MASK, "org_unit": "t1", "values": { "date": day(-9), "name": "防护口罩", "spec": "N95",
            "category": "protection", "unit": "只", "minimum": 100, "place": "库房", "custodian": "周平" } }),
    );
    for (lot, quantity, left) in [("L-A", 60, 400), ("L-B", 30, 20)] {
        world.submit(
            "health_emergency.supply_in",
            serde_json::json!({ "org_unit": "t1", "values": { "date": day(-8), "item": MASK, "lot": lot,
                "expiry": day(left), "quantity": quantity } }),
        );
    }
    world
}

#[test]
fn the_lot_that_expires_first_is_at_hand_and_a_wrong_issue_is_taken_back_on_the_card() {
    let world = store_of_masks();
    let Some(browser) = world.browser("issue") else { return };
    browser.sign_in("township");
    browser.phone();
    browser.go("/today");
    browser.says("main", "应急物资预警");
    browser.says("main", "现有 90 / 最低 100 只");
    browser.says("main", "剩 20 天");

    browser.go("/registers/health_emergency.supply_out/new?org=t1");
    let lots = browser.texts(".lots li");
    assert!(lots[0].contains("L-B") && lots[1].contains("L-A"), "{lots:?}");
    browser.choose("#f-item", MASK);
    browser.fill("#f-lot", "L-A");
    browser.fill("#f-quantity", "10");
    browser.says("[data-problem=lot]", "先到期先出：批号 L-B");
    browser.click(".lots [data-take]");
    browser.until("the warning to go", || browser.text("[data-problem=lot]").is_empty());
    assert_eq!(browser.run("return document.querySelector('#f-lot').value", vec![]), "L-B");
    browser.click("[name=kind][value=rotate] + span");
    browser.fill("#f-taken_by", "孙洁");
    browser.leave("issuing", || browser.press("保存"));
    browser.says("table.list", "防护口罩 N95");
    assert!(!browser.text("main").contains(MASK), "an item is called by its name");

    // The wrong issue is voided; the card keeps both lines.
    browser.leave("the entry", || browser.click("table.list a.row-link"));
    browser.leave("the item", || browser.click("dl.facts a[href*=supply_item]"));
    browser.says("main", "用途 轮换日常使用");
    browser.leave("another issue", || browser.click("main a[href*='supply_out/new']"));
    assert_eq!(browser.run("return document.querySelector('#f-item').value", vec![]), MASK);
    browser.go("/registers/health_emergency.supply_out?org=t1");
    browser.leave("the entry", || browser.click("table.list a.row-link"));
    browser.press("作废");
    browser.fill("form[action$='/void'] [name=reason]", "发错");
    browser.leave("voiding", || browser.click("form[action$='/void'] button"));
    let card = format!("/ledgers/health_emergency.supply/card?org=t1&account=in_store&item={MASK}&lot=L-B");
    browser.go(&card);
    assert_eq!(browser.count("table.list tbody tr"), 3, "in, out, and the reversal");
    browser.says("table.list", "冲正");
    assert_eq!(browser.texts(".tile .value")[3], "30只");
    browser.desktop();
    browser.go(&card.replace("/card?", "/card/print?"));
    browser.says("body", "应急物资收发存卡");
    browser.says("body", "防护口罩 N95 · L-B · 在库");
}

#[test]
fn supplies_are_counted_lot_by_lot_and_what_is_missing_is_posted() {
    let world = store_of_masks();
    let Some(browser) = world.browser("supplies") else { return };
    browser.sign_in("township");
    browser.phone();
    browser.go("/ledgers/health_emergency.supply/count?org=t1");
    let lines = browser.texts(".count li");
    assert!(lines[0].contains("防护口罩 N95 L-B") && lines[0].contains("账面 30"), "{lines:?}");
    browser.fill("[name='_line.0.counted']", "28");
    browser.fill("[name='_line.0.reason']", "受潮");
    browser.fill("[name='_line.1.counted']", "60");
    browser.fill("#f-counted_by", "周平");
    browser.fill("#f-witness", "孙洁");
    browser.leave("handing in", || browser.press("提交盘点"));
    browser.says("table.list", "28 只");
    browser.desktop();
    browser.go("/registers/health_emergency.supply_stocktake?org=t1");
    browser.leave("the sheet", || browser.click("table.list a.row-link"));
    browser.says("dl.facts", "防护口罩 N95");
    browser.says("dl.facts", "受潮");
}
