//! Horizontal bars sorted by value: names stay readable, ranking is plain.

use super::frame::{self, n};
use super::{Band, Chart, Point};
use std::fmt::Write as _;

const ROW: f64 = 26.0;

pub(super) fn draw(chart: &Chart, points: &[Point], band: Option<Band>, width: f64) -> String {
    let values = points.iter().filter_map(|point| point.value);
    let Some((_, high)) =
        frame::extent(values.chain(band.map(|band| band.limit))).filter(|_| chart.has_data())
    else {
        return frame::empty(chart, width);
    };
    let mut sorted: Vec<&Point> = points.iter().collect();
    // Missing ones stand last: they have no rank.
    sorted.sort_by(|a, b| match (a.value, b.value) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    let names =
        points.iter().map(|point| frame::text_width(&point.label)).fold(40.0, f64::max).min(width * 0.4);
    let texts = points.iter().map(|point| frame::text_width(&point.text)).fold(30.0, f64::max) + 10.0;
    let (left, room) = (names + 10.0, (width - names - 10.0 - texts).max(40.0));
    let length = |value: f64| if high > 0.0 { (value.max(0.0) / high * room).min(room) } else { 0.0 };
    let height = ROW * sorted.len() as f64 + 26.0;
    let told: Vec<String> = sorted.iter().map(|point| format!("{} {}", point.label, point.text)).collect();
    let mut svg = frame::open(chart, width, height, &told.join("，"));
    // One page may hold the same chart in two widths.
    let hatch = format!("h{}-{width:.0}", points.len() * 1_000 + chart.title.len());
    let _ = write!(
        svg,
        "<defs><pattern id=\"{hatch}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"c-hatch\" x1=\"0\" x2=\"0\" y1=\"0\" y2=\"6\"/></pattern></defs>"
    );
    // Behind bars and labels: a value near the aim stays readable.
    if let Some(band) = band {
        let x = n(left + length(band.limit));
        let sign = if band.at_least { "≥" } else { "≤" };
        let _ = write!(
            svg,
            "<line class=\"c-limit\" x1=\"{x}\" x2=\"{x}\" y1=\"16\" y2=\"{}\"/><text x=\"{x}\" y=\"12\" text-anchor=\"middle\">目标 {sign}{}</text>",
            n(height - 6.0),
            frame::tick_text(band.limit)
        );
    }
    for (at, point) in sorted.iter().enumerate() {
        let y = at as f64 * ROW + 20.0;
        let name = frame::escape(&frame::fit(&point.label, names));
        let mut inner = format!(
            "<text class=\"c-value\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>",
            n(names),
            n(y + 15.0)
        );
        let long = point.value.map_or(0.0, length);
        let missed = band
            .zip(point.value)
            .is_some_and(|(band, value)| if band.at_least { value < band.limit } else { value > band.limit });
        if point.value.is_some() {
            let paint = match (point.partial, missed) {
                (true, _) => format!("fill=\"url(#{hatch})\""),
                (false, true) => "class=\"c-miss\"".to_owned(),
                (false, false) => "class=\"c-bar\"".to_owned(),
            };
            let _ = write!(
                inner,
                "<rect {paint} x=\"{}\" y=\"{}\" width=\"{}\" height=\"16\" rx=\"2\"/>",
                n(left),
                n(y + 2.0),
                n(long.max(1.0))
            );
        }
        let _ = write!(
            inner,
            "<text class=\"c-value c-clear\" x=\"{}\" y=\"{}\">{}</text>",
            n(left + long + 6.0),
            n(y + 15.0),
            frame::escape(&point.text)
        );
        svg.push_str(&frame::mark(&point.label, &point.text, point.href.as_deref(), &inner));
    }
    svg.push_str("</svg>");
    svg
}
