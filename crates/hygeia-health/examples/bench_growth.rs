//! How many children a core judges in a second: all WHO 2006 indicators, and WS/T 423-2022.

mod clock;

use std::hint::black_box;

use hygeia_health::growth::{Age, Position, Sex, cn, who2006};

const CHILDREN: usize = 100_000;

fn main() {
    let children: Vec<who2006::Measurement> = (0..CHILDREN).map(child).collect();
    let cn_children: Vec<cn::Measurement> = children.iter().filter_map(cn_child).collect();
    let who = |part: &[who2006::Measurement]| {
        part.iter().for_each(|child| {
            black_box(who2006::assess(black_box(child)));
        });
    };
    let cn = |part: &[cn::Measurement]| {
        part.iter().for_each(|child| {
            black_box(cn::assess(black_box(child)));
        });
    };
    for (name, rate, gain) in [
        ("who2006", rate(&children, who), clock::gain_of_two(|| who(&children))),
        ("wst423", rate(&cn_children, cn), clock::gain_of_two(|| cn(&cn_children))),
    ] {
        println!("growth {name}: {rate:.2} M children/s of a core, bar 2; two threads {gain:.2} times one");
    }
}

/// Millions of children in a second of a core.
fn rate<T>(children: &[T], judge: impl Fn(&[T])) -> f64 {
    children.len() as f64 / clock::seconds_each(|| judge(children)) / 1e6
}

/// A child like those of a survey: any age below five years, measurements around the median.
fn child(index: usize) -> who2006::Measurement {
    let share = |salt: usize| {
        let mixed = (index * 8 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15_usize);
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9_usize) >> 11) as f64 / (1u64 << 53) as f64
    };
    let around = |salt, spread: f64| 1.0 + spread * (2.0 * share(salt) - 1.0);
    let days = (share(0) * 1825.0).floor();
    let years = days / 365.25;
    let length = 50.0 + 25.0 * years.min(1.0) + 8.8 * (years - 1.0).max(0.0);
    let one_decimal = |value: f64| (value * 10.0).round() / 10.0;
    who2006::Measurement {
        sex: Some(if index.is_multiple_of(2) { Sex::Male } else { Sex::Female }),
        age: Age::from_days(days),
        weight_kg: Some((3.4 + 6.0 * years.min(1.0) + 2.2 * (years - 1.0).max(0.0)) * around(1, 0.25)),
        length_or_height_cm: Some(one_decimal(length * around(2, 0.08))),
        position: Some(if days < 731.0 { Position::Lying } else { Position::Standing }),
        head_cm: Some((35.0 + 11.0 * years.min(1.0) + (years - 1.0).max(0.0)) * around(3, 0.05)),
        arm_cm: Some((12.5 + 2.0 * years.min(1.0) + 0.4 * (years - 1.0).max(0.0)) * around(4, 0.15)),
        triceps_mm: Some(8.5 * around(5, 0.4)),
        subscapular_mm: Some(6.5 * around(6, 0.4)),
        oedema: false,
    }
}

fn cn_child(child: &who2006::Measurement) -> Option<cn::Measurement> {
    Some(cn::Measurement {
        sex: child.sex?,
        age: child.age?,
        weight_kg: child.weight_kg,
        length_or_height_cm: child.length_or_height_cm,
        head_cm: child.head_cm,
    })
}
