//! What is kept in memory between transactions gives way to what others have written, and to what is undone.

use crate::harness::*;
use hygeia_store::{OrgUnitId, PersonId, Said, StaysOf, StoreError};
use jiff::civil::{Date, date};

const MONDAY: Date = date(2026, 11, 23);

impl Fixture {
    /// A check with fever through another handle, or the fixture's own.
    fn fever(&self, store: &hygeia_store::Store, number: u128, child: usize, day: Date) {
        let (register, unit) = (self.check(), self.classes[0]);
        let entry = write(number, unit, self.children[child], day, &[("temperature", decimal("38.2"))]);
        store.write(move |writer| writer.entry_put(COUNTY, &register, entry)).unwrap();
    }

    fn ill(&self) -> u64 {
        self.people("t.ill", self.top, MONDAY, MONDAY)
    }

    fn joined_kept(&self, unit: OrgUnitId) -> usize {
        self.store
            .read(|reader| {
                let stays = reader.stays(COUNTY, "child", unit)?;
                Ok(StaysOf { unit: &stays, house: None }.joined((MONDAY, MONDAY)))
            })
            .unwrap()
    }
}

#[test]
fn a_set_of_people_that_another_process_has_changed_is_read_anew() {
    on_each_database(|f| {
        let (other, _) = open_with_packs(&f.url());
        f.fever(&f.store, 1, 0, MONDAY);
        f.fever(&other, 2, 1, MONDAY);
        f.fever(&f.store, 3, 2, MONDAY);
        f.fever(&other, 4, 0, MONDAY.tomorrow().unwrap());
        assert_eq!(f.ill(), 3, "whom the other process added is still there");
        assert_eq!(f.people("t.ill", f.classes[0], MONDAY, MONDAY.tomorrow().unwrap()), 3);
        f.is_sound();
    });
}

#[test]
fn a_set_of_people_written_by_a_job_that_fails_is_not_kept() {
    on_each_database(|f| {
        f.fever(&f.store, 1, 0, MONDAY);
        let (register, top) = (f.check(), f.top);
        let entry = write(2, f.classes[0], f.children[1], MONDAY, &[("temperature", decimal("38.2"))]);
        let failed = f.store.write(move |writer| {
            writer.entry_put(COUNTY, &register, entry)?;
            // The question has the set written, inside the job.
            let seen = writer.people_count(COUNTY, &"t.ill".into(), top, MONDAY, MONDAY)?;
            Err::<(), _>(StoreError::Missing(format!("{seen} people")))
        });
        assert!(matches!(failed, Err(StoreError::Missing(said)) if said == "2 people"));
        // As many changes as the failed job had made, by somebody else.
        let (other, _) = open_with_packs(&f.url());
        f.fever(&other, 3, 2, MONDAY);
        f.fever(&f.store, 4, 1, MONDAY.tomorrow().unwrap());
        f.fever(&f.store, 5, 0, MONDAY.tomorrow().unwrap());
        assert_eq!(f.ill(), 2);
        f.is_sound();
    });
}

#[test]
fn sets_counted_anew_are_not_mixed_with_those_before() {
    on_each_database(|f| {
        f.fever(&f.store, 1, 0, MONDAY);
        // The set now asks for more: nobody has a fever that high.
        let higher = MEASURES
            .replace("people: check, where: temperature >= 37.5", "people: check, where: temperature >= 39");
        f.store.schema_apply(packs_of(CHECK, &higher), "test").unwrap();
        assert_eq!(f.ill(), 0);
        let (register, class, child) = (f.check(), f.classes[0], f.children[1]);
        let entry = write(2, class, child, MONDAY, &[("temperature", decimal("39.5"))]);
        f.store.write(move |writer| writer.entry_put(COUNTY, &register, entry)).unwrap();
        assert_eq!(f.ill(), 1);
        f.is_sound();
    });
}

#[test]
fn who_was_where_is_read_anew_when_another_process_has_moved_somebody() {
    on_each_database(|f| {
        let to = f.classes[1];
        assert_eq!(f.joined_kept(to), 0);
        let (other, _) = open_with_packs(&f.url());
        let person = f.children[0];
        other
            .write(move |writer| {
                let open = writer.person_enrolments(COUNTY, person)?.into_iter().find(|e| e.to.is_none());
                let open = open.ok_or(StoreError::Stopped)?;
                writer.enrolment_close(COUNTY, open.id, MONDAY, "转班")?;
                writer.enrolment_put(COUNTY, &enrolment(person, to, MONDAY, None))
            })
            .unwrap();
        assert_eq!(f.joined_kept(to), 1);
    });
}

#[test]
fn what_earlier_entries_say_comes_latest_first_and_without_what_is_void() {
    on_each_database(|f| {
        let put = |number: u128, child: usize, day: i8, note: &str| {
            let pairs = [("temperature", decimal("36.5")), ("guardian", note.into())];
            f.put(write(number, f.classes[0], f.children[child], date(2026, 11, day), &pairs));
        };
        put(1, 0, 16, "一");
        put(2, 0, 18, "二");
        put(3, 0, 20, "三");
        put(4, 0, 23, "四");
        put(5, 1, 17, "五");
        f.void(id(3), true);
        let said = |person: PersonId, most| {
            let fields = ["guardian", "temperature"];
            f.store
                .read(|reader| reader.entry_said_before(COUNTY, &f.check(), (person, MONDAY), &fields, most))
                .unwrap()
        };
        let of = |number, guardian: &str| Said {
            entry: id(number),
            unit: f.classes[0],
            values: vec![guardian.into(), decimal("36.5")],
        };
        assert_eq!(said(f.children[0], 9), [of(2, "二"), of(1, "一")], "sealed values are opened");
        assert_eq!(said(f.children[0], 1), [of(2, "二")]);
        let unknown = f.store.read(|reader| {
            reader.entry_said_before(COUNTY, &f.check(), (f.children[0], MONDAY), &["nothing"], 1)
        });
        assert!(matches!(unknown, Err(StoreError::WrongType(field)) if field == "nothing"));
    });
}
