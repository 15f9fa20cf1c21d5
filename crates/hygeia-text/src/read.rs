//! Reading a normalised document.

use crate::check::{self, Evidence};
use crate::normalise::Normalised;
use crate::page::Page;
use crate::reading::{Kind, Reading};
use crate::{date, deadline, duty, gap, kind, mood::Mood, number, outline, quantity};

/// Finds outline, duties, targets, figures, deadlines, gaps and checks. Pure; no input makes it fail.
#[must_use]
pub fn read(text: &Normalised) -> Reading {
    let page = Page::new(text);
    let (outline, marks) = outline::outline(&page);
    let kind = kind::kind(&page, &outline);
    let dates = date::dates(&page);
    let quantities = quantity::quantities(&page, &dates, &marks);
    let (mut duties, counted) = duty::duties(&page, &quantities);
    let mood = Mood::new(&page, kind, &outline);
    if kind == Kind::Other {
        duties.clear();
    }
    let numbers = number::numbers(&page, &quantities, &counted, &duties, &mood);
    let deadlines = deadline::deadlines(&page, &dates, &duties);
    let gaps = gap::gaps(&page, &quantities);
    let evidence =
        Evidence { page: &page, quantities: &quantities, dates: &dates, outline: &outline, duties: &duties };
    let checks = check::checks(&evidence);
    Reading {
        kind,
        outline,
        duties,
        targets: numbers.targets,
        figures: numbers.figures,
        deadlines,
        gaps,
        checks,
    }
}
