//! Indicators over the API.

use super::caller::Call;
use axum::Json;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use hygeia_work::{Figure, FigureQuery, Period, PeriodKind, WorkError};
use serde_json::{Value, json};

/// Question of `GET /indicators/{id}`.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Question {
    /// Code of the org unit.
    org: Option<String>,
    /// Period, `2026-11`.
    period: Option<String>,
    /// `unit` for the units right below, or `day`, `week`, `month`, `term` for the periods within.
    by: Option<String>,
}

/// `GET /indicators/{id}?org=&period=&by=`
pub(super) async fn read(
    call: Call,
    Path(indicator): Path<String>,
    Query(question): Query<Question>,
) -> Response {
    call.run(move |caller| {
        let work = &caller.work;
        let directory = work.directory();
        let calendar = work.calendar();
        let code = question.org.as_deref().ok_or_else(|| WorkError::Bad("请给出机构代码 org".into()))?;
        let unit = caller.unit(code)?;
        let period = match &question.period {
            Some(text) => {
                Period::parse(text, &calendar).map_err(|error| WorkError::Bad(error.to_string()))?
            }
            None => Period::containing(PeriodKind::Month, caller.actor.today(), &calendar),
        };
        let figure = work.figure_or_meant(&caller.actor, &work.packs(), &indicator)?;
        let (units, periods) = match question.by.as_deref() {
            None | Some("") => (vec![unit], vec![period]),
            Some("unit") => (directory.children(unit).map(|child| child.id).collect(), vec![period]),
            Some(kind) => {
                let kind = PeriodKind::parse(kind)
                    .ok_or_else(|| WorkError::Bad("by 应为 unit、day、week、month 或 term".into()))?;
                (vec![unit], period.parts(kind, &calendar))
            }
        };
        let query = FigureQuery { figures: vec![figure], units, periods };
        let figures = work.figures(&caller.actor, &query)?;
        let show =
            |figure: &Figure| figure_json(figure, directory.get(figure.unit).map(|unit| unit.code.as_str()));
        let figures: Vec<Value> = figures.iter().map(show).collect();
        Ok(Json(json!({ "indicator": indicator, "figures": figures })).into_response())
    })
    .await
}

/// A figure as JSON; a missing value is `null`.
fn figure_json(figure: &Figure, org: Option<&str>) -> Value {
    let number = |value: Option<rust_decimal::Decimal>| {
        value.and_then(|value| serde_json::from_str::<Value>(&value.normalize().to_string()).ok())
    };
    let parts: serde_json::Map<String, Value> = figure
        .parts
        .iter()
        .map(|(id, value)| (id.to_string(), number(*value).unwrap_or(Value::Null)))
        .collect();
    json!({
        "org": org,
        "period": figure.period.to_string(),
        "from": figure.period.from.to_string(),
        "to": figure.period.to.to_string(),
        "value": number(figure.value),
        "unit": figure.measure_word,
        "measures": parts,
        "target": figure.target.map(|target| json!({
            "at_least": target.at_least,
            "value": number(Some(target.value)),
        })),
        "reached": figure.reached(),
    })
}
