//! The templates of a summary: Chinese prose with `{{ m("…") }}` where a number belongs.
//!
//! Rendering is a pure function of the text and the [`Facts`] known so far. What a template asks for and the
//! facts lack comes back as [`Want`]s; the caller fetches them all at once and renders again. The prose never
//! holds a bare number: every function answers with a mark that becomes a run of the document afterwards.

use crate::document::{Figure, Run};
use minijinja::{Environment, UndefinedBehavior, Value, context};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Steps a template may take; the longest summary section needs a few thousand.
const FUEL: u64 = 200_000;
/// Frames a mark in rendered text; private-use characters do not occur in documents.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// Something a template asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Want {
    /// A measure, an indicator or one option of a breakdown, as the template names it.
    Figure(String),
    /// Duties that were not done as often as owed.
    Overdue,
    /// Targets that were not reached.
    Missed,
    /// What is to be done about the targets that were missed by most.
    Remedies,
    /// Units below that miss the target of an indicator.
    UnitsBelow(String),
    /// What a measure with a breakdown consists of, the largest first.
    Parts(String),
}

/// What is known about one figure, in words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fact {
    /// The number with its definition.
    pub figure: Figure,
    /// The number itself, for conditions; `None` = 缺数据.
    pub value: Option<f64>,
    /// `≥95%`; `None` when no aim is set.
    pub target: Option<String>,
    /// Comparison with the period before.
    pub change: Vec<Run>,
}

/// Everything a template can be answered with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Name of the unit.
    pub org: String,
    /// Name of the period.
    pub period: String,
    /// Figures by the name the template uses.
    pub figures: BTreeMap<String, Fact>,
    /// Paragraphs that answer the other wants.
    pub passages: BTreeMap<Want, Vec<Vec<Run>>>,
}

/// A rendered template.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// Paragraphs.
    pub paragraphs: Vec<Vec<Run>>,
    /// What the facts lacked; when not empty, the paragraphs are not final.
    pub wants: BTreeSet<Want>,
}

/// Renders `source`; an unknown function, an unknown name or endless work is an error in the author's words.
pub(crate) fn render(source: &str, facts: &Arc<Facts>) -> Result<Rendered, String> {
    let wants = Arc::new(Mutex::new(BTreeSet::new()));
    let environment = environment(facts, &wants);
    let told = |fault: minijinja::Error| {
        let line = fault.line().map(|line| format!("第 {line} 行：")).unwrap_or_default();
        format!("{line}{}", fault.detail().map_or_else(|| fault.kind().to_string(), str::to_owned))
    };
    let text = environment
        .render_str(source, context! { org => facts.org.as_str(), period => facts.period.as_str() })
        .map_err(told)?;
    drop(environment);
    let wants = std::mem::take(&mut *wants.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Rendered { paragraphs: paragraphs(&text).iter().flat_map(|text| runs(text, facts)).collect(), wants })
}

/// Names that `source` writes as `"…"` or `'…'`: nearly everything it will ever ask for, branches included.
pub(crate) fn quoted_names(source: &str) -> Vec<&str> {
    let is_name = |text: &&str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'@' | b':'))
    };
    let mut names: Vec<&str> = Vec::new();
    for quote in ['"', '\''] {
        for name in source.split(quote).skip(1).step_by(2).filter(is_name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

type Wants = Arc<Mutex<BTreeSet<Want>>>;

fn environment(facts: &Arc<Facts>, wants: &Wants) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // Each function leaves a mark and notes what is not known yet.
    for name in ["m", "target", "change"] {
        let (facts, wants) = (facts.clone(), wants.clone());
        environment.add_function(name, move |id: &str| {
            look_up(&facts, &wants, id);
            format!("{OPEN}{name} {id}{CLOSE}")
        });
    }
    let (known, asked) = (facts.clone(), wants.clone());
    environment.add_function("known", move |id: &str| {
        look_up(&known, &asked, id).is_none_or(|fact| fact.value.is_some())
    });
    let (known, asked) = (facts.clone(), wants.clone());
    environment.add_function("value", move |id: &str| {
        look_up(&known, &asked, id).and_then(|fact| fact.value).map_or(Value::from(0), Value::from)
    });
    let (known, asked) = (facts.clone(), wants.clone());
    environment.add_function("overdue", move || passage(&known, &asked, Want::Overdue, "overdue"));
    let (known, asked) = (facts.clone(), wants.clone());
    environment.add_function("missed", move || passage(&known, &asked, Want::Missed, "missed"));
    let (known, asked) = (facts.clone(), wants.clone());
    environment.add_function("remedies", move || passage(&known, &asked, Want::Remedies, "remedies"));
    let (known, asked) = (facts.clone(), wants.clone());
    environment.add_function("parts", move |id: &str| {
        passage(&known, &asked, Want::Parts(id.to_owned()), &format!("parts {id}"))
    });
    let (known, asked) = (facts.clone(), wants.clone());
    environment.add_function("units_below", move |id: &str| {
        passage(&known, &asked, Want::UnitsBelow(id.to_owned()), &format!("units_below {id}"))
    });
    environment
}

fn look_up<'a>(facts: &'a Facts, wants: &Wants, id: &str) -> Option<&'a Fact> {
    let fact = facts.figures.get(id);
    if fact.is_none() {
        wants.lock().unwrap_or_else(PoisonError::into_inner).insert(Want::Figure(id.to_owned()));
    }
    fact
}

fn passage(facts: &Facts, wants: &Wants, want: Want, mark: &str) -> String {
    if !facts.passages.contains_key(&want) {
        wants.lock().unwrap_or_else(PoisonError::into_inner).insert(want);
    }
    format!("{OPEN}{mark}{CLOSE}")
}

/// Paragraphs of rendered text: parted by blank lines, lines joined as Chinese is (a space only between
/// letters or digits).
fn paragraphs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = String::new();
    for line in text.lines().map(str::trim).chain([""]) {
        if line.is_empty() {
            if !open.is_empty() {
                found.push(std::mem::take(&mut open));
            }
            continue;
        }
        let spaced = open.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric())
            && line.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
        if spaced {
            open.push(' ');
        }
        open.push_str(line);
    }
    found
}

/// The runs of one paragraph. A passage that stands alone keeps its own paragraphs; inside a sentence they are
/// joined.
fn runs(text: &str, facts: &Facts) -> Vec<Vec<Run>> {
    let alone = text
        .strip_prefix(OPEN)
        .and_then(|rest| rest.strip_suffix(CLOSE))
        .filter(|mark| !mark.contains(CLOSE));
    if let Some(paragraphs) = alone.and_then(want_of).and_then(|want| facts.passages.get(&want)) {
        return paragraphs.clone();
    }
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once(OPEN) {
        push_text(&mut runs, before);
        let Some((mark, after)) = marked.split_once(CLOSE) else {
            rest = "";
            break;
        };
        runs.extend(answer(mark, facts));
        rest = after;
    }
    push_text(&mut runs, rest);
    vec![runs]
}

fn push_text(runs: &mut Vec<Run>, text: &str) {
    if !text.is_empty() {
        runs.push(Run::Text(text.to_owned()));
    }
}

fn want_of(mark: &str) -> Option<Want> {
    Some(match mark.split_once(' ') {
        None if mark == "overdue" => Want::Overdue,
        None if mark == "missed" => Want::Missed,
        None if mark == "remedies" => Want::Remedies,
        Some(("parts", id)) => Want::Parts(id.to_owned()),
        Some(("units_below", id)) => Want::UnitsBelow(id.to_owned()),
        _ => return None,
    })
}

fn answer(mark: &str, facts: &Facts) -> Vec<Run> {
    if let Some(want) = want_of(mark) {
        let paragraphs = facts.passages.get(&want).cloned().unwrap_or_default();
        return paragraphs.join(&Run::Text("；".to_owned()));
    }
    let Some((what, id)) = mark.split_once(' ') else { return Vec::new() };
    let Some(fact) = facts.figures.get(id) else { return Vec::new() };
    match what {
        "m" => vec![Run::Figure(fact.figure.clone())],
        "target" => vec![Run::Text(fact.target.clone().unwrap_or_else(|| "未设目标".to_owned()))],
        _ => fact.change.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Figure {
        Figure {
            text: text.into(),
            definition: "口径".into(),
            missing: text == "缺数据",
            ..Figure::default()
        }
    }

    fn facts() -> Arc<Facts> {
        let mut facts =
            Facts { org: "甲园".into(), period: "2026学年第一学期".into(), ..Facts::default() };
        facts.figures.insert(
            "on_roll".into(),
            Fact {
                figure: figure("126人"),
                value: Some(126.0),
                target: None,
                change: vec![Run::Text("比上学期增加".into()), Run::Figure(figure("3人"))],
            },
        );
        facts.figures.insert(
            "rate".into(),
            Fact { figure: figure("缺数据"), target: Some("≥95%".into()), ..Fact::default() },
        );
        let lines = vec![vec![Run::Text("1. 消毒".into())], vec![Run::Text("2. 晨检".into())]];
        facts.passages.insert(Want::Overdue, lines);
        Arc::new(facts)
    }

    fn plain(runs: &[Run]) -> String {
        runs.iter()
            .map(|run| match run {
                Run::Text(text) => text.clone(),
                Run::Figure(figure) => format!("[{}]", figure.text),
            })
            .collect()
    }

    fn shown(source: &str) -> Vec<String> {
        render(source, &facts()).unwrap().paragraphs.iter().map(|runs| plain(runs)).collect()
    }

    #[test]
    fn figures_become_runs_and_blank_lines_part_paragraphs() {
        let text = "{{ org }}{{ period }}在册\n{{ m(\"on_roll\") }}，{{ change(\"on_roll\") }}。\n\n晨检率{{ m('rate') }}，目标{{ target('rate') }}。";
        assert_eq!(
            shown(text),
            ["甲园2026学年第一学期在册[126人]，比上学期增加[3人]。", "晨检率[缺数据]，目标≥95%。"]
        );
    }

    #[test]
    fn conditions_see_values_and_gaps() {
        let text =
            "{% if known('rate') %}有{% else %}无{% endif %}{% if value('on_roll') > 100 %}，人多{% endif %}";
        assert_eq!(shown(text), ["无，人多"]);
    }

    #[test]
    fn a_passage_alone_keeps_its_paragraphs() {
        assert_eq!(shown("问题：\n\n{{ overdue() }}"), ["问题：", "1. 消毒", "2. 晨检"]);
        assert_eq!(shown("问题有{{ overdue() }}。"), ["问题有1. 消毒；2. 晨检。"]);
    }

    #[test]
    fn what_is_not_known_is_asked_for() {
        let rendered =
            render("{{ m('x@' ~ 'y') }}{{ missed() }}{{ units_below('rate') }}", &facts()).unwrap();
        let wants: Vec<Want> = rendered.wants.into_iter().collect();
        assert_eq!(wants, [Want::Figure("x@y".into()), Want::Missed, Want::UnitsBelow("rate".into())]);
    }

    #[test]
    fn names_in_branches_are_found_without_rendering() {
        let text = r#"{% if known("a.b") %}{{ m('cases@hfmd') }}{% endif %} 他说"好"{{ m("a.b") }}"#;
        assert_eq!(quoted_names(text), ["a.b", "cases@hfmd"]);
    }

    #[test]
    fn mistakes_and_endless_loops_are_told() {
        assert!(render("好\n{{ orgg }}", &facts()).unwrap_err().starts_with("第 2 行"));
        assert!(render("{{ nothing() }}", &facts()).unwrap_err().contains("nothing"));
        assert!(
            render("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", &facts())
                .is_err()
        );
        assert!(render("{% if %}", &facts()).is_err());
    }

    #[test]
    fn stray_marks_in_text_do_no_harm() {
        let mut odd = (*facts()).clone();
        odd.org = format!("甲{OPEN}园{CLOSE}{OPEN}");
        let rendered = render("{{ org }}。", &Arc::new(odd)).unwrap();
        assert_eq!(plain(&rendered.paragraphs[0]), "甲");
    }
}
