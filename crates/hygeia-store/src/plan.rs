//! Plans, their lines, and the matches people corrected.

use crate::db::{Row, first, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, OrgUnitId, Plan, PlanId, PlanItem, PlanItemId};
use crate::store::{Reader, Writer};
use crate::table::person_id;
use hygeia_pack::model::{DutyId, IndicatorId, RoleId};
use std::collections::HashMap;

const PLAN: &str = "SELECT id, unit, title, kind, file_name, source, text, status, from_day, to_day, confirmed_at, \
                    closed_on, created_at, created_by FROM plan WHERE county = ?";
const ITEM: &str = "SELECT id, plan, no, kind, quote, span_start, span_end, title, times, every, occasion, at_least, \
                    metric, op, value, value_unit, due_from, due_to, duty, indicator, owner_unit, owner_role, \
                    owner_person, state, since, note, confidence FROM plan_item WHERE county = ?";

fn read_plan(row: &mut Row) -> Result<Plan> {
    Ok(Plan {
        id: PlanId(row.int()?),
        unit: OrgUnitId(row.int()?),
        title: row.text()?,
        kind: row.text()?,
        file_name: row.text()?,
        source: row.blob()?,
        text: row.text()?,
        status: row.text()?,
        from: row.parsed()?,
        to: row.parsed()?,
        confirmed_at: row.parsed_or_null()?,
        closed_on: row.parsed_or_null()?,
        created_at: row.parsed()?,
        created_by: row.text()?,
    })
}

fn read_item(row: &mut Row) -> Result<PlanItem> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("{what} of a line of a plan"));
    Ok(PlanItem {
        id: PlanItemId(row.int()?),
        plan: PlanId(row.int()?),
        no: row.int()?,
        kind: row.text()?,
        quote: row.text()?,
        start: row.int()?,
        end: row.int()?,
        title: row.text()?,
        times: row
            .int_or_null()?
            .map(|times| u16::try_from(times).map_err(|_| corrupt("times")))
            .transpose()?,
        every: match row.json()? {
            serde_json::Value::Null => None,
            json => Some(serde_json::from_value(json).map_err(|_| corrupt("the interval"))?),
        },
        when: row.text_or_null()?,
        at_least: row.flag()?,
        metric: row.text_or_null()?,
        op: row.text_or_null()?,
        value: row.parsed_or_null()?,
        value_unit: row.text_or_null()?,
        due_from: row.parsed_or_null()?,
        due_to: row.parsed_or_null()?,
        duty: row.text_or_null()?.map(DutyId::new),
        indicator: row.text_or_null()?.map(IndicatorId::new),
        owner_unit: row.int_or_null()?.map(OrgUnitId),
        owner_role: row.text_or_null()?.map(RoleId::new),
        owner_person: row.int_or_null()?.map(person_id).transpose()?,
        state: row.text()?,
        since: row.parsed_or_null()?,
        note: row.text_or_null()?,
        confidence: row.parsed()?,
    })
}

impl Reader<'_> {
    /// Plans of the county, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_list(&mut self, county: CountyId) -> Result<Vec<Plan>> {
        let rows =
            self.conn.query(&format!("{PLAN} ORDER BY created_at DESC, id DESC"), params![county.0])?;
        rows.into_iter().map(|mut row| read_plan(&mut row)).collect()
    }

    /// One plan.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_get(&mut self, county: CountyId, id: PlanId) -> Result<Option<Plan>> {
        let row = first(&mut *self.conn, &format!("{PLAN} AND id = ?"), params![county.0, id.0])?;
        row.map(|mut row| read_plan(&mut row)).transpose()
    }

    /// Lines of a plan in the order of the document.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_item_list(&mut self, county: CountyId, plan: PlanId) -> Result<Vec<PlanItem>> {
        let rows =
            self.conn.query(&format!("{ITEM} AND plan = ? ORDER BY no, id"), params![county.0, plan.0])?;
        rows.into_iter().map(|mut row| read_item(&mut row)).collect()
    }

    /// What people of a unit chose for phrases of earlier documents: phrase to duty or indicator.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_corrections(&mut self, county: CountyId, unit: OrgUnitId) -> Result<HashMap<String, String>> {
        let sql = "SELECT phrase, chosen FROM plan_correction WHERE county = ? AND unit = ?";
        let rows = self.conn.query(sql, params![county.0, unit.0])?;
        rows.into_iter().map(|mut row| Ok((row.text()?, row.text()?))).collect()
    }
}

impl Writer<'_> {
    /// Stores a plan; id 0 makes a new one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_put(&mut self, county: CountyId, plan: &Plan) -> Result<PlanId> {
        let id = if plan.id.0 == 0 { self.next_id(county, "plan")? } else { plan.id.0 };
        let mut values = params![
            county.0,
            id,
            plan.unit.0,
            &plan.title,
            &plan.kind,
            &plan.file_name,
            &plan.text,
            &plan.status,
            plan.from,
            plan.to,
            plan.confirmed_at,
            plan.closed_on,
            plan.created_at,
            &plan.created_by
        ]
        .to_vec();
        values.push(crate::db::Param::Blob(plan.source.clone()));
        self.conn.execute(
            "INSERT INTO plan (county, id, unit, title, kind, file_name, text, status, from_day, to_day, \
             confirmed_at, closed_on, created_at, created_by, source) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (county, id) DO UPDATE SET \
             unit = excluded.unit, title = excluded.title, kind = excluded.kind, text = excluded.text, \
             status = excluded.status, from_day = excluded.from_day, to_day = excluded.to_day, \
             confirmed_at = excluded.confirmed_at, closed_on = excluded.closed_on",
            &values,
        )?;
        Ok(PlanId(id))
    }

    /// Stores a line of a plan; id 0 makes a new one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_item_put(&mut self, county: CountyId, item: &PlanItem) -> Result<PlanItemId> {
        let id = if item.id.0 == 0 { self.next_id(county, "plan_item")? } else { item.id.0 };
        let every = item.every.map(|every| serde_json::to_string(&every)).transpose();
        let every = every.map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.conn.execute("DELETE FROM plan_item WHERE county = ? AND id = ?", params![county.0, id])?;
        self.conn.execute(
            "INSERT INTO plan_item (county, id, plan, no, kind, quote, span_start, span_end, title, times, every, \
             occasion, at_least, metric, op, value, value_unit, due_from, due_to, duty, indicator, owner_unit, \
             owner_role, owner_person, state, since, note, confidence) \
             VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            params![
                county.0,
                id,
                item.plan.0,
                item.no,
                &item.kind,
                &item.quote,
                item.start,
                item.end,
                &item.title,
                item.times.map(i64::from),
                every,
                item.when.clone(),
                item.at_least,
                item.metric.clone(),
                item.op.clone(),
                item.value.map(|value| value.to_string()),
                item.value_unit.clone(),
                item.due_from,
                item.due_to,
                item.duty.as_ref().map(DutyId::as_str),
                item.indicator.as_ref().map(IndicatorId::as_str),
                item.owner_unit.map(|unit| unit.0),
                item.owner_role.as_ref().map(RoleId::as_str),
                item.owner_person.map(|person| i64::from(person.0)),
                &item.state,
                item.since,
                item.note.clone(),
                item.confidence.to_string()
            ],
        )?;
        Ok(PlanItemId(id))
    }

    /// Removes a plan with its lines.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_delete(&mut self, county: CountyId, id: PlanId) -> Result<()> {
        self.conn.execute("DELETE FROM plan_item WHERE county = ? AND plan = ?", params![county.0, id.0])?;
        self.conn.execute("DELETE FROM plan WHERE county = ? AND id = ?", params![county.0, id.0])?;
        Ok(())
    }

    /// Remembers what a unit chose for a phrase.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn plan_correction_put(
        &mut self,
        county: CountyId,
        unit: OrgUnitId,
        phrase: &str,
        chosen: &str,
    ) -> Result<()> {
        self.conn.execute(
            "INSERT INTO plan_correction (county, unit, phrase, chosen) VALUES (?,?,?,?) \
             ON CONFLICT (county, unit, phrase) DO UPDATE SET chosen = excluded.chosen",
            params![county.0, unit.0, phrase, chosen],
        )?;
        Ok(())
    }
}
