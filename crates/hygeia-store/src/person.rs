//! People (人员): children and staff, with their secrets sealed.

use crate::db::{Param, Row, first, marks, params};
use crate::error::{Result, StoreError};
use crate::model::{CountyId, OrgUnitId, Person, PersonId};
use crate::seal::Seal;
use crate::store::{Reader, Writer};
use crate::table::person_id;
use jiff::civil::Date;
use std::collections::HashMap;

/// Columns of a person, in the order they are read, of table `p`.
const COLUMNS: &str = "p.id, p.kind, p.code, p.name, p.sex, p.birth, p.attrs";

fn read_person(row: &mut Row) -> Result<Person> {
    Ok(Person {
        id: person_id(row.int()?)?,
        kind: row.text()?,
        code: row.text()?,
        name: row.text()?,
        sex: row.text()?,
        birth: row.parsed_or_null()?,
        attrs: row.json()?,
        id_number: None,
        phone: None,
    })
}

fn read_whole(row: &mut Row, seal: &Seal) -> Result<Person> {
    let mut person = read_person(row)?;
    let mut secret = || match row.next() {
        crate::db::Cell::Blob(sealed) => seal.open(&sealed).map(Some),
        _ => Ok(None),
    };
    person.id_number = secret()?;
    person.phone = secret()?;
    Ok(person)
}

/// `%text%` with the wildcards of the text itself taken literally.
pub(crate) fn containing(text: &str) -> String {
    let literal: String = text
        .chars()
        .flat_map(|c| ['\\'].into_iter().filter(move |_| matches!(c, '%' | '_' | '\\')).chain([c]))
        .collect();
    format!("%{literal}%")
}

impl Reader<'_> {
    /// A person with secrets.
    ///
    /// # Errors
    ///
    /// When the database fails or the key is another.
    pub fn person_get(&mut self, county: CountyId, id: PersonId) -> Result<Option<Person>> {
        let sql =
            format!("SELECT {COLUMNS}, p.id_number, p.phone FROM person p WHERE p.county = ? AND p.id = ?");
        let row = first(&mut *self.conn, &sql, params![county.0, i64::from(id.0)])?;
        row.map(|mut row| read_whole(&mut row, &self.shared.seal)).transpose()
    }

    /// A person by number on the roll, with secrets.
    ///
    /// # Errors
    ///
    /// When the database fails or the key is another.
    pub fn person_by_code(&mut self, county: CountyId, code: &str) -> Result<Option<Person>> {
        let sql =
            format!("SELECT {COLUMNS}, p.id_number, p.phone FROM person p WHERE p.county = ? AND p.code = ?");
        let row = first(&mut *self.conn, &sql, params![county.0, code])?;
        row.map(|mut row| read_whole(&mut row, &self.shared.seal)).transpose()
    }

    /// People by id, without secrets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn person_get_many(
        &mut self,
        county: CountyId,
        ids: &[PersonId],
    ) -> Result<HashMap<PersonId, Person>> {
        let mut people = HashMap::new();
        for ids in ids.chunks(500) {
            let sql = format!(
                "SELECT {COLUMNS} FROM person p WHERE p.county = ? AND p.id IN ({})",
                marks(ids.len())
            );
            let mut values = vec![Param::Int(county.0)];
            values.extend(ids.iter().map(|id| Param::Int(id.0.into())));
            for mut row in self.conn.query(&sql, &values)? {
                let person = read_person(&mut row)?;
                people.insert(person.id, person);
            }
        }
        Ok(people)
    }

    /// People whose name or number contains `text` and who are or were enrolled in one of the subtrees, with their
    /// latest unit there up to `day`, else the next, and the day they leave it; without secrets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn person_search(
        &mut self,
        county: CountyId,
        text: &str,
        unit_paths: &[String],
        day: Date,
        limit: usize,
    ) -> Result<Vec<(Person, OrgUnitId, Option<Date>)>> {
        if unit_paths.is_empty() {
            return Ok(Vec::new());
        }
        let within = vec!["u.path LIKE ?"; unit_paths.len()].join(" OR ");
        let sql = format!(
            "SELECT {COLUMNS}, e.unit, e.to_day FROM person p \
             JOIN enrolment e ON e.county = p.county AND e.person = p.id \
             JOIN org_unit u ON u.county = e.county AND u.id = e.unit \
             WHERE p.county = ? AND (LOWER(p.name) LIKE ? ESCAPE '\\' OR LOWER(p.code) LIKE ? ESCAPE '\\') \
             AND ({within}) ORDER BY p.code, p.id, e.from_day > ?, e.from_day DESC LIMIT ?"
        );
        let wanted = containing(&text.to_lowercase());
        let mut values = vec![Param::Int(county.0), Param::from(&wanted), Param::from(wanted)];
        values.extend(unit_paths.iter().map(|path| Param::Text(format!("{path}%"))));
        values.push(Param::from(day));
        // A person has few enrolments; only the latest of each is kept.
        values.push(Param::Int(i64::try_from(limit.saturating_mul(10)).unwrap_or(i64::MAX)));
        let mut found: Vec<(Person, OrgUnitId, Option<Date>)> = Vec::new();
        for mut row in self.conn.query(&sql, &values)? {
            let (person, unit) = (read_person(&mut row)?, OrgUnitId(row.int()?));
            if found.last().is_none_or(|(last, ..)| last.id != person.id) {
                found.push((person, unit, row.parsed_or_null()?));
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// People of a kind on the roll of one unit on `day`, in the order of their numbers; without secrets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn roster(
        &mut self,
        county: CountyId,
        unit: OrgUnitId,
        day: Date,
        kind: &str,
    ) -> Result<Vec<Person>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM enrolment e JOIN person p ON p.county = e.county AND p.id = e.person \
             WHERE e.county = ? AND e.unit = ? AND e.from_day <= ? AND (e.to_day IS NULL OR e.to_day > ?) \
             AND p.kind = ? ORDER BY p.code, p.id"
        );
        let rows = self.conn.query(&sql, params![county.0, unit.0, day, day, kind])?;
        let mut people: Vec<Person> =
            rows.into_iter().map(|mut row| read_person(&mut row)).collect::<Result<_>>()?;
        people.dedup_by_key(|person| person.id);
        Ok(people)
    }

    /// People of a kind who were in a subtree and are on no roll any more on `day`: the unit they were in last there, the
    /// day they left and why, the latest first; without secrets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn left(
        &mut self,
        county: CountyId,
        unit_path: &str,
        day: Date,
        kind: &str,
    ) -> Result<Vec<(Person, OrgUnitId, Date, String)>> {
        let sql = format!(
            "SELECT {COLUMNS}, e.unit, e.to_day, e.reason FROM enrolment e \
             JOIN person p ON p.county = e.county AND p.id = e.person \
             JOIN org_unit u ON u.county = e.county AND u.id = e.unit \
             WHERE e.county = ? AND u.path LIKE ? AND e.to_day <= ? AND p.kind = ? AND NOT EXISTS \
             (SELECT 1 FROM enrolment o WHERE o.county = e.county AND o.person = e.person \
             AND (o.to_day IS NULL OR o.to_day > ?)) ORDER BY e.to_day DESC, e.from_day DESC, p.code, p.id"
        );
        let rows = self.conn.query(&sql, params![county.0, format!("{unit_path}%"), day, kind, day])?;
        let mut seen = std::collections::HashSet::new();
        let mut left = Vec::new();
        for mut row in rows {
            let person = read_person(&mut row)?;
            if seen.insert(person.id) {
                left.push((person, OrgUnitId(row.int()?), row.parsed()?, row.text()?));
            }
        }
        Ok(left)
    }

    /// People of a kind on the roll of a subtree on `day`, each once with a unit; without secrets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn roll(
        &mut self,
        county: CountyId,
        unit_path: &str,
        day: Date,
        kind: &str,
    ) -> Result<Vec<(Person, OrgUnitId)>> {
        let sql = format!(
            "SELECT {COLUMNS}, e.unit FROM enrolment e JOIN person p ON p.county = e.county AND p.id = e.person \
             JOIN org_unit u ON u.county = e.county AND u.id = e.unit \
             WHERE e.county = ? AND u.path LIKE ? AND e.from_day <= ? AND (e.to_day IS NULL OR e.to_day > ?) \
             AND p.kind = ? ORDER BY p.code, p.id, e.from_day DESC"
        );
        let rows = self.conn.query(&sql, params![county.0, format!("{unit_path}%"), day, day, kind])?;
        let mut people: Vec<(Person, OrgUnitId)> = rows
            .into_iter()
            .map(|mut row| Ok((read_person(&mut row)?, OrgUnitId(row.int()?))))
            .collect::<Result<_>>()?;
        people.dedup_by_key(|(person, _)| person.id);
        Ok(people)
    }
}

impl Reader<'_> {
    /// Whether an account or an item of a plan is a person's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn person_has_duties(&mut self, county: CountyId, id: PersonId) -> Result<bool> {
        for sql in [
            "SELECT 1 FROM account WHERE county = ? AND person = ? LIMIT 1",
            "SELECT 1 FROM plan_item WHERE county = ? AND owner_person = ? LIMIT 1",
        ] {
            if first(&mut *self.conn, sql, params![county.0, i64::from(id.0)])?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Writer<'_> {
    /// Takes a person and their enrolments out as if they had not been; whoever calls has seen that nothing names them.
    ///
    /// # Errors
    ///
    /// When there is no such person, or the database fails.
    pub fn person_delete(&mut self, county: CountyId, id: PersonId) -> Result<()> {
        self.county(county)?;
        if !self.person_exists(county, id)? {
            return Err(StoreError::Missing(format!("person {id}")));
        }
        for enrolment in self.person_enrolments(county, id)? {
            self.enrolment_delete(county, enrolment.id)?;
        }
        let sql = "DELETE FROM person WHERE county = ? AND id = ?";
        self.conn.execute(sql, params![county.0, i64::from(id.0)])?;
        self.batch()?.seen.people.remove(&(county.0, id));
        self.directory_changed(county)
    }

    /// Whether the county has such a person; who was seen in this transaction is not looked for again.
    pub(crate) fn person_known(&mut self, county: CountyId, id: PersonId) -> Result<bool> {
        if self.batch()?.seen.people.contains(&(county.0, id)) {
            return Ok(true);
        }
        let known = self.person_exists(county, id)?;
        if known {
            self.batch()?.seen.people.insert((county.0, id));
        }
        Ok(known)
    }

    /// Stores a person; id 0 makes a new one.
    ///
    /// # Errors
    ///
    /// When the code is taken, the kind is unknown, or the database fails.
    pub fn person_put(&mut self, county: CountyId, person: &Person) -> Result<PersonId> {
        self.county(county)?;
        if !crate::schema::KINDS.contains(&person.kind.as_str()) {
            return Err(StoreError::Missing(format!("kind of person {}", person.kind)));
        }
        let taken = "SELECT 1 FROM person WHERE county = ? AND code = ? AND id <> ?";
        if first(&mut *self.conn, taken, params![county.0, &person.code, i64::from(person.id.0)])?.is_some() {
            return Err(StoreError::Taken(format!("code {}", person.code)));
        }
        let id = if person.id.0 == 0 { person_id(self.next_id(county, "person")?)? } else { person.id };
        // The roll of each kind of person is counted apart, so a change of kind moves them.
        let rolls = if person.id.0 == 0 { None } else { Some(self.rolls_of(county, id)?) };
        let sealed = |text: &Option<String>, seal: &Seal| match text {
            Some(text) => seal.seal(text).map(Param::Blob),
            None => Ok(Param::Null),
        };
        let mut values = params![
            county.0,
            i64::from(id.0),
            &person.kind,
            &person.code,
            &person.name,
            &person.sex,
            person.birth,
            &person.attrs
        ]
        .to_vec();
        values.push(sealed(&person.id_number, &self.shared.seal)?);
        values.push(sealed(&person.phone, &self.shared.seal)?);
        self.conn.execute(
            "INSERT INTO person (county, id, kind, code, name, sex, birth, attrs, id_number, phone) \
             VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (county, id) DO UPDATE SET kind = excluded.kind, \
             code = excluded.code, name = excluded.name, sex = excluded.sex, birth = excluded.birth, \
             attrs = excluded.attrs, id_number = excluded.id_number, phone = excluded.phone",
            &values,
        )?;
        if let Some(before) = rolls {
            self.rolls_changed(county, id, before)?;
        }
        self.directory_changed(county)?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_a_search_are_letters() {
        assert_eq!(containing("50%_a"), "%50\\%\\_a%");
    }
}
