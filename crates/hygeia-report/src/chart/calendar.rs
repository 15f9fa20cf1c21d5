//! Calendar heat-map: weeks as columns, Monday on top, darker is more.

use super::frame::{self, n};
use super::{Chart, Point};
use std::fmt::Write as _;

pub(super) fn draw(chart: &Chart, days: &[Point], first_weekday: u8, width: f64) -> String {
    let Some((low, high)) = frame::extent(days.iter().filter_map(|day| day.value)) else {
        return frame::empty(chart, width);
    };
    let offset = usize::from(first_weekday % 7);
    let weeks = (days.len() + offset).div_ceil(7);
    let left = 20.0;
    let cell = ((width - left) / weeks.max(1) as f64).clamp(6.0, 22.0);
    let told = format!("{} 天，最低 {}，最高 {}", days.len(), frame::tick_text(low), frame::tick_text(high));
    let mut svg = frame::open(chart, width, 18.0 + cell * 7.0 + 4.0, &told);
    for (row, name) in [(0.0, "一"), (2.0, "三"), (4.0, "五")] {
        let _ = write!(svg, "<text x=\"0\" y=\"{}\">{name}</text>", n(18.0 + row * cell + cell * 0.75));
    }
    let mut month = "";
    let mut free_from = 0.0;
    for (at, day) in days.iter().enumerate() {
        let (week, weekday) = ((at + offset) / 7, (at + offset) % 7);
        let (x, y) = (left + week as f64 * cell, 18.0 + weekday as f64 * cell);
        let this_month = day.label.get(5..7).unwrap_or_default();
        if this_month != month && x >= free_from {
            let name = format!("{}月", this_month.trim_start_matches('0'));
            let _ = write!(svg, "<text x=\"{}\" y=\"12\">{name}</text>", n(x));
            (month, free_from) = (this_month, x + frame::text_width(&name) + 4.0);
        }
        // A day without a value stays blank: it is not the least value.
        let Some(value) = day.value else { continue };
        let shade = if high > low { 1 + ((value - low) / (high - low) * 3.0).round() as usize } else { 3 };
        let shade = if value == 0.0 && low >= 0.0 { 0 } else { shade.min(4) };
        let rect = format!(
            "<rect class=\"c-h{shade}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\"/>",
            n(x + 1.0),
            n(y + 1.0),
            n(cell - 2.0),
            n(cell - 2.0)
        );
        svg.push_str(&frame::mark(&day.label, &day.text, day.href.as_deref(), &rect));
    }
    svg.push_str("</svg>");
    svg
}
