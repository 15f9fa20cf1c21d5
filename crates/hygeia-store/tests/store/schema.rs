//! Tables that follow their packs.

use crate::harness::*;
use hygeia_expr::Value;
use hygeia_store::StoreError;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

const DAY: Date = date(2026, 11, 24);

#[test]
fn the_same_packs_again_change_nothing() {
    on_each_database(|f| {
        let plan = f.store.schema_plan(&f.packs).unwrap();
        assert!(plan.is_empty() && plan.lines.is_empty(), "{plan:?}");
    });
}

#[test]
fn a_new_field_is_shown_first_and_old_entries_keep_their_meaning() {
    on_each_database(|f| {
        f.put(write(1, f.classes[0], f.children[0], DAY, &[("minutes", Value::Int(5))]));
        let wider = packs_of(&format!("{CHECK}  unit: {{ type: text, title: 单位 }}\n"), MEASURES);
        let plan = f.store.schema_plan(&wider).unwrap();
        assert_eq!(plan.lines, ["“晨检”增加字段“单位”"]);
        assert!(plan.statements[0].contains("ADD COLUMN \"unit_\" TEXT"), "{:?}", plan.statements);
        assert!(!f.store.schema_plan(&wider).unwrap().is_empty(), "a plan changes nothing");
        f.store.schema_apply(wider.clone(), "县管理员").unwrap();
        f.packs = wider;
        let old = f.get(id(1)).unwrap();
        assert_eq!((&old.values["minutes"], &old.values["unit"]), (&Value::Int(5), &Value::Null));
        f.put(write(2, f.classes[0], f.children[1], DAY, &[("unit", "片".into())]));
        assert_eq!(f.get(id(2)).unwrap().values["unit"], Value::from("片"));
        f.is_sound();
        // A field that the pack drops stays in the table.
        f.packs = packs_of(CHECK, MEASURES);
        assert!(f.store.schema_apply(f.packs.clone(), "县管理员").unwrap().statements.is_empty());
        assert!(f.holds_text("片", &["r_t_check"]));
    });
}

#[test]
fn new_and_changed_measures_are_counted_from_what_is_there() {
    on_each_database(|f| {
        f.put(write(1, f.classes[0], f.children[0], DAY, &[("temperature", decimal("37.2"))]));
        f.put(write(2, f.classes[0], f.children[1], DAY, &[("temperature", decimal("38.2"))]));
        f.put(write(3, f.classes[0], f.children[2], DAY, &[("temperature", decimal("36.2"))]));
        assert_eq!(f.value("t.fever", f.top, DAY, DAY), Decimal::ONE);
        let measures = MEASURES.replace(">= 37.5", ">= 37.0")
            + "  cool: { title: 体温低, people: check, where: temperature < 37, unit: 人 }\n";
        f.packs = packs_of(CHECK, &measures);
        let plan = f.store.schema_apply(f.packs.clone(), "test").unwrap();
        assert_eq!(
            plan.lines,
            ["计数“发热人次”的口径有变，按记录重算", "计数“发热人数”的口径有变，按记录重算"]
        );
        assert_eq!(f.value("t.fever", f.top, DAY, DAY), Decimal::from(2));
        assert_eq!(f.people("t.ill", f.top, DAY, DAY), 2);
        assert_eq!(f.people("t.cool", f.classes[0], date(2026, 11, 1), date(2026, 11, 30)), 1);
        f.is_sound();
    });
}

#[test]
fn a_measure_that_comes_back_is_counted_anew() {
    on_each_database(|f| {
        let without: String = MEASURES
            .lines()
            .filter(|line| !line.contains("minutes:"))
            .map(|line| format!("{line}\n"))
            .collect();
        f.store.schema_apply(packs_of(CHECK, &without), "test").unwrap();
        f.put(write(1, f.classes[0], f.children[0], DAY, &[("minutes", Value::Int(25))]));
        f.store.schema_apply(f.packs.clone(), "test").unwrap();
        assert_eq!(f.value("t.minutes", f.top, DAY, DAY), Decimal::from(25));
        f.is_sound();
    });
}

#[test]
fn a_stored_field_cannot_change_its_type() {
    on_each_database(|f| {
        let changed = packs_of(
            &CHECK.replace("minutes: { type: int", "minutes: { type: text"),
            &MEASURES.replace("sum: check.minutes", "sum: check.temperature"),
        );
        let refused = f.store.schema_plan(&changed);
        assert!(
            matches!(&refused, Err(StoreError::Migration(message)) if message.contains("分钟")),
            "{refused:?}"
        );
        assert!(f.store.schema_apply(changed, "test").is_err());
        f.put(write(1, f.classes[0], f.children[0], DAY, &[("minutes", Value::Int(5))]));
        f.is_sound();
    });
}

#[test]
fn a_changed_natural_key_holds_for_old_entries_too() {
    on_each_database(|f| {
        f.put(write(1, f.classes[0], f.children[0], DAY, &[]));
        f.packs = packs_of(&CHECK.replace("key: [child, date]", "key: [org_unit, date]"), MEASURES);
        let plan = f.store.schema_apply(f.packs.clone(), "test").unwrap();
        assert_eq!(plan.keys, ["t.check"]);
        let put = f.put(write(2, f.classes[0], f.children[1], DAY, &[]));
        assert!(matches!(put, hygeia_store::Put::Duplicate { .. }), "{put:?}");
        f.is_sound();
    });
}
