//! Ids of entries that come without one.

use jiff::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::{Builder, Uuid};

/// Makes ids that sort by the moment of their entry.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    seed: Option<u64>,
    made: AtomicU64,
}

impl Ids {
    /// The same ids, in the same order, on every run: for data that must be the same each time they are made.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { seed: Some(seed), made: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self, now: Timestamp) -> Uuid {
        let Some(seed) = self.seed else { return Uuid::now_v7() };
        let made = self.made.fetch_add(1, Ordering::Relaxed);
        let hash = blake3::hash(&[seed.to_le_bytes(), made.to_le_bytes()].concat());
        let mut rest = [0; 10];
        rest.copy_from_slice(&hash.as_bytes()[..10]);
        Builder::from_unix_timestamp_millis(now.as_millisecond().unsigned_abs(), &rest).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_ids_again_and_never_one_twice() {
        let at = Timestamp::constant(1_764_000_000, 0);
        let run = |seed| {
            let ids = Ids::seeded(seed);
            [ids.next(at), ids.next(at), ids.next(at)]
        };
        let [first, second, third] = run(7);
        assert_eq!(run(7), [first, second, third]);
        assert!(first != second && second != third && first != third && run(8)[0] != first);
        assert_eq!(first.get_version_num(), 7);
        assert_ne!(Ids::default().next(at), Ids::default().next(at));
    }
}
