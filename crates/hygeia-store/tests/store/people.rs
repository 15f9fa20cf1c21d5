//! Units, people and the rolls counted from their enrolments.

use crate::harness::*;
use hygeia_expr::Value;
use hygeia_pack::model::Among;
use hygeia_store::{Enrolment, EnrolmentId, OrgUnitId, Person, PersonId, Put, Rehome, StaysOf, StoreError};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

const MONDAY: Date = date(2026, 11, 23);

impl Fixture {
    fn stock(&self, unit: OrgUnitId, on: Date) -> i64 {
        self.store.read(|reader| reader.stock(COUNTY, "child", &[unit], on)).unwrap()
    }

    fn joined(&self, unit: OrgUnitId, from: Date, to: Date) -> i64 {
        let ranges = [(from, to)];
        let grid = self.store.read(|reader| reader.joined_values(COUNTY, "child", &[unit], &ranges)).unwrap();
        i64::try_from(grid.get(0, 0, 0)).unwrap()
    }

    fn transfer(&self, child: usize, to: Option<OrgUnitId>, day: Date) {
        let person = self.children[child];
        self.store
            .write(move |writer| {
                let open = writer.person_enrolments(COUNTY, person)?.into_iter().find(|e| e.to.is_none());
                if let Some(open) = open {
                    writer.enrolment_close(COUNTY, open.id, day, "转班")?;
                }
                to.map(|to| writer.enrolment_put(COUNTY, &enrolment(person, to, day, None))).transpose()
            })
            .unwrap();
    }
}

#[test]
fn a_roll_is_right_on_every_day_and_level() {
    on_each_database(|f| {
        let (a, b, k0, k1, top) = (f.classes[0], f.classes[1], f.kindergartens[0], f.kindergartens[1], f.top);
        assert_eq!(
            [f.stock(a, date(2026, 8, 31)), f.stock(a, date(2026, 9, 1)), f.stock(top, MONDAY)],
            [0, 3, 12]
        );
        f.transfer(0, Some(b), MONDAY);
        let sunday = date(2026, 11, 22);
        assert_eq!(
            [f.stock(a, sunday), f.stock(a, MONDAY), f.stock(b, MONDAY), f.stock(k0, MONDAY)],
            [3, 2, 4, 6]
        );
        assert_eq!(f.joined(b, MONDAY, MONDAY), 1);
        assert_eq!(f.joined(k0, MONDAY, MONDAY), 0, "a move inside the kindergarten is no arrival there");
        f.transfer(1, Some(f.classes[2]), MONDAY);
        assert_eq!([f.stock(k0, MONDAY), f.stock(k1, MONDAY), f.stock(top, MONDAY)], [5, 7, 12]);
        assert_eq!([f.joined(k1, MONDAY, MONDAY), f.joined(top, MONDAY, MONDAY)], [1, 0]);
        f.transfer(2, None, MONDAY);
        assert_eq!(f.stock(top, MONDAY), 11);
        f.transfer(2, Some(a), date(2026, 12, 7));
        assert_eq!([f.stock(top, date(2026, 12, 6)), f.stock(top, date(2026, 12, 7))], [11, 12]);
        assert_eq!(f.joined(top, date(2026, 12, 1), date(2026, 12, 31)), 1, "coming back is an arrival");
        f.is_sound();
    });
}

#[test]
fn people_of_a_measure_are_looked_for_among_those_of_the_roll() {
    on_each_database(|f| {
        let (a, b, k0, top) = (f.classes[0], f.classes[1], f.kindergartens[0], f.top);
        let fever = [("temperature", Value::Decimal(Decimal::from(38)))];
        for (at, class) in [(0, a), (1, a), (3, b)] {
            f.put(write(at as u128 + 1, class, f.children[at], MONDAY, &fever));
        }
        let among = |f: &Fixture, among, unit, to| -> Vec<PersonId> {
            let range = (date(2026, 11, 1), to);
            f.store
                .read(|r| {
                    let own = r.stays(COUNTY, "child", unit)?;
                    let stays = StaysOf { unit: &own, house: None };
                    r.people_among(COUNTY, &"t.ill".into(), among, unit, range, stays)
                })
                .unwrap()
        };
        let tuesday = date(2026, 11, 24);
        f.transfer(0, Some(b), tuesday);
        f.transfer(1, None, tuesday);
        let enrolled = |f: &Fixture, unit, to| among(f, Among::Enrolled, unit, to);
        assert_eq!(enrolled(f, a, MONDAY), f.children[..2]);
        assert_eq!(enrolled(f, a, tuesday), [], "one is in the next class, one has left");
        assert_eq!(enrolled(f, k0, tuesday), [f.children[0], f.children[3]]);
        assert_eq!(enrolled(f, top, tuesday), [f.children[0], f.children[3]]);
        assert_eq!(among(f, Among::Joined, k0, tuesday), [], "all came in September");
        f.transfer(1, Some(a), date(2026, 11, 25));
        assert_eq!(among(f, Among::Joined, k0, date(2026, 11, 25)), [f.children[1]]);
    });
}

#[test]
fn who_moves_within_a_house_has_not_joined_its_parts() {
    on_each_database(|f| {
        let (a, b, k0) = (f.classes[0], f.classes[1], f.kindergartens[0]);
        let tuesday = date(2026, 11, 24);
        f.transfer(0, Some(b), tuesday);
        let joined = |f: &Fixture, unit, house: Option<OrgUnitId>, from, to| {
            f.store
                .read(|r| {
                    let own = r.stays(COUNTY, "child", unit)?;
                    let house = house.map(|house| r.stays(COUNTY, "child", house)).transpose()?;
                    Ok(StaysOf { unit: &own, house: house.as_deref() }.joined((from, to)))
                })
                .unwrap()
        };
        let november = (date(2026, 11, 1), date(2026, 11, 30));
        assert_eq!(joined(f, b, None, november.0, november.1), 1, "new in the class");
        assert_eq!(joined(f, b, Some(k0), november.0, november.1), 0, "and long in the house");
        let all = (date(2026, 1, 1), november.1);
        let of = |f: &Fixture, unit| joined(f, unit, Some(k0), all.0, all.1);
        assert_eq!(of(f, a) + of(f, b), joined(f, k0, None, all.0, all.1), "the classes add up to the house");
        f.transfer(1, None, tuesday);
        f.transfer(1, Some(b), date(2026, 11, 26));
        assert_eq!(joined(f, b, Some(k0), november.0, november.1), 1, "coming back is an arrival");
    });
}

#[test]
fn person_days_add_up_the_roll_of_each_day() {
    on_each_database(|f| {
        f.transfer(0, None, date(2026, 11, 25));
        let days = [date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 26)];
        let units = [f.classes[0], f.top];
        let range = (date(2026, 8, 31), date(2026, 11, 26));
        let roll = f.store.read(|r| r.roll_days(COUNTY, "child", &units, range)).unwrap();
        assert_eq!(roll.person_days(&units[..1], &days), 3 + 3 + 2 + 2);
        assert_eq!(roll.person_days(&units[..1], &[]), 0);
        assert_eq!(roll.person_days(&units[1..], &[date(2026, 8, 31), date(2026, 9, 1)]), 12);
        assert_eq!(roll.person_days(&units, &[MONDAY]), 3 + 12, "each unit's roll counts by itself");
    });
}

#[test]
fn overlapping_enrolments_count_a_person_once() {
    on_each_database(|f| {
        let (person, b) = (f.children[0], f.classes[1]);
        f.store
            .write(move |writer| {
                writer
                    .enrolment_put(COUNTY, &enrolment(person, b, date(2026, 10, 1), Some(date(2026, 12, 1))))
            })
            .unwrap();
        assert_eq!(
            [f.stock(f.classes[0], MONDAY), f.stock(b, MONDAY), f.stock(f.kindergartens[0], MONDAY)],
            [3, 4, 6]
        );
        f.is_sound();
    });
}

#[test]
fn rosters_and_rolls_list_who_is_there() {
    on_each_database(|f| {
        f.transfer(1, None, MONDAY);
        let names = |day| {
            let people = f.store.read(|r| r.roster(COUNTY, f.classes[0], day, "child")).unwrap();
            people.into_iter().map(|person| person.name).collect::<Vec<_>>()
        };
        assert_eq!(names(date(2026, 11, 22)), ["孩子000", "孩子001", "孩子002"]);
        assert_eq!(names(MONDAY), ["孩子000", "孩子002"]);
        let path = f.store.read(|r| r.org_unit_get(COUNTY, f.kindergartens[0])).unwrap().unwrap().path;
        let roll = f.store.read(|r| r.roll(COUNTY, &path, MONDAY, "child")).unwrap();
        assert_eq!(roll.len(), 5);
        assert_eq!(roll[0].1, f.classes[0]);
        assert!(f.store.read(|r| r.roster(COUNTY, f.classes[0], MONDAY, "staff")).unwrap().is_empty());
    });
}

#[test]
fn people_are_found_by_name_within_reach() {
    on_each_database(|f| {
        let paths: Vec<String> =
            f.store.read(|r| r.org_unit_list(COUNTY)).unwrap().into_iter().map(|unit| unit.path).collect();
        let find = |text: &str, path: &str| {
            f.store
                .read(|r| r.person_search(COUNTY, text, &[path.to_owned()], date(2026, 12, 1), 10))
                .unwrap()
        };
        assert_eq!(find("孩子", &paths[0]).len(), 10);
        let found = find("子101", &paths[0]);
        assert_eq!(
            found.iter().map(|(p, unit, left)| (p.name.as_str(), *unit, *left)).collect::<Vec<_>>(),
            [("孩子101", f.classes[2], None)]
        );
        let (person, day) = (found[0].0.id, date(2026, 11, 20));
        let gone = |f: &Fixture, on| f.store.read(|r| r.left(COUNTY, &paths[0], on, "child")).unwrap();
        assert!(gone(f, date(2026, 12, 1)).is_empty());
        let open = f.store.read(|r| r.person_enrolments(COUNTY, person)).unwrap().remove(0);
        f.store.write(move |writer| writer.enrolment_close(COUNTY, open.id, day, "迁居")).unwrap();
        assert_eq!(find("子101", &paths[0])[0].2, Some(day));
        let left = gone(f, date(2026, 12, 1));
        assert_eq!(left.len(), 1);
        assert_eq!(
            (left[0].0.id, left[0].1, left[0].2, left[0].3.as_str()),
            (person, f.classes[2], day, "迁居")
        );
        assert!(gone(f, date(2026, 11, 19)).is_empty(), "still there the day before");
        let own = f.store.read(|r| r.org_unit_get(COUNTY, f.kindergartens[0])).unwrap().unwrap().path;
        assert!(find("孩子101", &own).is_empty());
        assert!(find("%", &paths[0]).is_empty());
        assert!(f.store.read(|r| r.person_search(COUNTY, "孩子", &[], MONDAY, 10)).unwrap().is_empty());
    });
}

#[test]
fn secrets_are_sealed_at_rest_and_absent_from_lists() {
    on_each_database(|f| {
        let (number, phone) = ("110105202103014321", "13900001111");
        let person =
            Person { id_number: Some(number.into()), phone: Some(phone.into()), ..child("900", "周密") };
        let class = f.classes[0];
        let id = f
            .store
            .write(move |writer| {
                let id = writer.person_put(COUNTY, &person)?;
                writer.enrolment_put(COUNTY, &enrolment(id, class, MONDAY, None))?;
                Ok(id)
            })
            .unwrap();
        f.put(write(1, class, id, MONDAY, &[("guardian", "赵钱孙李监护人".into())]));
        let whole = f.store.read(|r| r.person_get(COUNTY, id)).unwrap().unwrap();
        assert_eq!((whole.id_number.as_deref(), whole.phone.as_deref()), (Some(number), Some(phone)));
        let listed = f.store.read(|r| r.roster(COUNTY, class, MONDAY, "child")).unwrap();
        assert!(listed.iter().all(|person| person.id_number.is_none() && person.phone.is_none()));
        for secret in [number, phone, "赵钱孙李监护人"] {
            assert!(!f.holds_text(secret, &["person", "change", "r_t_check"]), "{secret} stands in clear");
        }
        assert!(f.holds_text("周密", &["person"]), "names are not secret: the search itself works");
        assert!(matches!(f.open_with_key([8; 32]), Err(StoreError::WrongKey)));
    });
}

#[test]
fn codes_are_unique_and_references_exist() {
    on_each_database(|f| {
        let taken = f.store.write(|writer| writer.person_put(COUNTY, &child("000", "重号")));
        assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
        let taken = f.store.write(|writer| writer.org_unit_put(COUNTY, &unit("k0", "kindergarten", None)));
        assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
        let nowhere =
            f.store.write(|writer| writer.org_unit_put(COUNTY, &unit("x", "class", Some(OrgUnitId(99)))));
        assert!(matches!(nowhere, Err(StoreError::Missing(_))), "{nowhere:?}");
        let person = f.children[0];
        let nowhere =
            f.store.write(move |w| w.enrolment_put(COUNTY, &enrolment(person, OrgUnitId(99), MONDAY, None)));
        assert!(matches!(nowhere, Err(StoreError::Missing(_))), "{nowhere:?}");
        let unknown = f.store.write(|w| w.enrolment_close(COUNTY, EnrolmentId(999), MONDAY, ""));
        assert!(matches!(unknown, Err(StoreError::Missing(_))), "{unknown:?}");
    });
}

#[test]
fn a_unit_that_moves_takes_its_numbers_along() {
    on_each_database(|f| {
        f.put(write(1, f.classes[0], f.children[0], MONDAY, &[("temperature", decimal("38"))]));
        let (class, k1) = (f.classes[0], f.kindergartens[1]);
        let before = f.store.read(|r| r.directory_version(COUNTY)).unwrap();
        f.store
            .write(move |writer| {
                let mut unit = writer.org_unit_get(COUNTY, class)?.expect("the class is there");
                unit.parent = Some(k1);
                writer.org_unit_put(COUNTY, &unit)
            })
            .unwrap();
        assert!(f.store.read(|r| r.directory_version(COUNTY)).unwrap() > before);
        assert_eq!(f.value("t.checks", k1, MONDAY, MONDAY), Decimal::ONE);
        assert_eq!(f.value("t.checks", f.kindergartens[0], MONDAY, MONDAY), Decimal::ZERO);
        assert_eq!(
            [f.stock(k1, MONDAY), f.stock(f.kindergartens[0], MONDAY), f.stock(f.top, MONDAY)],
            [9, 3, 12]
        );
        assert_eq!(f.people("t.ill", k1, MONDAY, MONDAY), 1);
        let below_itself = f.store.write(move |writer| {
            let mut unit = writer.org_unit_get(COUNTY, k1)?.expect("the kindergarten is there");
            unit.parent = Some(class);
            writer.org_unit_put(COUNTY, &unit)
        });
        assert!(below_itself.is_err());
        f.is_sound();
    });
}

#[test]
fn an_enrolment_can_be_corrected() {
    on_each_database(|f| {
        let person = f.children[0];
        let known = f.store.read(|r| r.person_enrolments(COUNTY, person)).unwrap().remove(0);
        let fixed = Enrolment { from: date(2026, 10, 8), unit: f.classes[3], ..known };
        f.store.write(move |writer| writer.enrolment_put(COUNTY, &fixed)).unwrap();
        assert_eq!([f.stock(f.top, date(2026, 9, 30)), f.stock(f.classes[3], MONDAY)], [11, 4]);
        f.is_sound();
    });
}

#[test]
fn an_entry_taken_to_another_unit_counts_there_on_every_level_and_a_person_taken_out_leaves_the_rolls() {
    on_each_database(|f| {
        let (child, register) = (f.children[1], f.check());
        let (from, to) = (f.classes[0], f.classes[2]);
        f.put(write(7, from, child, MONDAY, &[("temperature", decimal("38.0"))]));
        let measure = "t.checks";
        let at = |f: &Fixture, unit| f.value(measure, unit, MONDAY, MONDAY);
        let before = [at(f, from), at(f, to), at(f, f.kindergartens[0]), at(f, f.kindergartens[1])];
        let rehomed = {
            let register = register.clone();
            f.store.write(move |writer| {
                let who = actor();
                let step = Rehome { unit: to, pictures: &[], reason: "转班", actor: &who, at: now(10) };
                writer.entry_rehome(COUNTY, &register, id(7), step)
            })
        };
        assert!(matches!(rehomed.unwrap(), Put::Updated { version: 2 }));
        let entry = f.get(id(7)).unwrap();
        assert_eq!((entry.unit, entry.version), (to, 2));
        let one = Decimal::ONE;
        let after = [at(f, from), at(f, to), at(f, f.kindergartens[0]), at(f, f.kindergartens[1])];
        assert_eq!(after, [before[0] - one, before[1] + one, before[2] - one, before[3] + one]);
        let about =
            |days| f.store.read(|r| r.entries_about(COUNTY, &register, &[child], days)).unwrap().len();
        assert_eq!(about((MONDAY, None)), 1);
        assert_eq!(about((MONDAY, Some(MONDAY))), 1);
        assert_eq!(about((date(2026, 11, 24), None)), 0);
        f.is_sound();

        let other = f.children[2];
        assert!(!f.store.read(|r| r.person_has_duties(COUNTY, other)).unwrap());
        let stock = f.stock(from, MONDAY);
        f.store.write(move |writer| writer.person_delete(COUNTY, other)).unwrap();
        assert!(f.store.read(|r| r.person_get(COUNTY, other)).unwrap().is_none());
        assert_eq!(f.stock(from, MONDAY), stock - 1);
        f.is_sound();
    });
}
