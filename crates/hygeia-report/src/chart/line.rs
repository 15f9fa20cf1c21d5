//! Lines over time with a target band; a missing period breaks the line, the running period is dashed.

use super::frame::{self, COLOURS, Plot, Scale, n};
use super::{Band, Chart, Point, Series};
use std::fmt::Write as _;

pub(super) fn draw(chart: &Chart, series: &[Series], band: Option<Band>, width: f64) -> String {
    let values = series.iter().flat_map(|line| &line.points).filter_map(|point| point.value);
    let Some((low, high)) =
        frame::extent(values.chain(band.map(|band| band.limit))).filter(|_| chart.has_data())
    else {
        return frame::empty(chart, width);
    };
    // A line may leave zero out when its values are far from it; otherwise zero stays as the foot.
    let from_zero = low >= 0.0 && low < high * 0.6;
    let mut scale = Scale::new(low, high, from_zero, 4);
    if chart.unit == "%" && high <= 100.0 {
        scale = scale.capped(100.0);
    }
    let left =
        scale.ticks.iter().map(|tick| frame::text_width(&frame::tick_text(*tick))).fold(0.0, f64::max) + 10.0;
    let plot = Plot { left, top: 24.0, width: width - left - 12.0, height: 150.0, scale };
    let count = series.iter().map(|line| line.points.len()).max().unwrap_or(0);
    let step = plot.width / (count.max(2) - 1) as f64;
    let x = |at: usize| if count == 1 { plot.left + plot.width / 2.0 } else { plot.left + step * at as f64 };
    let mut body = String::new();
    plot.axes(&mut body, &chart.unit, band);
    let labels: Vec<&str> = series
        .first()
        .map(|line| line.points.iter().map(|point| point.label.as_str()).collect())
        .unwrap_or_default();
    plot.labels(&mut body, &labels, x);
    for (at, line) in series.iter().enumerate() {
        draw_line(&mut body, line, at % COLOURS, &plot, &x, series.len() > 1);
    }
    let titles: Vec<&str> = series.iter().map(|line| line.title.as_str()).collect();
    let more = frame::legend(&mut body, &titles, plot.left, plot.width, plot.top + plot.height + 30.0);
    let mut svg = frame::open(chart, width, plot.top + plot.height + 30.0 + more, &describe(series));
    svg.push_str(&body);
    svg.push_str("</svg>");
    svg
}

fn draw_line(
    svg: &mut String,
    line: &Series,
    colour: usize,
    plot: &Plot,
    x: &impl Fn(usize) -> f64,
    named: bool,
) {
    let mut previous: Option<(usize, f64)> = None;
    for (at, point) in line.points.iter().enumerate() {
        let Some(value) = point.value else {
            previous = None;
            continue;
        };
        if let Some((before, from)) = previous {
            let dash = if point.partial { " c-dash" } else { "" };
            let _ = write!(
                svg,
                "<path class=\"c-line c-s{colour}{dash}\" d=\"M{} {}L{} {}\"/>",
                n(x(before)),
                n(plot.y(from)),
                n(x(at)),
                n(plot.y(value))
            );
        }
        previous = Some((at, value));
    }
    for (at, point) in line.points.iter().enumerate() {
        if let Some(value) = point.value {
            svg.push_str(&dot(point, colour, x(at), plot.y(value), named.then_some(line.title.as_str())));
        }
    }
}

fn dot(point: &Point, colour: usize, x: f64, y: f64, series: Option<&str>) -> String {
    let (x, y) = (n(x), n(y));
    // A hollow dot says that the period still runs; the wide clear circle is what a finger can hit.
    let hollow = if point.partial { " fill-opacity=\"0\"" } else { "" };
    let inner = format!(
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"12\" fill-opacity=\"0\"/><circle class=\"c-s{colour}\" cx=\"{x}\" cy=\"{y}\" r=\"3\"{hollow}/>"
    );
    let label = series.map_or(point.label.clone(), |series| format!("{series} {}", point.label));
    let text = if point.partial { format!("{}（未结束）", point.text) } else { point.text.clone() };
    frame::mark(&label, &text, point.href.as_deref(), &inner)
}

fn describe(series: &[Series]) -> String {
    let told = series.iter().map(|line| {
        let points: Vec<String> =
            line.points.iter().map(|point| format!("{} {}", point.label, point.text)).collect();
        format!("{}：{}", line.title, points.join("，"))
    });
    told.collect::<Vec<_>>().join("；")
}
