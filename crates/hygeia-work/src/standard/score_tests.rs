use super::*;
use hygeia_pack::model::{Grade, StandardItem, StandardSection, Title};
use proptest::prelude::*;

fn title(zh: &str) -> Title {
    Title { zh: zh.to_owned(), en: None }
}

fn item(code: &str, points: i64) -> StandardItem {
    StandardItem {
        code: code.to_owned(),
        title: title(code),
        points: points.into(),
        method: None,
        deductions: Vec::new(),
        bonus: false,
        veto: false,
        may_skip: true,
        measured: None,
        requirement: None,
    }
}

fn edition(items: Vec<StandardItem>) -> Edition {
    let total = items.iter().filter(|item| !item.bonus).map(|item| item.points).sum();
    let grade = |code: &str, from: Decimal| Grade { code: code.to_owned(), title: title(code), from };
    Edition {
        name: "1".into(),
        from: None,
        to: None,
        source: None,
        applies_to: Vec::new(),
        total,
        decimals: 2,
        skipped: Skipped::Rescale,
        above_total: false,
        on_veto: OnVeto::Fail,
        pass: Some(total * Decimal::new(6, 1)),
        measured_over: "month".into(),
        grades: vec![grade("good", total * Decimal::new(9, 1)), grade("fair", Decimal::ZERO)],
        sections: vec![StandardSection { title: title("一"), items }],
    }
}

fn given(code: &str, points: i64) -> Mark {
    Mark { item: code.into(), points: Some(points.into()), ..Mark::default() }
}

fn skipped(code: &str) -> Mark {
    Mark { item: code.into(), skipped: true, ..Mark::default() }
}

#[test]
fn an_item_that_does_not_apply_scales_the_others_or_is_granted() {
    let mut standard = edition(vec![item("a", 30), item("b", 40), item("c", 30)]);
    let marks = [given("a", 25), given("b", 33), skipped("c")];
    // 58 of 70 is 82.857… of 100.
    assert_eq!(score(&standard, &marks).score, Some(Decimal::new(8286, 2)));
    standard.skipped = Skipped::Grant;
    assert_eq!(score(&standard, &marks).score, Some(88.into()));
}

#[test]
fn nothing_is_scored_before_every_item_has_its_mark() {
    let standard = edition(vec![item("a", 60), item("b", 40)]);
    let outcome = score(&standard, &[given("a", 50)]);
    assert_eq!((outcome.score, outcome.passed, outcome.grade.clone()), (None, None, None));
    assert_eq!((outcome.judged, outcome.expected, outcome.lost), (1, 2, 10.into()));
    assert_eq!(score(&standard, &[skipped("a"), skipped("b")]).score, None, "no item applies");
}

#[test]
fn bonus_lifts_the_score_up_to_the_total_unless_the_standard_says_more() {
    let mut standard = edition(vec![item("a", 100), StandardItem { bonus: true, ..item("extra", 10) }]);
    let marks = [given("a", 95), given("extra", 8)];
    assert_eq!(score(&standard, &marks).score, Some(100.into()));
    standard.above_total = true;
    assert_eq!(score(&standard, &marks).score, Some(103.into()));
    assert_eq!(score(&standard, &[given("a", 95)]).score, Some(95.into()), "a bonus needs no mark");
}

/// An edition of up to eight items, some of them veto, bonus or both skippable, with marks for all of them.
fn any_inspection() -> impl Strategy<Value = (Edition, Vec<Mark>)> {
    let one = (1i64..50, 0u8..4, 0i64..50, 0u8..4, any::<bool>());
    let rules = (any::<bool>(), any::<bool>(), any::<bool>(), 0u8..4);
    (proptest::collection::vec(one, 1..8), rules).prop_map(|(items, (grant, zero, above, decimals))| {
        let mut list = vec![item("first", 10)];
        let mut marks = vec![given("first", 7)];
        for (at, (points, kind, taken, how, failed)) in items.into_iter().enumerate() {
            let code = format!("i{at}");
            let one = item(&code, points);
            let one = StandardItem { bonus: kind == 1, veto: kind == 2, ..one };
            marks.push(match how {
                0 => skipped(&code),
                _ => Mark { failed: one.veto.then_some(failed), ..given(&code, (points - taken).max(0)) },
            });
            list.push(one);
        }
        let mut standard = edition(list);
        standard.skipped = if grant { Skipped::Grant } else { Skipped::Rescale };
        standard.on_veto = if zero { OnVeto::Zero } else { OnVeto::Fail };
        (standard.above_total, standard.decimals) = (above, decimals);
        (standard, marks)
    })
}

proptest! {
    #[test]
    fn a_score_stays_between_nothing_and_the_total((standard, marks) in any_inspection()) {
        let outcome = score(&standard, &marks);
        let found = outcome.score.expect("every item is marked and the first applies");
        prop_assert!(found >= Decimal::ZERO);
        let bonus: Decimal = standard.items().filter(|item| item.bonus).map(|item| item.points).sum();
        let most = if standard.above_total { standard.total + bonus } else { standard.total };
        prop_assert!(found <= most, "{found} of {most}");
    }

    #[test]
    fn a_veto_beats_everything((standard, marks) in any_inspection()) {
        let outcome = score(&standard, &marks);
        let fails = |mark: &Mark| !mark.skipped && mark.failed == Some(true);
        prop_assert_eq!(outcome.vetoed, marks.iter().any(fails));
        if outcome.vetoed {
            prop_assert_eq!(outcome.passed, Some(false));
            prop_assert_eq!(outcome.grade, None);
            prop_assert!(standard.on_veto == OnVeto::Fail || outcome.score == Some(Decimal::ZERO));
        }
    }

    #[test]
    fn scaling_is_exact((mut standard, mut marks) in any_inspection()) {
        standard.skipped = Skipped::Rescale;
        marks.retain(|mark| standard.item(&mark.item).is_some_and(|item| !item.bonus));
        marks.iter_mut().for_each(|mark| mark.failed = mark.failed.map(|_| false));
        let outcome = score(&standard, &marks);
        let of = |mark: &Mark| standard.item(&mark.item).map(|item| item.points).unwrap_or_default();
        let applying = || marks.iter().filter(|mark| !mark.skipped);
        let applicable: Decimal = applying().map(of).sum();
        let obtained: Decimal = applying().filter_map(|mark| mark.points).sum();
        // |score × applicable − obtained × total| is at most half a unit of the last place, times applicable.
        let half = Decimal::new(5, u32::from(standard.decimals) + 1);
        let error = (outcome.score.unwrap() * applicable - obtained * standard.total).abs();
        prop_assert!(error <= half * applicable, "{error}");
    }

    #[test]
    fn taking_points_never_raises_the_score((standard, marks) in any_inspection(), at in 0usize..8) {
        let before = score(&standard, &marks);
        let mut worse = marks;
        let count = worse.len();
        let mark = &mut worse[at % count];
        mark.points = mark.points.map(|points| (points - Decimal::ONE).max(Decimal::ZERO));
        prop_assert!(score(&standard, &worse).score <= before.score);
    }
}
