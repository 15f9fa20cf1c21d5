//! Shared drawing: escaped text, widths, scales, axes.

use super::{Band, Chart};
use std::fmt::Write as _;

/// Size of labels, CSS pixels.
pub(super) const FONT: f64 = 12.0;

/// Colours of charts outside a page: the light scheme of the style sheet.
pub(crate) const PRINT_STYLE: &str = "text{font-family:'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif;\
font-size:12px;fill:#475569}.c-value{fill:#0f172a}.c-clear{stroke:#fff;stroke-width:5;stroke-linejoin:round;paint-order:stroke}.c-grid{stroke:#e2e8f0;stroke-width:1}.c-axis{stroke:#94a3b8;stroke-width:1}\
.c-band{fill:#e0f5f1}.c-limit{stroke:#0d8478;stroke-width:1;stroke-dasharray:4 3}\
.c-reference{fill:none;stroke:#94a3b8;stroke-width:1}.c-middle{stroke-width:2}\
.c-line{fill:none;stroke-width:2;stroke-linejoin:round}.c-dash{stroke-dasharray:4 3}\
.c-s0{stroke:#0d8478;fill:#0d8478}.c-s1{stroke:#b45309;fill:#b45309}.c-s2{stroke:#1d4ed8;fill:#1d4ed8}\
.c-s3{stroke:#9333ea;fill:#9333ea}.c-s4{stroke:#be123c;fill:#be123c}.c-s5{stroke:#4d7c0f;fill:#4d7c0f}\
.c-line.c-s0,.c-line.c-s1,.c-line.c-s2,.c-line.c-s3,.c-line.c-s4,.c-line.c-s5{fill:none}\
.c-fill{stroke:none}.c-bar{fill:#0d8478}.c-miss{fill:#c02626}.c-hatch{stroke:#0d8478;stroke-width:2}\
.c-h0{fill:#f1f5f9}.c-h1{fill:#c9ebe5}.c-h2{fill:#8fd3c8}.c-h3{fill:#45ada0}.c-h4{fill:#0d8478}";

/// Series colours there are; more series repeat them.
pub(super) const COLOURS: usize = 6;

/// Width of `text` at 12 px: full-width characters one em, half-width 0.55 em.
///
/// Browsers and printers differ by a few percent; labels are placed with room for that.
pub fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if is_wide(c) { 1.0 } else { 0.55 }).sum::<f64>() * FONT
}

fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x20000..=0x3ffff)
}

/// `text` cut to `width` with an ellipsis.
pub(super) fn fit(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if text_width(&kept) + text_width(&c.to_string()) + FONT > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Text safe inside XML.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // Control characters have no place in XML 1.0.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A number for an attribute: one decimal, no more.
pub(super) fn n(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Starts an SVG with its accessible title and description.
pub(super) fn open(chart: &Chart, width: f64, height: f64, description: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\">\
         <title>{title}</title><desc>{desc}</desc>",
        w = n(width),
        h = n(height),
        title = escape(&chart.title),
        desc = escape(description),
    )
}

/// A scale from values to pixels with round ticks.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    /// Tick values, ascending.
    pub ticks: Vec<f64>,
}

impl Scale {
    /// Covers `low..=high` with about `count` round ticks; `from_zero` keeps zero at the foot.
    pub fn new(low: f64, high: f64, from_zero: bool, count: usize) -> Self {
        let low = if from_zero { low.min(0.0) } else { low };
        // One value alone stands in the middle; nothing that is counted is less than none.
        let foot = if low >= 0.0 { 0.0 } else { f64::MIN };
        let (low, high) = if high > low {
            (low, high)
        } else {
            (if from_zero { low } else { (low - 1.0).max(foot) }, high + 1.0)
        };
        let step = round_step((high - low) / count.max(1) as f64);
        let first = (low / step).floor();
        let last = (high / step - 1e-9).ceil();
        let ticks: Vec<f64> =
            (0..=((last - first) as usize).min(50)).map(|at| (first + at as f64) * step).collect();
        Self { low: first * step, high: last * step, ticks }
    }

    /// The scale without what lies above `top`: no share of a whole exceeds 100 %.
    pub fn capped(mut self, top: f64) -> Self {
        self.ticks.retain(|tick| *tick <= top + 1e-9);
        self.high = self.high.min(top);
        self
    }

    /// Pixels from the foot for `value`, on an axis `length` long.
    pub fn at(&self, value: f64, length: f64) -> f64 {
        (value.clamp(self.low, self.high) - self.low) / (self.high - self.low) * length
    }
}

/// The next of 1, 2, 5 × 10ⁿ at or above `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.abs().max(1e-6).log10().floor());
    let part = step / power;
    let nice = if part <= 1.0 {
        1.0
    } else if part <= 2.0 {
        2.0
    } else if part <= 5.0 {
        5.0
    } else {
        10.0
    };
    nice * power
}

/// A tick as text, without trailing zeros.
pub(super) fn tick_text(value: f64) -> String {
    let text = format!("{value:.2}");
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    if trimmed == "-0" { "0".to_owned() } else { trimmed.to_owned() }
}

/// The plotting area of a chart with a vertical axis.
pub(super) struct Plot {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    pub scale: Scale,
}

impl Plot {
    pub fn y(&self, value: f64) -> f64 {
        self.top + self.height - self.scale.at(value, self.height)
    }

    /// Grid, tick labels, axis unit and target band.
    pub fn axes(&self, svg: &mut String, unit: &str, band: Option<Band>) {
        let right = self.left + self.width;
        if let Some(band) = band {
            let y = self.y(band.limit);
            let (from, to) = if band.at_least { (self.top, y) } else { (y, self.top + self.height) };
            let _ = write!(
                svg,
                "<rect class=\"c-band\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                n(self.left),
                n(from),
                n(self.width),
                n(to - from)
            );
        }
        for tick in &self.scale.ticks {
            let y = n(self.y(*tick));
            let _ = write!(
                svg,
                "<line class=\"c-grid\" x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{}</text>",
                n(self.left),
                n(right),
                n(self.left - 6.0),
                tick_text(*tick)
            );
        }
        if let Some(band) = band {
            let y = n(self.y(band.limit));
            let sign = if band.at_least { "≥" } else { "≤" };
            let _ = write!(
                svg,
                "<line class=\"c-limit\" x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{}\" y=\"{y}\" dy=\"-4\" text-anchor=\"end\">目标 {sign}{}</text>",
                n(self.left),
                n(right),
                n(right),
                tick_text(band.limit)
            );
        }
        let _ = write!(svg, "<text x=\"0\" y=\"12\">{}</text>", escape(unit));
    }

    /// Labels under the axis, as many as fit without touching.
    pub fn labels(&self, svg: &mut String, labels: &[&str], centre: impl Fn(usize) -> f64) {
        let widest = labels.iter().map(|label| text_width(label)).fold(24.0, f64::max) + 8.0;
        let room = self.width / labels.len().max(1) as f64;
        let every = ((widest / room).ceil() as usize).max(1);
        let last = labels.len().saturating_sub(1);
        for (at, label) in labels.iter().enumerate() {
            // The last label always stands; one too close before it gives way.
            if (at != last && (at % every != 0 || last - at < every)) && last != 0 {
                continue;
            }
            let half = text_width(label) / 2.0;
            let x = centre(at).clamp(half, (self.left + self.width + 8.0 - half).max(half));
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                n(x),
                n(self.top + self.height + 18.0),
                escape(label)
            );
        }
    }
}

/// A legend line; returns nothing when there is only one series.
pub(super) fn legend(svg: &mut String, titles: &[&str], left: f64, width: f64, y: f64) -> f64 {
    if titles.len() < 2 {
        return 0.0;
    }
    let (mut x, mut line) = (left, 0.0);
    for (at, title) in titles.iter().enumerate() {
        let wide = text_width(title) + 30.0;
        if x > left && x + wide > left + width {
            (x, line) = (left, line + 18.0);
        }
        let _ = write!(
            svg,
            "<rect class=\"c-fill c-s{}\" x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" rx=\"2\"/><text x=\"{}\" y=\"{}\">{}</text>",
            at % COLOURS,
            n(x),
            n(y + line),
            n(x + 15.0),
            n(y + line + 9.5),
            escape(title)
        );
        x += wide;
    }
    line + 18.0
}

/// Wraps a mark in its link and tooltip.
pub(super) fn mark(label: &str, text: &str, href: Option<&str>, inner: &str) -> String {
    let tip = escape(&if label.is_empty() { text.to_owned() } else { format!("{label} {text}") });
    match href {
        Some(href) => {
            format!("<a href=\"{}\" data-tip=\"{tip}\" aria-label=\"{tip}\">{inner}</a>", escape(href))
        }
        None => format!("<g data-tip=\"{tip}\">{inner}</g>"),
    }
}

/// Least and greatest value there is.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// The chart of nothing: says so instead of an empty axis.
pub(super) fn empty(chart: &Chart, width: f64) -> String {
    let mut svg = open(chart, width, 72.0, "缺数据");
    let _ = write!(svg, "<text x=\"{}\" y=\"40\" text-anchor=\"middle\">缺数据</text></svg>", n(width / 2.0));
    svg
}
