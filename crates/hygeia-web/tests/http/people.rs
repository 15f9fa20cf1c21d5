//! People: classes that go up and come back, rosters that are tried before they are imported.

use crate::house::{COUNTY, House};
use crate::mistakes::upload;
use axum::http::StatusCode;
use hygeia_store::{ChangeQuery, Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId};
use hygeia_work::{
    AccountDraft, Actor, ImportTable, PROMOTION_WORD, Promotion, ROSTER_COLUMNS, RoleAt, RosterRun,
    Submission, WorkError,
};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

/// Two grades with a class each in the first kindergarten, and a child in the lower one.
fn grades(house: &House) -> (OrgUnitId, OrgUnitId, OrgUnitId, PersonId) {
    let k1 = house.work.directory().by_code("k1").unwrap().id;
    let made = house.work.store().write(move |writer| {
        let mut put = |code: &str, kind: &str, parent: OrgUnitId, sort: i64| {
            let unit = OrgUnit {
                id: OrgUnitId(0),
                code: code.into(),
                kind: kind.into(),
                title: code.into(),
                parent: Some(parent),
                path: String::new(),
                from: date(2020, 1, 1),
                to: None,
                sort,
                attrs: Value::Null,
            };
            writer.org_unit_put(COUNTY, &unit)
        };
        let (low, high) = (put("g1", "grade", k1, 1)?, put("g2", "grade", k1, 2)?);
        let classes = (put("g1c1", "class", low, 1)?, put("g2c1", "class", high, 1)?);
        let child = Person {
            id: PersonId(0),
            kind: "child".into(),
            code: "up1".into(),
            name: "升升".into(),
            sex: "male".into(),
            birth: Some(date(2022, 3, 1)),
            id_number: None,
            phone: None,
            attrs: Value::Null,
        };
        let person = writer.person_put(COUNTY, &child)?;
        let stay = Enrolment {
            id: EnrolmentId(0),
            person,
            unit: classes.0,
            from: date(2024, 9, 1),
            to: None,
            reason: "入园".into(),
        };
        writer.enrolment_put(COUNTY, &stay)?;
        Ok((k1, classes.0, classes.1, person))
    });
    house.work.reload().unwrap();
    made.unwrap()
}

/// The doctor on a day.
fn doctor(house: &House, day: Date) -> Actor {
    let now: Timestamp = format!("{day}T02:00:00Z").parse().unwrap();
    Actor { now, ..house.actor("doctor") }
}

#[tokio::test]
async fn a_promotion_in_the_middle_of_the_year_is_typed_and_taken_back_whole() {
    let house = House::new();
    let (campus, low, high, child) = grades(&house);
    let day = date(2026, 11, 24);
    let actor = doctor(&house, day);
    let plan = house.work.promotion_plan(&actor, campus, day).unwrap();
    assert_eq!(plan.iter().find(|step| step.from == low).and_then(|step| step.to), Some(high));
    let refused = house.work.promote(&actor, campus, day, &plan, "").unwrap_err();
    assert!(matches!(&refused, WorkError::Invalid(problems) if problems[0].field == "word"), "{refused}");
    let before = house.work.person_open(&actor, child).unwrap().1;

    assert_eq!(house.work.promote(&actor, campus, day, &plan, PROMOTION_WORD).unwrap(), 1);
    let again = house.work.promotion_doubt(&actor, campus, date(2027, 7, 1)).unwrap();
    assert!(again.unwrap().contains("已于 2026-11-24 升过班"), "no second one of the same year by the way");
    let last = house.work.promotion_last(&actor, campus).unwrap().unwrap();
    assert_eq!((last.moved, last.graduated, last.fixed), (1, 0, None));

    assert_eq!(house.work.promotion_undo(&actor, campus).unwrap(), 1);
    assert_eq!(house.work.person_open(&actor, child).unwrap().1, before, "as if it had not been");
    assert!(house.work.promotion_last(&actor, campus).unwrap().is_none());
    assert!(house.work.store().verify(&mut |_| {}).unwrap().is_sound());
}

#[tokio::test]
async fn a_promotion_stays_when_somebody_has_been_moved_since_or_days_have_passed() {
    let house = House::new();
    let (campus, low, high, child) = grades(&house);
    let day = date(2026, 9, 1);
    let actor = doctor(&house, day);
    let plan = [Promotion { from: low, to: Some(high), children: 0, left_out: Vec::new() }];
    house.work.promote(&actor, campus, day, &plan, "").unwrap();
    let late = doctor(&house, day.saturating_add(15.days()));
    assert!(house.work.promotion_undo(&late, campus).unwrap_err().to_string().contains("已过 14 天"));
    house.work.person_leave(&actor, child, day.saturating_add(2.days()), "迁居").unwrap();
    let refused = house.work.promotion_undo(&actor, campus).unwrap_err().to_string();
    assert!(refused.contains("升班后已有 1 人转班、离园或返园"), "{refused}");
}

/// A roster with the template's headings.
fn roster(rows: &[&str]) -> ImportTable {
    let cells = |row: &&str| row.split(',').map(str::to_owned).collect();
    ImportTable {
        sheet: "花名册".into(),
        header_row: 1,
        header: ROSTER_COLUMNS.map(String::from).to_vec(),
        rows: rows.iter().map(cells).collect(),
    }
}

#[tokio::test]
async fn a_roster_names_classes_as_people_do_and_leaves_the_example_out() {
    let house = House::new();
    grades(&house);
    let actor = house.actor("doctor");
    let unit = house.work.directory().by_code("k1").unwrap().id;
    let tried = |rows: &[&str]| {
        let run = RosterRun { dry: true, ..RosterRun::default() };
        house.work.roster_import(&actor, unit, &roster(rows), &run).unwrap()
    };
    let good = tried(&[
        "k1c1,2026001,示例幼儿（请删除）,女,2022-03-15,2026-09-01,,",
        "K1C1,n1,甲,女,2022-03-15,2026-09-01,,",
        "k1c1 园,n2,乙,女,2022-03-15,2026-09-01,,",
        "k1 园 · k1c1 园,n3,丙,女,2022-03-15,2026-09-01,,",
        "g1g1c1,n4,丁,女,2022-03-15,2026-09-01,,",
    ]);
    assert_eq!(good.problems, []);
    assert_eq!((good.rows, good.added), (4, 4));
    assert_eq!(good.notes, ["第 2 行是模板的示例，已跳过"]);
    let bad = tried(&["小十班,n5,戊,男,1963-05-01,2026-09-01,,", "k1c1,n6,己,男,2022-05-01,2021-09-01,,"]);
    let said: Vec<&str> = bad.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(
        said[0].contains("没有代码或名称为“小十班”的班级，可填：") && said[0].contains("（k1c1）"),
        "{said:?}"
    );
    assert!(said[1].contains("距今超过 25 年"), "{said:?}");
    assert!(said[2].contains("晚于入园日期"), "{said:?}");
}

#[tokio::test]
async fn a_number_of_another_child_is_not_overwritten_unless_it_is_meant() {
    let house = House::new();
    let actor = house.actor("doctor");
    let unit = house.work.directory().by_code("k1").unwrap().id;
    let table = roster(&["k1c1,child1,新名字,女,2021-07-09,2025-09-01,,"]);
    let import = |run: &RosterRun| house.work.roster_import(&actor, unit, &table, run).unwrap();
    let tried = import(&RosterRun { dry: true, ..RosterRun::default() });
    let change = &tried.changes[0];
    assert!(change.doubtful && change.name == "幼儿1");
    let column = |name: &str, from: &str, to: &str| (name.to_owned(), from.to_owned(), to.to_owned());
    assert_eq!(
        change.columns,
        [column("姓名", "幼儿1", "新名字"), column("出生日期", "2022-01-05", "2021-07-09")]
    );
    let refused = import(&RosterRun::default());
    assert!(!refused.stored && refused.problems[0].message.contains("编号“child1”现为 幼儿1（2022-01-05）"));
    assert_eq!(tried.problems, refused.problems, "the trial says what storing would");
    let doubt = &tried.problems[0];
    assert_eq!((doubt.sheet.as_str(), doubt.row, doubt.column.as_str()), ("花名册", 2, "B 编号"));
    assert!(doubt.is_doubt);
    let meant = RosterRun { dry: false, meant: ["child1".to_owned()].into() };
    assert!(import(&meant).stored);
    let one = roster(&["k1c1,child1,新名儿,女,2021-07-09,2025-09-01,,"]);
    let run = RosterRun { dry: false, ..RosterRun::default() };
    let slip = house.work.roster_import(&actor, unit, &one, &run).unwrap();
    assert!(slip.stored && !slip.changes[0].doubtful, "a name alone is a correction");
}

#[tokio::test]
async fn a_trial_lists_the_row_that_storing_would_refuse_and_asks_for_its_tick() {
    let house = House::new();
    let csv =
        "班级代码,编号,姓名,性别,出生日期\nk1c1,n1,甲,女,2022-03-15\nk1c1,child1,新名字,女,2021-07-09\n";
    for (run, answered, said) in [
        ("try", StatusCode::OK, "试算：有 1 行须确认或改正，在此之前不能导入"),
        ("store", StatusCode::UNPROCESSABLE_ENTITY, "有 1 行须确认或改正，没有导入任何内容"),
    ] {
        let fields = [("kind", "roster"), ("run", run)];
        let (status, page) =
            upload(&house, "doctor", "/people/import", ("a.csv", csv.as_bytes()), &fields).await;
        assert_eq!(status, answered, "{run}: {page}");
        assert!(page.contains("<td>a.csv</td><td class=\"num wrap\">3</td><td>B 编号</td>"), "{run}: {page}");
        assert!(page.contains(said), "{run}: {page}");
        assert!(page.contains("name=\"meant\" value=\"child1\""), "{run}: {page}");
    }
    let table = hygeia_exchange::read_table(csv.as_bytes(), "a.csv").unwrap();
    let table = serde_json::to_string(&table).unwrap();
    let form = [("kind", "roster"), ("run", "store"), ("table", table.as_str()), ("meant", "child1")];
    let (status, page) = house.post("doctor", "/people/import?org=k1", &form).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("已导入"), "{page}");
}

#[tokio::test]
async fn a_child_does_not_take_the_number_of_a_member_of_staff() {
    let house = House::new();
    let actor = house.actor("doctor");
    let unit = house.work.directory().by_code("k1").unwrap().id;
    let form = [
        ("kind", "staff"),
        ("to", "k1"),
        ("code", "s1"),
        ("name", "李老师"),
        ("sex", "female"),
        ("birth", "1990-03-07"),
    ];
    let (status, page) = house.post("doctor", "/people/new?org=k1", &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    for dry in [true, false] {
        let run = RosterRun { dry, meant: ["s1".to_owned()].into() };
        let report = house
            .work
            .roster_import(&actor, unit, &roster(&["k1c1,s1,甲,女,2022-03-15,2026-09-01,,"]), &run)
            .unwrap();
        assert!(!report.stored && report.changes.is_empty(), "{report:?}");
        let fault = &report.problems[0];
        assert!(!fault.is_doubt && fault.column == "B 编号", "{fault:?}");
        assert_eq!(fault.message, "编号“s1”是教职工 李老师 的编号，请换一个编号");
    }
}

#[tokio::test]
async fn what_is_no_table_is_called_by_its_kind_once() {
    let house = House::new();
    let jpeg = b"\xFF\xD8\xFF\xE0\x10JFIF\x01";
    let pdf = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n";
    for (name, bytes, kind) in [("名册.csv", &pdf[..], "PDF 文件"), ("名册.xlsx", &jpeg[..], "图片")]
    {
        let (status, page) =
            upload(&house, "doctor", "/people/import", (name, bytes), &[("kind", "roster"), ("run", "try")])
                .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(
            page.contains(&format!("这是{kind}，不是表格")) && page.contains("另存为 XLSX 或 CSV"),
            "{page}"
        );
        assert!(!page.contains("缺少") && page.contains("有 1 处需要改正"), "{page}");
        let (_, alert) = page.split_once("role=\"alert\"").unwrap();
        let (alert, _) = alert.split_once("</section>").unwrap();
        assert!(
            alert.contains("/people/template?org=k1&amp;kind=roster"),
            "the template beside what is wrong: {page}"
        );
    }
    // Text that is no roster lacks its headings, which is said once as well.
    let (_, page) = upload(
        &house,
        "doctor",
        "/people/import",
        ("a.csv", "今日菜谱\n番茄\n".as_bytes()),
        &[("kind", "roster")],
    )
    .await;
    assert_eq!(page.matches("缺少").count(), 1, "{page}");
    assert!(page.contains("缺少“班级代码”“编号”“姓名”“性别”“出生日期”列"), "{page}");
}

#[tokio::test]
async fn a_refused_move_names_the_one_in_its_way_and_how_to_take_it_back() {
    let house = House::new();
    let (_, low, high, child) = grades(&house);
    let actor = house.actor("doctor");
    let third = house.work.directory().by_code("k1c1").unwrap().id;
    let (today, later) = (house.today, house.today.saturating_add(5.days()));
    let transfer = |to, day| house.work.person_transfer(&actor, child, to, day);
    // For a later day.
    transfer(high, later).unwrap();
    let pending = format!("已定于 {later} 转班，转入“k1 园 · g2c1”");
    for (to, day) in [(third, today), (third, later), (high, today), (high, later.tomorrow().unwrap())] {
        let said = transfer(to, day).unwrap_err().to_string();
        assert!(said.starts_with(&pending) && said.contains("请先撤销这次转班"), "{to} {day}: {said}");
    }
    let said = house.work.person_leave(&actor, child, today, "").unwrap_err().to_string();
    assert!(said.starts_with(&pending) && said.contains("请先撤销这次转班"), "{said}");
    house.work.move_undo(&actor, child).unwrap();
    // Of the same day.
    transfer(high, today).unwrap();
    let said = transfer(third, today).unwrap_err().to_string();
    assert!(
        said.starts_with(&format!("{today} 已转班，转入“k1 园 · g2c1”，转班日期应晚于这一天"))
            && said.contains("请先撤销这次转班"),
        "{said}"
    );
    assert_eq!(transfer(high, today).unwrap_err().to_string(), "已在该班");
    house.work.move_undo(&actor, child).unwrap();
    // Leaving on a later day.
    house.work.person_leave(&actor, child, later, "迁居").unwrap();
    let said = transfer(high, today).unwrap_err().to_string();
    assert!(
        said.contains(&format!("已定于 {later} 离开“k1 园 · g1c1”（迁居）")) && said.contains("请先撤销"),
        "{said}"
    );
    let said = house.work.person_return(&actor, child, low, today).unwrap_err().to_string();
    assert!(said.contains(&format!("已定于 {later} 离开")) && said.contains("请先撤销"), "{said}");
}

#[tokio::test]
async fn a_transfer_before_a_promotion_is_told_where_that_is_taken_back() {
    let house = House::new();
    let (campus, low, high, child) = grades(&house);
    let actor = doctor(&house, MOVING_DAY);
    let later = MOVING_DAY.saturating_add(7.days());
    let plan = [Promotion { from: low, to: Some(high), children: 0, left_out: Vec::new() }];
    house.work.promote(&actor, campus, later, &plan, PROMOTION_WORD).unwrap();
    let third = house.work.directory().by_code("k1c1").unwrap().id;
    let said = house.work.person_transfer(&actor, child, third, MOVING_DAY).unwrap_err().to_string();
    assert!(said.contains(&format!("已定于 {later} 升班，转入“k1 园 · g2c1”")), "{said}");
    assert!(said.contains("在“学年升班”页撤销这次升班"), "{said}");
}

#[tokio::test]
async fn nobody_grants_a_role_where_it_is_not_held_or_a_right_they_have_not() {
    let house = House::new();
    let unit = |code: &str| house.work.directory().by_code(code).unwrap().id;
    let make = |login: &str, by: &str, role: &str, at: &str| {
        let draft = AccountDraft {
            login: login.into(),
            name: login.into(),
            password: Some("correct horse".into()),
            roles: vec![RoleAt { role: role.into(), unit: unit(at) }],
            person: None,
        };
        house.work.account_save(&house.actor(by), None, &draft).map_err(|error| error.to_string())
    };
    let refused = |by: &str, role: &str, at: &str| make("x", by, role, at).unwrap_err();
    assert!(refused("head", "admin", "k1").contains("“系统管理员”设在县（区），不能设在幼儿园"));
    assert!(refused("head", "head", "k1c1").contains("不能设在班级"));
    assert!(make("t2", "head", "teacher", "k1c1").is_ok());
    assert!(make("a2", "county", "admin", "c").is_ok(), "who designs may let others design");
    house.account("office", "phc_office", "c");
    assert!(refused("office", "admin", "c").contains("您没有这项权限"));
    let offered = house.work.roles_to_grant(&house.actor("head"), unit("k1"));
    assert!(offered.iter().any(|role| role.as_str() == "caregiver"));
    assert!(!offered.iter().any(|role| ["admin", "county", "school_nurse"].contains(&role.as_str())));
}

#[tokio::test]
async fn search_tells_who_has_left() {
    let house = House::new();
    let actor = house.actor("doctor");
    let (child, day) = (PersonId(1), house.today);
    house.work.person_leave(&actor, child, day, "迁居").unwrap();
    let (_, page) = house.get("doctor", "/search?q=child1").await;
    assert!(page.contains(&format!("已离开（{day}）")), "{page}");
    let (_, page) = house.get("doctor", "/people?org=k1&kind=left").await;
    assert!(page.contains("幼儿1") && page.contains("迁居"), "{page}");
}

/// Morning check and attendance of one child on a day, by the doctor; ids of the entries.
fn checked_on(house: &House, code: &str, day: Date) -> [uuid::Uuid; 2] {
    ["kindergarten.morning_check", "kindergarten.attendance"].map(|register| {
        let present = if register.ends_with("check") { "arrived" } else { "present" };
        let values = serde_json::json!({ "date": day.to_string(), present: true });
        let submission = Submission {
            person: Some(code.into()),
            values: values.as_object().unwrap().clone(),
            ..Submission::default()
        };
        house.work.entry_submit(&doctor(house, day), register, submission).unwrap().id
    })
}

/// Where an entry stands.
fn unit_of(house: &House, register: &str, id: uuid::Uuid) -> OrgUnitId {
    house.work.entry_open(&house.actor("doctor"), register, id).unwrap().0.entry.unit
}

/// A school day that promotions find usual.
const MOVING_DAY: Date = Date::constant(2026, 9, 14);

#[tokio::test]
async fn entries_of_the_day_come_along_with_a_child_that_is_moved_and_go_back_with_it() {
    let house = House::new();
    let (_, low, high, child) = grades(&house);
    let actor = doctor(&house, MOVING_DAY);
    let [morning, attendance] = checked_on(&house, "up1", MOVING_DAY);
    let earlier =
        checked_on(&house, "up1", MOVING_DAY.yesterday().unwrap().yesterday().unwrap().yesterday().unwrap());
    house.work.sheet_sign(&actor, "kindergarten.attendance", low, MOVING_DAY).unwrap();
    house.work.person_transfer(&actor, child, high, MOVING_DAY).unwrap();
    assert_eq!(unit_of(&house, "kindergarten.morning_check", morning), high);
    assert_eq!(unit_of(&house, "kindergarten.attendance", attendance), high);
    assert_eq!(unit_of(&house, "kindergarten.attendance", earlier[1]), low, "what was before the move stays");
    let sheet = house.work.sheet_open(&actor, "kindergarten.attendance", high, MOVING_DAY).unwrap();
    assert_eq!((sheet.rows.len(), sheet.entered(), sheet.signed.is_some()), (1, 1, false));
    assert!(sheet.rows[0].entry.as_ref().unwrap().signed_by.is_none());
    let (_, history) = house.work.entry_open(&actor, "kindergarten.attendance", attendance).unwrap();
    assert_eq!(history[0].reason.as_deref(), Some("转班"));
    let told = house.work.store().verify(&mut |_| {}).unwrap();
    assert!(told.is_sound(), "{told:?}");

    let last = house.work.move_last(&actor, child).unwrap().unwrap();
    assert_eq!((last.from, last.to, last.entries), (Some(low), Some(high), 2));
    house.work.move_undo(&actor, child).unwrap();
    assert_eq!(unit_of(&house, "kindergarten.attendance", attendance), low);
    let enrolments = house.work.person_open(&actor, child).unwrap().1;
    assert_eq!(enrolments.len(), 1);
    assert_eq!((enrolments[0].to, enrolments[0].reason.as_str()), (None, "入园"), "as if it had not been");
    assert!(house.work.move_last(&actor, child).unwrap().is_none());
    assert!(house.work.store().verify(&mut |_| {}).unwrap().is_sound());
}

#[tokio::test]
async fn entries_of_the_day_come_along_with_a_promotion_and_its_undoing() {
    let house = House::new();
    let (campus, low, high, _) = grades(&house);
    let actor = doctor(&house, MOVING_DAY);
    let [_, attendance] = checked_on(&house, "up1", MOVING_DAY);
    let plan = house.work.promotion_plan(&actor, campus, MOVING_DAY).unwrap();
    house.work.promote(&actor, campus, MOVING_DAY, &plan, "").unwrap();
    assert_eq!(unit_of(&house, "kindergarten.attendance", attendance), high);
    house.work.promotion_undo(&actor, campus).unwrap();
    assert_eq!(unit_of(&house, "kindergarten.attendance", attendance), low);
    assert!(house.work.store().verify(&mut |_| {}).unwrap().is_sound());
}

#[tokio::test]
async fn a_sheet_shows_an_entry_of_the_day_wherever_it_was_made() {
    let house = House::new();
    let (_, low, high, child) = grades(&house);
    let actor = doctor(&house, MOVING_DAY);
    checked_on(&house, "up1", MOVING_DAY);
    // As an earlier edition moved children: without their entries.
    let open = house.work.person_open(&actor, child).unwrap().1.remove(0);
    let moved = house.work.store().write(move |writer| {
        writer.enrolment_close(COUNTY, open.id, MOVING_DAY, "转班")?;
        let (id, from) = (EnrolmentId(0), MOVING_DAY);
        writer.enrolment_put(
            COUNTY,
            &Enrolment { id, person: child, unit: high, from, to: None, reason: "转班".into() },
        )
    });
    moved.unwrap();
    let sheet = house.work.sheet_open(&actor, "kindergarten.attendance", high, MOVING_DAY).unwrap();
    assert_eq!((sheet.entered(), sheet.rows[0].made_in), (1, Some(low)));
    let path = format!("/sheets/kindergarten.attendance?org=g2c1&date={MOVING_DAY}");
    let (_, page) = house.get("doctor", &path).await;
    assert!(page.contains("这一天已在“k1 园 · g1c1”登记"), "{page}");
}

#[tokio::test]
async fn a_move_made_for_a_later_day_is_told_with_the_class_of_today_and_can_be_taken_back() {
    let house = House::new();
    let (campus, low, high, child) = grades(&house);
    let day = house.today.saturating_add(5.days()).to_string();
    let at = |what: &str| format!("/people/{}{what}", child.0);
    house.post("doctor", &at("/transfer"), &[("to", "g2c1"), ("day", &day)]).await;
    let (_, page) = house.get("doctor", &at("")).await;
    assert!(page.contains("<span class=\"muted\">k1 园 · g1c1</span>"), "the class of today: {page}");
    assert!(page.contains(&format!("将于 {day} 转入 k1 园 · g2c1")), "{page}");
    assert!(page.contains(&format!("撤销后自 {day} 起仍在“k1 园 · g1c1”")), "{page}");
    let (_, found) = house.get("doctor", "/search?q=up1").await;
    assert!(found.contains("g1c1") && !found.contains("g2c1"), "{found}");
    // What stands is named when another move is tried before it.
    let today = house.today.to_string();
    let (_, page) = house.post("doctor", &at("/transfer"), &[("to", "k1c1"), ("day", &today)]).await;
    assert!(page.contains(&format!("已定于 {day} 转班，转入“k1 园 · g2c1”；要改，请先撤销")), "{page}");

    let plan = house.work.promotion_plan(&house.actor("doctor"), campus, house.today).unwrap();
    let own = plan.iter().find(|step| step.from == low).unwrap();
    assert_eq!((own.children, own.left_out.len()), (0, 1));
    assert_eq!((own.left_out[0].name.as_str(), own.left_out[0].to), ("升升", Some(high)));
    let (_, page) = house.get("doctor", "/people/promote?org=k1").await;
    assert!(page.contains(&format!("不随班升：升升，将于 {day} 转入 g2c1")), "{page}");

    house.post("doctor", &at("/undo"), &[]).await;
    let (_, page) = house.get("doctor", &at("")).await;
    assert!(!page.contains("将于") && !page.contains("/undo"), "{page}");
}

#[tokio::test]
async fn what_is_known_of_a_person_is_corrected_with_the_checks_of_an_import_and_logged() {
    let house = House::new();
    house.child("c9", "错名", "k1c1");
    let id = house.work.roll(
        &house.actor("doctor"),
        house.work.directory().by_code("k1").unwrap().id,
        house.today,
        "child",
    );
    let id = id.unwrap().into_iter().find(|(person, _)| person.code == "c9").unwrap().0.id;
    let edit = format!("/people/{}/edit", id.0);
    let form = |birth, number, phone| {
        [
            ("code", "c9"),
            ("name", "对名"),
            ("sex", "female"),
            ("birth", birth),
            ("id_number", number),
            ("phone", phone),
        ]
    };
    let (status, page) = house.post("doctor", &edit, &form("2022-03-01", "110101199003070011", "12")).await;
    assert_eq!(status, 422);
    assert!(page.contains("与出生日期不一致") && page.contains("不是有效电话号码"), "{page}");
    let (status, _) = house.post("teacher", &edit, &form("2022-03-01", "", "13900001111")).await;
    assert_eq!(status, 403);
    let (status, _) = house.post("doctor", &edit, &form("2022-04-01", "", "139 0000-1111")).await;
    assert_eq!(status, 303);
    let open = format!("/people/{}", id.0);
    let (_, page) = house.get("doctor", &open).await;
    assert!(page.contains("对名") && page.contains("2022-04-01") && !page.contains("13900001111"), "{page}");
    let query = ChangeQuery {
        noun: Some("person".into()),
        reference: Some("c9".into()),
        limit: 9,
        ..ChangeQuery::default()
    };
    let log = house.work.store().read(|reader| reader.change_list(COUNTY, &query)).unwrap();
    let update = log.iter().find(|change| change.action == "update").unwrap();
    assert_eq!((&update.before["姓名"], &update.after["姓名"]), (&"错名".into(), &"对名".into()));
    assert!(!update.after.to_string().contains("13900001111"), "secrets are not in the log");

    // The telephone: one at a time, for whoever manages people, and the log knows.
    assert_eq!(house.post("teacher", &format!("{open}/phone"), &[]).await.0, 403);
    let (_, page) = house.post("doctor", &format!("{open}/phone"), &[]).await;
    assert!(page.contains("tel:13900001111"), "{page}");
    let log = house.work.store().read(|reader| reader.change_list(COUNTY, &query)).unwrap();
    assert!(log.iter().any(|change| change.action == "read_phone"));
}

#[tokio::test]
async fn a_child_entered_by_mistake_is_taken_out_while_nothing_is_entered_about_it() {
    let house = House::new();
    let (.., child) = grades(&house);
    checked_on(&house, "child1", MOVING_DAY);
    let (status, page) = house.post("doctor", "/people/1/remove", &[]).await;
    assert!(status == 400 && page.contains("不能移除"), "{page}");
    let at = |what: &str| format!("/people/{}{what}", child.0);
    assert_eq!(house.post("doctor", &at("/remove"), &[]).await.0, 303);
    assert_eq!(house.get("doctor", &at("")).await.0, 404);
    assert!(house.work.store().verify(&mut |_| {}).unwrap().is_sound(), "rolls follow");
}

#[tokio::test]
async fn the_same_child_is_not_added_twice_without_being_asked() {
    let house = House::new();
    let form = |more: &[(&'static str, &'static str)]| {
        let mut form = vec![
            ("kind", "child"),
            ("to", "k1c1"),
            ("code", "n1"),
            ("name", "幼儿1"),
            ("sex", "female"),
            ("birth", "2022-01-05"),
        ];
        form.extend(more);
        form
    };
    let (status, page) = house.post("doctor", "/people/new?org=k1", &form(&[])).await;
    assert_eq!(status, 422);
    assert!(
        page.contains("已有同名、同性别、同出生日期的 幼儿1（编号 child1") && page.contains("是另一人"),
        "{page}"
    );
    let (status, _) = house.post("doctor", "/people/new?org=k1", &form(&[("is_another", "1")])).await;
    assert_eq!(status, 303);
}

#[tokio::test]
async fn a_unit_imported_in_mid_term_may_have_begun_before() {
    let house = House::new();
    let county = house.actor("county");
    let top = house.work.directory().by_code("c").unwrap().id;
    let month = house.today.first_of_month().saturating_sub(1.day());
    let table = |code: &str, from: &str| ImportTable {
        sheet: "机构".into(),
        header: ["机构代码", "机构名称", "类型", "上级代码", "启用日期"].map(String::from).to_vec(),
        header_row: 1,
        rows: vec![[code, "新园", "kindergarten", "c", from].map(String::from).to_vec()],
    };
    let import = |code, from: &str| house.work.units_import(&county, top, &table(code, from), false).unwrap();
    let later = import("k8", &house.today.saturating_add(1.day()).to_string());
    assert!(later.problems[0].message.contains("不能晚于今天"), "{:?}", later.problems);
    assert_eq!(import("k8", "").added, 1);
    let report = |code: &str| {
        format!(
            "/reports/kindergarten.monthly_attendance?org={code}&period={}-{:02}",
            month.year(),
            month.month()
        )
    };
    let (status, page) = house.get("county", &report("k8")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("启用日期"), "it says what to do");
    assert_eq!(import("k8", &month.first_of_month().to_string()).changed, 1);
    assert_eq!(house.get("county", &report("k8")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn kinds_of_units_are_named_as_people_name_them() {
    let house = House::new();
    let county = house.actor("county");
    let top = house.work.directory().by_code("c").unwrap().id;
    let rows =
        [["k9", "新园", "幼儿园", "nowhere"], ["g", "小班", "年级组", "k1"], ["k9c", "小一班", "班", "k1"]];
    let table = ImportTable {
        sheet: "机构".into(),
        header: ["机构代码", "机构名称", "类型", "上级代码"].map(String::from).to_vec(),
        header_row: 1,
        rows: rows.iter().map(|row| row.map(String::from).to_vec()).collect(),
    };
    let report = house.work.units_import(&county, top, &table, true).unwrap();
    let told: Vec<(usize, &str)> = report.problems.iter().map(|p| (p.row, p.message.as_str())).collect();
    assert!(
        matches!(told[..], [(2, parent), (3, kind)] if parent.contains("nowhere") && kind.contains("没有类型“年级组”")),
        "{told:?}"
    );
}
