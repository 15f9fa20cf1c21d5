//! Accounts, sessions, plans, drafts, settings: what goes in comes out.

use crate::harness::*;
use hygeia_pack::model::{Every, Interval};
use hygeia_store::{
    Account, AccountId, CalendarDay, ChangeQuery, Document, DocumentId, Grant, NewChange, Plan, PlanId,
    PlanItem, PlanItemId, Session, StoreError, Term, Token,
};
use jiff::civil::date;

fn account(login: &str) -> Account {
    Account {
        id: AccountId(0),
        login: login.into(),
        name: "王老师".into(),
        password_hash: "$argon2id$…".into(),
        person: None,
        disabled: false,
        english: true,
    }
}

#[test]
fn accounts_sessions_and_tokens() {
    on_each_database(|f| {
        let unit = f.classes[0];
        let account_id = f.store.write(|writer| writer.account_put(COUNTY, &account("wang"))).unwrap();
        let taken = f.store.write(|writer| writer.account_put(COUNTY, &account("wang")));
        assert!(matches!(taken, Err(StoreError::Taken(_))));
        let grants = vec![Grant { role: "teacher".into(), unit }];
        let session = Session { hash: "h".into(), account: account_id, csrf: "c".into(), expires: now(20) };
        let token = Token {
            hash: "t".into(),
            account: account_id,
            label: "统计".into(),
            created_at: now(8),
            expires: None,
        };
        let (g, s, t) = (grants.clone(), session.clone(), token.clone());
        f.store
            .write(move |writer| {
                writer.grant_set(COUNTY, account_id, &[Grant { role: "head".into(), unit }])?;
                writer.grant_set(COUNTY, account_id, &g)?;
                writer.session_put(COUNTY, &s)?;
                writer.token_put(COUNTY, &t)
            })
            .unwrap();
        f.store
            .read(|reader| {
                let found = reader.account_by_login(COUNTY, "wang")?.unwrap();
                assert_eq!(found, Account { id: account_id, ..account("wang") });
                assert_eq!(reader.account_list(COUNTY)?, [found]);
                assert_eq!(reader.grant_list(COUNTY, account_id)?, grants);
                assert_eq!(reader.session_get(COUNTY, "h")?, Some(session));
                assert_eq!(reader.token_get(COUNTY, "t")?.as_ref(), Some(&token));
                assert_eq!(reader.token_list(COUNTY, account_id)?, [token]);
                assert_eq!(reader.account_by_login(COUNTY, "nobody")?, None);
                Ok(())
            })
            .unwrap();
        let purged = |before| f.store.write(move |writer| writer.session_purge(COUNTY, before)).unwrap();
        assert_eq!([purged(now(20)), purged(now(21))], [0, 1]);
        f.store
            .write(move |writer| {
                writer.session_delete_all(COUNTY, account_id)?;
                writer.token_delete(COUNTY, AccountId(77), "t")
            })
            .unwrap();
        assert_eq!(f.store.read(|r| r.session_get(COUNTY, "h")).unwrap(), None);
        assert!(
            f.store.read(|r| r.token_get(COUNTY, "t")).unwrap().is_some(),
            "another account's token stays"
        );
    });
}

fn item(plan: PlanId, unit: hygeia_store::OrgUnitId) -> PlanItem {
    PlanItem {
        id: PlanItemId(0),
        plan,
        no: 1,
        kind: "duty".into(),
        quote: "紫外线消毒每周3次".into(),
        start: 10,
        end: 19,
        title: "紫外线消毒".into(),
        times: Some(3),
        every: Some(Every { n: 1, unit: Interval::Week }),
        when: Some("秋冬季".into()),
        at_least: true,
        metric: None,
        op: Some(">=".into()),
        value: Some("95.5".parse().unwrap()),
        value_unit: Some("%".into()),
        due_from: None,
        due_to: Some(date(2026, 12, 30)),
        duty: Some("t.uv".into()),
        indicator: Some("t.rate".into()),
        owner_unit: Some(unit),
        owner_role: Some("teacher".into()),
        owner_person: None,
        state: "suggested".into(),
        since: None,
        note: None,
        confidence: 0.85,
    }
}

#[test]
fn plans_items_and_corrections() {
    on_each_database(|f| {
        let unit = f.kindergartens[0];
        let plan = Plan {
            id: PlanId(0),
            unit,
            title: "卫生保健工作计划".into(),
            kind: "plan".into(),
            file_name: "计划.docx".into(),
            source: vec![0, 159, 146, 150],
            text: "一、目标".into(),
            status: "draft".into(),
            from: date(2026, 9, 1),
            to: date(2027, 1, 31),
            confirmed_at: None,
            closed_on: None,
            created_at: now(8),
            created_by: "王老师".into(),
        };
        let new = plan.clone();
        let (plan_id, item_id) = f
            .store
            .write(move |writer| {
                let plan = writer.plan_put(COUNTY, &new)?;
                writer.plan_correction_put(COUNTY, unit, "紫外线", "t.other")?;
                writer.plan_correction_put(COUNTY, unit, "紫外线", "t.uv")?;
                Ok((plan, writer.plan_item_put(COUNTY, &item(plan, unit))?))
            })
            .unwrap();
        let since = Some(date(2026, 12, 1));
        let accepted = PlanItem { id: item_id, state: "accepted".into(), since, ..item(plan_id, unit) };
        let closed_on = Some(date(2026, 12, 24));
        let live =
            Plan { id: plan_id, status: "closed".into(), confirmed_at: Some(now(9)), closed_on, ..plan };
        let stored = accepted.clone();
        let kept = live.clone();
        f.store
            .write(move |writer| {
                writer.plan_item_put(COUNTY, &stored)?;
                writer.plan_put(COUNTY, &kept)
            })
            .unwrap();
        f.store
            .read(|reader| {
                assert_eq!(reader.plan_get(COUNTY, plan_id)?, Some(live.clone()));
                assert_eq!(reader.plan_list(COUNTY)?, [live]);
                assert_eq!(reader.plan_item_list(COUNTY, plan_id)?, [accepted]);
                assert_eq!(reader.plan_corrections(COUNTY, unit)?["紫外线"], "t.uv");
                Ok(())
            })
            .unwrap();
        f.store.write(move |writer| writer.plan_delete(COUNTY, plan_id)).unwrap();
        let left =
            f.store.read(|reader| Ok((reader.plan_list(COUNTY)?, reader.plan_item_list(COUNTY, plan_id)?)));
        assert_eq!(left.unwrap(), (vec![], vec![]));
    });
}

#[test]
fn calendars_documents_overlays_and_settings() {
    on_each_database(|f| {
        let term = Term {
            id: "2026-T1".into(),
            title: "秋季学期".into(),
            from: date(2026, 9, 1),
            to: date(2027, 1, 22),
        };
        let day = CalendarDay { day: date(2026, 10, 10), works: true, title: "国庆调休".into() };
        let document = Document {
            id: DocumentId(0),
            unit: f.top,
            title: "工作总结".into(),
            period: "2026-T1".into(),
            file_name: "工作总结.docx".into(),
            source: vec![0x50, 0x4b],
            decisions: serde_json::json!({ "missing:4": { "accepted": "3家" } }),
            updated_at: now(8),
            updated_by: "王老师".into(),
        };
        let (t, d, doc) = (term.clone(), day.clone(), document.clone());
        let id = f
            .store
            .write(move |writer| {
                writer.term_put(COUNTY, &t)?;
                writer.calendar_day_put(COUNTY, &d)?;
                writer.overlay_append(COUNTY, "extends: t.check", "县", now(8))?;
                writer.overlay_append(COUNTY, "extends: t.other", "县", now(9))?;
                writer.setting_put(COUNTY, "seal", &serde_json::json!({ "on": true }))?;
                writer.document_put(COUNTY, &doc)
            })
            .unwrap();
        f.store
            .read(|reader| {
                assert_eq!(reader.term_list(COUNTY)?, [term]);
                assert_eq!(reader.calendar_day_list(COUNTY)?, [day]);
                assert_eq!(reader.overlay_list(COUNTY)?, ["extends: t.check", "extends: t.other"]);
                assert_eq!(reader.setting_get(COUNTY, "seal")?, Some(serde_json::json!({ "on": true })));
                assert_eq!(reader.setting_get(COUNTY, "none")?, None);
                assert_eq!(reader.document_list(COUNTY)?, [Document { id, ..document }]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn the_log_lists_the_newest_first_and_pages_back() {
    on_each_database(|f| {
        let unit = f.classes[0];
        for number in 0..5 {
            let change = NewChange {
                action: "read".into(),
                noun: "person".into(),
                reference: number.to_string(),
                unit: Some(unit),
                before: serde_json::Value::Null,
                after: serde_json::Value::Null,
                reason: None,
                actor: actor(),
                at: now(8),
            };
            f.store.write(move |writer| writer.change_append(COUNTY, &change)).unwrap();
        }
        let path = f.store.read(|r| r.org_unit_get(COUNTY, f.kindergartens[0])).unwrap().unwrap().path;
        let query = ChangeQuery {
            noun: Some("person".into()),
            unit_path: Some(path),
            limit: 2,
            ..ChangeQuery::default()
        };
        let page = f.store.read(|r| r.change_list(COUNTY, &query)).unwrap();
        assert_eq!(page.iter().map(|change| change.reference.as_str()).collect::<Vec<_>>(), ["4", "3"]);
        let query = ChangeQuery { before: page.last().map(|change| change.seq), ..query };
        let page = f.store.read(|r| r.change_list(COUNTY, &query)).unwrap();
        assert_eq!(page.iter().map(|change| change.reference.as_str()).collect::<Vec<_>>(), ["2", "1"]);
        f.is_sound();
    });
}
