//! Configurations: an algorithm and its parameters under the names of the R package.

use std::collections::HashMap;
use std::io::Read;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::csv::CsvError;
use crate::detection::{
    Alternative, Bayes, Cdc, Compatibility, Cusum, CusumMean, CusumTransform, Detector, Ears, EarsMethod,
    Farrington, FarringtonFlexible, FixedThreshold, Glr, MovingPercentile, OutbreakP, PowerTransform, Report,
    Rki, ThresholdMethod,
};

/// A detector with the name of its algorithm.
pub(super) struct Method {
    pub(super) algorithm: &'static str,
    pub(super) detector: Box<dyn Detector>,
}

#[derive(Deserialize)]
struct Config {
    config: String,
    algorithm: String,
    #[serde(default)]
    control: Map<String, Value>,
}

/// The configurations by name.
pub(super) fn read(reader: impl Read) -> Result<HashMap<String, Method>, CsvError> {
    let problem = |reason: String| CsvError::SideFile { file: "configs".to_owned(), reason };
    let configs: Vec<Config> = serde_json::from_reader(reader).map_err(|error| problem(error.to_string()))?;
    let named = configs.into_iter().map(|config| {
        let method = method(&config.algorithm, &Control(&config.control))
            .ok_or_else(|| problem(format!("`{}` 的算法或参数无法识别", config.config)))?;
        Ok((config.config, method))
    });
    named.collect()
}

/// Parameters by name; absent ones take the method's default.
struct Control<'a>(&'a Map<String, Value>);

impl Control<'_> {
    fn number(&self, name: &str, default: f64) -> f64 {
        self.0.get(name).and_then(Value::as_f64).unwrap_or(default)
    }

    fn count(&self, name: &str, default: usize) -> usize {
        self.0.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
    }

    fn flag(&self, name: &str, default: bool) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(default)
    }

    fn word(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// `limit54`: fewest cases, and the number of periods they came in.
    fn min_cases(&self) -> (f64, usize) {
        let part = |index: usize| self.0.get("limit54")?.as_array()?.get(index)?.as_u64();
        (part(0).unwrap_or(5) as f64, part(1).and_then(|n| usize::try_from(n).ok()).unwrap_or(4))
    }

    fn compatibility(&self) -> Compatibility {
        match self.word("compatibility") {
            Some("published") => Compatibility::Published,
            _ => Compatibility::RSurveillance,
        }
    }

    fn transform(&self) -> Option<PowerTransform> {
        match self.word("powertrans") {
            Some("none") => Some(PowerTransform::None),
            Some("1/2") => Some(PowerTransform::Half),
            Some("2/3") | None => Some(PowerTransform::TwoThirds),
            Some(_) => None,
        }
    }

    fn report(&self) -> Report {
        if self.word("ret") == Some("cases") { Report::Cases } else { Report::Statistic }
    }
}

fn method(algorithm: &str, control: &Control<'_>) -> Option<Method> {
    let (algorithm, detector): (&'static str, Box<dyn Detector>) = match algorithm {
        "earsC" => ("earsC", Box::new(ears(control)?)),
        "farrington" => ("farrington", Box::new(farrington(control)?)),
        "farringtonFlexible" => ("farringtonFlexible", Box::new(farrington_flexible(control)?)),
        "cusum" => ("cusum", Box::new(cusum(control)?)),
        "bayes" => ("bayes", Box::new(bayes(control))),
        "rki" => ("rki", Box::new(rki(control))),
        "cdc" => ("cdc", Box::new(cdc(control))),
        "glrpois" => ("glrpois", Box::new(glr(control, 0.0)?)),
        "glrnb" => ("glrnb", Box::new(glr(control, control.number("alpha", 0.0))?)),
        "outbreakP" => ("outbreakP", Box::new(outbreak_p(control))),
        "mpm" => ("mpm", Box::new(moving_percentile(control))),
        "fixed" => ("fixed", Box::new(fixed(control))),
        _ => return None,
    };
    Some(Method { algorithm, detector })
}

fn ears(control: &Control<'_>) -> Option<Ears> {
    let method = match control.word("method") {
        Some("C1") | None => EarsMethod::C1,
        Some("C2") => EarsMethod::C2,
        Some("C3") => EarsMethod::C3,
        Some(_) => return None,
    };
    Some(Ears {
        method,
        baseline: control.count("baseline", 7),
        min_sigma: control.number("minSigma", 0.0),
        alpha: control.number("alpha", if method == EarsMethod::C3 { 0.025 } else { 0.001 }),
        compatibility: control.compatibility(),
    })
}

fn farrington(control: &Control<'_>) -> Option<Farrington> {
    let (min_cases, min_cases_periods) = control.min_cases();
    Some(Farrington {
        years: control.count("b", 5),
        window: control.count("w", 3),
        alpha: control.number("alpha", 0.05),
        reweight: control.flag("reweight", true),
        trend: control.flag("trend", true),
        min_cases,
        min_cases_periods,
        transform: control.transform()?,
        compatibility: control.compatibility(),
    })
}

fn farrington_flexible(control: &Control<'_>) -> Option<FarringtonFlexible> {
    let (min_cases, min_cases_periods) = control.min_cases();
    let threshold = match control.word("thresholdMethod") {
        Some("delta") | None => ThresholdMethod::Delta(control.transform()?),
        Some("nbPlugin") => ThresholdMethod::NbPlugin,
        Some("muan") => ThresholdMethod::Muan,
        Some(_) => return None,
    };
    Some(FarringtonFlexible {
        years: control.count("b", 5),
        window: control.count("w", 3),
        blocks: control.count("noPeriods", 1),
        recent_excluded: control.count("pastWeeksNotIncluded", control.count("w", 3)),
        alpha: control.number("alpha", 0.05),
        reweight: control.flag("reweight", true),
        reweight_above: control.number("weightsThreshold", 2.58),
        trend: control.flag("trend", true),
        trend_p_value: control.number("pThresholdTrend", 0.05),
        min_cases,
        min_cases_periods,
        threshold,
        population_offset: control.flag("populationOffset", false),
        compatibility: control.compatibility(),
    })
}

fn cusum(control: &Control<'_>) -> Option<Cusum> {
    let transform = match control.word("trans") {
        Some("standard") | None => CusumTransform::Standard,
        Some("rossi") => CusumTransform::Rossi,
        Some("anscombe") => CusumTransform::Anscombe,
        Some("pearsonNegBin") => {
            CusumTransform::PearsonNegativeBinomial { alpha: control.number("alpha", 0.1) }
        }
        Some(_) => return None,
    };
    let mean = match control.word("m") {
        None => CusumMean::History,
        Some("glm") => CusumMean::Seasonal,
        Some(_) => return None,
    };
    Some(Cusum { k: control.number("k", 1.04), h: control.number("h", 2.26), transform, mean })
}

fn bayes(control: &Control<'_>) -> Bayes {
    Bayes {
        years: control.count("b", 0),
        window: control.count("w", 6),
        this_year: control.flag("actY", true),
        alpha: control.number("alpha", 0.05),
    }
}

fn rki(control: &Control<'_>) -> Rki {
    Rki {
        years: control.count("b", 2),
        window: control.count("w", 4),
        this_year: control.flag("actY", false),
    }
}

fn cdc(control: &Control<'_>) -> Cdc {
    Cdc {
        years: control.count("b", 5),
        neighbours: control.count("m", 1),
        alpha: control.number("alpha", 0.025),
    }
}

fn glr(control: &Control<'_>, alpha: f64) -> Option<Glr> {
    let theta = control.0.get("theta").and_then(Value::as_f64);
    let alternative = match (control.word("change"), theta) {
        (Some("epi"), None) => Alternative::Epidemic,
        (Some("intercept") | None, None) => Alternative::Rise,
        (Some("intercept") | None, Some(theta)) => Alternative::KnownRise { theta },
        _ => return None,
    };
    let mean = control.0.get("mu0").and_then(Value::as_object);
    let mean = mean.map(Control);
    Some(Glr {
        limit: control.number("c.ARL", 5.0),
        alternative,
        alpha,
        // A negative or absent window looks back without end.
        window: control.0.get("M").and_then(Value::as_u64).and_then(|m| usize::try_from(m).ok()),
        min_length: control.count("Mtilde", 1),
        harmonics: mean.as_ref().map_or(1, |mean| mean.count("S", 1)),
        trend: mean.as_ref().is_some_and(|mean| mean.flag("trend", false)),
        report: control.report(),
        compatibility: control.compatibility(),
    })
}

fn outbreak_p(control: &Control<'_>) -> OutbreakP {
    OutbreakP {
        limit: control.number("k", 100.0),
        report: control.report(),
        max_cases: control.number("maxUpperboundCases", 1e5),
        compatibility: control.compatibility(),
    }
}

fn moving_percentile(control: &Control<'_>) -> MovingPercentile {
    MovingPercentile { years: control.count("years", 5), percentile: control.number("percentile", 80.0) }
}

fn fixed(control: &Control<'_>) -> FixedThreshold {
    FixedThreshold { cases: control.number("cases", 1.0), periods: control.count("periods", 1) }
}
