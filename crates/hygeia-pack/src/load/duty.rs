//! Duties and their seasons.

use super::Loader;
use super::directory::title;
use super::field::check_constant;
use crate::item::{Item, Table};
use crate::keys::{EXCEPT, SEASON};
use crate::model::{
    About, Due, Duty, DutyId, Every, Except, Expects, FieldType, Formula, Interval, Measure, MeasureId,
    MeasureKind, OnDay, Register, RoleId, Season, Title,
};
use hygeia_expr::did_you_mean;
use jiff::civil::{Date, Time};

const INTERVALS: [(&str, Interval); 9] = [
    ("day", Interval::Day),
    ("school_day", Interval::SchoolDay),
    ("week", Interval::Week),
    ("half_month", Interval::HalfMonth),
    ("month", Interval::Month),
    ("quarter", Interval::Quarter),
    ("term", Interval::Term),
    ("school_year", Interval::SchoolYear),
    ("year", Interval::Year),
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Loader<'_> {
    pub(super) fn duty(&mut self, pack: &str, name: &str, table: &Table<'_>) {
        if let Some(duty) = self.read_duty(pack, name, table) {
            self.add_measure(duty_measure(&duty));
            if let Some(measure) = except_measure(&duty) {
                self.add_measure(measure);
            }
            self.set.duties.insert(duty.id.clone(), duty);
        }
    }

    fn read_duty(&self, pack: &str, name: &str, table: &Table<'_>) -> Option<Duty> {
        let register_id = table.get("register").and_then(|item| self.find_register(pack, item));
        let due = self.due(table, None);
        let at = table.get("at").and_then(|item| self.find_kind(item));
        let within = table.get("within").and_then(|item| self.find_kind(item));
        let role = table.get("role").and_then(|item| self.role(item));
        let months = table.get("months").map(|item| item.items()).unwrap_or_default();
        let months = months.into_iter().filter_map(month).collect();
        let seasons = table.tables("seasons", &SEASON);
        let seasons = seasons.iter().filter_map(|season| self.season(season, due.as_ref())).collect();
        let register_id = register_id?;
        let register = self.set.registers.get(register_id.as_str())?;
        let filter = self.entry_filter(table, &register_id);
        let preset = table.get("preset").map(|item| self.preset(item, register)).unwrap_or_default();
        let expects = table.get("expects").map_or(Some(Expects::Times), |item| self.expects(item, register));
        let except = match table.get("except") {
            Some(item) => self.except(pack, item, due.as_ref(), expects.as_ref()).map(Some),
            None => Some(None),
        };
        Some(Duty {
            id: DutyId::new(format!("{pack}.{name}")),
            title: title(table),
            register: register_id,
            filter: filter?,
            preset,
            seasons,
            due: due?,
            at: at?,
            within,
            role: role?,
            expects: expects?,
            except: except?,
            people: None,
            in_term: table.bool("in_term"),
            months,
            synonyms: table.texts("synonyms"),
            source: table.text("source"),
        })
    }

    /// Names the measure of people of each duty that expects each person within more than a day: one that an author
    /// has defined of the same entries, else an implied one.
    pub(super) fn people_of_duties(&mut self) {
        let mut implied = Vec::new();
        for duty in self.set.duties.values_mut() {
            let daily =
                |due: &Due| matches!(due.every, Every { n: 1, unit: Interval::Day | Interval::SchoolDay });
            let rhythms = || std::iter::once(&duty.due).chain(duty.seasons.iter().map(|season| &season.due));
            if !matches!(duty.expects, Expects::EachEnrolled(_)) || rhythms().all(daily) {
                continue;
            }
            let source = |filter: Option<&Formula>| filter.map(|filter| filter.source.trim().to_owned());
            let counts = source(duty.filter.as_ref());
            let same = self.set.measures.values().find(|measure| {
                matches!(&measure.kind, MeasureKind::People { register, .. } if *register == duty.register)
                    && source(measure.filter()) == counts
            });
            let id =
                same.map_or_else(|| MeasureId::new(format!("people:{}", duty.id)), |same| same.id.clone());
            if same.is_none() {
                implied.push(people_measure(id.clone(), duty));
            }
            duty.people = Some(id);
        }
        implied.into_iter().for_each(|measure| self.add_measure(measure));
    }

    /// Values of a new form, each one that its field accepts.
    fn preset(&self, item: Item<'_>, register: &Register) -> Vec<(String, String)> {
        let one = |(key, item): (&crate::yaml::Key, Item<'_>)| {
            let field = self.field_named(item, &key.text, &register.fields, &[])?;
            if !field.is_typed() {
                return item.fail(format!("`{}` is not typed and cannot be preset", field.name));
            }
            check_constant(field, item, true);
            Some((field.name.clone(), item.text()?.to_owned()))
        };
        item.named().into_iter().filter_map(one).collect()
    }

    /// Entries of another register about the people a duty does not expect on their day.
    fn except(
        &self,
        pack: &str,
        item: Item<'_>,
        due: Option<&Due>,
        expects: Option<&Expects>,
    ) -> Option<Except> {
        let table = item.table(&EXCEPT)?;
        let register = table.get("register").and_then(|item| self.find_register(pack, item))?;
        let filter = self.entry_filter(&table, &register)?;
        let daily = due.is_none_or(|due| matches!(due.every.unit, Interval::Day | Interval::SchoolDay));
        if !daily || !matches!(expects, None | Some(Expects::EachEnrolled(_))) {
            return item.fail("belongs to a duty of every day that expects each enrolled person");
        }
        if self.set.registers.get(register.as_str())?.about == About::OrgUnit {
            return item.fail("names a register whose entries are about people");
        }
        Some(Except { register, filter })
    }

    pub(super) fn role(&self, item: Item<'_>) -> Option<RoleId> {
        let name = item.text()?;
        if self.set.roles.contains_key(name) {
            return Some(RoleId::new(name));
        }
        let help = did_you_mean(name, self.set.roles.keys().map(AsRef::as_ref));
        self.log.error_help(&item.node.place, format!("unknown role `{name}`"), help);
        None
    }

    /// The rhythm a table says; what a season leaves out is that of its duty.
    fn due(&self, table: &Table<'_>, base: Option<&Due>) -> Option<Due> {
        // The outer `None` of each is a problem; all four are read before any stops the rest.
        let every = table.get("every").map_or(base.map(|base| base.every), every);
        let times = table.get("times").map_or(Some(base.map_or(1, |base| base.times)), times);
        let on = table.get("on").map_or(Some(base.and_then(|base| base.on)), |item| on_day(item).map(Some));
        let by = table.get("by").map_or(Some(base.and_then(|base| base.by)), |item| {
            item.parse::<Time>("a time such as `\"09:00\"`").map(Some)
        });
        Some(Due { every: every?, times: times?, on: on?, by: by? })
    }

    fn season(&self, table: &Table<'_>, base: Option<&Due>) -> Option<Season> {
        let (from, to) = (table.get("from").and_then(month_day), table.get("to").and_then(month_day));
        let due = self.due(table, base);
        Some(Season { title: title(table), from: from?, to: to?, due: due? })
    }

    /// `times`, `each enrolled child`, `each <field>`, `each <field> of [a, b]`.
    fn expects(&self, item: Item<'_>, register: &Register) -> Option<Expects> {
        let text = item.text()?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let wrong_subject = |kind| item.fail(format!("entries of `{}` are not about a {kind}", register.id));
        match words[..] {
            ["times"] => Some(Expects::Times),
            ["each", "enrolled", "child"] if register.about != About::Child => wrong_subject("child"),
            ["each", "enrolled", "staff"] if register.about != About::Staff => {
                wrong_subject("member of staff")
            }
            ["each", "enrolled", kind @ ("child" | "staff")] => Some(Expects::EachEnrolled(kind.to_owned())),
            ["each", "open", field, "until", until] => self.each_open(item, field, until, register),
            ["each", field] => self.each_option(item, field, None, register),
            ["each", field, "of", ..] => {
                let (_, list) = text.split_once(" of ")?;
                self.each_option(item, field, Some(list), register)
            }
            _ => item.fail(
                "write `times`, `each enrolled child`, `each enrolled staff`, `each <choice field>` or \
                       `each open <entry field> until <its date field>`",
            ),
        }
    }

    fn each_open(&self, item: Item<'_>, name: &str, until: &str, register: &Register) -> Option<Expects> {
        let field = self.field_named(item, name, &register.fields, &[])?;
        let FieldType::Entry { register: named, same_subject: true, .. } = &field.kind else {
            return item.fail(format!("`{name}` does not name an entry about the same person"));
        };
        let named = self.set.registers.get(named.as_str())?;
        let closed = self.field_named(item, until, &named.fields, &[])?;
        if !matches!(closed.kind, FieldType::Date) {
            return item.fail(format!("`{until}` of `{}` is not a date", named.id));
        }
        Some(Expects::EachOpen {
            field: name.to_owned(),
            register: named.id.clone(),
            until: until.to_owned(),
        })
    }

    fn each_option(
        &self,
        item: Item<'_>,
        name: &str,
        list: Option<&str>,
        register: &Register,
    ) -> Option<Expects> {
        let field = self.field_named(item, name, &register.fields, &[])?;
        let FieldType::Choice(choice) = &field.kind else {
            return item.fail(format!("`{name}` is not a choice field"));
        };
        let codes: Vec<String> = match list {
            None => choice
                .options
                .iter()
                .filter(|option| !option.retired)
                .map(|option| option.code.clone())
                .collect(),
            Some(list) => {
                let inner = list.trim().trim_start_matches('[').trim_end_matches(']');
                inner.split(',').map(|code| code.trim().to_owned()).collect()
            }
        };
        for code in codes.iter().filter(|code| choice.option(code).is_none()) {
            let help = did_you_mean(code, choice.options.iter().map(|option| option.code.as_str()));
            self.log.error_help(&item.node.place, format!("`{code}` is not an option of `{name}`"), help);
        }
        Some(Expects::EachOption { field: name.to_owned(), codes })
    }
}

/// `school_day`, `2 weeks`.
fn every(item: Item<'_>) -> Option<Every> {
    let words: Vec<&str> = item.text()?.split_whitespace().collect();
    let (n, word) = match words[..] {
        [word] => (Some(1), word),
        [n, word] => (n.parse::<u16>().ok().filter(|n| (1..=60).contains(n)), word),
        _ => (None, ""),
    };
    let found = INTERVALS
        .into_iter()
        .find(|(name, _)| *name == word || n != Some(1) && word.strip_suffix('s') == Some(name));
    if let (Some(n), Some((_, unit))) = (n, found) {
        return Some(Every { n, unit });
    }
    let help = did_you_mean(word, INTERVALS.map(|(name, _)| name));
    item.log.error_help(&item.node.place, "expected a rhythm such as `school_day` or `2 weeks`", help);
    None
}

fn times(item: Item<'_>) -> Option<u16> {
    match item.parse::<u16>("a whole number from 1")? {
        0 => item.fail("a duty is due at least once"),
        times => Some(times),
    }
}

fn on_day(item: Item<'_>) -> Option<OnDay> {
    let text = item.text()?;
    let weekday =
        (1..).zip(WEEKDAYS).find(|(_, name)| *name == text).map(|(number, _)| OnDay::Weekday(number));
    let day = text.strip_prefix("day ").and_then(|day| day.trim().parse::<i8>().ok());
    let day = day.filter(|day| (1..=31).contains(day)).map(OnDay::DayOfMonth);
    let last = (text == "last").then_some(OnDay::Last);
    let found = weekday.or(day).or(last);
    found.or_else(|| item.fail("write `monday` … `sunday`, `day 2` or `last`"))
}

/// `09-01`, a day of a leap year.
fn month_day(item: Item<'_>) -> Option<(i8, i8)> {
    let parts = item.text()?.split_once('-');
    let day = parts.and_then(|(month, day)| Date::new(2024, month.parse().ok()?, day.parse().ok()?).ok());
    day.map(|day| (day.month(), day.day())).or_else(|| item.fail("write month and day as `\"09-01\"`"))
}

fn month(item: Item<'_>) -> Option<i8> {
    let month = item.parse::<i8>("a month from 1 to 12")?;
    if (1..=12).contains(&month) { Some(month) } else { item.fail("a month is 1 to 12") }
}

/// The implied measure of a duty: the entries that count for it, by the option they answer.
fn duty_measure(duty: &Duty) -> Measure {
    let by = match &duty.expects {
        Expects::EachOption { field, .. } => Some(field.clone()),
        Expects::Times | Expects::EachEnrolled(_) | Expects::EachOpen { .. } => None,
    };
    Measure {
        id: MeasureId::new(format!("duty:{}", duty.id)),
        title: Title { zh: format!("{}次数", duty.title.zh), en: duty.title.en.clone() },
        kind: MeasureKind::Count { register: duty.register.clone(), filter: duty.filter.clone() },
        by,
        unit: "次".to_owned(),
        within: None,
        since: None,
        implied: true,
    }
}

/// The implied measure of the people of a duty: who has an entry that counts for it.
fn people_measure(id: MeasureId, duty: &Duty) -> Measure {
    Measure {
        id,
        title: Title { zh: format!("{}人数", duty.title.zh), en: duty.title.en.clone() },
        kind: MeasureKind::People {
            register: duty.register.clone(),
            filter: duty.filter.clone(),
            among: None,
        },
        by: None,
        unit: "人".to_owned(),
        within: None,
        since: None,
        implied: true,
    }
}

/// The implied measure of a duty's exceptions: entries about people it does not expect on their day.
fn except_measure(duty: &Duty) -> Option<Measure> {
    let except = duty.except.as_ref()?;
    Some(Measure {
        id: MeasureId::new(format!("except:{}", duty.id)),
        title: Title { zh: format!("{}不计人次", duty.title.zh), en: duty.title.en.clone() },
        kind: MeasureKind::Count { register: except.register.clone(), filter: except.filter.clone() },
        by: None,
        unit: "人次".to_owned(),
        within: None,
        since: None,
        implied: true,
    })
}
