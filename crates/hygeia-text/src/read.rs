//! Reading a normalised document.

use crate::check::{self, Evidence};
use crate::date::{self, Date};
use crate::mood::Mood;
use crate::normalise::Normalised;
use crate::page::Page;
use crate::quantity::{self, Quantity};
use crate::reading::{Kind, Reading};
use crate::{deadline, duty, gap, kind, number, outline, rows, table};

/// A reading and what it was read from.
pub(crate) struct Parsed {
    pub reading: Reading,
    pub dates: Vec<Date>,
    pub quantities: Vec<Quantity>,
}

/// Finds outline, duties, targets, figures, deadlines, gaps and checks. Pure; no input makes it fail.
#[must_use]
pub fn read(text: &Normalised) -> Reading {
    let Some(rows) = rows::unwrapped(text) else {
        let page = Page::new(text);
        let mut reading = parse(&page).reading;
        table::complete(&page, &text.rows, &mut reading);
        return reading;
    };
    let mut reading = parse(&Page::new(&rows.text)).reading;
    reading.spans_mut().for_each(|span| *span = rows.place(*span));
    reading
}

pub(crate) fn parse(page: &Page) -> Parsed {
    let (outline, marks) = outline::outline(page);
    let kind = kind::kind(page, &outline);
    let dates = date::dates(page);
    let quantities = quantity::quantities(page, &dates, &marks);
    let mood = Mood::new(page, kind, &outline);
    let (mut duties, counted) = duty::duties(page, &quantities, &mood);
    if kind == Kind::Other {
        duties.clear();
    }
    let numbers = number::numbers(page, &quantities, &counted, &duties, &mood);
    let deadlines = deadline::deadlines(page, &dates, &duties, &mood);
    let gaps = gap::gaps(page, &quantities);
    let evidence =
        Evidence { page, quantities: &quantities, dates: &dates, outline: &outline, duties: &duties };
    let checks = check::checks(&evidence);
    let (targets, figures) = (numbers.targets, numbers.figures);
    let reading = Reading { kind, outline, duties, targets, figures, deadlines, gaps, checks };
    Parsed { reading, dates, quantities }
}
