//! A value over a measured axis before reference lines: a growth chart.

use super::frame::{self, Plot, Scale, n};
use super::{Chart, CurvePoint, ReferenceLine};
use std::fmt::Write as _;

const HEIGHT: f64 = 260.0;

pub(super) fn draw(
    chart: &Chart,
    axis: &str,
    lines: &[ReferenceLine],
    points: &[CurvePoint],
    width: f64,
) -> String {
    let ys =
        || lines.iter().flat_map(|line| line.points.iter().map(|p| p.1)).chain(points.iter().map(|p| p.y));
    let xs = lines.iter().flat_map(|line| line.points.iter().map(|p| p.0)).chain(points.iter().map(|p| p.x));
    let (Some((low, high)), Some((first, last))) = (frame::extent(ys()), frame::extent(xs)) else {
        return frame::empty(chart, width);
    };
    let scale = Scale::new(low, high, false, 6);
    let ticks = scale.ticks.iter().map(|tick| frame::text_width(&frame::tick_text(*tick)));
    let left = ticks.fold(0.0, f64::max) + 10.0;
    let names = lines.iter().map(|line| frame::text_width(&line.title)).fold(0.0, f64::max) + 8.0;
    let plot = Plot { left, top: 24.0, width: width - left - names, height: HEIGHT, scale };
    let span = (last - first).max(1.0);
    let x = |value: f64| plot.left + (value - first) / span * plot.width;
    let mut body = String::new();
    plot.axes(&mut body, &chart.unit, None);
    for line in lines {
        draw_line(&mut body, line, &x, &plot);
    }
    draw_axis(&mut body, axis, first, last, &x, &plot);
    draw_points(&mut body, points, &x, &plot);
    let mut svg = frame::open(chart, width, plot.top + plot.height + 40.0, &describe(points));
    svg.push_str(&body);
    svg.push_str("</svg>");
    svg
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    points.enumerate().fold(String::new(), |mut path, (at, (x, y))| {
        let _ = write!(path, "{}{} {}", if at == 0 { 'M' } else { 'L' }, n(x), n(y));
        path
    })
}

fn draw_line(svg: &mut String, line: &ReferenceLine, x: &impl Fn(f64) -> f64, plot: &Plot) {
    let Some((_, end)) = line.points.last() else { return };
    let class = if line.is_middle { "c-reference c-middle" } else { "c-reference" };
    let drawn = path(line.points.iter().map(|(at, value)| (x(*at), plot.y(*value))));
    let _ = write!(
        svg,
        "<path class=\"{class}\" d=\"{drawn}\"/><text x=\"{}\" y=\"{}\" dy=\"4\">{}</text>",
        n(plot.left + plot.width + 4.0),
        n(plot.y(*end)),
        frame::escape(&line.title)
    );
}

/// Whole years, or fewer when they would touch; months for an axis of less than two years.
fn draw_axis(svg: &mut String, axis: &str, first: f64, last: f64, x: &impl Fn(f64) -> f64, plot: &Plot) {
    let step = if last - first > 24.0 { 12.0 } else { 3.0 };
    let foot = plot.top + plot.height;
    let mut at = (first / step).ceil() * step;
    while at <= last {
        let _ = write!(
            svg,
            "<line class=\"c-grid\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\"/><text x=\"{0}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>",
            n(x(at)),
            n(plot.top),
            n(foot),
            n(foot + 16.0),
            n(at)
        );
        at += step;
    }
    let _ = write!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        n(plot.left + plot.width),
        n(foot + 34.0),
        frame::escape(axis)
    );
}

fn draw_points(svg: &mut String, points: &[CurvePoint], x: &impl Fn(f64) -> f64, plot: &Plot) {
    let drawn = path(points.iter().map(|point| (x(point.x), plot.y(point.y))));
    let _ = write!(svg, "<path class=\"c-line c-s0\" d=\"{drawn}\"/>");
    for point in points {
        let (x, y) = (n(x(point.x)), n(plot.y(point.y)));
        let inner = format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"12\" fill-opacity=\"0\"/><circle class=\"c-s0\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>"
        );
        svg.push_str(&frame::mark(&point.label, &point.text, point.href.as_deref(), &inner));
    }
}

fn describe(points: &[CurvePoint]) -> String {
    let told: Vec<String> = points.iter().map(|point| format!("{} {}", point.label, point.text)).collect();
    told.join("，")
}
