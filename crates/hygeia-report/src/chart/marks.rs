//! Small marks inside tiles and task rows.

use super::frame::{extent, n};
use std::fmt::Write as _;

/// A sparkline of 90 × 26: gaps where values are missing, a dot on the last.
pub fn sparkline(values: &[Option<f64>]) -> String {
    let mut svg = String::from(
        "<svg class=\"spark\" viewBox=\"0 0 90 26\" width=\"90\" height=\"26\" aria-hidden=\"true\">",
    );
    if let Some((low, high)) = extent(values.iter().copied().flatten()) {
        let step = 86.0 / (values.len().max(2) - 1) as f64;
        let y = |value: f64| if high > low { 23.0 - (value - low) / (high - low) * 20.0 } else { 13.0 };
        let mut path = String::new();
        let mut drawing = false;
        for (at, value) in values.iter().enumerate() {
            if let Some(value) = value {
                let _ = write!(
                    path,
                    "{}{} {}",
                    if drawing { "L" } else { "M" },
                    n(2.0 + step * at as f64),
                    n(y(*value))
                );
            }
            drawing = value.is_some();
        }
        let _ = write!(svg, "<path class=\"c-line c-s0\" d=\"{path}\"/>");
        if let Some((at, Some(value))) = values.iter().enumerate().next_back().map(|(at, value)| (at, *value))
        {
            let _ = write!(
                svg,
                "<circle class=\"c-s0\" cx=\"{}\" cy=\"{}\" r=\"2.5\"/>",
                n(2.0 + step * at as f64),
                n(y(value))
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// A progress ring of 40 × 40. `class` colours it (`done`, `late`, or empty for under way).
pub fn ring(done: u32, expected: u32, class: &str) -> String {
    let share = match done < expected {
        // A gap that can be seen, and a beginning that can be seen.
        true if done > 0 => (f64::from(done) / f64::from(expected)).clamp(0.05, 0.93),
        true => 0.0,
        false => 1.0,
    };
    let around = 2.0 * std::f64::consts::PI * 16.0;
    let mut svg = format!(
        "<svg class=\"ring {class}\" viewBox=\"0 0 40 40\" width=\"40\" height=\"40\" role=\"img\" aria-label=\"{done}/{expected}\"><circle class=\"ring-base\" cx=\"20\" cy=\"20\" r=\"16\"/>"
    );
    if share > 0.0 {
        let _ = write!(
            svg,
            "<circle class=\"ring-part\" cx=\"20\" cy=\"20\" r=\"16\" stroke-dasharray=\"{} {}\" transform=\"rotate(-90 20 20)\"/>",
            n(around * share),
            n(around)
        );
    }
    if expected > 0 && done >= expected {
        svg.push_str("<path class=\"ring-tick\" d=\"M13 20.5l5 5 9.5-10.5\"/>");
    }
    svg.push_str("</svg>");
    svg
}
