//! An action in its shortest form: without place, doer, count and the verbs that only carry it.

use crate::phrase;

/// Verbs that carry the action which follows them.
const CARRYING: &[&str] = &[
    "组织开展了",
    "组织开展",
    "开展了",
    "开展",
    "举行了",
    "举行",
    "组织了",
    "举办了",
    "举办",
    "召开了",
    "召开",
    "进行了",
];
/// Beginnings of a place, a doer or an occasion.
const CIRCUMSTANCES: &[&str] = &[
    "在", "由", "邀请", "请", "为", "结合", "利用", "我们", "我院", "各", "该", "以", "通过", "围绕", "配合",
];
/// Words of degree and counts that name nothing.
const PADDING: &[&str] = &[
    "开展一次",
    "组织一次",
    "搞好",
    "一次全面",
    "一次",
    "一场",
    "一批",
    "一套",
    "一轮",
    "全面推行",
    "顺利",
    "全部",
    "重点做好",
    "积极",
    "拟",
    "已",
    "亦",
    "都能",
    "主动",
    "认真",
    "的",
    "我们",
    "务必",
];
/// What an event does.
const BEGUN: &[&str] =
    &["拉开帷幕", "正式", "圆满结束", "顺利举行", "成功举行", "在此举行", "如期举行", "隆重举行"];
/// Words behind a list of doers: 各校、各园都能配备.
const EACH: &[&str] = &["都能", "都要", "均能", "均要", "均应", "都应"];
/// Beginnings of the names of days that say whose day it is.
const WHOSE: &[&str] = &["世界", "全国", "国际", "联合国", "全球"];
/// What may stand behind the name of a day.
const BEHIND_DAY: &[&str] = &["当天", "期间", "来临之际", "前后", "等时机"];

/// The action without what does not name it. The name of a phase stays whole.
pub(super) fn shortened(action: &str) -> String {
    if action.ends_with("阶段") {
        return action.to_owned();
    }
    let text = EACH.iter().find_map(|word| action.split_once(word)).map_or(action, |(_, act)| act);
    let text = behind_carrier(text);
    let mut text: String = phrase::tidied(&without_receiver(text));
    while let Some(rest) =
        PADDING.iter().find_map(|word| text.strip_prefix(word)).filter(|rest| chars(rest) > 1)
    {
        text = rest.to_owned();
    }
    for word in ["一批", "一套"] {
        text = text.replace(word, "");
    }
    for word in BEGUN {
        if let Some(rest) = text.strip_suffix(word).filter(|rest| chars(rest) > 2) {
            text = rest.to_owned();
        }
    }
    text = without_quality(&without_done(&text));
    text = without_count(&text).to_owned();
    if let Some(rest) = text.strip_suffix("工作").filter(|rest| chars(rest) > 3) {
        text = rest.to_owned();
    }
    day(&text).unwrap_or(text)
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// 在广场举行了签名活动: 签名活动.
fn behind_carrier(action: &str) -> &str {
    if !CIRCUMSTANCES.iter().any(|word| action.starts_with(word)) {
        return action;
    }
    let ends = CARRYING.iter().filter_map(|word| action.rfind(word).map(|at| at + word.len()));
    match ends.max().and_then(|end| action.get(end..)).filter(|rest| chars(rest) > 2) {
        Some(rest) => rest,
        None => action,
    }
}

/// 材料上报县卫健局, 通知单发到家长手中: without the one who gets it.
fn without_receiver(text: &str) -> String {
    const GIVING: &[&str] = &["上报", "报送", "上交", "反馈", "下发", "发放", "送交", "发", "送", "交", "报"];
    const RECEIVERS: &[&str] = &[
        "局", "所", "站", "办", "科", "室", "委", "院", "部", "处", "中心", "协会", "单位", "部门", "个人",
        "本人", "家长", "手中", "学校", "园长", "校长",
    ];
    const RECEIVER_CHARS: usize = 10;
    let receives = |rest: &str| {
        (2..=RECEIVER_CHARS).contains(&chars(rest)) && RECEIVERS.iter().any(|word| rest.ends_with(word))
    };
    for verb in GIVING {
        let Some(at) = text.rfind(verb).filter(|at| receives(&text[at + verb.len()..])) else { continue };
        let verb = if matches!(*verb, "交" | "报") { format!("上{verb}") } else { (*verb).to_owned() };
        return text[..at].to_owned() + &verb;
    }
    text.to_owned()
}

/// 全校师生参与的长跑活动, 全面的轮训: without who takes part and how thorough it is.
fn without_quality(text: &str) -> String {
    const QUALITIES: &[&str] = &["全面", "系统", "完整", "深入", "参与", "参加", "组织"];
    let Some((quality, act)) = text.rsplit_once('的').filter(|(_, act)| chars(act) > 1) else {
        return text.to_owned();
    };
    match QUALITIES.iter().find(|word| quality.ends_with(**word)) {
        Some(_) => act.to_owned(),
        None => text.to_owned(),
    }
}

/// 购置了电脑: 购置电脑.
fn without_done(text: &str) -> String {
    let kept = |at: usize| text[..at].ends_with(['为', '除']) || text[at..].starts_with("了解");
    text.char_indices().filter(|(at, c)| *c != '了' || kept(*at)).map(|(_, c)| c).collect()
}

/// 购置测量仪2台: without the count at the end.
fn without_count(text: &str) -> &str {
    const UNIT_CHARS: usize = 3;
    let cut = text.char_indices().find(|(at, c)| c.is_ascii_digit() && chars(&text[..*at]) > 2);
    match cut {
        Some((at, _)) => {
            let unit = text[at..].trim_start_matches(|c: char| c.is_ascii_digit() || ".%余多".contains(c));
            if chars(unit) <= UNIT_CHARS { &text[..at] } else { text }
        }
        None => text,
    }
}

/// 世界无烟日: 无烟日宣传; 第35个爱国卫生月: 爱国卫生月活动.
fn day(text: &str) -> Option<String> {
    let mut name = text;
    while let Some(rest) = BEHIND_DAY.iter().find_map(|word| name.strip_suffix(word)) {
        name = rest;
    }
    if let Some(rest) = name.strip_prefix('第') {
        name =
            rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十_个届".contains(c));
    }
    let done = match name.chars().last()? {
        '日' | '周' => "宣传",
        '月' => "活动",
        _ => return None,
    };
    let own = WHOSE.iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name);
    (chars(own) > 2).then(|| format!("{own}{done}"))
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn the_action_alone_is_kept() {
        assert_eq!(shortened("在人民广场举行了签名活动"), "签名活动");
        assert_eq!(shortened("购置了测量仪2台"), "购置测量仪");
        assert_eq!(shortened("世界无烟日"), "无烟日宣传");
        assert_eq!(shortened("第35个爱国卫生月"), "爱国卫生月活动");
        assert_eq!(shortened("全面的查漏补种工作"), "查漏补种");
        assert_eq!(shortened("爱牙日义诊"), "爱牙日义诊");
        assert_eq!(shortened("材料上报县卫健局"), "材料上报");
        assert_eq!(shortened("体检结果反馈到本人"), "体检结果反馈");
        assert_eq!(shortened("综合应急演练正式拉开帷幕"), "综合应急演练");
    }
}
