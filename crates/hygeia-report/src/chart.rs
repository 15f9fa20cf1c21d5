//! Charts drawn on the server as SVG: the same picture in a page, on paper and in Word.
//!
//! Colours are classes (`c-…`), so that a page's style sheet gives them light and dark; [`Chart::standalone`]
//! carries its own sheet for pictures outside a page. A missing value is a gap, never zero; bars start at zero;
//! a period that is not over yet is hatched.

mod bars;
mod calendar;
mod curve;
mod frame;
mod line;
mod marks;
mod picture;
mod stacked;

pub(crate) use frame::PRINT_STYLE;
pub use frame::text_width;
pub use marks::{ring, sparkline};
pub use picture::{Fonts, Picture, png};

/// One value along an axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Point {
    /// Label under the axis or beside the bar.
    pub label: String,
    /// The value; `None` = 缺数据.
    pub value: Option<f64>,
    /// The value as read aloud and in tooltips, unit included.
    pub text: String,
    /// Address of what stands behind it.
    pub href: Option<String>,
    /// The period is not over yet.
    pub partial: bool,
}

/// One line of a line chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Name in the legend.
    pub title: String,
    /// Points, one per label, oldest first.
    pub points: Vec<Point>,
}

/// A target drawn as a band from the limit to the good side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The limit.
    pub limit: f64,
    /// Reached at or above the limit (else at or below).
    pub at_least: bool,
}

/// A line of a reference behind a curve.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReferenceLine {
    /// Name at its end.
    pub title: String,
    /// The line most prominent: the median.
    pub is_middle: bool,
    /// Place on the axis and value, ascending.
    pub points: Vec<(f64, f64)>,
}

/// A measured point of a curve.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CurvePoint {
    /// Place on the axis.
    pub x: f64,
    /// Value.
    pub y: f64,
    /// The place as read aloud and in tooltips.
    pub label: String,
    /// The value as read aloud and in tooltips, unit included.
    pub text: String,
    /// Address of what stands behind it.
    pub href: Option<String>,
}

/// What a chart shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// One or more lines over time.
    Line {
        /// The lines.
        series: Vec<Series>,
        /// Target band.
        band: Option<Band>,
    },
    /// Bars, sorted by value, largest first.
    Bars {
        /// One per bar.
        points: Vec<Point>,
        /// Target mark.
        band: Option<Band>,
    },
    /// Stacked bars in the order of their labels (epidemic curve: cases by day of onset, coloured by class).
    Stacked {
        /// Labels of the bars.
        labels: Vec<String>,
        /// Name and one value per label.
        layers: Vec<(String, Vec<f64>)>,
    },
    /// Measured points along a numeric axis before the lines of a reference.
    Curve {
        /// What the axis measures.
        axis: String,
        /// Lines of the reference, lowest first.
        lines: Vec<ReferenceLine>,
        /// Measured points, ascending.
        points: Vec<CurvePoint>,
    },
    /// Days of a range as squares, weeks as columns.
    Calendar {
        /// ISO date, value and text; days left out are blank.
        days: Vec<Point>,
        /// Weekday of the first day, 0 = Monday.
        first_weekday: u8,
    },
}

/// A chart with its names.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Heading.
    pub title: String,
    /// What the axis measures: %, 人, 例.
    pub unit: String,
    /// Data.
    pub shape: Shape,
}

impl Chart {
    /// The chart as inline SVG, `width` in CSS pixels; its height follows from its content.
    pub fn svg(&self, width: f64) -> String {
        let width = width.clamp(240.0, 2_000.0);
        match &self.shape {
            Shape::Line { series, band } => line::draw(self, series, *band, width),
            Shape::Bars { points, band } => bars::draw(self, points, *band, width),
            Shape::Stacked { labels, layers } => stacked::draw(self, labels, layers, width),
            Shape::Curve { axis, lines, points } => curve::draw(self, axis, lines, points, width),
            Shape::Calendar { days, first_weekday } => calendar::draw(self, days, *first_weekday, width),
        }
    }

    /// The chart as an SVG file with its own colours, for print and Word.
    pub fn standalone(&self, width: f64) -> String {
        self.svg(width).replacen('>', &format!("><style>{}</style>", frame::PRINT_STYLE), 1)
    }

    /// Every mark that can lead somewhere.
    pub(crate) fn points_mut(&mut self) -> Box<dyn Iterator<Item = &mut Point> + '_> {
        match &mut self.shape {
            Shape::Line { series, .. } => Box::new(series.iter_mut().flat_map(|line| &mut line.points)),
            Shape::Bars { points, .. } | Shape::Calendar { days: points, .. } => Box::new(points.iter_mut()),
            Shape::Stacked { .. } | Shape::Curve { .. } => Box::new(std::iter::empty()),
        }
    }

    /// Whether there is any value to draw.
    pub fn has_data(&self) -> bool {
        match &self.shape {
            Shape::Line { series, .. } => {
                series.iter().flat_map(|line| &line.points).any(|p| p.value.is_some())
            }
            Shape::Bars { points, .. } | Shape::Calendar { days: points, .. } => {
                points.iter().any(|point| point.value.is_some())
            }
            Shape::Curve { points, .. } => !points.is_empty(),
            Shape::Stacked { layers, .. } => {
                layers.iter().flat_map(|(_, values)| values).any(|value| *value > 0.0)
            }
        }
    }

    /// The chart's values as rows: label, then one text per series. What a screen reader, a workbook or a
    /// document without pictures shows instead.
    pub fn as_rows(&self) -> (Vec<String>, Vec<Vec<String>>) {
        match &self.shape {
            Shape::Line { series, .. } => {
                let head = series.iter().map(|line| line.title.clone()).collect();
                let count = series.iter().map(|line| line.points.len()).max().unwrap_or(0);
                let rows = (0..count)
                    .map(|at| {
                        let label = series
                            .iter()
                            .find_map(|line| line.points.get(at))
                            .map(|point| point.label.clone());
                        let texts = series
                            .iter()
                            .map(|line| line.points.get(at).map(|p| p.text.clone()).unwrap_or_default());
                        label.into_iter().chain(texts).collect()
                    })
                    .collect();
                (head, rows)
            }
            Shape::Bars { points, .. } | Shape::Calendar { days: points, .. } => (
                vec![self.unit.clone()],
                points.iter().map(|p| vec![p.label.clone(), p.text.clone()]).collect(),
            ),
            Shape::Curve { points, .. } => (
                vec![self.unit.clone()],
                points.iter().map(|p| vec![p.label.clone(), p.text.clone()]).collect(),
            ),
            Shape::Stacked { labels, layers } => {
                let head = layers.iter().map(|(name, _)| name.clone()).collect();
                let rows = labels
                    .iter()
                    .enumerate()
                    .map(|(at, label)| {
                        let values = layers
                            .iter()
                            .map(|(_, values)| values.get(at).copied().unwrap_or(0.0).to_string());
                        std::iter::once(label.clone()).chain(values).collect()
                    })
                    .collect();
                (head, rows)
            }
        }
    }
}

#[cfg(test)]
mod tests;
