//! The double random draw (双随机): units to inspect and their inspectors, from a seed that is published.
//!
//! Anyone with the seed, the list of units and the list of inspectors gets the same draw: numbers come from BLAKE3 in
//! its extendable-output form keyed by nothing but the seed's text, below `n` by rejection so that none is favoured.

use std::collections::HashMap;

/// A unit that may be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Code of the unit; the draw starts from the codes in order.
    pub code: String,
}

/// Somebody who may inspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawInspector {
    /// Login name; the draw starts from the names in order.
    pub login: String,
    /// Codes of the units they must not inspect: their own, and what stands above and below it.
    pub conflicts: Vec<String>,
}

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawSize {
    /// Units; all of them when there are not more.
    pub targets: usize,
    /// Inspectors for each unit.
    pub inspectors: usize,
}

/// A drawn unit with its inspectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Code of the unit.
    pub code: String,
    /// Logins; fewer than asked for when too few have no conflict.
    pub inspectors: Vec<String>,
}

/// Draws units, then for each unit its inspectors: among those without a conflict of interest the ones with the fewest
/// units so far, chance deciding between equals.
pub fn draw(
    seed: &str,
    candidates: &[Candidate],
    inspectors: &[DrawInspector],
    size: DrawSize,
) -> Vec<Drawn> {
    let mut lots = Lots::new(seed);
    let mut codes: Vec<&str> = candidates.iter().map(|candidate| candidate.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    lots.shuffle(&mut codes);
    codes.truncate(size.targets);
    let mut people: Vec<&DrawInspector> = inspectors.iter().collect();
    people.sort_unstable_by(|a, b| a.login.cmp(&b.login));
    people.dedup_by(|a, b| a.login == b.login);
    let mut load: HashMap<&str, usize> = HashMap::new();
    let mut drawn = Vec::with_capacity(codes.len());
    for code in codes {
        let mut free: Vec<&DrawInspector> =
            people.iter().copied().filter(|one| !one.conflicts.iter().any(|own| own == code)).collect();
        lots.shuffle(&mut free);
        // The sort is stable: equals stay in the order chance gave them.
        free.sort_by_key(|one| load.get(one.login.as_str()).copied().unwrap_or_default());
        free.truncate(size.inspectors);
        for one in &free {
            *load.entry(one.login.as_str()).or_default() += 1;
        }
        let inspectors = free.iter().map(|one| one.login.clone()).collect();
        drawn.push(Drawn { code: code.to_owned(), inspectors });
    }
    drawn
}

/// Numbers that follow from a seed.
struct Lots {
    stream: blake3::OutputReader,
}

impl Lots {
    fn new(seed: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(seed.as_bytes());
        Self { stream: hasher.finalize_xof() }
    }

    fn next(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.stream.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number below `n`, each as likely as the others; 0 when `n` is 0.
    fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n < 2 {
            return 0;
        }
        // Numbers beyond the last whole multiple of `n` would favour the small ones.
        let limit = u64::MAX - u64::MAX % n;
        loop {
            let number = self.next();
            if number < limit {
                return usize::try_from(number % n).unwrap_or(0);
            }
        }
    }

    /// Every order as likely as the others (Fisher and Yates).
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEEDED: [&str; 3] = ["u00 chen+li", "u04 wang+li", "u02 wang+chen"];

    fn candidates(count: usize) -> Vec<Candidate> {
        (0..count).map(|at| Candidate { code: format!("u{at:02}") }).collect()
    }

    fn inspector(login: &str, conflicts: &[&str]) -> DrawInspector {
        let conflicts = conflicts.iter().map(|code| (*code).to_owned()).collect();
        DrawInspector { login: login.to_owned(), conflicts }
    }

    #[test]
    fn every_unit_and_every_pair_is_drawn_equally_often() {
        let (units, rounds) = (candidates(5), 10_000_u32);
        let (mut single, mut pairs) = (HashMap::<String, u32>::new(), HashMap::<Vec<String>, u32>::new());
        for seed in 0..rounds {
            let size = DrawSize { targets: 2, inspectors: 0 };
            let mut pair: Vec<String> =
                draw(&format!("seed {seed}"), &units, &[], size).into_iter().map(|one| one.code).collect();
            pair.sort();
            pair.iter().for_each(|code| *single.entry(code.clone()).or_default() += 1);
            *pairs.entry(pair).or_default() += 1;
        }
        // 4 000 each with a standard deviation of 49, 1 000 each with one of 30: five of them are allowed.
        assert!(single.len() == 5 && single.values().all(|count| count.abs_diff(4_000) < 245), "{single:?}");
        assert!(pairs.len() == 10 && pairs.values().all(|count| count.abs_diff(1_000) < 150), "{pairs:?}");
    }

    #[test]
    fn a_published_seed_gives_this_draw() {
        let people = [inspector("chen", &["u01"]), inspector("li", &[]), inspector("wang", &["u03", "u00"])];
        let size = DrawSize { targets: 3, inspectors: 2 };
        let drawn = draw("2026-11-24 第一轮", &candidates(6), &people, size);
        let shown: Vec<String> =
            drawn.iter().map(|one| format!("{} {}", one.code, one.inspectors.join("+"))).collect();
        assert_eq!(shown, SEEDED, "a change here makes published draws wrong");
    }

    proptest! {
        #[test]
        fn nobody_inspects_their_own_and_the_same_seed_is_the_same_draw(
            seed in "\\PC{0,20}", count in 1usize..12, targets in 0usize..15, each in 0usize..4,
            own in proptest::collection::vec(0usize..12, 0..6),
        ) {
            let units = candidates(count);
            let people: Vec<DrawInspector> = own
                .iter()
                .enumerate()
                .map(|(at, unit)| inspector(&format!("p{at}"), &[&format!("u{unit:02}")]))
                .collect();
            let size = DrawSize { targets, inspectors: each };
            let drawn = draw(&seed, &units, &people, size);
            prop_assert_eq!(drawn.len(), targets.min(count));
            for one in &drawn {
                let able = people.iter().filter(|person| !person.conflicts.contains(&one.code)).count();
                prop_assert_eq!(one.inspectors.len(), each.min(able));
                for login in &one.inspectors {
                    let person = people.iter().find(|person| person.login == *login).expect("of the list");
                    prop_assert!(!person.conflicts.contains(&one.code));
                }
            }
            let mut turned: Vec<DrawInspector> = people.clone();
            turned.reverse();
            prop_assert_eq!(draw(&seed, &units, &turned, size), drawn, "the order of the lists does not matter");
        }
    }
}
