//! Lists of entries: filters, order, pages.

use crate::harness::*;
use hygeia_expr::Value;
use hygeia_store::{Entry, EntryQuery, EntryWrite, SheetSign, UnsignedSheet};
use jiff::civil::date;

impl Fixture {
    fn list(&self, query: &EntryQuery) -> Vec<u128> {
        let register = self.check();
        let (entries, count): (Vec<Entry>, i64) = self
            .store
            .read(|reader| {
                Ok((
                    reader.entry_list(COUNTY, &register, query)?,
                    reader.entry_count(COUNTY, &register, query)?,
                ))
            })
            .unwrap();
        if query.limit == 0 {
            assert_eq!(entries.len() as i64, count);
        }
        entries.iter().map(|entry| entry.id.0.as_u128()).collect()
    }

    fn filled(&self) {
        let text = |text: &str| Value::from(text);
        let rows = [
            (1, 0, 20, "38.5", "rash", vec!["cough"], "发热，已通知家长"),
            (2, 0, 21, "36.5", "normal", vec![], "正常"),
            (3, 3, 20, "37.5", "normal", vec!["cough", "other"], "100%复查"),
            (4, 6, 20, "36.6", "rash", vec!["rash"], ""),
        ];
        for (number, child, day, temperature, skin, symptoms, note) in rows {
            let symptoms: Vec<Value> = symptoms.into_iter().map(Value::from).collect();
            let mut pairs =
                vec![("temperature", decimal(temperature)), ("skin", text(skin)), ("note", text(note))];
            if !symptoms.is_empty() {
                pairs.push(("symptoms", Value::List(symptoms)));
            }
            let mut write =
                write(number, self.classes[child / 3], self.children[child], date(2026, 11, day), &pairs);
            write.on_time = [None, Some(true), Some(false), Some(true), Some(true)][number as usize];
            self.put(write);
        }
    }
}

#[test]
fn entries_are_found_by_place_day_person_and_punctuality() {
    on_each_database(|f| {
        f.filled();
        assert_eq!(f.list(&EntryQuery::default()).len(), 4);
        let path = |unit| f.store.read(|r| r.org_unit_get(COUNTY, unit)).unwrap().unwrap().path;
        let in_k0 = EntryQuery { unit_paths: vec![path(f.kindergartens[0])], ..EntryQuery::default() };
        assert_eq!(f.list(&EntryQuery { sort: Some(("day".into(), false)), ..in_k0.clone() }), [1, 3, 2]);
        assert_eq!(f.list(&EntryQuery { unit_paths: vec![path(f.top)], ..EntryQuery::default() }).len(), 4);
        let day = EntryQuery {
            from: Some(date(2026, 11, 21)),
            to: Some(date(2026, 11, 21)),
            ..EntryQuery::default()
        };
        assert_eq!(f.list(&day), [2]);
        assert_eq!(f.list(&EntryQuery { person: Some(f.children[6]), ..EntryQuery::default() }), [4]);
        assert_eq!(f.list(&EntryQuery { on_time: Some(false), ..EntryQuery::default() }), [2]);
    });
}

#[test]
fn the_records_behind_a_number_are_as_many_as_the_number() {
    on_each_database(|f| {
        f.filled();
        for measure in ["t.fever", "t.warmth", "t.checks"] {
            let filter = f.packs.measures[measure].filter().map(|formula| formula.expr.clone());
            let register = f.check();
            let query = EntryQuery { filter: filter.clone(), ..EntryQuery::default() };
            let in_sql = f.list(&query).len();
            let all = f.store.read(|r| r.entry_list(COUNTY, &register, &EntryQuery::default())).unwrap();
            let in_rust =
                all.iter().filter(|e| filter.as_ref().is_none_or(|x| x.eval(&e.values).is_true())).count();
            assert_eq!(in_sql, in_rust, "{measure}");
        }
        let fever = f.packs.measures["t.fever"].filter().map(|formula| formula.expr.clone());
        let rash = EntryQuery {
            filter: fever,
            equals: vec![("skin".into(), "rash".into())],
            ..EntryQuery::default()
        };
        assert_eq!(f.list(&rash), [1]);
    });
}

#[test]
fn text_and_values_are_matched_literally() {
    on_each_database(|f| {
        f.filled();
        let text = |text: &str| EntryQuery { text: Some(text.into()), ..EntryQuery::default() };
        assert_eq!(f.list(&text("通知")), [1]);
        assert_eq!(f.list(&text("100%")), [3]);
        assert_eq!(f.list(&text("孩子100")), [4]);
        assert!(f.list(&text("_")).is_empty());
        let equal = |field: &str, value: Value| EntryQuery {
            equals: vec![(field.into(), value)],
            ..EntryQuery::default()
        };
        let sorted = |query: &EntryQuery| {
            let mut ids = f.list(query);
            ids.sort_unstable();
            ids
        };
        assert_eq!(sorted(&equal("symptoms", "cough".into())), [1, 3]);
        assert_eq!(sorted(&equal("symptoms", Value::Null)), [2]);
        assert_eq!(sorted(&equal("temperature", decimal("36.60"))), [4]);
        let register = f.check();
        let unknown = f.store.read(|r| r.entry_count(COUNTY, &register, &equal("no_such", Value::Null)));
        assert!(unknown.is_err());
    });
}

#[test]
fn pages_follow_the_order_asked_for() {
    on_each_database(|f| {
        f.filled();
        let by = |descending| EntryQuery {
            sort: Some(("temperature".into(), descending)),
            ..EntryQuery::default()
        };
        assert_eq!(f.list(&by(false)), [2, 4, 3, 1]);
        let second = EntryQuery { limit: 2, offset: 2, ..by(true) };
        assert_eq!(f.list(&second), [4, 2]);
        f.void(id(4), true);
        assert_eq!(f.list(&by(false)), [2, 3, 1]);
        assert_eq!(f.list(&EntryQuery { include_void: true, ..by(false) }), [2, 4, 3, 1]);
    });
}

#[test]
fn a_sheet_has_its_entries_and_its_signature() {
    on_each_database(|f| {
        f.filled();
        let (register, class, day) = (f.check(), f.classes[0], date(2026, 11, 20));
        let sign = SheetSign { unit: class, day, by: "张园医".into(), at: now(10) };
        let (own, stored) = (register.id.clone(), sign.clone());
        f.store.write(move |writer| writer.sheet_sign(COUNTY, &own, &stored)).unwrap();
        let sheet = f.store.read(|r| r.entry_sheet(COUNTY, &register, class, day)).unwrap();
        assert_eq!(sheet.len(), 1);
        assert_eq!((sheet[0].signed_by.as_deref(), sheet[0].signed_at), (Some("张园医"), Some(now(10))));
        let signs =
            f.store.read(|r| r.sheet_signs(COUNTY, &register.id, &[class, f.classes[1]], day, day)).unwrap();
        assert_eq!(signs, [sign]);
        assert_eq!(f.get(id(2)).unwrap().signed_by, None);
        f.is_sound();
    });
}

#[test]
fn a_change_after_the_signature_takes_it_away_and_the_log_keeps_who_had_signed() {
    on_each_database(|f| {
        f.filled();
        let (register, class, day) = (f.check(), f.classes[0], date(2026, 11, 20));
        let sign = SheetSign { unit: class, day, by: "张园医".into(), at: now(10) };
        let again = |f: &Fixture| {
            let (own, stored) = (register.id.clone(), sign.clone());
            f.store.write(move |writer| writer.sheet_sign(COUNTY, &own, &stored)).unwrap();
        };
        let stands = |f: &Fixture| {
            let signs = f.store.read(|r| r.sheet_signs(COUNTY, &register.id, &[class], day, day)).unwrap();
            let lost = f.store.read(|r| r.sheet_lost_sign(COUNTY, &register.id, class, day)).unwrap();
            let unsigned = f.store.read(|r| r.sheets_unsigned(COUNTY, (day, day))).unwrap();
            let sheet = UnsignedSheet { register: register.id.clone(), unit: class, day };
            assert_eq!(unsigned, if lost.is_some() { vec![sheet] } else { vec![] });
            (signs.len(), lost.map(|lost| (lost.by, lost.at, lost.changed_by)))
        };
        let own = f.store.read(|r| r.entry_sheet(COUNTY, &register, class, day)).unwrap().remove(0);
        again(f);
        assert_eq!(stands(f), (1, None));
        f.void(own.id, true);
        let lost = ("张园医".to_owned(), now(10), "王老师".to_owned());
        assert_eq!(stands(f), (0, Some(lost.clone())));
        f.void(own.id, false);
        again(f);
        assert_eq!(stands(f), (1, None), "signed anew");
        let mut values = own.values.clone();
        values.insert("note".into(), Value::Text("补记".into()));
        let write = EntryWrite {
            id: own.id,
            unit: own.unit,
            person: own.person,
            day: own.day,
            values,
            expect_version: None,
            on_time: own.on_time,
            actor: actor(),
            at: now(11),
            reason: None,
        };
        f.put(write);
        assert_eq!(stands(f), (0, Some(lost)));
        assert_eq!(f.get(own.id).unwrap().signed_by, None);
        f.is_sound();
    });
}

#[test]
fn entries_about_people_are_open_from_their_day_until_the_day_a_field_says() {
    on_each_database(|f| {
        f.filled();
        let spans = |until: Option<&str>, from, to| {
            let query = EntryQuery {
                from: Some(date(2026, 11, from)),
                to: Some(date(2026, 11, to)),
                ..EntryQuery::default()
            };
            let register = f.check();
            let mut found =
                f.store.read(|reader| reader.entry_spans(COUNTY, &register, until, &query)).unwrap();
            found.sort_by_key(|span| (span.from, span.person));
            found
        };
        // Without a field that closes them, those of the days asked for.
        let of_a_day = spans(None, 21, 30);
        assert_eq!(of_a_day.len(), 1);
        assert_eq!((of_a_day[0].unit, of_a_day[0].person), (f.classes[0], f.children[0]));
        assert_eq!(
            (of_a_day[0].from, of_a_day[0].to, of_a_day[0].on_time),
            (date(2026, 11, 21), None, false)
        );
        let timely: Vec<bool> = spans(None, 20, 20).iter().map(|span| span.on_time).collect();
        assert_eq!(timely, [true, true, true]);
        // The test's register closes each on its own day: what was closed by the first day asked for is left out.
        let open = spans(Some("date"), 20, 30);
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].from, open[0].to), (date(2026, 11, 21), Some(date(2026, 11, 21))));
        assert_eq!(spans(Some("date"), 19, 20).len(), 3, "not begun by the last day: left out too");
    });
}
