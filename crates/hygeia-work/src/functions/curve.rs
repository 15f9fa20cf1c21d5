//! Reference lines for a growth chart.

use super::sex_and_age;
use hygeia_expr::{FunctionDef, Functions, Type, Value};
use hygeia_health::growth::cn;
use rust_decimal::Decimal;

const LINES: &str = "P3, P10, P25, P50, P75, P90 and P97 of WS/T 423-2022 (annex A), straight between printed months; \
                     missing outside its ages.";

/// Adds `growth.height_bands` and the like.
pub(super) fn register(functions: &mut Functions) {
    let mut add = |name: &str, what: &str, eval: fn(&[Value]) -> Value| {
        functions.register(FunctionDef {
            name: name.into(),
            params: vec![Type::Text, Type::Date, Type::Date],
            result: Type::List(Box::new(Type::Decimal)),
            doc: format!("{name}(sex, birth, date): {what}: {LINES}"),
            eval,
        });
    };
    add("growth.weight_bands", "weight-for-age 年龄别体重, kg, to under 7 years", |a| {
        bands(a, cn::Indicator::WeightForAge)
    });
    add(
        "growth.height_bands",
        "length- or height-for-age 年龄别身长/身高, cm, to under 7 years",
        |a| bands(a, cn::Indicator::LengthHeightForAge),
    );
    add("growth.bmi_bands", "BMI-for-age 年龄别BMI, kg/m², to under 7 years", |a| {
        bands(a, cn::Indicator::BmiForAge)
    });
    add("growth.head_bands", "head circumference-for-age 年龄别头围, cm, to 36 months", |a| {
        bands(a, cn::Indicator::HeadForAge)
    });
}

fn bands(arguments: &[Value], indicator: cn::Indicator) -> Value {
    let lines = sex_and_age(arguments)
        .and_then(|(sex, age)| cn::percentile_lines(indicator, sex, age.calendar_months()));
    lines.map_or(Value::Null, |lines| {
        let line = |value: &f64| {
            Decimal::try_from(*value).map_or(Value::Null, |value| Value::Decimal(value.round_dp(2)))
        };
        Value::List(lines.iter().map(line).collect())
    })
}
