//! Papers that go with a sick child: report cards of the township hospital, a certificate of return, a medicine that the
//! parents entrusted to the class.

use super::days::{object, roster};
use super::places::Places;
use super::{as_teacher, at};
use anyhow::{Context, Result};
use hygeia_work::{Actor, Step, Submission, Work};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

/// Makes the records; `today` still has a card to report and doses to give.
pub(crate) fn build(work: &Work, actor: &Actor, places: &Places, today: Date) -> Result<()> {
    report_cards(work, actor, today)?;
    let house = places.kindergartens.first().context("no kindergarten")?;
    let class = house.classes.first().context("no class")?;
    let children = roster(work, class.unit, today)?;
    let code = |at: usize| children.get(at).map(|child| child.code.clone());
    let day = |days: i32| today.saturating_sub(days.days());
    let doctor = |days: i32, hour: i8| as_teacher(actor, "王秀兰", at(day(days), hour, 20));
    let values = json!({ "checked_on": day(2).to_string(), "disease": "hfmd", "onset": day(18).to_string(),
        "issued_on": day(2).to_string(), "issuer": "城关镇卫生院", "verdict": "admit" });
    enter(work, &doctor(2, 8), "infectious_disease.return_certificate", code(5), None, values)?;
    let values = json!({ "date": day(1).to_string(), "drug": "小儿氨酚黄那敏颗粒", "dose": "半袋", "times": 2, "doses_in": 4,
        "first_time": "11:30", "until": today.to_string(), "reason": "感冒", "prescribed": true, "parent": "李建国",
        "parent_signed": true });
    let kept = enter(work, &doctor(1, 8), "kindergarten.medication", code(7), None, values)?;
    for time in ["11:30", "15:00"] {
        let values = json!({ "date": day(1).to_string(), "time": time, "medication": kept.to_string() });
        enter(work, &doctor(1, 15), "kindergarten.medication_dose", code(7), None, values)?;
    }
    Ok(())
}

/// One card reported in time, one excluded after the laboratory, one diagnosed this morning.
fn report_cards(work: &Work, actor: &Actor, today: Date) -> Result<()> {
    let cards = [
        (11, "mumps", "clinical", "林小雨", Some("report")),
        (6, "scarlet_fever", "suspected", "赵一鸣", Some("exclude")),
        (0, "hfmd", "clinical", "周子涵", None),
    ];
    for (number, (days, disease, kind, patient, step)) in (1..).zip(cards) {
        let day = today.saturating_sub(jiff::Span::new().days(days));
        let moment = at(day, 7, 10);
        let values = json!({ "card_no": format!("QH{}-{number:03}", today.year()), "disease": disease, "case_type": kind,
            "onset": day.saturating_sub(1.day()).to_string(), "diagnosed_at": format!("{day}T07:00"), "patient": patient,
            "guardian": "家长", "sex": "female", "birth": "2022-03-01", "occupation": "kindergarten",
            "workplace": "青禾县机关幼儿园", "doctor": "李航" });
        let id = enter(
            work,
            &as_teacher(actor, "李航", moment),
            "infectious_disease.report_card",
            None,
            Some("t1"),
            values,
        )?;
        let Some(step) = step else { continue };
        let later = as_teacher(actor, "李航", moment + 100.minutes());
        let values = if step == "report" { json!({ "receipt": "WB-20417" }) } else { json!({}) };
        let taken =
            Step { values: object(values), reason: Some("实验室检测阴性".into()), ..Step::default() };
        work.transition(&later, "infectious_disease.report_card", id, step, taken)?;
    }
    Ok(())
}

fn enter(
    work: &Work,
    actor: &Actor,
    register: &str,
    person: Option<String>,
    org: Option<&str>,
    values: Value,
) -> Result<Uuid> {
    let submission = Submission {
        org_unit: org.map(str::to_owned),
        person,
        values: object(values),
        ..Submission::default()
    };
    Ok(work.entry_submit(actor, register, submission).with_context(|| register.to_owned())?.id)
}
