//! A small county for the unit tests: one kindergarten of two classes, one measure, one indicator.

use hygeia_expr::{Functions, Scope, Type, compile};
use hygeia_pack::model::{
    Formula, Good, Indicator, IndicatorId, Measure, MeasureId, MeasureKind, OrgKindId, PackSet, Target, Title,
};
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::{Calendar, Directory, Figure, FigureId, Period};
use rust_decimal::Decimal;

fn title(zh: &str) -> Title {
    Title { zh: zh.into(), en: None }
}

pub(crate) fn packs() -> PackSet {
    let mut packs = PackSet::default();
    let on_roll = MeasureId::new("k.on_roll");
    packs.measures.insert(
        on_roll.clone(),
        Measure {
            id: on_roll.clone(),
            title: title("在册儿童"),
            kind: MeasureKind::Enrolled { kind: "child".into() },
            by: None,
            unit: "人".into(),
            within: None,
            since: None,
            implied: false,
        },
    );
    let source = "on_roll / on_roll";
    let expr = compile(source, &Scope::new().with("on_roll", Type::Decimal), &Functions::standard()).unwrap();
    let rate = IndicatorId::new("k.rate");
    packs.indicators.insert(
        rate.clone(),
        Indicator {
            id: rate,
            title: title("晨检率"),
            value: Formula { source: source.into(), expr },
            measures: vec![on_roll],
            unit: "percent".into(),
            decimals: 1,
            good: Good::Up,
            target: None,
            definition: Some("晨检人次÷实到人次".into()),
            remedy: None,
            source: Some("工作规范".into()),
            group: None,
            synonyms: Vec::new(),
        },
    );
    packs
}

pub(crate) fn directory() -> Directory {
    let unit = |id, code: &str, kind: &str, title: &str, parent: Option<i64>, path: &str| OrgUnit {
        id: OrgUnitId(id),
        code: code.into(),
        kind: OrgKindId::from(kind),
        title: title.into(),
        parent: parent.map(OrgUnitId),
        path: path.into(),
        from: "2020-09-01".parse().unwrap(),
        to: None,
        sort: id,
        attrs: serde_json::Value::Null,
    };
    Directory::new(
        1,
        vec![
            unit(1, "甲", "kindergarten", "甲园", None, "/1/"),
            unit(2, "k1c1", "class", "大一班", Some(1), "/1/2/"),
            unit(3, "k1c2", "class", "大二班", Some(1), "/1/3/"),
        ],
    )
}

pub(crate) fn period(text: &str) -> Period {
    Period::parse(text, &Calendar::statutory()).unwrap()
}

/// The rate of a unit in 2026-T1; `None` = 缺数据.
pub(crate) fn rate(unit: i64, value: Option<&str>, aim: Option<&str>) -> Figure {
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    Figure {
        id: FigureId::Indicator(IndicatorId::new("k.rate")),
        unit: OrgUnitId(unit),
        period: period("2026-T1"),
        value: value.map(number),
        decimals: 1,
        measure_word: "%".into(),
        title: "晨检率".into(),
        parts: vec![(MeasureId::new("k.on_roll"), value.map(|_| Decimal::from(60)))],
        target: aim.map(|aim| Target { at_least: true, value: number(aim) }),
        good: Good::Up,
    }
}
