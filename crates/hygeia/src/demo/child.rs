//! What is measured of a demo child, and the doses in its booklet.

use super::dice::Dice;
use hygeia_health::growth::{Age, Sex, cn};
use hygeia_health::immunization::{Child, GivenDose, VisitRules, catch_up_plan, format_history};
use hygeia_store::Person;
use jiff::civil::Date;
use serde_json::{Value, json};

/// Body measurements near the middle of their age, teeth and eyes as children of that age have them.
pub(crate) fn measured(name: &str, person: Option<&Person>, day: Date, dice: &mut Dice) -> Option<Value> {
    // What is written down only of some children.
    if name == "caries_new" || (name == "temperature" && !dice.happens(0.3)) {
        return None;
    }
    let birth = person?.birth?;
    let of_child = |name: &str| {
        Dice::new(&["body", &person.map(|p| p.code.clone()).unwrap_or_default(), name]).normal(0.0, 1.0)
    };
    Some(match name {
        "height_cm" => json!(tenths(body(person?, birth, day)?.0)),
        "weight_kg" => json!(tenths(body(person?, birth, day)?.1)),
        "temperature" | "recheck_temperature" => {
            json!((dice.normal(36.5, 0.2) * 10.0).round().clamp(359.0, 371.0) / 10.0)
        }
        "hb" => json!(dice.normal(124.0, 7.0).round().clamp(92.0, 150.0)),
        "teeth" => json!(20),
        "caries" => json!(if of_child("caries") > 0.6 { 1 + dice.below(4) } else { 0 }),
        "decayed" => json!(if of_child("caries") > 0.7 { 1 + dice.below(3) } else { 0 }),
        "filled" => json!(if of_child("caries") > 0.3 { dice.below(3) } else { 0 }),
        "score" => json!((78.0 + 9.0 * of_child("score") + dice.normal(0.0, 2.0)).round().clamp(48.0, 104.0)),
        "history" => Value::String(doses_by(birth, person?, day)),
        "vision_left" | "vision_right" => json!((dice.normal(4.95, 0.08) * 10.0).round() / 10.0),
        // Pupils' sight: every third below 5.0, both eyes much alike.
        "right" | "left" => {
            json!(tenths((5.03 + 0.12 * of_child("sight") + dice.normal(0.0, 0.04)).clamp(4.0, 5.2)))
        }
        _ => return None,
    })
}

/// Height in cm and weight in kg on a day: the child keeps its place among the lines of its age.
fn body(person: &Person, birth: Date, day: Date) -> Option<(f64, f64)> {
    let (sex, age) = (Sex::parse(&person.sex)?, Age::between(birth, day)?);
    let place = |indicator, name: &str| {
        let z = Dice::new(&["body", &person.code, name]).normal(0.0, 0.85);
        // Older children go on along the last line of the standard.
        let month = age.calendar_months().min(81.0);
        let lines = cn::sd_lines(indicator, sex, month)?;
        Some(lines[3] + z * if z < 0.0 { lines[3] - lines[2] } else { lines[4] - lines[3] })
    };
    let grown = (age.calendar_months() - 81.0).max(0.0) * 0.5;
    let height = place(cn::Indicator::LengthHeightForAge, "height")? + grown;
    Some((height, place(cn::Indicator::BmiForAge, "bmi")? * height * height / 1e4))
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The doses of a child who came to every visit, as they stand in its booklet.
fn doses_by(birth: Date, person: &Person, day: Date) -> String {
    let child = Child::new(birth, Sex::parse(&person.sex));
    let rules = VisitRules { most_doses: 3, days_between: 14, until: day };
    let given: Vec<GivenDose> = catch_up_plan(&child, &[], birth, rules)
        .iter()
        .flat_map(|visit| {
            visit.doses.iter().map(|dose| GivenDose { product: dose.product, date: visit.date })
        })
        .collect();
    format_history(&given)
}
