//! An act in its shortest form: 对甲的乙进行丙 is 乙丙.

use super::{VERBS, is_verb_at};

/// Verbs in front of the act that do not belong to its name.
const CARRIERS: &[&str] =
    &["完成", "安排人员", "按规定享受", "按规定", "按规范", "按要求", "向家长", "为学生", "为幼儿"];
/// Verbs that carry an act which is named by its last word: 组织疏散演练.
const HOLDERS: &[&str] = &["组织", "做好", "举办", "召开", "集中"];
/// Last words of acts that need no holder.
const HELD: &[&str] = &[
    "演练", "检查", "考试", "讨论", "培训", "体检", "测试", "考核", "例会", "训练", "督查", "评比", "检测",
    "宣传", "排查", "晨检", "午检", "巡查", "巡视",
];
/// The longest object that is named with its act.
const OBJECT_CHARS: usize = 14;

/// Words that count or spread the object and name nothing.
const SPREADING: &[&str] = &["一定数量的", "各类", "各项", "每人", "每一位", "每位", "每名"];
/// Where a report goes: 报园长, 报县爱卫办.
const RECEIVERS: &[&str] =
    &["办", "室", "科", "局", "所", "园长", "校长", "中心", "部", "处", "院", "委", "站"];

/// Endings of those who do what was handed over to them.
const DOERS: &[&str] = &["部门", "机构", "公司", "人员", "单位", "专人", "员", "医", "小组", "中心"];

/// The act without the verbs that only carry it.
pub(super) fn tidy(words: Vec<char>) -> Vec<char> {
    let words = object_first(behind_time(words));
    let words = without_receiver(without_by(behind_partner(words)));
    let mut words = without_carrier(words);
    words = without_holder(words);
    for word in SPREADING {
        while let Some(at) = find(&words, word).filter(|_| words.len() > word.chars().count() + 1) {
            words.drain(at..at + word.chars().count());
        }
    }
    words = without_attribute(without_kind_of_person(words));
    if let Some(at) = find(&words, "实行").filter(|at| *at >= 2 && at + 3 < words.len()) {
        words.drain(at..at + 2);
    }
    let gap = find(&words, "进行").filter(|at| *at >= 2 && at + 3 < words.len() && !words.contains(&'对'));
    if let Some(at) = gap {
        words.drain(at..at + 2);
    }
    words
}

/// 对甲的乙进行丙, 组织对甲进行丙: what stands in front of 对, and what the object belongs to, goes.
fn object_first(words: Vec<char>) -> Vec<char> {
    let Some(to) = words.iter().position(|c| matches!(c, '对')).filter(|at| !is_word(&words, *at)) else {
        return words;
    };
    let Some((doing, length)) = doing_at(&words[to..]).map(|(at, length)| (to + at, length)) else {
        return words;
    };
    let of = words[to..doing].iter().rposition(|c| *c == '的').map_or(to, |at| to + at);
    let object = &words[of + 1..doing];
    let act: Vec<char> = words[doing + length..].iter().copied().filter(|c| *c != '的').collect();
    let plain = to == 0 && of == to;
    let stays = plain || words[..to].iter().any(|c| matches!(c, '和' | '、' | '并'));
    if stays || act.is_empty() {
        return words;
    }
    if object.len() > OBJECT_CHARS { act } else { [object, &act].concat() }
}

/// 进行, or 做 in front of an act that says more: its place and length.
fn doing_at(words: &[char]) -> Option<(usize, usize)> {
    let made = || find(words, "做").filter(|at| *at > 2 && at + 2 < words.len() && words[at + 1] != '好');
    find(words, "进行").map(|at| (at, 2)).or_else(|| made().map(|at| (at, 1)))
}

/// 同厨师、家长制定食谱, 向教师发放服装, 到食堂检查: the act starts with its own verb.
fn behind_partner(words: Vec<char>) -> Vec<char> {
    const PARTNER_CHARS: usize = 10;
    if !words.first().is_some_and(|c| "同与向给会配".contains(*c))
        || starts(&words, "同时")
        || starts(&words, "配备")
    {
        return if starts(&words, "到") && words.len() > 4 { words[1..].to_vec() } else { words };
    }
    let verb = (2..words.len().min(PARTNER_CHARS)).find(|at| is_verb_at(&words[*at..]));
    verb.map_or(words.clone(), |at| words[at..].to_vec())
}

/// 锅炉由特检部门检验: who does it is named elsewhere.
fn without_by(words: Vec<char>) -> Vec<char> {
    let Some(by) = words.iter().position(|c| *c == '由') else { return words };
    let after = |end: &str| {
        (by + 1..words.len()).rev().find(|at| starts(&words[*at..], end)).map(|at| at + end.chars().count())
    };
    let verb = (by + 3..words.len()).find(|at| is_verb_at(&words[*at..]));
    let act = verb.or_else(|| DOERS.iter().filter_map(|end| after(end)).max()).unwrap_or(words.len());
    if act == words.len() && by < 2 { words } else { [&words[..by], &words[act..]].concat() }
}

/// 晨检情况报校医室: 晨检情况上报.
fn without_receiver(words: Vec<char>) -> Vec<char> {
    let Some(report) = words.iter().rposition(|c| *c == '报').filter(|at| *at >= 2) else { return words };
    let long = words.get(report + 1).is_some_and(|c| matches!(c, '送' | '告'));
    let receiver = &words[report + 1 + usize::from(long)..];
    let named = receiver.len() >= 2 && RECEIVERS.iter().any(|word| ends(receiver, word));
    if !named || words[report - 1] == '上' {
        return words;
    }
    let mut out = words[..report].to_vec();
    out.extend(if long { ['报', words[report + 1]] } else { ['上', '报'] });
    out
}

/// 抽查每位医生的病历: the verb and the last noun.
fn without_attribute(words: Vec<char>) -> Vec<char> {
    let own = starts(&words, "通过");
    let verb = (2..=3).rev().find(|length| !own && words.len() > *length && is_whole_verb(&words[..*length]));
    let of = words.iter().rposition(|c| *c == '的').filter(|at| at + 2 < words.len());
    match (verb, of) {
        (Some(verb), Some(of)) if of > verb => [&words[..verb], &words[of + 1..]].concat(),
        _ => words,
    }
}

/// 直接接触药品的人员体检: 人员体检.
fn without_kind_of_person(words: Vec<char>) -> Vec<char> {
    const PERSONS: &[&str] = &["人员", "学生", "幼儿", "孩子", "职工", "儿童"];
    const KIND_CHARS: usize = 4;
    let of = words.iter().position(|c| *c == '的').filter(|at| *at > KIND_CHARS);
    match of.filter(|at| PERSONS.iter().any(|word| starts(&words[at + 1..], word) && words.len() > at + 4)) {
        Some(of) => words[of + 1..].to_vec(),
        None => words,
    }
}

/// 早读前晨检, 凌晨备份, 到园指导, 请医院来园做体检: without when, where and who is asked.
fn behind_time(words: Vec<char>) -> Vec<char> {
    const TIMES: &[&str] =
        &["凌晨", "清晨", "早读前", "早读后", "课前", "餐前", "饭前", "午睡后", "开诊前", "班前", "班后"];
    const ASKED_CHARS: usize = 9;
    let mut words = words;
    if let Some(word) =
        TIMES.iter().find(|word| starts(&words, word) && words.len() > word.chars().count() + 1)
    {
        words.drain(..word.chars().count());
    }
    // 把演练坚持下去: the object alone is left.
    if words.first() == Some(&'把') && words.len() > 2 {
        words.drain(..1);
    }
    let comes =
        matches!(words.first(), Some('来' | '到')) && words.get(1).is_some_and(|c| "园校院村".contains(*c));
    if comes && words.len() > 3 {
        words.drain(..2);
    }
    let asked = starts(&words, "请") || starts(&words, "邀请");
    let made = words.iter().take(ASKED_CHARS).rposition(|c| matches!(c, '做' | '作')).filter(|at| *at > 2);
    match made.filter(|at| asked && at + 2 < words.len()) {
        Some(at) => words[at + 1..].to_vec(),
        None => words,
    }
}

fn is_whole_verb(words: &[char]) -> bool {
    VERBS.at(words).is_some_and(|(length, _)| length == words.len())
}

/// Whether the character is part of a word such as 应对, 对口, 核对.
fn is_word(words: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    before.is_some_and(|c| "应核面校针查绝".contains(*c))
        || words.get(at + 1).is_some_and(|c| "口象照比策".contains(*c))
}

fn without_carrier(mut words: Vec<char>) -> Vec<char> {
    while let Some(word) =
        CARRIERS.iter().find(|word| starts(&words, word) && words.len() > word.chars().count() + 1)
    {
        words.drain(..word.chars().count());
    }
    words
}

fn without_holder(mut words: Vec<char>) -> Vec<char> {
    let held = HELD.iter().any(|word| ends(&words, word));
    let holder = HOLDERS.iter().find(|word| starts(&words, word)).filter(|_| held && words.len() > 4);
    if let Some(word) = holder {
        words.drain(..word.chars().count());
    }
    words
}

fn starts(words: &[char], word: &str) -> bool {
    let mut at = words.iter();
    word.chars().all(|c| at.next() == Some(&c))
}

fn ends(words: &[char], word: &str) -> bool {
    let mut at = words.iter().rev();
    word.chars().rev().all(|c| at.next() == Some(&c))
}

fn find(words: &[char], word: &str) -> Option<usize> {
    (0..words.len()).find(|at| starts(&words[*at..], word))
}

#[cfg(test)]
mod tests {
    #[test]
    fn carriers_go_and_the_object_stays() {
        let tidied = |text: &str| super::tidy(text.chars().collect()).into_iter().collect::<String>();
        assert_eq!(tidied("对学校的测试结果进行抽检和通报"), "测试结果抽检和通报");
        assert_eq!(tidied("联合组织对卫生员进行现场急救的培训"), "卫生员现场急救培训");
        assert_eq!(tidied("组织疏散演练"), "疏散演练");
        assert_eq!(tidied("组织校运会"), "组织校运会");
        assert_eq!(tidied("应对手足口病"), "应对手足口病");
    }
}
