//! No input makes the reader fail, and every span it gives lies in the text.

use hygeia_text::{decode, normalise, proofread, read};
use proptest::prelude::*;

const SUMMARY: &str = include_str!("fixtures/kindergarten-summary.txt");
const SCHEME: &str = include_str!("fixtures/safety-scheme.txt");

fn check(bytes: &[u8], name: &str) -> Result<(), TestCaseError> {
    let Ok(source) = decode(bytes, name) else { return Ok(()) };
    let text = normalise(&source);
    let length = text.text.chars().count();
    let original = source.text.chars().count();
    let reading = read(&text);
    let spans = reading.duties.iter().map(|item| item.span);
    let spans = spans.chain(reading.targets.iter().map(|item| item.span));
    let spans = spans.chain(reading.figures.iter().map(|item| item.span));
    let spans = spans.chain(reading.deadlines.iter().map(|item| item.span));
    let spans = spans.chain(reading.gaps.iter().map(|item| item.span));
    let spans = spans.chain(reading.checks.iter().map(|item| item.span));
    let spans = spans.chain(reading.outline.iter().map(|item| item.span));
    for span in spans.chain(proofread(&text).into_iter().map(|finding| finding.span)) {
        prop_assert!(span.start <= span.end && span.end <= length, "{span:?} of {length}");
        let back = text.in_original(span);
        prop_assert!(back.start <= back.end && back.end <= original, "{back:?} of {original}");
    }
    Ok(())
}

/// A fixture with pieces cut out, doubled and overwritten.
fn mutated() -> impl Strategy<Value = String> {
    let cuts = prop::collection::vec(
        (
            0usize..900,
            0usize..12,
            "[0-9一二三两十百万半每xX_*%()（）《》、，。；：\"“”年月日次人率其中至?~ \n-]{0,6}",
        ),
        1..12,
    );
    (any::<bool>(), cuts).prop_map(|(first, cuts)| {
        let mut chars: Vec<char> = if first { SUMMARY } else { SCHEME }.chars().collect();
        for (at, length, with) in cuts {
            let start = at.min(chars.len());
            let end = (start + length).min(chars.len());
            chars.splice(start..end, with.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), html in any::<bool>()) {
        check(&bytes, if html { "a.html" } else { "a.txt" })?;
    }

    #[test]
    fn mutated_documents(text in mutated()) {
        check(text.as_bytes(), "a.txt")?;
    }

    #[test]
    fn soup_of_the_grammar(words in prop::collection::vec(prop::sample::select(vec![
        "每", "周", "两", "年", "一", "次", "至少", "其中", "8", "12.5", "%", "率", "为", "达到", "，", "。", "、", "(", ")", "“", "”",
        "《", "x", "xx", "月", "日", "至", "前", "春", "秋", "季", "发现一例", "报告", "早晚各", "24小时", "值班", "人", "个百分点",
        "占", "三项", "分别", "和", "共", "\n", "一、", "(一)", "1.", "一是", "二是", "首先，", "半", "小时", "以上", "零", "国庆", "行动",
        "截止", "11月27日", "222天", "万元", "完成计划的", "年终", "总结", "月", "例会", "?", "yàn", "劃(huà)",
    ]), 0..60)) {
        check(words.concat().as_bytes(), "a.txt")?;
    }
}

#[test]
fn a_reading_has_the_keys_of_the_schema() {
    let source = decode(SUMMARY.as_bytes(), "a.txt").expect("plain text always decodes");
    let reading = serde_json::to_value(read(&normalise(&source))).expect("a reading is plain data");
    assert_eq!(reading["kind"], "summary");
    let keys = |list: &str| -> Vec<String> {
        reading[list][0].as_object().map(|item| item.keys().cloned().collect()).unwrap_or_default()
    };
    for (list, expected) in [
        ("outline", vec!["level", "mark", "title"]),
        ("duties", vec!["quote", "what", "times", "every", "at_least", "who", "when"]),
        ("targets", vec!["quote", "metric", "op", "value", "unit"]),
        ("figures", vec!["quote", "metric", "value", "unit", "approx"]),
        ("gaps", vec!["quote", "kind", "unit"]),
        ("checks", vec!["quote", "kind", "ok", "says"]),
    ] {
        let keys = keys(list);
        assert!(expected.iter().all(|key| keys.iter().any(|own| own == key)), "{list}: {keys:?}");
        assert!(
            ["span", "confidence", "rule"].iter().all(|key| keys.iter().any(|own| own == key)),
            "{list}: {keys:?}"
        );
    }
}

/// Text without punctuation and lists without end must not take more than linear time.
#[test]
fn hostile_text_stays_linear() {
    for piece in [
        "两次每周",
        "甲、",
        "(",
        "其中3人",
        "\n",
        "一、计划",
        "占5%",
        "6月31日",
        "①甲",
        "率为，",
        "《2020年5月",
        "x人",
    ] {
        let text = piece.repeat(6_000 / piece.len());
        let started = std::time::Instant::now();
        check(text.as_bytes(), "a.txt").expect("every span lies in the text");
        assert!(started.elapsed().as_secs() < 10, "{piece} took {:?}", started.elapsed());
    }
}
