//! Nutrition 膳食营养: what a kindergarten's menu gives a child in a day, and how that compares.
//!
//! - [`FoodTable`]: food composition, imported by the customer (format in `data/nutrition/README.md`)
//! - [`intake`]: a weekly menu 带量食谱 to nutrients per child-day 人日
//! - [`requirement`], [`assess`]: reference intakes by age and the criteria of a kindergarten
//! - [`repetition`]: variety and repetition in a week
//!
//! A value that the food table does not have counts as 0 in a sum and is named in the result, so that nobody takes a
//! gap in the table for a gap in the diet. Cooking losses are not applied: no sourced factors were found.

mod assess;
mod food;
mod intake;
mod reference;
mod variety;

pub use assess::{Care, Criterion, Finding, RuleSet, assess, criteria};
pub use food::{Food, FoodTable, NUTRIENTS, Nutrient, ProteinClass, Unmatched};
pub use intake::{Amount, Intake, Meal, Menu, MenuItem, UnknownValue, intake};
pub use reference::{ChildGroup, DriEdition, requirement};
pub use variety::{Repetition, Variety, repetition, variety};
