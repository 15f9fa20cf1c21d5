//! Plans in force: from when to when, for whom, and what they may ask for.

use super::fixture::{choice, confirmed, county, enter, items, line, on, read, take};
use hygeia_pack::model::Target;
use hygeia_store::{OrgUnitId, PlanId, PlanItem};
use hygeia_work::{
    Actor, Caution, ItemChoice, ItemProgress, Listing, OtherAim, RoleAt, Submission, Work, WorkError,
    expected_of_each,
};
use jiff::civil::{Date, date};
use serde_json::json;

fn expected(work: &Work, duty: &str, day: Date) -> u32 {
    line(work, duty, 3, day).expected()
}

const AIRING: &str = "kindergarten.ventilation";

#[test]
fn airings_count_whichever_they_are() {
    let work = county();
    let day = date(2026, 12, 1);
    confirmed(&work, &on(&work, day), "1、每天开窗通风三次。\n");
    assert_eq!(expected(&work, AIRING, day), 3);
    for (session, done) in [("forenoon", 1), ("evening", 2), ("morning", 3), ("after_nap", 3)] {
        enter(&work, AIRING, json!({ "date": "2026-12-01", "session": session, "minutes": 30 }));
        assert_eq!(line(&work, AIRING, 3, day).done(), done, "{session}");
    }
}

#[test]
fn a_plan_asks_for_no_more_than_can_be_entered_and_says_so() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let plan = read(&work, &actor, "1、每日晨检两次。\n2、每天开窗通风三次。\n");
    let (known, _) = work.plan_open(&actor, plan).unwrap();
    let cautions: Vec<_> =
        items(&work, &actor, plan).iter().map(|item| work.plan_cautions(&known, item)).collect();
    assert!(
        matches!(&cautions[..], [one, none] if none.is_empty()
            && matches!(&one[..], [Caution::MostADay { most: 1, per_person: true, .. }])),
        "{cautions:?}"
    );
    let day = date(2026, 12, 2);
    confirmed(&work, &actor, "1、每日晨检两次。\n");
    assert_eq!(expected(&work, "kindergarten.morning_check", day), 1);
}

#[test]
fn a_plan_holds_from_its_confirmation_to_its_end_and_leaves_the_past() {
    let work = county();
    let confirmed_on = date(2026, 12, 2);
    let plan = confirmed(&work, &on(&work, confirmed_on), "1、每天开窗通风三次。\n");
    let of = |day| expected(&work, AIRING, date(2026, 12, day));
    assert_eq!((of(1), of(2), of(9)), (2, 3, 3));
    let overdue = |on_day: Date| {
        let lines = work.overdue(&on(&work, on_day), OrgUnitId(3), date(2026, 11, 23), on_day).unwrap();
        let airings = lines.into_iter().find(|line| line.duty.id.as_str() == AIRING).unwrap();
        airings.expected()
    };
    // Seven school days at two, one at three.
    assert_eq!(overdue(date(2026, 12, 3)), 7 * 2 + 3);
    let title = |unit| {
        let line = line(&work, AIRING, unit, date(2026, 12, 9));
        line.plans().iter().map(|(plan, units)| format!("{plan} {units}")).collect::<Vec<_>>()
    };
    assert_eq!(title(3), ["卫生保健工作计划 1"]);
    // Of the two classes below the county the plan binds one.
    assert_eq!((title(1), title(5)), (vec!["卫生保健工作计划 1".to_owned()], vec![]));

    work.plan_close(&on(&work, date(2026, 12, 8)), plan).unwrap();
    assert_eq!((of(1), of(7), of(8), of(9)), (2, 3, 2, 2));
    work.plan_reopen(&on(&work, date(2026, 12, 9)), plan).unwrap();
    assert_eq!((of(1), of(8), of(9)), (2, 3, 3));
}

#[test]
fn a_line_taken_into_a_live_plan_holds_from_that_day() {
    let work = county();
    let start = on(&work, date(2026, 9, 1));
    let plan = read(&work, &start, "1、每天开窗通风三次。\n2、玩具每周消毒三次。\n");
    let lines = items(&work, &start, plan);
    work.plan_choose(&start, plan, lines[1].id, &choice(&lines[1], "accepted")).unwrap();
    work.plan_confirm(&start, plan).unwrap();
    let day = date(2026, 12, 1);
    assert_eq!(expected(&work, AIRING, day), 2);
    // What nobody decided about is not under way.
    let view = work.plan_progress(&on(&work, day), plan).unwrap();
    let open = view.items.iter().find(|(item, _)| item.id == lines[0].id).unwrap();
    assert!(matches!(open.1, ItemProgress::None), "{:?}", open.1);
    let later = on(&work, day);
    work.plan_choose(&later, plan, lines[0].id, &choice(&lines[0], "accepted")).unwrap();
    assert_eq!((expected(&work, AIRING, date(2026, 11, 30)), expected(&work, AIRING, day)), (2, 3));
}

#[test]
fn only_an_indicator_of_the_same_unit_is_an_aim() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let plan =
        read(&work, &actor, "1、保证幼儿每天户外活动时间不少于2小时。\n2、紫外线消毒每次不少于30分钟。\n");
    let targets: Vec<PlanItem> =
        items(&work, &actor, plan).into_iter().filter(|item| item.kind == "target").collect();
    let packs = work.packs();
    let units: Vec<Option<&str>> = targets
        .iter()
        .map(|item| item.indicator.as_ref().map(|id| packs.indicators[id].unit.as_str()))
        .collect();
    assert!(
        targets.len() == 2 && units.iter().all(|unit| unit.is_none_or(|unit| unit == "分钟")),
        "{units:?}"
    );
    let wrong = ItemChoice {
        state: "accepted".into(),
        indicator: Some("kindergarten.uv_rate".into()),
        ..ItemChoice::default()
    };
    let refused = work.plan_choose(&actor, plan, targets[1].id, &wrong);
    assert!(matches!(refused, Err(WorkError::Invalid(_))), "{refused:?}");

    let minutes = ItemChoice { indicator: Some("kindergarten.outdoor_mean".into()), ..wrong };
    let minutes = work.plan_choose(&actor, plan, targets[0].id, &minutes).unwrap();
    work.plan_confirm(&actor, plan).unwrap();
    let view = work.plan_progress(&actor, plan).unwrap();
    let (_, progress) = view.items.iter().find(|(item, _)| item.id == minutes.id).unwrap();
    let ItemProgress::Target(figure) = progress else { panic!("{progress:?}") };
    assert_eq!(figure.target.unwrap().value.to_string(), "120");
}

/// Reads a plan of a unit for the term, takes all its lines and puts it in force.
fn confirmed_of(work: &Work, actor: &Actor, unit: i64, title: &str, text: &str) -> PlanId {
    let text = format!("{title}\n一、工作目标\n{text}");
    let (from, to) = (date(2026, 9, 1), date(2027, 1, 22));
    let plan = work.plan_upload(actor, OrgUnitId(unit), "计划.txt", text.as_bytes(), from, to).unwrap();
    take(work, actor, plan);
    plan
}

/// The one aim of a plan: what is said about its line, and the aim the line is judged by.
fn aim(work: &Work, day: Date, plan: PlanId) -> (Vec<Caution>, String) {
    let view = work.plan_progress(&on(work, day), plan).unwrap();
    let mut aims = view.items.iter().filter_map(|(item, progress)| match progress {
        ItemProgress::Target(figure) => Some((work.plan_cautions(&view.plan, item), figure.target?.value)),
        _ => None,
    });
    let (told, value) = aims.next().unwrap();
    (told, value.normalize().to_string())
}

/// The aim for the term up to a day that pages other than a plan's judge by.
fn aim_elsewhere(work: &Work, unit: i64, day: Date) -> String {
    let packs = work.packs();
    let query = hygeia_work::FigureQuery {
        figures: vec![work.figure_id(&packs, "kindergarten.vision_correction_rate").unwrap()],
        units: vec![OrgUnitId(unit)],
        periods: vec![hygeia_work::Period::range(date(2026, 9, 1), day)],
    };
    work.figures(&on(work, day), &query).unwrap()[0].target.unwrap().value.normalize().to_string()
}

fn other(plan: &str, value: i64, holds: bool, by_unit: bool) -> Caution {
    let target = Target { at_least: true, value: value.into() };
    Caution::OtherAim(OtherAim { plan: plan.into(), target, unit: "percent".into(), holds, by_unit })
}

#[test]
fn of_two_plans_the_one_confirmed_last_holds_and_both_say_so() {
    let work = county();
    let (october, november) = (on(&work, date(2026, 10, 8)), on(&work, date(2026, 11, 2)));
    // The plan that is uploaded first is confirmed last.
    let later = read(&work, &october, "1、视力矫治率达到90%。\n");
    let earlier = confirmed_of(&work, &october, 2, "视力工作计划", "1、视力矫治率达到80%。\n");
    let day = date(2026, 11, 10);
    assert_eq!(aim_elsewhere(&work, 2, day), "80");
    let (known, _) = work.plan_open(&november, later).unwrap();
    let line = items(&work, &november, later).into_iter().find(|item| item.kind == "target").unwrap();
    let told = work.plan_cautions(&known, &line);
    assert_eq!(told, [other("视力工作计划", 80, false, false)], "told before it is confirmed");

    take(&work, &november, later);
    assert_eq!(aim_elsewhere(&work, 2, day), "90");
    assert_eq!(aim_elsewhere(&work, 2, date(2026, 10, 31)), "80", "what was before stays");
    let holds = other("卫生保健工作计划", 90, true, false);
    assert_eq!(aim(&work, day, earlier), (vec![holds], "90".to_owned()));
    assert_eq!(aim(&work, day, later), (told, "90".to_owned()));
}

#[test]
fn a_plan_of_the_unit_itself_goes_before_a_later_one_from_above() {
    let work = county();
    let (october, november) = (on(&work, date(2026, 10, 8)), on(&work, date(2026, 11, 2)));
    let own = confirmed_of(&work, &october, 2, "视力工作计划", "1、视力矫治率达到80%。\n");
    let above = confirmed_of(&work, &november, 1, "全县工作计划", "1、视力矫治率达到85%。\n");
    let day = date(2026, 11, 10);
    let of = |unit| aim_elsewhere(&work, unit, day);
    assert_eq!((of(1), of(2), of(4)), ("85".to_owned(), "80".to_owned(), "85".to_owned()));
    assert_eq!(aim(&work, day, own), (vec![other("全县工作计划", 85, false, true)], "80".to_owned()));
    assert_eq!(aim(&work, day, above), (vec![], "85".to_owned()));
    work.plan_close(&november, above).unwrap();
    assert_eq!(aim(&work, day, own), (vec![], "80".to_owned()), "a closed plan asks for nothing");
}

#[test]
fn a_line_that_names_some_objects_counts_these() {
    let work = county();
    let plan = confirmed(&work, &on(&work, date(2026, 11, 30)), "1、水杯、毛巾每日消毒一次。\n");
    for object in ["cup", "towel", "table"] {
        let values = json!({ "date": "2026-11-30", "object": object, "session": "once", "method": "cabinet", "minutes": 30 });
        enter(&work, "kindergarten.disinfection", values);
    }
    let view = work.plan_progress(&on(&work, date(2026, 11, 30)), plan).unwrap();
    let progress = view.items.iter().find(|(item, _)| item.kind == "duty").map(|(_, progress)| progress);
    assert!(matches!(progress, Some(ItemProgress::Duty { due: 2, done: 2, .. })), "{progress:?}");
    let Some(ItemProgress::Duty { only: Some((field, codes)), .. }) = progress else {
        panic!("{progress:?}")
    };
    let listing = Listing { equals: vec![(field.clone(), codes.join(","))], limit: 10, ..Listing::default() };
    let evidence =
        work.entry_list(&on(&work, date(2026, 11, 30)), "kindergarten.disinfection", &listing).unwrap();
    assert_eq!(evidence.total, 2, "cup and towel, without the table");
}

fn due_of(work: &Work, plan: PlanId, day: Date) -> Vec<u32> {
    let view = work.plan_progress(&on(work, day), plan).unwrap();
    let due = |progress: &ItemProgress| match progress {
        ItemProgress::Duty { due, .. } => Some(*due),
        _ => None,
    };
    view.items.iter().filter_map(|(_, progress)| due(progress)).collect()
}

#[test]
fn a_line_counts_what_it_sets_and_one_for_a_season_the_season() {
    let work = county();
    let text = "1、每周紫外线消毒3次，秋季传染病高发季节每日消毒一次。\n";
    let plan = confirmed(&work, &on(&work, date(2026, 9, 1)), text);
    let autumn = work.calendar().school_days(date(2026, 9, 1), date(2026, 11, 30)).len();
    // Two weeks are over since the end of autumn, the first of them of four working days.
    let due = due_of(&work, plan, date(2026, 12, 14));
    assert_eq!(due, [6, u32::try_from(autumn).unwrap()]);
}

#[test]
fn what_is_still_to_be_done_today_lacks_nothing() {
    let work = county();
    let day = date(2026, 12, 1);
    let (due, rate) = ("kindergarten.tableware_due", "kindergarten.tableware_rate");
    let value = |id: &str| {
        let packs = work.packs();
        let figure = work.figure_id(&packs, id).unwrap();
        let period = hygeia_work::Period::range(day, day);
        let query = hygeia_work::FigureQuery {
            figures: vec![figure],
            units: vec![OrgUnitId(2)],
            periods: vec![period],
        };
        work.figures(&on(&work, day), &query).unwrap()[0].value.map(|value| value.to_string())
    };
    assert_eq!(value(due).as_deref(), Some("0"), "at noon the evening is still to come");
    assert_eq!(value(rate), None);
}

#[test]
fn a_line_that_names_some_objects_leaves_the_others_as_they_were() {
    let work = county();
    let day = date(2026, 12, 1);
    confirmed(&work, &on(&work, day), "1、水杯、毛巾每日消毒两次。\n");
    let daily = "kindergarten.disinfection_daily";
    assert_eq!(expected(&work, daily, day), 2 * 2 + 2, "tables and the toilet once, as ever");
    for (object, session) in [("cup", "morning"), ("table", "morning"), ("table", "noon")] {
        let values = json!({ "date": "2026-12-01", "object": object, "session": session, "method": "cabinet", "minutes": 30 });
        enter(&work, "kindergarten.disinfection", values);
    }
    let line = line(&work, daily, 3, day);
    assert_eq!(
        (line.done(), line.occurrences.len()),
        (2, 1),
        "a second time the table fills no gap of the cups"
    );
    assert_eq!(line.plans(), [("卫生保健工作计划", 1)]);
}

#[test]
fn a_part_of_a_duty_may_have_days_of_its_own() {
    let work = county();
    let day = date(2026, 12, 1);
    confirmed(&work, &on(&work, date(2026, 11, 30)), "1、厕所每周消毒一次。\n");
    let daily = "kindergarten.disinfection_daily";
    let of = |day| {
        let line = line(&work, daily, 3, day);
        let parts: Vec<_> =
            line.occurrences.iter().map(|o| (o.window.from, o.window.to, o.expected)).collect();
        (parts, line.by_unit().count())
    };
    let (monday, friday) = (date(2026, 11, 30), date(2026, 12, 4));
    let (parts, units) = of(day);
    assert_eq!((parts[0], units), ((day, day, 3), 1));
    assert_eq!((parts[1].0, parts[1].2), (monday, 1), "{parts:?}");
    assert!(parts[1].1 >= friday, "{parts:?}");
    let overdue = work.overdue(&on(&work, date(2026, 12, 3)), OrgUnitId(3), day, date(2026, 12, 2)).unwrap();
    let line = overdue.into_iter().find(|line| line.duty.id.as_str() == daily).unwrap();
    assert_eq!(line.expected(), 2 * 3, "the toilet of the week is not late");
}

#[test]
fn in_time_is_judged_by_the_duty_that_asks_and_by_the_plan_in_force() {
    let work = county();
    let in_time = |object: &str, day: Date, entered: Date| {
        let values = json!({
            "date": day.to_string(), "object": object, "session": "once", "method": "cabinet", "minutes": 30,
        });
        let values = values.as_object().cloned().unwrap();
        let submission = Submission { org_unit: Some("c".into()), values, ..Submission::default() };
        let receipt =
            work.entry_submit(&on(&work, entered), "kindergarten.disinfection", submission).unwrap();
        let actor = on(&work, entered);
        work.entry_open(&actor, "kindergarten.disinfection", receipt.id).unwrap().0.entry.on_time
    };
    let (monday, wednesday) = (date(2026, 11, 23), date(2026, 11, 25));
    assert_eq!(in_time("cup", monday, wednesday), Some(false), "cups are of every day");
    assert_eq!(in_time("toy", monday, wednesday), Some(true), "toys of the week");
    assert_eq!(in_time("vomit", monday, wednesday), None, "nothing asks for these");

    confirmed(&work, &on(&work, date(2026, 11, 30)), "1、玩具每日消毒一次。\n");
    let (monday, wednesday) = (date(2026, 12, 7), date(2026, 12, 9));
    assert_eq!(in_time("toy", monday, wednesday), Some(false), "of every day by the plan");
    assert_eq!(in_time("toy", wednesday, wednesday), Some(true));
}

#[test]
fn a_day_of_its_own_makes_a_line_late() {
    let work = county();
    let plan = confirmed(&work, &on(&work, date(2026, 9, 1)), "1、11月举办一次家长讲座。\n");
    let told = |day| {
        let view = work.plan_progress(&on(&work, day), plan).unwrap();
        let (item, progress) = view.items.into_iter().find(|(item, _)| item.kind == "deadline").unwrap();
        assert_eq!(item.due_to, Some(date(2026, 11, 30)));
        assert!(item.duty.is_some());
        progress
    };
    let before = told(date(2026, 11, 30));
    assert!(matches!(before, ItemProgress::Duty { due: 0, running: 1, running_done: 0, .. }), "{before:?}");
    let after = told(date(2026, 12, 1));
    assert!(matches!(after, ItemProgress::Task { done: false, late: true }), "{after:?}");
}

#[test]
fn a_line_of_a_month_holds_all_that_stands_in_it() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let plan = read(&work, &actor, "九月：新生家访；预防接种证查验。\n");
    let items = items(&work, &actor, plan);
    let told: Vec<_> = items
        .iter()
        .map(|item| (item.title.as_str(), item.due_to, item.duty.as_ref().map(|duty| duty.as_str())))
        .collect();
    let september = Some(date(2026, 9, 30));
    assert_eq!(
        told,
        [
            ("新生家访", september, None),
            ("预防接种证查验", september, Some("kindergarten.vaccination_check"))
        ]
    );
}

#[test]
fn once_is_no_aim_of_a_dated_task() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let text = "九月：口腔讲座一次。\n十月：家长讲座不少于4次；视力筛查率达到98%。\n十一月：安全演练3次。\n";
    let plan = read(&work, &actor, text);
    let items = items(&work, &actor, plan);
    let aims: Vec<_> = items
        .iter()
        .filter(|item| item.kind == "target")
        .map(|item| (item.op.as_deref(), item.value.map(|value| value.to_string())))
        .collect();
    let aim = |op, value: &str| (Some(op), Some(value.to_owned()));
    assert_eq!(aims, [aim(">=", "4"), aim(">=", "98"), aim("=", "3")]);
    assert!(items.iter().all(|item| item.kind != "task"), "a heading above months is none: {items:?}");
}

#[test]
fn a_teacher_sees_the_plan_that_binds_the_class() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let teacher = |unit| Actor {
        roles: vec![RoleAt { role: "teacher".into(), unit: OrgUnitId(unit) }],
        ..actor.clone()
    };
    let draft = read(&work, &actor, "1、玩具每周消毒三次。\n");
    let plan = confirmed(&work, &actor, "1、每天开窗通风三次。\n");
    let seen = |unit| work.plan_list(&teacher(unit)).unwrap().iter().map(|plan| plan.id).collect::<Vec<_>>();
    assert_eq!((seen(3), seen(5)), (vec![plan], vec![]));
    assert!(matches!(work.plan_open(&teacher(3), draft), Err(WorkError::NotFound(_))));
    let view = work.plan_progress(&teacher(3), plan).unwrap();
    assert!(view.items.iter().any(|(_, progress)| matches!(progress, ItemProgress::Duty { .. })));
    assert!(matches!(work.plan_close(&teacher(3), plan), Err(WorkError::NotFound(_))));
}

#[test]
fn what_is_no_plan_is_refused_and_a_draft_is_removed() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let upload = |text: &str| {
        let (from, to) = (date(2026, 9, 1), date(2027, 1, 22));
        work.plan_upload(&actor, OrgUnitId(2), "a.txt", text.as_bytes(), from, to)
    };
    for text in [
        "export const a = (b) => b + 1;\n// nothing\n",
        "const told = english ? \"Not saved, try again\" : \"1、每天重试一次\";\nsend(told);\n",
        "今天天气很好，小朋友们很高兴。\n",
    ] {
        assert!(matches!(upload(text), Err(WorkError::Invalid(_))), "{text}");
    }
    let draft = read(&work, &actor, "1、玩具每周消毒三次。\n");
    assert!(matches!(work.plan_confirm(&actor, draft), Err(WorkError::Bad(_))));
    work.plan_rename(&actor, draft, " 消毒计划 ").unwrap();
    assert!(matches!(work.plan_rename(&actor, draft, " "), Err(WorkError::Invalid(_))));
    assert_eq!(work.plan_open(&actor, draft).unwrap().0.title, "消毒计划");
    let live = confirmed(&work, &actor, "1、每天开窗通风三次。\n");
    assert!(matches!(work.plan_remove(&actor, live), Err(WorkError::Bad(_))));
    work.plan_remove(&actor, draft).unwrap();
    assert_eq!(work.plan_list(&actor).unwrap().iter().map(|plan| plan.id).collect::<Vec<_>>(), [live]);
}

#[test]
fn a_document_of_more_lines_than_anybody_reviews_is_refused_at_once() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let text = format!("卫生保健工作计划\n{}", "每日晨检一次。\n".repeat(20_000));
    let (from, to) = (date(2026, 9, 1), date(2027, 1, 22));
    let refused = work.plan_upload(&actor, OrgUnitId(2), "计划.txt", text.as_bytes(), from, to);
    assert!(
        matches!(refused, Err(WorkError::Invalid(problems)) if problems[0].message.contains("一份计划最多"))
    );
}

#[test]
fn dates_that_cannot_be_are_pointed_out() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let plan = read(&work, &actor, "1、6月31日前完成教职工体检。\n2、7月31日前完成食堂改造。\n");
    let (known, _) = work.plan_open(&actor, plan).unwrap();
    let cautions: Vec<Caution> = items(&work, &actor, plan)
        .iter()
        .filter(|item| item.kind == "deadline")
        .flat_map(|item| work.plan_cautions(&known, item))
        .collect();
    assert_eq!(cautions, [Caution::NoSuchDay("6月31日".into()), Caution::OutsidePlan(date(2027, 7, 31))]);
}

/// What the lines of a plan of a unit are matched with, by the title of the line.
fn matches(unit: i64, text: &str) -> Vec<(String, String)> {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let text = format!("卫生工作计划\n一、工作安排\n{text}");
    let (from, to) = (date(2026, 9, 1), date(2027, 8, 31));
    let plan = work.plan_upload(&actor, OrgUnitId(unit), "计划.txt", text.as_bytes(), from, to).unwrap();
    items(&work, &actor, plan)
        .into_iter()
        .map(|item| {
            let duty = item.duty.map(|duty| duty.to_string());
            let found = duty.or(item.indicator.map(|indicator| indicator.to_string())).unwrap_or_default();
            (item.title, found.rsplit('.').next().unwrap_or_default().to_owned())
        })
        .collect()
}

#[test]
fn lines_mean_the_duty_that_recurs_as_they_do() {
    let found = matches(
        2,
        "1、每周紫外线消毒3次，秋季传染病高发季节每日消毒一次。\n2、门把手、水龙头每日消毒两次。\n\
         3、水杯、毛巾每日消毒一次，玩具每周消毒一次，图书每两周翻晒一次。\n\
         4、卫生检查每天督查，每周一次检查，每月一次大检查。\n5、每天登记缺勤幼儿，追访率不低于95%。\n\
         6、每日晨检一次，晨检率保持在98%以上。\n7、餐具每餐清洗消毒。\n",
    );
    let found: Vec<&str> = found.iter().map(|(_, meant)| meant.as_str()).filter(|m| !m.is_empty()).collect();
    assert_eq!(
        found,
        [
            "uv_disinfection",
            "uv_disinfection",
            "surface_disinfection",
            "disinfection_daily",
            "toy_disinfection",
            "book_sunning",
            "hygiene_daily",
            "hygiene_weekly",
            "hygiene_monthly",
            "attendance",
            "absence_followup_rate",
            "morning_check",
            "morning_check_rate",
            "tableware",
        ]
    );
}

#[test]
fn what_a_line_joins_is_told_apart() {
    let found = matches(
        2,
        "1、每天做好晨检和全日观察。\n2、每日开窗通风及水杯、毛巾消毒。\n3、水杯、毛巾每日消毒一次。\n\
         4、每两周清洗床单、被套和枕套。\n5、九月底前完成儿童体检和预防接种证查验。\n\
         6、每周门把手、水龙头等表面消毒一次。\n7、每月卫生大检查与流动红旗评比一次，做营养分析与通报。\n",
    );
    let found: Vec<_> = found.iter().map(|(title, meant)| (title.as_str(), meant.as_str())).collect();
    assert_eq!(
        found,
        [
            ("做好晨检", "morning_check"),
            ("全日观察", ""),
            ("开窗通风", "ventilation"),
            ("水杯、毛巾消毒", "disinfection_daily"),
            ("水杯、毛巾消毒", "disinfection_daily"),
            ("清洗床单、被套和枕套", "bedding_wash"),
            ("儿童体检", "periodic_exam"),
            ("预防接种证查验", "vaccination_check"),
            ("门把手、水龙头等表面消毒", "surface_disinfection"),
            ("卫生大检查与流动红旗评比", "hygiene_monthly"),
        ]
    );
}

#[test]
fn a_kindergarten_is_offered_its_own_indicators_by_their_most_specific_name() {
    let work = county();
    let actor = on(&work, date(2026, 12, 1));
    let plan = read(&work, &actor, "1、视力低常矫治率达到95%。\n");
    let aim = items(&work, &actor, plan).into_iter().find(|item| item.kind == "target").unwrap();
    assert_eq!(aim.indicator.as_ref().unwrap().as_str(), "kindergarten.vision_correction_rate");
    let (known, _) = work.plan_open(&actor, plan).unwrap();
    let suggester = work.plan_suggestions(&known).unwrap();
    let offered: Vec<&str> = suggester.fitting(&aim).map(|id| id.as_str()).collect();
    assert!(offered.contains(&"kindergarten.exam_rate"), "{offered:?}");
    assert!(!offered.iter().any(|id| id.starts_with("school.")), "{offered:?}");
}

#[test]
fn a_bare_verb_means_the_duty_of_its_object() {
    let found = matches(
        2,
        "办好宣传栏和食育橱窗，每月更新。定期换洗床单、枕套（每两周一次），晾晒（每月一次）收好。",
    );
    let means = |name: &str, duty: &str| found.contains(&(name.into(), duty.into()));
    assert!(means("宣传栏和食育橱窗更新", "health_board"), "{found:?}");
    assert!(means("床单、枕套晾晒", "bedding_sun"), "{found:?}");
}

#[test]
fn what_is_done_at_every_meal_says_so() {
    let work = county();
    let actor = on(&work, date(2026, 9, 7));
    let plan = read(&work, &actor, "1、餐具每餐清洗消毒。\n2、每次就餐前用清水擦洗桌布。\n");
    let items = items(&work, &actor, plan);
    let said: Vec<&str> = items.iter().filter_map(|item| item.when.as_deref()).collect();
    assert_eq!(said, ["每餐", "每次就餐前"]);
    // The duty that the first line means is owed at three meals a day.
    let packs = work.packs();
    let meals: Vec<&str> =
        expected_of_each(&packs, &items[0]).iter().map(|title| title.zh.as_str()).collect();
    assert_eq!(meals.len(), 3, "{meals:?}");
    assert!(expected_of_each(&packs, &items[1]).is_empty());
}

#[test]
fn tasks_are_matched_by_name() {
    let found = matches(
        1,
        "1、组织开展爱国卫生月活动。\n2、组织开展全辖区除四害统一行动。\n3、继续做好控烟工作。\n4、加强队伍建设。\n",
    );
    let found: Vec<&str> = found.iter().map(|(_, meant)| meant.as_str()).collect();
    assert_eq!(found, ["health_month", "pest_season", "tobacco_quarterly", ""]);
}
