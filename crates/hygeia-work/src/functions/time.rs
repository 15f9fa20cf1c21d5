//! Spans of time between moments.

use hygeia_expr::{FunctionDef, Functions, Type, Value};

pub(super) fn register(functions: &mut Functions) {
    functions.register(FunctionDef {
        name: "time.minutes".into(),
        params: vec![Type::DateTime, Type::DateTime],
        result: Type::Int,
        doc:
            "time.minutes(from, to): whole minutes from one moment to another; negative when `to` is earlier; missing without one of them."
                .into(),
        eval: |arguments| match arguments {
            [Value::DateTime(from), Value::DateTime(to)] => Value::Int(to.duration_since(*from).as_mins()),
            _ => Value::Null,
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn minutes_run_over_midnight_and_backwards() {
        let mut functions = Functions::standard();
        register(&mut functions);
        let minutes = functions.get("time.minutes").map(|found| found.eval);
        let (from, to) = (date(2026, 11, 24).at(23, 50, 0, 0), date(2026, 11, 25).at(0, 5, 0, 0));
        let of = |a, b| minutes.map(|eval| eval(&[Value::DateTime(a), Value::DateTime(b)]));
        assert_eq!(of(from, to), Some(Value::Int(15)));
        assert_eq!(of(to, from), Some(Value::Int(-15)));
    }
}
