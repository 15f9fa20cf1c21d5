use super::*;

fn point(label: &str, value: Option<f64>) -> Point {
    Point {
        label: label.into(),
        value,
        text: value.map_or("缺数据".into(), |value| value.to_string()),
        ..Point::default()
    }
}

fn chart(shape: Shape) -> Chart {
    Chart { title: "晨检 <率>".into(), unit: "%".into(), shape }
}

#[test]
fn a_missing_period_breaks_the_line() {
    let points = vec![
        point("9月", Some(98.0)),
        point("10月", None),
        point("11月", Some(99.0)),
        point("12月", Some(97.0)),
    ];
    let svg =
        chart(Shape::Line { series: vec![Series { title: "率".into(), points }], band: None }).svg(600.0);
    assert_eq!(svg.matches("<path class=\"c-line").count(), 1);
    assert!(svg.contains("晨检 &lt;率&gt;"));
}

#[test]
fn a_running_period_is_dashed_and_hatched() {
    let running = |value| Point { partial: true, ..point("12月", Some(value)) };
    let points = vec![point("11月", Some(9.0)), running(5.0)];
    let line = chart(Shape::Line {
        series: vec![Series { title: "率".into(), points: points.clone() }],
        band: None,
    });
    assert!(line.svg(600.0).contains("c-dash"));
    assert!(chart(Shape::Bars { points, band: None }).svg(600.0).contains("url(#"));
}

#[test]
fn bars_are_sorted_and_missing_ones_stand_last() {
    let points = vec![point("甲", Some(1.0)), point("乙", None), point("丙", Some(3.0))];
    let svg = chart(Shape::Bars { points, band: None }).svg(600.0);
    let at = |name: &str| svg.find(&format!(">{name}</text>")).unwrap();
    assert!(at("丙") < at("甲") && at("甲") < at("乙"));
}

#[test]
fn the_aim_is_drawn_behind_the_values() {
    let band = Some(Band { limit: 100.0, at_least: true });
    let svg = chart(Shape::Bars { points: vec![point("小一班", Some(96.8))], band }).svg(600.0);
    let at = |part: &str| svg.find(part).unwrap();
    assert!(at("c-limit") < at("class=\"c-value c-clear\""), "{svg}");
}

#[test]
fn no_data_says_so() {
    for shape in [
        Shape::Line { series: vec![], band: None },
        Shape::Bars { points: vec![point("甲", None)], band: None },
        Shape::Stacked { labels: vec!["1日".into()], layers: vec![("大一班".into(), vec![0.0])] },
        Shape::Calendar { days: vec![], first_weekday: 0 },
    ] {
        assert!(chart(shape).svg(500.0).contains("缺数据"));
    }
}

#[test]
fn a_day_without_a_value_is_blank_in_the_calendar() {
    let days =
        vec![point("2026-11-02", Some(0.0)), point("2026-11-03", None), point("2026-11-04", Some(4.0))];
    let svg = chart(Shape::Calendar { days, first_weekday: 0 }).svg(500.0);
    assert_eq!(svg.matches("<rect").count(), 2);
    assert!(svg.contains("c-h0") && svg.contains("c-h4"));
}

#[test]
fn full_width_characters_are_one_em() {
    assert!((text_width("晨检") - 24.0).abs() < 1e-9);
    assert!((text_width("ab1") - 3.0 * 0.55 * 12.0).abs() < 1e-9);
}

#[test]
fn a_chart_becomes_a_picture_where_a_font_can_write_it() {
    let points = vec![point("9月", Some(98.0)), point("10月", Some(99.0))];
    let svg = chart(Shape::Line {
        series: vec![Series { title: "率".into(), points }],
        band: Some(Band { limit: 98.5, at_least: true }),
    });
    if let Some(fonts) = Fonts::system() {
        let picture = png(&svg.standalone(600.0), &fonts).unwrap();
        assert_eq!(picture.width, 600);
        assert!(picture.png.starts_with(b"\x89PNG"));
        assert!(png("<svg", &fonts).is_none());
        if let Ok(path) = std::env::var("HYGEIA_KEEP_PNG") {
            std::fs::write(path, &picture.png).unwrap();
        }
    }
}

#[test]
fn a_ring_is_full_only_when_everything_is_done() {
    assert!(ring(30, 30, "done").contains("ring-tick"));
    assert!(!ring(29, 30, "").contains("ring-tick"));
    assert!(!ring(0, 30, "").contains("ring-part"));
}

#[test]
fn odd_values_do_not_break_the_drawing() {
    for values in [vec![f64::NAN], vec![f64::INFINITY, 1.0], vec![-5.0, -5.0], vec![1e15], vec![0.0, 0.0]] {
        let points: Vec<Point> = values.iter().map(|value| point("x", Some(*value))).collect();
        let _ = chart(Shape::Line {
            series: vec![Series { title: "a".into(), points: points.clone() }],
            band: None,
        })
        .svg(600.0);
        let _ = chart(Shape::Bars { points, band: None }).svg(10.0);
    }
}

#[test]
fn the_axis_of_a_share_ends_at_100() {
    let points = vec![point("10月", Some(100.0)), point("11月", Some(100.0))];
    let line = Shape::Line { series: vec![Series { title: "率".into(), points }], band: None };
    assert!(chart(line.clone()).svg(500.0).contains(">100</text>"));
    assert!(!chart(line.clone()).svg(500.0).contains(">101</text>"));
    assert!(Chart { unit: "人".into(), ..chart(line) }.svg(500.0).contains(">101</text>"), "people go on");
}
