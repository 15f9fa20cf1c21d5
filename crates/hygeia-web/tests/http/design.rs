//! The register editor: what it says it will do, and that old entries keep their meaning.

use crate::house::House;
use axum::http::StatusCode;
use serde_json::json;

const DESIGN: &str = "/registers/kindergarten.complaint/design";
const ENTRIES: &str = "/api/v1/registers/kindergarten.complaint/entries";

async fn designer() -> House {
    let house = House::new();
    house.account("admin", "admin", "c");
    house
}

#[tokio::test]
async fn a_designer_who_sees_no_entries_finds_every_register() {
    let house = designer().await;
    let (status, page) = house.get("admin", "/registers").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains(&format!("href=\"{DESIGN}\"")), "{page}");
    let (status, page) = house.get("admin", DESIGN).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("href=\"/registers\""), "back to what the designer may open: {page}");
    let (_, page) = house.get("doctor", "/registers").await;
    assert!(!page.contains("/design\""), "who does not design is not offered it");
}

#[tokio::test]
async fn a_preview_tells_everything_that_changes_on_the_form() {
    let house = designer().await;
    let form = [
        ("name", "floor"),
        ("title", "楼层"),
        ("kind", "choice"),
        ("options", "one 一层\ntwo 二层"),
        ("required", "1"),
        ("title.handler", "受理人"),
        ("options.channel", "app 小程序"),
        ("gone.channel.phone", "1"),
        ("retire.result", "1"),
    ];
    let (status, page) = house.post("admin", DESIGN, &form).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    for line in [
        "新增字段“楼层”（必填）：一层、二层",
        "“经办人”改名为“受理人”",
        "“渠道”新增选项“小程序”",
        "“渠道”停用选项“电话”，已选它的记录不变",
        "停用字段“处理结果”，已填的内容保留",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let (status, page) =
        house.post("admin", DESIGN, &[("title", "楼层"), ("name", "floor"), ("kind", "choice")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("单选、多选至少要有一个选项") && !page.contains("yaml"), "{page}");
    let (status, page) = house.post("admin", DESIGN, &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("没有改动"), "{page}");
}

#[tokio::test]
async fn a_required_field_that_came_later_does_not_keep_an_old_entry_from_being_corrected() {
    let house = designer().await;
    let day = house.today.to_string();
    let values =
        json!({ "date": day, "channel": "phone", "category": "meals", "subject": "菜偏咸", "handler": "李" });
    let entry = json!({ "org_unit": "k1", "values": values });
    let (status, old) = house.api("doctor", ENTRIES, Some(entry.to_string())).await;
    assert_eq!(status, StatusCode::CREATED, "{old}");
    let form = [
        ("name", "floor"),
        ("title", "楼层"),
        ("kind", "text"),
        ("required", "1"),
        ("gone.channel.phone", "1"),
        ("run", "apply"),
    ];
    let (status, page) = house.post("admin", DESIGN, &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");

    // A new entry must have it, and the option is neither offered nor the default.
    let (status, refused) = house.api("doctor", ENTRIES, Some(entry.to_string())).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.to_string().contains("请填写楼层"), "{refused}");
    let (_, page) = house.get("doctor", "/registers/kindergarten.complaint/new?org=k1").await;
    assert!(!page.contains("value=\"phone\""), "{page}");
    // The old one is corrected as it is, with a word.
    let correction =
        json!({ "id": old["id"], "version": 1, "org_unit": "k1", "values": { "handler": "王" } });
    let (status, answer) = house.api("doctor", ENTRIES, Some(correction.to_string())).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(answer.to_string().contains("请填写楼层（新增的必填项）"), "{answer}");
    // What was there cannot be taken away.
    let emptied = json!({ "id": old["id"], "version": 2, "org_unit": "k1", "values": { "subject": null } });
    let (status, _) = house.api("doctor", ENTRIES, Some(emptied.to_string())).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Applies a change of the complaints register.
async fn apply(house: &House, form: &[(&str, &str)]) {
    let mut form = form.to_vec();
    form.push(("run", "apply"));
    let (status, page) = house.post("admin", DESIGN, &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
}

#[tokio::test]
async fn a_field_the_county_added_is_made_optional_stopped_and_brought_back_in_list_and_print() {
    let house = designer().await;
    apply(&house, &[("name", "floor"), ("title", "楼层号"), ("kind", "text"), ("required", "1")]).await;
    let list = "/registers/kindergarten.complaint?org=k1";
    let print = "/registers/kindergarten.complaint/print?org=k1";
    let day = house.today.to_string();
    let entry = |floor: serde_json::Value| {
        let values = json!({ "date": day, "channel": "visit", "category": "meals", "subject": "菜偏咸", "handler": "李", "floor": floor });
        Some(json!({ "org_unit": "k1", "values": values }).to_string())
    };
    assert_eq!(house.api("doctor", ENTRIES, entry("三".into())).await.0, StatusCode::CREATED);
    let (_, page) = house.get("doctor", list).await;
    assert!(page.contains("楼层号</th>") || page.contains("楼层号"), "a column of the list: {page}");
    let (_, page) = house.get("doctor", print).await;
    assert!(page.contains("楼层号"), "a column of the print: {page}");
    assert_eq!(house.api("doctor", ENTRIES, entry(json!(null))).await.0, StatusCode::UNPROCESSABLE_ENTITY);

    let (_, page) = house.get("admin", DESIGN).await;
    assert!(page.contains("name=\"optional.floor\"") && page.contains("name=\"retire.floor\""), "{page}");
    assert!(!page.contains("name=\"retire.handler\""), "what the register itself requires stays: {page}");
    let (status, _) = house.post("admin", DESIGN, &[("optional.handler", "1"), ("run", "apply")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    apply(&house, &[("optional.floor", "1")]).await;
    assert_eq!(house.api("doctor", ENTRIES, entry(json!(null))).await.0, StatusCode::CREATED);

    apply(&house, &[("require.floor", "1")]).await;
    apply(&house, &[("retire.floor", "1"), ("retire.result", "1")]).await;
    assert_eq!(
        house.api("doctor", ENTRIES, entry(json!(null))).await.0,
        StatusCode::CREATED,
        "nobody is asked"
    );
    for path in [list, print] {
        let (_, page) = house.get("doctor", path).await;
        assert!(!page.contains("楼层号") && !page.contains(">处理结果<"), "{path}: {page}");
    }
    apply(&house, &[("restore.floor", "1"), ("restore.result", "1")]).await;
    let (_, page) = house.get("doctor", list).await;
    assert!(page.contains("楼层号") && page.contains("处理结果"), "{page}");
}

#[tokio::test]
async fn a_new_number_has_its_unit_range_places_and_hint() {
    let house = designer().await;
    let number = [
        ("name", "heat"),
        ("title", "室温"),
        ("kind", "decimal"),
        ("unit", "℃"),
        ("decimals", "2"),
        ("help", "离地一米处"),
    ];
    let mut wrong = number.to_vec();
    wrong.extend([("min", "40"), ("max", "三十")]);
    let (status, page) = house.post("admin", DESIGN, &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("“三十”应为数字"), "{page}");
    let mut right = number.to_vec();
    right.extend([("min", "-10"), ("max", "40.5")]);
    apply(&house, &right).await;
    let (_, page) = house.get("doctor", "/registers/kindergarten.complaint/new?org=k1").await;
    assert!(page.contains("室温") && page.contains("℃") && page.contains("离地一米处"), "{page}");
    let values = json!({ "date": house.today.to_string(), "channel": "visit", "category": "meals", "subject": "热", "handler": "李", "heat": 41 });
    let entry = json!({ "org_unit": "k1", "values": values }).to_string();
    let (status, refused) = house.api("doctor", ENTRIES, Some(entry.clone())).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    assert_eq!(house.api("doctor", ENTRIES, Some(entry.replace("41", "40.25"))).await.0, StatusCode::CREATED);
}

/// Names of the fields whose fold is open, in the order of the page.
fn opened(page: &str) -> Vec<&str> {
    let folds = page.split("<details class=\"known-field\"").skip(1);
    let open = folds.filter(|fold| fold.starts_with(" open"));
    open.filter_map(|fold| fold.split_once("<code>")?.1.split_once("</code>")).map(|(name, _)| name).collect()
}

#[tokio::test]
async fn only_folds_with_a_change_or_a_problem_come_back_open() {
    let house = designer().await;
    let (_, page) = house.get("admin", DESIGN).await;
    assert!(opened(&page).is_empty(), "{page}");
    // A browser sends every field of the form, blank ones too.
    let form = [
        ("title.channel", "渠道"),
        ("options.channel", ""),
        ("options.category", " "),
        ("title.handler", "受理人"),
    ];
    let (status, page) = house.post("admin", DESIGN, &form).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(opened(&page), ["handler"]);
    let form = [("gone.channel.phone", "1"), ("options.category", "meals 膳食")];
    let (status, page) = house.post("admin", DESIGN, &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("已有选项“meals”"), "{page}");
    assert_eq!(opened(&page), ["channel", "category"]);
    // One that is required by the register cannot be stopped: nothing about it stands in the change.
    let (_, page) = house.post("admin", DESIGN, &[("retire.handler", "1")]).await;
    assert_eq!(opened(&page), ["handler"]);
}
