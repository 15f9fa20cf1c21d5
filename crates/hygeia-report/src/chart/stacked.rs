//! Stacked bars from zero: an epidemic curve by day of onset, coloured by class.

use super::Chart;
use super::frame::{self, COLOURS, Plot, Scale, n};
use std::fmt::Write as _;

pub(super) fn draw(chart: &Chart, labels: &[String], layers: &[(String, Vec<f64>)], width: f64) -> String {
    if labels.is_empty() || !chart.has_data() {
        return frame::empty(chart, width);
    }
    let value = |layer: &[f64], at: usize| layer.get(at).copied().unwrap_or(0.0).max(0.0);
    let total = |at: usize| layers.iter().map(|(_, layer)| value(layer, at)).sum::<f64>();
    let high = (0..labels.len()).map(total).fold(0.0, f64::max);
    // Cases are whole: no tick between two of them.
    let scale = Scale::new(0.0, high.max(1.0), true, (high.max(1.0) as usize).min(4));
    let left =
        scale.ticks.iter().map(|tick| frame::text_width(&frame::tick_text(*tick))).fold(0.0, f64::max) + 10.0;
    let plot = Plot { left, top: 24.0, width: width - left - 8.0, height: 140.0, scale };
    let slot = plot.width / labels.len() as f64;
    let thick = (slot * 0.8).min(36.0);
    let mut body = String::new();
    plot.axes(&mut body, &chart.unit, None);
    let names: Vec<&str> = labels.iter().map(String::as_str).collect();
    plot.labels(&mut body, &names, |at| plot.left + slot * (at as f64 + 0.5));
    for (at, label) in labels.iter().enumerate() {
        let mut foot = 0.0;
        for (colour, (name, layer)) in layers.iter().enumerate() {
            let amount = value(layer, at);
            if amount <= 0.0 {
                continue;
            }
            let (y, base) = (plot.y(foot + amount), plot.y(foot));
            let rect = format!(
                "<rect class=\"c-fill c-s{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                colour % COLOURS,
                n(plot.left + slot * at as f64 + (slot - thick) / 2.0),
                n(y),
                n(thick),
                n(base - y)
            );
            body.push_str(&frame::mark(
                label,
                &format!("{name} {}{}", frame::tick_text(amount), chart.unit),
                None,
                &rect,
            ));
            foot += amount;
        }
    }
    let titles: Vec<&str> = layers.iter().map(|(name, _)| name.as_str()).collect();
    let more = frame::legend(&mut body, &titles, plot.left, plot.width, plot.top + plot.height + 30.0);
    let told: Vec<String> = labels
        .iter()
        .enumerate()
        .map(|(at, label)| format!("{label} {}", frame::tick_text(total(at))))
        .collect();
    let mut svg = frame::open(chart, width, plot.top + plot.height + 30.0 + more, &told.join("，"));
    let _ = write!(svg, "{body}</svg>");
    svg
}
