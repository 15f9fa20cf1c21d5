//! Outbreak detection 预警: published methods over series of counts.
//!
//! Every method is a [`Detector`]: it is begun once with the history before the first monitored period and then
//! takes one [`step`](Detector::step) per period, so that a new day costs a step and not the history. What has to
//! be carried from step to step is a [`Progress`], which can be stored. Every step gives a [`Finding`].
//!
//! Methods are as published. Where the R package `surveillance` computes something else,
//! [`Compatibility::RSurveillance`] gives its figures.
//!
//! Beside the detectors: [`scan`] for clusters in space and time, [`reproduction`] for Rt, [`nowcast`] for cases not
//! yet reported, [`moving_epidemic`] for the season's thresholds.

mod bayes;
mod cdc;
mod cusum;
mod ears;
mod farrington;
mod farrington_flexible;
mod finding;
mod fixed;
mod glr;
mod glr_alternative;
mod moving_percentile;
mod numeric;
mod outbreak_p;
mod reference;
mod rki;
mod series;

pub mod moving_epidemic;
pub mod nowcast;
pub mod reproduction;
pub mod scan;

pub use bayes::Bayes;
pub use cdc::Cdc;
pub use cusum::{Cusum, CusumMean, CusumTransform};
pub use ears::{Ears, EarsMethod};
pub use farrington::{Farrington, PowerTransform};
pub use farrington_flexible::{FarringtonFlexible, ThresholdMethod};
pub use finding::{Compatibility, Detail, Detector, Finding, Memory, NotComputed, Progress};
pub use fixed::FixedThreshold;
pub use glr::{Alternative, Glr, Report};
pub use moving_percentile::MovingPercentile;
pub use outbreak_p::OutbreakP;
pub use rki::Rki;
pub use series::{Frequency, Series};
