//! What signals read: a measure day by day with its parts, entries whose field is blank, and a county's own changes.

use crate::harness::*;
use hygeia_expr::Value;
use hygeia_pack::model::MeasureId;
use hygeia_store::{EntryQuery, OrgUnitId};
use jiff::civil::{Date, date};

impl Fixture {
    /// Unit, part, day and value of every cell of a measure, in order.
    fn series(
        &self,
        measure: &str,
        units: &[OrgUnitId],
        part: Option<&str>,
        days: (Date, Date),
    ) -> Vec<(OrgUnitId, String, Date, String)> {
        let id = MeasureId::from(measure);
        let found = self.store.read(|reader| reader.cell_series(COUNTY, &id, units, part, days)).unwrap();
        let mut cells: Vec<_> = found
            .into_iter()
            .map(|cell| (cell.unit, cell.part, cell.day, cell.value.normalize().to_string()))
            .collect();
        cells.sort();
        cells
    }

    fn checked(&self, number: u128, child: usize, day: Date, skin: &str, temperature: &str) {
        let pairs = [("skin", Value::from(skin)), ("temperature", decimal(temperature))];
        self.put(write(number, self.classes[child / 3], self.children[child], day, &pairs));
    }
}

#[test]
fn a_series_has_every_unit_part_and_day_with_anything() {
    on_each_database(|f| {
        let (first, second) = (date(2026, 11, 20), date(2026, 11, 21));
        f.checked(1, 0, first, "rash", "38.5");
        f.checked(2, 1, first, "normal", "38.0");
        f.checked(3, 3, second, "rash", "37.5");
        f.checked(4, 6, second, "rash", "36.0");
        let (class, other, house) = (f.classes[0], f.classes[1], f.kindergartens[0]);
        let cell = |unit, part: &str, day, value: &str| (unit, part.to_owned(), day, value.to_owned());
        let mut all = vec![
            cell(class, "", first, "2"),
            cell(class, "normal", first, "1"),
            cell(class, "rash", first, "1"),
            cell(other, "", second, "1"),
            cell(other, "rash", second, "1"),
            cell(house, "", first, "2"),
            cell(house, "normal", first, "1"),
            cell(house, "rash", first, "1"),
            cell(house, "", second, "1"),
            cell(house, "rash", second, "1"),
        ];
        all.sort();
        let units = [class, other, house];
        assert_eq!(f.series("t.fever", &units, None, (first, second)), all);
        let rash = |cells: &[(OrgUnitId, String, Date, String)]| -> Vec<_> {
            cells.iter().filter(|(_, part, _, _)| part == "rash").cloned().collect()
        };
        assert_eq!(f.series("t.fever", &units, Some("rash"), (first, second)), rash(&all));
        assert_eq!(f.series("t.fever", &units, Some("rash"), (second, second)).len(), 2);
        assert_eq!(f.series("t.fever", &[], None, (first, second)), []);
        // A sum keeps its decimals, a corrected entry leaves nothing behind.
        let sum = |day| f.series("t.warmth", &[class], Some(""), (day, day));
        assert_eq!(sum(first), [cell(class, "", first, "38")]);
        f.checked(2, 1, second, "normal", "37.6");
        assert_eq!((sum(first), sum(second)), (vec![], vec![cell(class, "", second, "37.6")]));
        assert_eq!(f.series("t.fever", &[class], Some("normal"), (first, first)), []);
    });
}

#[test]
fn entries_are_found_by_a_field_that_is_blank() {
    on_each_database(|f| {
        let day = date(2026, 11, 20);
        f.checked(1, 0, day, "rash", "38.5");
        f.put(write(2, f.classes[0], f.children[1], day, &[("temperature", decimal("38.0"))]));
        let register = f.check();
        let found = |skin: Value| {
            let query = EntryQuery { equals: vec![("skin".into(), skin)], ..EntryQuery::default() };
            let entries = f.store.read(|reader| reader.entry_list(COUNTY, &register, &query)).unwrap();
            entries.iter().map(|entry| entry.id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(found(Value::Null), [2]);
        assert_eq!(found(Value::from("rash")), [1]);
    });
}

#[test]
fn changes_of_a_county_are_told_in_the_order_they_were_made() {
    on_each_database(|f| {
        for (yaml, who) in
            [("adjust: t.a\n", "甲"), ("adjust: t.b\n", "乙"), ("adjust: t.a\noff: true\n", "丙")]
        {
            f.store.write(move |writer| writer.overlay_append(COUNTY, yaml, who, now(9))).unwrap();
        }
        let history = f.store.read(|reader| reader.overlay_history(COUNTY)).unwrap();
        let told: Vec<(&str, &str)> =
            history.iter().map(|(yaml, who, _)| (yaml.as_str(), who.as_str())).collect();
        assert_eq!(
            told,
            [("adjust: t.a\n", "甲"), ("adjust: t.b\n", "乙"), ("adjust: t.a\noff: true\n", "丙")]
        );
        assert!(history.iter().all(|(_, _, at)| *at == now(9)));
    });
}
