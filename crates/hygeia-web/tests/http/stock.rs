//! Stock over HTTP: what nobody handed on stands on a list, what is not there is not given out.

use crate::house::{COUNTY, House};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::hash_password;
use jiff::civil::date;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

/// Code, kind, code of the unit above.
const UNITS: [(&str, &str, &str); 7] = [
    ("h1", "hospital", "c"),
    ("ward", "department", "h1"),
    ("other", "department", "h1"),
    ("ws", "waste_store", "h1"),
    ("cdc", "cdc", "c"),
    ("t1", "township_hospital", "c"),
    ("t2", "township_hospital", "c"),
];
/// Login, role, code of the unit.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("nurse", "ward_waste", "ward"),
    ("elsewhere", "ward_waste", "other"),
    ("porter", "waste_porter", "h1"),
    ("infection", "infection_control", "h1"),
    ("store", "emergency_office", "cdc"),
    ("township", "township", "t1"),
];

/// The county with a hospital, its store, a disease control centre and two township hospitals.
fn county() -> House {
    let house = House::new();
    for (code, kind, above) in UNITS {
        let parent = house.work.directory().by_code(above).map(|unit| unit.id);
        let put = move |writer: &mut hygeia_store::Writer<'_>| {
            let unit = OrgUnit {
                id: OrgUnitId(0),
                code: code.into(),
                kind: kind.into(),
                title: format!("{code} 处"),
                parent,
                path: String::new(),
                from: date(2020, 1, 1),
                to: None,
                sort: 0,
                attrs: Value::Null,
            };
            writer.org_unit_put(COUNTY, &unit)
        };
        house.work.store().write(put).unwrap();
        house.work.reload().unwrap();
    }
    let hash = hash_password("correct horse").unwrap();
    for (login, role, code) in PEOPLE {
        let unit = house.work.directory().by_code(code).unwrap().id;
        house.work.account_bootstrap(login, login, &hash, &[(role.into(), unit)]).unwrap();
    }
    house
}

async fn enter(house: &House, login: &str, register: &str, org: &str, values: Value) -> (StatusCode, Value) {
    let path = format!("/api/v1/registers/{register}/entries");
    house.api(login, &path, Some(json!({ "org_unit": org, "values": values }).to_string())).await
}

fn bag(day: &str, number: &str) -> Value {
    json!({ "date": day, "time": "16:00", "category": "infectious", "bag_no": number, "weight": "2.5", "maker": "王护士" })
}

#[tokio::test]
async fn a_bag_nobody_handed_over_is_on_the_list_of_whoever_answers_for_it() {
    let house = county();
    let yesterday = house.today.saturating_sub(1.day()).to_string();
    for number in ["N-001", "N-002"] {
        let (status, answer) =
            enter(&house, "nurse", "medical_waste.bag", "ward", bag(&yesterday, number)).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
    }
    let (status, _) =
        enter(&house, "nurse", "medical_waste.bag", "ward", bag(&house.today.to_string(), "N-003")).await;
    assert_eq!(status, StatusCode::CREATED);
    let handed = json!({ "date": yesterday, "time": "17:00", "store": "ws", "handed_by": "王护士", "received_by": "老周",
        "bags": [{ "category": "infectious", "bag_no": "N-001", "weight": "2.5" }] });
    let (status, answer) = enter(&house, "porter", "medical_waste.handover", "ward", handed).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");

    for login in ["nurse", "porter", "infection", "county"] {
        let (status, page) = house.get(login, "/today").await;
        assert_eq!(status, StatusCode::OK, "{login}");
        let list = page.split_once("停留超期").map(|(_, list)| list).unwrap_or_default();
        assert!(list.contains("N-002") && list.contains("超期 1 天"), "{login} does not see the bag");
        let foreign = login != "county" && page.contains("值班班次登记率");
        assert!(!foreign, "{login}: a figure of duties of registers nobody shows it");
        assert!(!page.contains("N-001"), "{login}: what was handed over may stay two days");
        assert!(!page.contains("N-003"), "{login}: a bag of today has until tonight");
    }
    let (_, page) = house.get("elsewhere", "/today").await;
    assert!(!page.contains("N-002"), "another ward's bag is none of its business");
    let (_, answer) =
        house.api("infection", "/api/v1/ledgers/medical_waste.waste/balances?org=h1", None).await;
    let late: Vec<&Value> = answer["balances"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["overstayed_days"].as_i64().is_some_and(|days| days > 0))
        .collect();
    assert_eq!(late.len(), 1, "{answer}");
    assert_eq!((&late[0]["lot"], &late[0]["org"]), (&json!("N-002"), &json!("ward")));

    // Handed over at last, it leaves the lists; said to be lost instead, it would stand in the account of what is lost.
    let handed = json!({ "date": house.today.to_string(), "time": "08:00", "store": "ws", "handed_by": "王护士",
        "received_by": "老周", "bags": [{ "category": "infectious", "bag_no": "N-002", "weight": "2.5" }] });
    let (status, answer) = enter(&house, "porter", "medical_waste.handover", "ward", handed).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let (_, page) = house.get("nurse", "/today").await;
    assert!(!page.contains("N-002"), "handed over");
}

#[tokio::test]
async fn a_hand_over_begins_with_the_bags_that_wait() {
    let house = county();
    let today = house.today.to_string();
    for number in ["N-001", "N-002"] {
        let (status, answer) = enter(&house, "nurse", "medical_waste.bag", "ward", bag(&today, number)).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
    }
    let form = "/registers/medical_waste.handover/new";
    let (status, page) = house.get("porter", &format!("{form}?org=ward")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("N-001") && page.contains("N-002") && page.contains("2.5"), "{page}");
    let (_, page) = house.get("porter", &format!("{form}?org=other")).await;
    assert!(!page.contains("N-00"), "another ward's bags");

    let handed = json!({ "date": today, "time": "17:00", "store": "ws", "handed_by": "王护士", "received_by": "老周",
        "bags": [{ "category": "infectious", "bag_no": "N-001", "weight": "2.5" }] });
    let (status, answer) = enter(&house, "porter", "medical_waste.handover", "ward", handed).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let (_, page) = house.get("porter", &format!("{form}?org=ward")).await;
    assert!(!page.contains("N-001") && page.contains("N-002"), "handed over");
    // What came to the store waits there for its manifest.
    let (_, page) = house.get("infection", "/registers/medical_waste.manifest/new?org=ws").await;
    assert!(page.contains("N-001") && !page.contains("N-002"), "{page}");
}

/// A drug: 40 boxes at the centre, of which 10 went to the first township hospital; its id.
async fn drug(house: &House) -> String {
    let day = house.today.saturating_sub(9.days()).to_string();
    let item = json!({ "date": day, "name": "藿香正气胶囊", "spec": "24 粒", "category": "drug", "unit": "盒",
        "minimum": 5, "place": "应急库", "custodian": "韩松" });
    let (status, answer) = enter(house, "store", "health_emergency.supply_item", "cdc", item).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let id = answer["id"].as_str().unwrap().to_owned();
    let came = json!({ "date": day, "item": id, "lot": "A26", "expiry": "2099-01-31", "quantity": 40 });
    let (status, answer) = enter(house, "store", "health_emergency.supply_in", "cdc", came).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let sent = json!({ "date": day, "item": id, "lot": "A26", "quantity": 10, "receiver": "t1", "reason": "备货",
        "handed_by": "韩松", "received_by": "周平" });
    let (status, answer) = enter(house, "store", "health_emergency.supply_transfer", "cdc", sent).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    id
}

#[tokio::test]
async fn a_drug_that_would_go_negative_is_refused_with_what_there_is_and_where() {
    let house = county();
    let id = drug(&house).await;
    let today = house.today.to_string();
    let out = |quantity: u32| json!({ "date": today, "item": id, "lot": "A26", "quantity": quantity, "kind": "rotate", "taken_by": "李航" });
    let register = "health_emergency.supply_out";

    // Over the API; whoever sees both stores is told where the rest is.
    let (status, answer) = enter(&house, "county", register, "t1", out(11)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    let said = answer["problems"][0]["message"].as_str().unwrap();
    assert_eq!(answer["problems"][0]["field"], "quantity");
    assert!(said.contains("藿香正气胶囊") && said.contains("结存 10 盒，需要 11 盒"), "{said}");
    assert!(said.contains("另有") && said.contains("30 盒 在cdc 处"), "{said}");
    let (_, answer) = enter(&house, "township", register, "t1", out(11)).await;
    let said = answer["problems"][0]["message"].as_str().unwrap();
    assert!(said.contains("结存 10 盒") && !said.contains("cdc"), "nothing of other units: {said}");

    // On the page: refused beside the field, what was typed is kept.
    let secret = house.cookie("county").replace("hygeia_session=", "");
    let (_, csrf) = house.work.session(&secret, Timestamp::now()).unwrap().unwrap();
    let body = format!(
        "_csrf={csrf}&_org=t1&date={today}&item={id}&lot=A26&quantity=11&kind=rotate&taken_by=%E6%9D%8E%E8%88%AA"
    );
    let request = Request::post(format!("/registers/{register}/new"))
        .header(header::COOKIE, format!("hygeia_session={secret}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (status, page) = house.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("结存 10 盒，需要 11 盒") && page.contains("30 盒 在cdc 处"), "{page}");
    assert!(page.contains("value=\"11\"") && page.contains("李航"), "what was typed is kept");

    // Nothing moved; what there is goes out.
    let balances = "/api/v1/ledgers/health_emergency.supply/balances?org=t1";
    let (_, answer) = house.api("county", balances, None).await;
    assert_eq!(answer["balances"][0]["amount"], 10, "{answer}");
    let (status, answer) = enter(&house, "township", register, "t1", out(10)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let (_, answer) = enter(&house, "county", register, "t1", out(1)).await;
    assert!(answer["problems"][0]["message"].as_str().unwrap().contains("结存 0 盒，需要 1 盒"), "{answer}");
}
