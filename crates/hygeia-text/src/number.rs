//! What the numbers mean: targets to reach, figures reported, or neither.

mod count;
mod role;

use crate::mood::Mood;
use crate::page::{Page, is_han};
use crate::phrase;
use crate::quantity::{Class, Quantity};
use crate::reading::{Amount, Comparison, Duty, Figure, Span, Target};

/// What one quantity was decided to be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    Target(Comparison, &'static str),
    Figure(&'static str),
    Neither,
}

/// Targets and figures of the page.
pub(crate) struct Numbers {
    pub targets: Vec<Target>,
    pub figures: Vec<Figure>,
}

/// Decides every quantity. `counted[i]` tells that a duty uses quantity *i* as its count.
pub(crate) fn numbers(
    page: &Page,
    quantities: &[Quantity],
    counted: &[bool],
    duties: &[Duty],
    mood: &Mood,
) -> Numbers {
    let mut out = Numbers { targets: Vec::new(), figures: Vec::new() };
    let mut last_target: Option<usize> = None;
    let mut said = phrase::Said::default();
    for (index, quantity) in quantities.iter().enumerate() {
        let named = quantity.name && !is_time_of_duty(duties, quantity);
        if counted.get(index) == Some(&true) || named {
            continue;
        }
        let clause = page.clause(quantity.span.start);
        let sibling = last_target.is_some_and(|target| page.sentence(target).contains(quantity.span.start));
        let around = Around { page, quantity, clause, mood, duties, sibling, quantities, index };
        match around.role() {
            Role::Target(op, rule) => {
                last_target = Some(quantity.span.start);
                around.push_target(&mut out.targets, op, rule);
                if let Some(target) = out.targets.last_mut() {
                    target.metric =
                        said.completed(page, std::mem::take(&mut target.metric), quantity.span.start);
                }
            }
            Role::Figure(rule) => {
                let mut figure = around.figure(rule);
                figure.metric = said.completed(page, figure.metric, quantity.span.start);
                out.figures.push(figure);
            }
            Role::Neither => {}
        }
    }
    zeros(page, mood, &mut out);
    out.targets.sort_by_key(|target| target.span);
    out
}

/// 保证“每天体育活动一小时”: the time is kept although it stands in the name of the duty.
fn is_time_of_duty(duties: &[Duty], quantity: &Quantity) -> bool {
    let at = quantity.span.start;
    let index = duties.partition_point(|duty| duty.span.start <= at);
    quantity.class == Class::Time && duties[..index].iter().rev().take(2).any(|duty| duty.span.contains(at))
}

/// 0事故: the digit in place of 零.
fn starts_after_digit(page: &Page, at: usize, word: &str) -> bool {
    let alone = !page.before(at).is_some_and(|c| c.is_ascii_digit() || c == '.');
    alone && word.strip_prefix('零').is_some_and(|rest| page.starts(at + 1, rest))
}

/// 零中断, 零延误 — but not 零距离 and 零售.
fn names_none(page: &Page, at: usize) -> bool {
    const OTHER: &[&str] = &[
        "零距离",
        "零售",
        "零容忍",
        "零报告",
        "零星",
        "零散",
        "零食",
        "零门槛",
        "零起点",
        "零基础",
        "零接触",
    ];
    page.at(at) == Some('零')
        && page.at(at + 1).is_some_and(is_han)
        && page.at(at + 2).is_some_and(is_han)
        && !OTHER.iter().any(|word| page.starts(at, word))
}

/// A quantity and what is needed to decide it.
#[derive(Clone, Copy)]
struct Around<'a> {
    page: &'a Page,
    quantity: &'a Quantity,
    clause: Span,
    mood: &'a Mood,
    duties: &'a [Duty],
    sibling: bool,
    quantities: &'a [Quantity],
    index: usize,
}

impl Around<'_> {
    fn push_target(&self, targets: &mut Vec<Target>, op: Comparison, rule: &'static str) {
        let quantity = self.quantity;
        let (value, unit) = if rule == "target.staffing" {
            let per = self.quantities[self.index - 1].value.clone();
            let per = match per {
                Amount::Whole(whole) => whole.to_string(),
                Amount::Decimal(decimal) => decimal.to_string(),
                Amount::Text(range) => range,
            };
            (Amount::Text(format!("{}:{per}", quantity.number().unwrap_or(1.0))), "ratio".to_owned())
        } else {
            (quantity.value.clone(), quantity.unit.clone())
        };
        // The number of the group (4~5个班) was no target of its own.
        if rule == "target.staffing" && targets.last().is_some_and(|last| last.span == self.clause) {
            targets.pop();
        }
        targets.push(Target {
            quote: self.page.quote(self.clause),
            metric: self.metric(rule),
            op,
            value,
            unit,
            span: self.clause,
            confidence: if rule == "target.rate" { 0.9 } else { 0.75 },
            rule,
        });
    }

    /// The metric; in 甲率、乙率分别达到A、B the one that belongs to this number.
    fn metric(&self, rule: &str) -> String {
        if rule == "target.staffing" {
            let before = self.index.checked_sub(1).and_then(|index| self.quantities.get(index));
            let group = before.map_or(self.clause.start, |before| before.span.start.saturating_sub(1));
            let whom = Span::new(self.clause.start, group);
            return without_brackets(&self.page.quote(whom))
                + &phrase::metric(
                    self.page,
                    self.quantity,
                    Span::new(self.quantity.span.start, self.clause.end),
                )
                + "配备";
        }
        let plain = || phrase::metric(self.page, self.quantity, self.piece());
        phrase::listed_metric(self.page, self.quantities, self.index, self.clause)
            .or_else(|| self.changed())
            .or_else(|| self.compared())
            .or_else(|| self.of_duty(&plain()))
            .or_else(|| Some(plain()).filter(|name| !name.is_empty()))
            .or_else(|| self.of_duty_before())
            .unwrap_or_default()
    }

    /// 由8台增加到14台, 提高2.1个百分点: the metric of the number before this one.
    fn changed(&self) -> Option<String> {
        const CHANGES: &[&str] = &[
            "增加到",
            "提高到",
            "上升到",
            "下降到",
            "降到",
            "升至",
            "降至",
            "减少到",
            "提升到",
            "增加至",
            "提高至",
            "上升至",
            "变为",
            "增至",
            "扩大到",
            "缩短到",
            "缩短至",
            "提升至",
            "降低到",
            "增长到",
        ];
        const POINTS: &[&str] = &["提高", "下降", "上升", "降低", "增长", "提升", "增加"];
        let before = self.index.checked_sub(1).and_then(|index| self.quantities.get(index))?;
        let between =
            self.page.text(Span::new(before.span.end, self.quantity.span.start.min(before.span.end + 40)));
        let same_sentence = self.page.sentence(before.span.start).contains(self.quantity.span.start);
        let earlier = Around {
            quantity: before,
            index: self.index - 1,
            clause: self.page.clause(before.span.start),
            ..*self
        };
        if CHANGES.contains(&between.as_str()) && before.class == self.quantity.class {
            return Some(earlier.metric("figure.before"));
        }
        let points =
            self.quantity.unit == "百分点" && before.unit == "%" && same_sentence && between.starts_with(',');
        let change = POINTS.iter().find(|word| between.contains(**word))?;
        points.then(|| earlier.metric("figure.before") + change)
    }

    /// 业务收入22万元,同比增长10%: the metric of the number before and how it changed.
    fn compared(&self) -> Option<String> {
        const AGAINST: &[&str] = &["同比", "比去年", "比上年", "较去年", "较上年", "环比", "比上学期"];
        const CHANGES: &[&str] =
            &["增长", "增加", "提高", "上升", "升高", "下降", "降低", "减少", "缩短", "提升"];
        let own = Span::new(self.clause.start, self.quantity.span.start);
        let against = AGAINST.iter().filter_map(|word| self.page.find(own, word)).min()?;
        let change = CHANGES.iter().find(|word| self.page.find(own, word).is_some())?;
        if against > own.start + 1 {
            let named = Span::new(own.start, against);
            return phrase::named(self.page, named).map(|name| name + change);
        }
        let before = self.index.checked_sub(1).and_then(|index| self.quantities.get(index))?;
        if !self.page.sentence(own.start).contains(before.span.start) {
            return None;
        }
        let clause = self.page.clause(before.span.start);
        let earlier = Around { quantity: before, index: self.index - 1, clause, ..*self };
        Some(earlier.metric("figure.before") + change).filter(|name| name.chars().count() > 3)
    }

    /// 每天保证户外活动2小时以上: the amount of a duty measures its act.
    fn of_duty(&self, plain: &str) -> Option<String> {
        let daily = ["每天", "每日", "每周"].iter().any(|word| plain.contains(word));
        if !matches!(self.quantity.class, Class::Time) || !(daily || plain.is_empty()) {
            return None;
        }
        let at = self.quantity.span.start;
        let index = self.duties.partition_point(|duty| duty.span.start <= at);
        let duty = self.duties[..index].iter().rev().take(2).find(|duty| duty.span.contains(at))?;
        // A later clause or bracket of the duty names its own part.
        let own = Span::new(self.page.clause(at).start, at);
        let nested = self.page.slice(own).contains(&'(') || self.page.holds(own, &["其中", "时间", "午睡"]);
        (!nested
            && self.clause.start <= duty.span.start.max(self.clause.start)
            && !duty.what.is_empty()
            && duty.span.start >= self.clause.start)
            .then(|| duty.what.clone())
    }

    /// 备用发电机每月试运行,不少于20分钟: the act of the duty that the sentence has named.
    fn of_duty_before(&self) -> Option<String> {
        let at = self.quantity.span.start;
        let index = self.duties.partition_point(|duty| duty.span.start <= at);
        let duty = self.duties[..index].last()?;
        self.page.sentence(at).contains(duty.span.start).then(|| duty.what.clone())
    }

    /// The clause from the number before this one on.
    fn piece(&self) -> Span {
        // 五岁以下儿童: an age belongs to the name of who is counted.
        let age = |quantity: &&Quantity| matches!(quantity.unit.as_str(), "岁" | "周岁");
        let before = self.quantities.get(..self.index).unwrap_or_default();
        let previous = before.iter().rev().find(|quantity| !age(quantity));
        let start = previous
            .filter(|previous| self.clause.contains(previous.span.start))
            .map_or(self.clause.start, |previous| previous.span.end);
        let next = self.quantities.get(self.index + 1).filter(|next| self.clause.contains(next.span.start));
        // 2组40个…: two counts of one noun.
        let side_by_side = next.is_some_and(|next| next.span.start == self.quantity.span.end);
        let end =
            if side_by_side { self.clause.end } else { next.map_or(self.clause.end, |next| next.span.start) };
        Span::new(start, end)
    }

    fn figure(&self, rule: &'static str) -> Figure {
        let quantity = self.quantity;
        let value = if rule == "figure.none" { Amount::Whole(0) } else { quantity.value.clone() };
        let above = self.page.starts(quantity.span.end, "以上");
        let span = self.around_number();
        Figure {
            quote: self.page.quote(span),
            metric: self.metric(rule),
            value,
            unit: quantity.unit.clone(),
            approx: quantity.approx.or(above.then_some("以上")).map(str::to_owned),
            span,
            confidence: if quantity.is_article() { 0.7 } else { 0.9 },
            rule,
        }
    }

    /// The clause, cut at neighbouring numbers so that each figure quotes its own words.
    fn around_number(&self) -> Span {
        let piece = self.piece();
        let list = self
            .page
            .slice(Span::new(piece.start, self.quantity.span.start))
            .iter()
            .rposition(|c| matches!(c, '、' | '('));
        let start = list
            .filter(|at| *at + 2 < self.quantity.span.start - piece.start)
            .map_or(piece.start, |at| piece.start + at + 1);
        Span::new(start.min(self.quantity.span.start), piece.end.max(self.quantity.span.end))
    }
}

/// 高中(含职业学校)体育教师 without what the brackets add.
fn without_brackets(name: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// 零事故, 零发生, 为零: an aim of none, or none reported.
fn zeros(page: &Page, mood: &Mood, out: &mut Numbers) {
    const NONE: &[&str] = &[
        "零事故",
        "零发生",
        "零感染",
        "零死亡",
        "零投诉",
        "零差错",
        "零伤亡",
        "零爆发",
        "零暴发",
        "零病例",
        "零上访",
        "零火灾",
        "零违规",
        "零中毒",
        "零疫情",
        "零缺陷",
        "零伤害",
        "零隐患",
        "零案件",
    ];
    let mut last: Option<Span> = None;
    for at in 0..page.folded.len() {
        if page.at(at) != Some('零') && page.at(at) != Some('0') {
            continue;
        }
        let behind =
            page.ends(at, "为") || page.ends(at, "是") || page.ends(at, "到") || page.ends(at, "控制在");
        let closed = page.at(at + 1).is_none_or(|c| {
            !c.is_ascii_digit() && !is_han(c) && !matches!(c, '.' | '%' | '‰' | ':' | '-' | '~')
        });
        let kept =
            ["实现", "确保", "力争", "达到", "做到", "保持", "“"].iter().any(|word| page.ends(at, word));
        let named = NONE.iter().any(|word| {
            page.starts(at, word) || (page.at(at) == Some('0') && starts_after_digit(page, at, word))
        }) || (kept && names_none(page, at));
        let clause = page.clause(at);
        // 零事故、零发生 in one phrase is one target.
        if !(named || (behind && closed)) || last == Some(clause) || page.is_damaged(clause) {
            continue;
        }
        last = Some(clause);
        let aim = mood.is_ahead(at) && !mood.is_done(page, clause);
        let aim = aim || mood.obliges(page, clause) || page.holds(clause, &["力争", "目标", "促使", "争取"]);
        let metric =
            page.quote(if named { Span::new(at + 1, clause.end) } else { Span::new(clause.start, at) });
        let metric = metric.trim_end_matches(['为', '是', '到']).to_owned();
        let (quote, value, unit, confidence) = (page.quote(clause), Amount::Whole(0), String::new(), 0.7);
        if aim && !mood.is_other() {
            let (op, rule) = (Comparison::Equal, "target.zero");
            out.targets.push(Target { quote, metric, op, value, unit, span: clause, confidence, rule });
        } else if !aim && (!mood.is_other() || mood.is_own()) {
            let (approx, rule) = (None, "figure.zero");
            out.figures.push(Figure { quote, metric, value, unit, approx, span: clause, confidence, rule });
        }
    }
    out.figures.sort_by_key(|figure| figure.span);
}
