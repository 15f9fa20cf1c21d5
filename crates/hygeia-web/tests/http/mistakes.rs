//! Input that is wrong in every way it comes: said in Chinese with the right status, nothing lost, nothing half-done.

use crate::house::House;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ENTRIES: &str = "/api/v1/registers/kindergarten.morning_check/entries";

/// Sends raw bytes, then `zeros` more; what comes back until the server is done.
async fn raw(server: SocketAddr, head: &str, zeros: usize) -> String {
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let block = vec![b'0'; 1 << 20];
    let mut left = zeros;
    while left > 0 {
        let part = left.min(block.len());
        if stream.write_all(&block[..part]).await.is_err() {
            break;
        }
        left -= part;
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn csrf(house: &House, cookie: &str) -> String {
    let secret = cookie.split_once('=').unwrap().1;
    house.work.session(secret, Timestamp::now()).unwrap().unwrap().1
}

/// Posts files and fields as a browser's form does.
pub async fn upload(
    house: &House,
    login: &str,
    path: &str,
    file: (&str, &[u8]),
    fields: &[(&str, &str)],
) -> (StatusCode, String) {
    let cookie = house.cookie(login);
    let mut body = Vec::new();
    for (name, value) in fields.iter().copied().chain([("_csrf", csrf(house, &cookie).as_str())]) {
        let part = format!("--seam\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let (name, bytes) = file;
    let part =
        format!("--seam\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(part.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--seam--\r\n");
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=seam");
    house.send(request.body(Body::from(body)).unwrap()).await
}

async fn form(house: &House, login: &str, path: &str, body: &str) -> (StatusCode, String) {
    let cookie = house.cookie(login);
    let request = Request::post(path)
        .header("x-csrf", csrf(house, &cookie))
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn changes(house: &House) -> u64 {
    house.work.store().verify(&mut |_| {}).unwrap().changes
}

#[tokio::test]
async fn two_hundred_megabytes_are_refused_in_words_and_half_a_request_harms_nobody() {
    let house = House::new();
    let server = house.listen().await;
    let cookie = house.cookie("doctor");
    let before = changes(&house);
    let large = 200 << 20;
    let head = |path: &str, kind: &str, length: usize| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: h\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    for path in ["/plans", "/people/import", ENTRIES] {
        let answer = raw(server, &head(path, "multipart/form-data; boundary=seam", large), large).await;
        assert!(
            answer.starts_with("HTTP/1.1 413"),
            "{path}: {}",
            answer.chars().take(200).collect::<String>()
        );
        assert!(answer.contains("一次最多 24 MB"), "{path}: {answer}");
    }

    let seam = "--seam\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n每日";
    for (path, kind, part) in [
        ("/plans", "multipart/form-data; boundary=seam", seam),
        (ENTRIES, "application/json", "{\"values\": {"),
    ] {
        let mut stream = TcpStream::connect(server).await.unwrap();
        stream.write_all(head(path, kind, 10_000).as_bytes()).await.unwrap();
        stream.write_all(part.as_bytes()).await.unwrap();
        drop(stream);
    }
    let complete = format!("{}{seam}", head("/plans", "multipart/form-data; boundary=seam", seam.len()));
    let answer = raw(server, &complete, 0).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("上传中断"), "{answer}");
    let answer = raw(server, "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 0).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(changes(&house), before);
}

#[tokio::test]
async fn a_wrong_entry_is_told_field_by_field() {
    let house = House::new();
    let today = house.today.to_string();
    let cases: [(Value, StatusCode, &str, &str); 8] = [
        (json!({ "date": "2026-02-30" }), StatusCode::UNPROCESSABLE_ENTITY, "date", "2026-02-30"),
        (json!({ "date": 20_260_230 }), StatusCode::UNPROCESSABLE_ENTITY, "date", "日期"),
        (
            json!({ "date": today, "temperature": "高" }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "temperature",
            "高",
        ),
        (
            json!({ "date": today, "temperature": [36.5] }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "temperature",
            "",
        ),
        (json!({ "date": today, "temperature": 1e300 }), StatusCode::UNPROCESSABLE_ENTITY, "temperature", ""),
        (
            json!({ "date": today, "temperatur": 36.5 }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "temperatur",
            "temperature",
        ),
        (
            json!({ "date": today, "note": "长".repeat(100_000) }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "note",
            "字",
        ),
        (json!({ "date": "2020-01-01" }), StatusCode::UNPROCESSABLE_ENTITY, "", ""),
    ];
    let before = changes(&house);
    for (values, status, field, says) in cases {
        let entry = json!({ "person": "child1", "values": values }).to_string();
        let (answered, answer) = house.api("teacher", ENTRIES, Some(entry)).await;
        assert_eq!(answered, status, "{answer}");
        let problem = &answer["problems"][0];
        assert!(field.is_empty() || problem["field"] == field, "{field}: {answer}");
        assert!(problem["message"].as_str().unwrap().contains(says), "{field}: {answer}");
    }
    for (body, status) in [
        ("{\"values\":", StatusCode::BAD_REQUEST),
        ("\u{0}", StatusCode::BAD_REQUEST),
        ("42", StatusCode::BAD_REQUEST),
        ("{\"person\": 7, \"values\": {}}", StatusCode::BAD_REQUEST),
        ("{\"id\": \"not-a-uuid\", \"values\": {}}", StatusCode::BAD_REQUEST),
        (
            "{\"org_unit\": \"nowhere\", \"values\": {\"date\": \"2026-11-24\"}}",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let (answered, answer) = house.api("teacher", ENTRIES, Some(body.into())).await;
        assert_eq!(answered, status, "{body}: {answer}");
        assert!(answer["error"].as_str().is_some_and(|words| !words.is_ascii()), "{body}: {answer}");
    }
    let deep = format!("{{\"values\": {}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(house.api("teacher", ENTRIES, Some(deep)).await.0, StatusCode::BAD_REQUEST);
    for query in ["from=2026-13-01", "offset=-1", "limit=many", "measure=none"] {
        let (status, answer) = house.api("teacher", &format!("{ENTRIES}?{query}"), None).await;
        assert!(status.is_client_error() && answer["error"].is_string(), "{query}: {status} {answer}");
    }
    assert_eq!(changes(&house), before, "a refused entry left a trace");
}

#[tokio::test]
async fn the_same_child_and_day_twice_is_said_and_what_was_typed_stays() {
    let house = House::new();
    let day = house.today;
    let entry = json!({ "person": "child1", "values": { "date": day, "temperature": 36.5 } }).to_string();
    assert_eq!(house.api("teacher", ENTRIES, Some(entry.clone())).await.0, StatusCode::CREATED);
    let (status, answer) = house.api("teacher", ENTRIES, Some(entry)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(answer["error"].as_str().unwrap().contains('已'), "{answer}");

    let typed = format!(
        "_org=k1&_person=child1&date={day}&disease=mumps&onset=2026-02-31&note=%E5%B7%B2%E7%94%B5%E8%AF%9D%E5%91%8A%E7%9F%A5"
    );
    let (status, page) = form(&house, "doctor", "/registers/kindergarten.infectious_case/new", &typed).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("2026-02-31") && page.contains("已电话告知"), "what was typed is gone");
}

#[tokio::test]
async fn an_edit_changes_the_entry_of_its_address_whatever_the_form_says() {
    let house = House::new();
    let id = crate::routes::event(&house, "k1");
    let path = "/api/v1/registers/health_emergency.event_report/entries";
    let (_, before) = house.api("doctor", &format!("{path}/{id}"), None).await;
    let typed = format!(
        "_id={}&_org=k1&_version={}&known_on={}&event=x&kind=unknown&place=hall&cases=5",
        uuid::Uuid::now_v7(),
        before["version"],
        before["values"]["known_on"].as_str().unwrap(),
    );
    let address = format!("/entries/health_emergency.event_report/{id}/edit");
    let (status, page) = form(&house, "doctor", &address, &typed).await;
    assert!(status.is_redirection(), "{status}: {page}");
    let (_, all) = house.api("doctor", &format!("{path}?org=k1"), None).await;
    assert_eq!(
        (&all["total"], &all["entries"][0]["values"]["place"]),
        (&Value::from(1), &Value::from("hall"))
    );
}

#[tokio::test]
async fn a_broken_file_imports_nothing_and_says_why() {
    let house = House::new();
    let people = house.work.store().verify(&mut |_| {}).unwrap();
    let mut torn = b"PK\x03\x04".to_vec();
    torn.extend([0xff; 4_000]);
    for (name, bytes) in
        [("花名册.xlsx", torn.as_slice()), ("花名册.xlsx", b""), ("花名册.csv", &[0xff, 0xfe, 0, 0xd8, 1])]
    {
        for run in ["dry", "store"] {
            let fields = [("kind", "children"), ("run", run)];
            let (status, page) =
                upload(&house, "doctor", "/people/import?org=k1", (name, bytes), &fields).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {run}: {page}");
            assert!(
                page.contains("role=\"alert\"") || page.contains("没有导入任何内容"),
                "{name} {run}: {page}"
            );
        }
    }
    let fields = [("from", "2026-09-01"), ("to", "2027-01-20")];
    for (name, bytes) in [("计划.docx", torn.as_slice()), ("计划.docx", b""), ("计划.exe", b"MZ\x90\0\x03")]
    {
        let (status, page) = upload(&house, "doctor", "/plans?org=k1", (name, bytes), &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {page}");
        assert!(page.contains("2027-01-20"), "the dates are gone");
    }
    assert_eq!(house.work.store().verify(&mut |_| {}).unwrap(), people);
}

#[tokio::test]
async fn every_refusal_has_words_for_its_reader() {
    let house = House::new();
    let cookie = house.cookie("doctor");
    for (path, status) in [
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/api/v1/nowhere", StatusCode::NOT_FOUND),
        ("/people/abc", StatusCode::BAD_REQUEST),
        ("/entries/kindergarten.morning_check/not-a-uuid", StatusCode::BAD_REQUEST),
        ("/registers/kindergarten.none?org=k1", StatusCode::NOT_FOUND),
        ("/indicators/kindergarten.none?org=k1", StatusCode::NOT_FOUND),
        ("/today?org=k1&date=2026-02-30", StatusCode::BAD_REQUEST),
        ("/indicators?org=k1&period=2026-99", StatusCode::BAD_REQUEST),
        ("/plans/9999999999999999999999", StatusCode::BAD_REQUEST),
        ("/people/1/leave", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = Request::get(path).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
        let (answered, text) = house.send(request).await;
        assert_eq!(answered, status, "{path}: {text}");
        assert!(text.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign)), "{path}: {text}");
        let json = serde_json::from_str::<Value>(&text).is_ok();
        assert_eq!(json, path.starts_with("/api/"), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_void_entry_says_so_when_somebody_would_change_it_and_a_page_saved_twice_is_one_entry() {
    let house = House::new();
    let register = "kindergarten.complaint";
    let id = "00000000-0000-4000-8000-000000000077";
    let day = house.today.to_string();
    let form = |subject: &'static str| {
        [
            ("_id", id),
            ("_org", "k1"),
            ("date", day.as_str()),
            ("channel", "visit"),
            ("category", "meals"),
            ("subject", subject),
            ("handler", "李"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |path: &str, form: [(String, String); 7]| {
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        house.post("doctor", path, &form).await
    };
    let new = format!("/registers/{register}/new?org=k1");
    for subject in ["菜偏咸", "菜偏咸", "菜偏淡"] {
        assert_eq!(send(&new, form(subject)).await.0, StatusCode::SEE_OTHER);
    }
    let (_, list) = house.get("doctor", &format!("/registers/{register}?org=k1")).await;
    assert!(list.contains("菜偏淡") && !list.contains("菜偏咸"), "{list}");

    let entry = format!("/entries/{register}/{id}");
    house.account("master", "head", "k1");
    house.post("master", &format!("{entry}/void"), &[("reason", "重复")]).await;
    assert_eq!(house.get("doctor", &format!("{entry}/edit")).await.0, StatusCode::SEE_OTHER);
    for path in [&format!("{entry}/edit"), &new] {
        let (status, page) = send(path, form("菜偏苦")).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(page.contains("该记录已作废") && !page.contains("已被他人修改"), "{path}: {page}");
    }
}
