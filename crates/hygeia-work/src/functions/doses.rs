//! A child's doses, given and to come, as rows.

use hygeia_expr::{FunctionDef, Functions, Type, Value};
use hygeia_health::growth::Sex;
use hygeia_health::immunization::{self, Child, Outlook, Status, Verdict};
use indexmap::IndexMap;
use std::sync::Arc;

/// Adds `vaccine.doses`.
pub(super) fn register(functions: &mut Functions) {
    let cells = [
        ("vaccine", Type::Text),
        ("dose", Type::Int),
        ("status", Type::Text),
        ("given", Type::Date),
        ("earliest", Type::Date),
        ("late_from", Type::Date),
        ("note", Type::Text),
    ];
    let row = Type::Row(Arc::new(cells.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect()));
    functions.register(FunctionDef {
        name: "vaccine.doses".into(),
        params: vec![Type::Date, Type::Text, Type::Date, Type::Text],
        result: Type::List(Box::new(row)),
        doc: "vaccine.doses(birth, sex, date, history): rows `vaccine, dose, status, given, earliest, late_from, note`, \
              first the next dose of each series (status `overdue`, `due`, `not_yet_due` on the date), then each dose \
              given (`counts`, `invalid` with the reason in `note`, `extra`, `outside`). By the national programme \
              国家免疫规划儿童免疫程序, edition by date; missing when the history is missing or cannot be read whole."
            .into(),
        eval: doses,
    });
}

fn doses(arguments: &[Value]) -> Value {
    let [Value::Date(birth), Value::Text(sex), Value::Date(on), Value::Text(history)] = arguments else {
        return Value::Null;
    };
    let Ok(given) = immunization::parse_history(history) else { return Value::Null };
    let outlook = immunization::forecast(&Child::new(*birth, Sex::parse(sex)), &given, *on);
    Value::List(to_come(&outlook).into_iter().chain(given_doses(&outlook)).collect())
}

fn row<const N: usize>(cells: [(&str, Value); N]) -> Value {
    Value::Row(cells.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<IndexMap<_, _>>())
}

/// Late doses first, then what is due, then what is not yet, each by day.
fn to_come(outlook: &Outlook) -> Vec<Value> {
    let mut next: Vec<_> = outlook.next.iter().collect();
    let rank = |status| match status {
        Status::Overdue => 0,
        Status::Due => 1,
        Status::NotYetDue => 2,
    };
    next.sort_by_key(|dose| (rank(dose.status), dose.earliest));
    let one = |dose: &&immunization::NextDose| {
        row([
            ("vaccine", Value::from(dose.vaccine_zh())),
            ("dose", Value::Int(i64::from(dose.dose_no))),
            ("status", Value::from(dose.status.as_str())),
            ("earliest", Value::Date(dose.earliest)),
            ("late_from", dose.complete_before.map_or(Value::Null, Value::Date)),
        ])
    };
    next.iter().map(one).collect()
}

fn given_doses(outlook: &Outlook) -> impl Iterator<Item = Value> {
    outlook.doses.iter().map(|judged| {
        let (vaccine, dose, status, note) = match judged.verdict {
            Verdict::Counts { dose_no, serves_as, .. } if serves_as == judged.dose.product => {
                (serves_as, Some(dose_no), "counts", String::new())
            }
            Verdict::Counts { dose_no, serves_as, .. } => {
                (serves_as, Some(dose_no), "counts", format!("以{}接种", judged.dose.product.zh()))
            }
            Verdict::Invalid { why, .. } => (judged.dose.product, None, "invalid", why.zh()),
            Verdict::Extra { .. } => (judged.dose.product, None, "extra", String::new()),
            Verdict::OutsideProgramme => (judged.dose.product, None, "outside", String::new()),
        };
        row([
            ("vaccine", Value::from(vaccine.zh())),
            ("dose", dose.map_or(Value::Null, |dose| Value::Int(i64::from(dose)))),
            ("status", Value::from(status)),
            ("given", Value::Date(judged.dose.date)),
            ("note", if note.is_empty() { Value::Null } else { Value::Text(note) }),
        ])
    })
}
