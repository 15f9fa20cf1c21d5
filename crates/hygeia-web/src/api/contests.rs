//! What follows from inspections, over the API: findings when one is finished, statistics of items, self-assessment
//! beside outside inspection, and the flag.

use super::alarms::read;
use super::caller::{Call, Caller};
use super::describe::{get, path, post, query};
use super::inspections::{asked_inspections, number, rank_query};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use hygeia_pack::model::Register;
use hygeia_store::OrgUnitId;
use hygeia_work::{Flags, ItemStatistic, Loss, Mark, Period, Result, WorkError, to_json};
use serde_json::{Value, json};
use std::collections::HashMap;

type Asked = Query<HashMap<String, String>>;

/// `POST /registers/{register}/entries/{id}/finish`: ends an inspection; `{"rest_full": true}` gives the items without
/// a mark full points.
pub(super) async fn finish(
    call: Call,
    Path((register, id)): Path<(String, uuid::Uuid)>,
    body: Bytes,
) -> Response {
    call
        .run(move |caller| {
            let asked: Value = match body.is_empty() {
                true => Value::Null,
                false => serde_json::from_slice(&body)
                    .map_err(|error| WorkError::Bad(format!("不是有效的 JSON：{error}")))?,
            };
            let full = asked["rest_full"] == true;
            let done = caller.work.inspection_finish(&caller.actor, &register, id, full)?;
            let findings: Vec<_> = done.corrections.iter().map(|entry| entry.id).collect();
            let outcome = &done.outcome;
            Ok(Json(json!({ "id": id, "version": done.view.entry.version, "score": outcome.score.map(number),
                "grade": outcome.grade, "passed": outcome.passed, "vetoed": outcome.vetoed, "corrections": findings }))
            .into_response())
        })
        .await
}

/// `GET /registers/{register}/items`: every item of the standard with how often points were taken, and where.
pub(super) async fn items(call: Call, Path(register): Path<String>, Query(asked): Asked) -> Response {
    call.run(move |caller| {
        let query = rank_query(caller, &asked)?;
        let (edition, items) = caller.work.inspection_items(&caller.actor, &register, &query)?;
        let directory = caller.work.directory();
        let loss = |loss: &Loss| {
            json!({ "inspection": loss.entry, "org": directory.get(loss.unit).map(|unit| &unit.code),
                    "date": loss.day, "points": number(loss.points) })
        };
        let item = |own: &ItemStatistic| {
            json!({ "item": own.item.code, "title": own.item.title.zh, "points": number(own.item.points),
                    "judged": own.judged, "skipped": own.skipped, "taken": own.losses.len(),
                    "share": own.share().map(number), "points_taken": number(own.points()),
                    "losses": own.losses.iter().map(loss).collect::<Vec<_>>() })
        };
        let items: Vec<Value> = items.iter().map(item).collect();
        Ok(Json(json!({ "edition": edition.name, "items": items })).into_response())
    })
    .await
}

/// `GET /registers/{register}/comparison?org=`: the latest self-assessment beside the latest outside inspection.
pub(super) async fn compare(call: Call, Path(register): Path<String>, Query(asked): Asked) -> Response {
    call
        .run(move |caller| {
            let unit = unit_of(caller, asked.get("org").map(String::as_str))?;
            let found = caller.work.inspection_compare(&caller.actor, &register, unit)?;
            let points = |mark: &Option<Mark>| mark.as_ref().and_then(|mark| mark.points).map(number);
            let shown = found.map(|found| {
                let side = |entry: &hygeia_store::Entry| {
                    json!({ "inspection": entry.id, "date": entry.day, "score": entry.values.get("score").map(to_json) })
                };
                let differing: Vec<Value> = found
                    .differing
                    .iter()
                    .map(|(item, own, outside)| {
                        json!({ "item": item.code, "title": item.title.zh, "self": points(own), "outside": points(outside) })
                    })
                    .collect();
                json!({ "self": side(&found.own), "outside": side(&found.outside), "differing": differing })
            });
            Ok(Json(shown).into_response())
        })
        .await
}

fn unit_of(caller: &Caller, code: Option<&str>) -> Result<OrgUnitId> {
    let code = code.ok_or_else(|| WorkError::Bad("请给出 org：机构代码".into()))?;
    caller.unit(code)
}

/// Which flags: unit and period, and why they are taken back.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Contest {
    org: Option<String>,
    period: Option<String>,
    #[serde(default)]
    reason: String,
}

impl Contest {
    fn place(&self, caller: &Caller) -> Result<(OrgUnitId, Period)> {
        let text =
            self.period.as_deref().ok_or_else(|| WorkError::Bad("请给出 period，如 2026-11".into()))?;
        let period = Period::parse(text, &caller.work.calendar());
        Ok((
            unit_of(caller, self.org.as_deref())?,
            period.map_err(|error| WorkError::Bad(error.to_string()))?,
        ))
    }
}

/// `GET /registers/{register}/flags?org=&period=`
pub(super) async fn flags(
    call: Call,
    Path(register): Path<String>,
    Query(contest): Query<Contest>,
) -> Response {
    call.run(move |caller| {
        let (unit, period) = contest.place(caller)?;
        let flags = caller.work.flags_of(&caller.actor, &register, unit, &period)?;
        Ok(flags_json(caller, &flags))
    })
    .await
}

/// `POST /registers/{register}/flags`: awards the flags of a period and publishes them.
pub(super) async fn award(call: Call, Path(register): Path<String>, body: Bytes) -> Response {
    call.run(move |caller| {
        let contest: Contest = read(&body)?;
        let (unit, period) = contest.place(caller)?;
        let flags = caller.work.flags_award(&caller.actor, &register, unit, &period)?;
        Ok(flags_json(caller, &flags))
    })
    .await
}

/// `POST /registers/{register}/flags/withdraw`: takes them back with a reason.
pub(super) async fn withdraw(call: Call, Path(register): Path<String>, body: Bytes) -> Response {
    call.run(move |caller| {
        let contest: Contest = read(&body)?;
        let (unit, period) = contest.place(caller)?;
        let flags = caller.work.flags_withdraw(&caller.actor, &register, unit, &period, &contest.reason)?;
        Ok(flags_json(caller, &flags))
    })
    .await
}

fn flags_json(caller: &Caller, flags: &Flags) -> Response {
    let directory = caller.work.directory();
    let code = |unit: OrgUnitId| directory.get(unit).map(|unit| unit.code.clone());
    let awarded = flags.awarded.iter().map(|award| {
        let said = |name: &str| award.entry.values.get(name).map(to_json);
        json!({ "org": code(award.unit), "entry": award.entry.id, "date": award.entry.day, "mean": said("mean"),
            "place": said("place"), "awarded_by": said("awarded_by") })
    });
    let ranked = flags.ranked.iter().map(|line| json!({ "org": code(line.unit), "mean": number(line.mean) }));
    Json(
        json!({ "flag": flags.rule.title.zh, "org": code(flags.house), "awarded": awarded.collect::<Vec<_>>(),
        "ranked": ranked.collect::<Vec<_>>(), "moved": flags.has_moved() }),
    )
    .into_response()
}

/// The paths of this file for the API's description of a register of inspections.
pub(super) fn paths(register: &Register) -> Vec<(String, Value)> {
    let title = |what: &str| format!("{}：{what}", register.title.zh);
    let at = |path: &str| format!("/registers/{}/{path}", register.id);
    let rest = json!({ "rest_full": { "type": "boolean", "description": "未评的条目给满分 / Full points for items without a mark" } });
    let mut paths = vec![
        (
            at("entries/{id}/finish"),
            post(
                &title("完成检查 / Finishes an inspection"),
                &[path("id", "string")],
                (rest, &[]),
                "得分，以及由此产生的整改 / Score, and the rectifications that came of it",
            ),
        ),
        (
            at("items"),
            get(
                &title("逐条统计 / Items"),
                &asked_inspections(),
                "各条目扣分的次数和机构 / Items with how often points were taken, and where",
            ),
        ),
        (
            at("comparison"),
            get(
                &title("自评与检查对照 / Self-assessment and inspection"),
                &[query("org", true, "机构代码 / Code of the org unit")],
                "两者各自最近的一次和不同的条目；缺一则为 null / The latest of each, and the items that differ; null without both",
            ),
        ),
    ];
    if let Some(flag) = &register.flag {
        let asked = [
            query("org", true, "机构代码 / Code of the org unit"),
            query("period", true, "周期，如 `2026-11`、`2026-W48` / Period: `2026-11`, `2026-W48`"),
        ];
        let text = || json!({ "type": "string" });
        let needs = json!({ "org": text(), "period": text() });
        let mut flags = get(
            &title(&format!("{} / Flags", flag.title.zh)),
            &asked,
            "已授予的及目前排名 / Awarded flags, and the ranking of now",
        );
        let award = post(
            &title("授予并公示 / Awards flags"),
            &[],
            (needs, &["org", "period"]),
            "已授予的 / Awarded flags",
        );
        flags["post"] = award["post"].clone();
        let reasons = json!({ "org": text(), "period": text(), "reason": text() });
        let back = post(
            &title("撤销授予 / Withdraws flags"),
            &[],
            (reasons, &["org", "period", "reason"]),
            "仍然有效的 / What still stands",
        );
        paths.extend([(at("flags"), flags), (at("flags/withdraw"), back)]);
    }
    paths
}
