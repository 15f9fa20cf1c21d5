//! Pictures and rounds: stored whole, once, with their lines in the log.

use crate::harness::*;
use hygeia_store::{Attachment, AttachmentId, Inspector, OrgUnitId, Round, RoundId, RoundTarget, StoreError};
use jiff::civil::date;
use serde_json::json;

fn picture(number: u128, body: &[u8]) -> Attachment {
    Attachment {
        id: AttachmentId(id(number).0),
        register: "kindergarten.check".into(),
        unit: OrgUnitId(1),
        media: "image/png".into(),
        hash: blake3::hash(body).to_hex().to_string(),
        created_at: now(9),
        created_by: actor(),
        body: body.to_vec(),
    }
}

#[test]
fn a_picture_is_stored_once_and_one_that_was_touched_is_not_shown() {
    on_each_database(|fixture| {
        let first = picture(1, &[0, 1, 2, 255]);
        let again = Attachment { body: vec![9], ..first.clone() };
        for one in [first.clone(), again] {
            fixture.store.write(move |writer| writer.attachment_put(COUNTY, &one)).unwrap();
        }
        let read = |store: &hygeia_store::Store| store.read(|reader| reader.attachment_get(COUNTY, first.id));
        assert_eq!(
            read(&fixture.store).unwrap(),
            Some(first.clone()),
            "the second of the same id changes nothing"
        );
        let ids = [first.id, AttachmentId(id(2).0)];
        let places = fixture.store.read(|reader| reader.attachment_places(COUNTY, &ids)).unwrap();
        assert_eq!(places, [(first.id, first.register.clone(), first.unit)]);
        fixture.is_sound();
        fixture.raw("UPDATE attachment SET hash = 'ab'");
        assert!(matches!(read(&fixture.store), Err(StoreError::Corrupt(_))));
    });
}

#[test]
fn a_round_is_read_as_it_was_drawn_and_published_once() {
    on_each_database(|fixture| {
        let target = |unit, names: &[&str]| RoundTarget {
            unit: OrgUnitId(unit),
            inspectors: names.iter().map(|name| Inspector { account: 7, name: (*name).to_owned() }).collect(),
        };
        let round = Round {
            id: RoundId(0),
            register: "kindergarten.check".into(),
            unit: OrgUnitId(1),
            title: "第一轮".into(),
            from: date(2026, 11, 1),
            to: date(2026, 11, 14),
            seed: "公开种子".into(),
            rule: json!({ "targets": 2 }),
            created_at: now(9),
            created_by: actor(),
            published_at: None,
            targets: vec![target(3, &["甲", "乙"]), target(2, &[])],
        };
        let drawn = round.clone();
        let number = fixture.store.write(move |writer| writer.round_add(COUNTY, &drawn)).unwrap();
        let open = || fixture.store.read(|reader| reader.round_get(COUNTY, number)).unwrap().unwrap();
        assert_eq!(open(), Round { id: number, ..round }, "in the order of the draw");
        for hour in [10, 11] {
            let found = open();
            let publish = move |writer: &mut hygeia_store::Writer<'_>| {
                writer.round_publish(COUNTY, &found, &actor(), now(hour))
            };
            fixture.store.write(publish).unwrap();
        }
        assert_eq!(open().published_at, Some(now(10)), "the first publication stands");
        assert_eq!(fixture.store.read(|reader| reader.round_list(COUNTY)).unwrap().len(), 1);
        fixture.is_sound();
    });
}
