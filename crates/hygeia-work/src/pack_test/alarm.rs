//! The alarms a pack test expects: all of every signal it names, no more and no fewer.

use super::qualified;
use crate::error::Result;
use crate::signal::ALARM;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::test::{TestAlarm, TestExpect};
use hygeia_store::{Entry, EntryQuery};
use std::collections::BTreeSet;

/// What differs between the alarms there are and those expected.
pub(super) fn differences(work: &Work, pack: &str, expect: &TestExpect) -> Result<Vec<String>> {
    let mut failures = Vec::new();
    let named = expect.alarms.iter().map(|alarm| &alarm.signal).chain(&expect.silent);
    for signal in named.map(|name| qualified(pack, name)).collect::<BTreeSet<_>>() {
        let packs = work.packs();
        if !packs.signals.contains_key(signal.as_str()) {
            failures.push(format!("没有预警规则“{signal}”"));
            continue;
        }
        let register = work.register(&packs, ALARM)?;
        let query = EntryQuery {
            equals: vec![("signal".to_owned(), Value::Text(signal.clone()))],
            ..EntryQuery::default()
        };
        let mut found = work.store.read(|reader| reader.entry_list(work.county, register, &query))?;
        for expected in expect.alarms.iter().filter(|alarm| qualified(pack, &alarm.signal) == signal) {
            match found.iter().position(|alarm| is(work, alarm, expected)) {
                Some(at) => drop(found.remove(at)),
                None => failures.push(format!(
                    "应有预警 {signal} {} {} {} {} 例",
                    expected.unit,
                    expected.part.as_deref().unwrap_or("-"),
                    expected.date,
                    expected.cases
                )),
            }
        }
        failures.extend(
            found
                .iter()
                .map(|alarm| format!("多出预警 {signal}：{} {}", alarm.day, text(alarm, "explanation"))),
        );
    }
    Ok(failures)
}

fn text<'a>(alarm: &'a Entry, field: &str) -> &'a str {
    alarm.values.get(field).and_then(Value::as_text).unwrap_or_default()
}

fn is(work: &Work, alarm: &Entry, expected: &TestAlarm) -> bool {
    let directory = work.directory();
    directory.get(alarm.unit).is_some_and(|unit| unit.code == expected.unit)
        && text(alarm, "part") == expected.part.as_deref().unwrap_or_default()
        && alarm.day == expected.date
        && alarm.values.get("cases") == Some(&Value::Int(expected.cases))
        && expected.says.as_ref().is_none_or(|says| text(alarm, "explanation").contains(says))
}
