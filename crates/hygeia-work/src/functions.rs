//! The functions packs may call besides the built-in ones, filled from the health engines.

mod curve;
mod doses;
mod nutrition;
mod time;

use hygeia_expr::{FunctionDef, Functions, Type, Value};
use hygeia_health::growth::cn::{self, KindergartenClass, Measurement};
use hygeia_health::growth::{Age, Sex};
use hygeia_health::identity::citizen_number;
use hygeia_health::immunization;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A citizen number read and found consistent.
pub(crate) struct CitizenNumberParts {
    pub normalised: String,
    pub birth: Date,
    pub sex: &'static str,
}

/// Reads an 18- or 15-digit citizen number (GB 11643); the error says what is wrong, in Chinese.
pub(crate) fn read_citizen_number(text: &str, today: Date) -> Result<CitizenNumberParts, String> {
    let number = citizen_number::parse(text, today).map_err(|fault| fault.to_string())?;
    let sex = match number.sex() {
        Sex::Male => "male",
        Sex::Female => "female",
    };
    Ok(CitizenNumberParts { normalised: number.as_str().to_owned(), birth: number.birth(), sex })
}

/// Built-in functions and the health engines': `growth.*`, `vaccine.*`, `id.*`.
///
/// Every function gives a missing value when an argument is missing or outside the tables it needs; the engines'
/// own documentation names the published source.
pub fn pack_functions() -> Functions {
    let mut functions = Functions::standard();
    let growth = [Type::Text, Type::Date, Type::Date];
    let with = |more: &[Type]| -> Vec<Type> { growth.iter().chain(more).cloned().collect() };
    let mut add = |name: &str, params: Vec<Type>, result: Type, doc: &str, eval: fn(&[Value]) -> Value| {
        functions.register(FunctionDef { name: name.into(), params, result, doc: doc.into(), eval });
    };
    let (decimal, text) = (Type::Decimal, Type::Text);
    add(
        "growth.waz",
        with(std::slice::from_ref(&decimal)),
        decimal.clone(),
        "growth.waz(sex, birth, date, weight_kg): weight-for-age 年龄别体重 in SD, two decimals, WS/T 423-2022; missing \
         without one of them, before birth and from 7 years on.",
        |a| z_score(a, cn::Indicator::WeightForAge),
    );
    add(
        "growth.haz",
        with(std::slice::from_ref(&decimal)),
        decimal.clone(),
        "growth.haz(sex, birth, date, height_cm): length- or height-for-age 年龄别身长/身高 in SD, two decimals, WS/T \
         423-2022 (lying below 24 months); missing without one of them, before birth and from 7 years on.",
        |a| z_score(a, cn::Indicator::LengthHeightForAge),
    );
    add(
        "growth.baz",
        with(&[decimal.clone(), decimal.clone()]),
        decimal.clone(),
        "growth.baz(sex, birth, date, weight_kg, height_cm): BMI-for-age 年龄别BMI in SD, two decimals, WS/T 423-2022; \
         missing without one of them, before birth and from 7 years on.",
        body_mass_z,
    );
    add(
        "growth.class",
        with(&[decimal.clone(), decimal.clone()]),
        Type::List(Box::new(text.clone())),
        "growth.class(sex, birth, date, weight_kg, height_cm): the statistics' classes underweight 低体重, stunting \
         生长迟缓, wasting 消瘦, overweight 超重, obesity 肥胖 by WS/T 423-2022; missing when the child \
         is in none, or too little is known to tell.",
        nutrition_classes,
    );
    add(
        "vaccine.missing",
        vec![Type::Date, text.clone(), Type::Date, text.clone()],
        text.clone(),
        "vaccine.missing(birth, sex, date, history): doses of the national programme due by the date and not in the \
         history, each with the first day on which it may be given, as text; missing when none is, or when \
         the history cannot be read whole (see `vaccine.unreadable`). 国家免疫规划疫苗儿童免疫程序, edition by date.",
        missing_doses,
    );
    add(
        "vaccine.unreadable",
        vec![text.clone()],
        text.clone(),
        "vaccine.unreadable(history): what of a typed history cannot be read, and what was expected, as text; missing \
         when all of it can be read, or there is none.",
        unreadable_history,
    );
    add(
        "id.valid",
        vec![text],
        Type::Bool,
        "id.valid(text): whether it is a citizen number 公民身份号码 with a right check character (GB \
         11643-1999); missing without a text.",
        |a| match a {
            [Value::Text(text)] => Value::Bool(citizen_number::parse(text, Date::MAX).is_ok()),
            _ => Value::Null,
        },
    );
    curve::register(&mut functions);
    doses::register(&mut functions);
    nutrition::register(&mut functions);
    time::register(&mut functions);
    functions
}

fn number(value: &Value) -> Option<f64> {
    value.as_decimal()?.to_f64()
}

fn sex_and_age(arguments: &[Value]) -> Option<(Sex, Age)> {
    match arguments {
        [Value::Text(sex), Value::Date(birth), Value::Date(on), ..] => {
            Some((Sex::parse(sex)?, Age::between(*birth, *on)?))
        }
        _ => None,
    }
}

/// Two decimals, as evaluations are printed.
fn rounded(z: f64) -> Value {
    Decimal::try_from(z).map_or(Value::Null, |z| Value::Decimal(z.round_dp(2)))
}

fn z_score(arguments: &[Value], indicator: cn::Indicator) -> Value {
    let judged = sex_and_age(arguments).zip(arguments.get(3).and_then(number));
    judged
        .and_then(|((sex, age), value)| cn::judge(indicator, sex, age.calendar_months(), value))
        .map_or(Value::Null, |judgement| rounded(judgement.z))
}

fn measured(arguments: &[Value]) -> Option<Measurement> {
    let (sex, age) = sex_and_age(arguments)?;
    let weight_kg = arguments.get(3).and_then(number);
    let length_or_height_cm = arguments.get(4).and_then(number);
    Some(Measurement { sex, age, weight_kg, length_or_height_cm, head_cm: None })
}

fn body_mass_z(arguments: &[Value]) -> Value {
    let judged = measured(arguments).and_then(|measured| {
        let bmi = hygeia_health::growth::bmi(measured.weight_kg?, measured.length_or_height_cm?)?;
        cn::judge(cn::Indicator::BmiForAge, measured.sex, measured.age.calendar_months(), bmi)
    });
    judged.map_or(Value::Null, |judgement| rounded(judgement.z))
}

fn nutrition_classes(arguments: &[Value]) -> Value {
    let Some(measured) = measured(arguments) else { return Value::Null };
    let assessment = cn::assess(&measured);
    let classes: Vec<Value> = KindergartenClass::ALL
        .into_iter()
        .filter(|class| assessment.has(*class) == Some(true))
        .map(|class| {
            Value::from(match class {
                KindergartenClass::Underweight => "underweight",
                KindergartenClass::Stunting => "stunting",
                KindergartenClass::Wasting => "wasting",
                KindergartenClass::Overweight => "overweight",
                KindergartenClass::Obesity => "obesity",
            })
        })
        .collect();
    if classes.is_empty() { Value::Null } else { Value::List(classes) }
}

/// Doses the national programme asks for by the date and the history lacks. A history that cannot be read whole
/// gives a missing value: [`unreadable_history`] tells what is wrong with it.
fn missing_doses(arguments: &[Value]) -> Value {
    let [Value::Date(birth), Value::Text(sex), Value::Date(on), history] = arguments else {
        return Value::Null;
    };
    let Ok(given) = immunization::parse_history(history.as_text().unwrap_or_default()) else {
        return Value::Null;
    };
    let missing = immunization::missing_doses(*birth, Sex::parse(sex), &given, *on);
    let name = |dose: &immunization::MissingDose| {
        format!("{}第{}剂（{}起可种）", dose.vaccine_zh, dose.dose_no, dose.earliest)
    };
    let named: Vec<String> = missing.iter().map(name).collect();
    if named.is_empty() { Value::Null } else { Value::Text(named.join("、")) }
}

fn unreadable_history(arguments: &[Value]) -> Value {
    let [Value::Text(history)] = arguments else { return Value::Null };
    match immunization::parse_history(history) {
        Ok(_) => Value::Null,
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Value::Text(told.join("；"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference of a function shows its call, says when it gives no value, and names units in its parameters.
    #[test]
    fn every_function_tells_its_call_its_units_and_when_it_gives_nothing() {
        for function in pack_functions().registered() {
            let call = function.doc.strip_prefix(&format!("{}(", function.name));
            let (parameters, rest) = call.and_then(|rest| rest.split_once(')')).expect(&function.name);
            assert_eq!(parameters.split(", ").count(), function.params.len(), "{}", function.name);
            assert!(rest.contains("missing") || rest.contains("Missing"), "{}: {rest}", function.name);
            for (name, ty) in parameters.split(", ").zip(&function.params) {
                let has_unit = ["_kg", "_cm"].iter().any(|unit| name.ends_with(unit));
                assert!(*ty != Type::Decimal || has_unit, "{}: no unit in `{name}`", function.name);
            }
        }
    }

    #[test]
    fn a_history_that_cannot_be_read_is_told_and_is_not_taken_for_complete() {
        let functions = pack_functions();
        let call = |name: &str, arguments: &[Value]| (functions.get(name).expect(name).eval)(arguments);
        let history = Value::from("HepB 2023-01-02; 百白 2023-02-30");
        let told = call("vaccine.unreadable", std::slice::from_ref(&history));
        assert!(told.as_text().is_some_and(|told| told.contains("第2项")), "{told:?}");
        let read = Value::from("HepB 2023-01-02");
        assert_eq!(call("vaccine.unreadable", &[read]), Value::Null);
    }
}
