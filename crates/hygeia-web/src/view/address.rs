//! Where an entry is read: alarms, incidents and their steps have pages made for them.

use hygeia_expr::Value;
use hygeia_store::Entry;

/// Path of the page of an entry.
pub(crate) fn of_entry(entry: &Entry) -> String {
    let (register, id) = (entry.register.as_str(), entry.id.0);
    let incident = || entry.values.get("incident").and_then(Value::as_text).map(str::to_owned);
    match register {
        "core.alarm" => format!("/alarms/{id}"),
        "core.incident" => format!("/incidents/{id}"),
        "core.incident_step" => {
            incident().map_or_else(|| format!("/entries/{register}/{id}"), |id| format!("/incidents/{id}"))
        }
        _ => format!("/entries/{register}/{id}"),
    }
}
