//! Target, figure or neither: the decision for one quantity.

use crate::mood;
use crate::quantity::Class;
use crate::reading::{Comparison, IntervalUnit, Span};

use super::{Around, Role};

/// Marks of an amount that a rule or duty keeps.
const KEEP: &[&str] = &["保证", "确保", "必须", "要求", "应", "不少于", "不低于", "不超过", "至少", "控制"];
/// Marks of a condition rather than an aim.
const CONDITION: &[&str] = &["以上的", "以下的", "以上学", "以下学", "连续", "没超过", "未满", "满"];

impl Around<'_> {
    pub(super) fn role(&self) -> Role {
        match self.quantity.class {
            Class::Percent => self.rate(),
            Class::Time | Class::Credit => self.amount_of_time(),
            Class::Ratio => self.ratio(),
            Class::Duration => self.duration(),
            Class::Bare => Role::Neither,
            Class::Event | Class::Person | Class::Thing | Class::Money | Class::Amount => self.count(),
        }
    }

    pub(super) fn holds(&self, words: &[&str]) -> bool {
        self.page.holds(self.clause, words)
    }

    pub(super) fn before(&self) -> Span {
        Span::new(self.clause.start, self.quantity.span.start)
    }

    pub(super) fn is_ahead(&self) -> bool {
        self.mood.is_ahead(self.quantity.span.start) && !self.mood.is_done(self.page, self.clause)
    }

    pub(super) fn in_duty(&self) -> bool {
        let at = self.quantity.span.start;
        let index = self.duties.partition_point(|duty| duty.span.start <= at);
        let own = self.duties[..index].iter().rev().take(2).any(|duty| duty.span.contains(at));
        // 其中体育活动一小时, 高中学生8小时: the clauses behind a duty with an amount belong to it.
        own || self.duties[..index].last().is_some_and(|duty| {
            let sentence = self.page.sentence(duty.span.start);
            sentence.contains(at)
                && self.page.clause(at).start <= duty.span.end + 40
                && matches!(self.quantity.class, Class::Time | Class::Amount)
        })
    }

    pub(super) fn in_duty_of_case(&self) -> bool {
        let at = self.quantity.span.start;
        let index = self.duties.partition_point(|duty| duty.span.start <= at);
        self.duties[..index]
            .iter()
            .rev()
            .take(2)
            .any(|duty| duty.span.contains(at) && duty.every.unit == IntervalUnit::Case)
    }

    fn rate(&self) -> Role {
        let stated = mood::comparison(self.page, self.quantity, self.clause);
        let done = self.mood.is_done(self.page, self.clause);
        if self.quantity.unit == "百分点" {
            let aim = self.is_ahead() || (self.mood.obliges(self.page, self.clause) && !done);
            return if aim {
                Role::Target(mood::aim(self.page, self.quantity, self.clause), "target.points")
            } else {
                Role::Figure("figure.points")
            };
        }
        if self.mood.is_other() {
            return if self.mood.is_own() { Role::Figure("figure.rate") } else { Role::Neither };
        }
        let share = self.holds(&["占", "完成计划"]) && !self.holds(&["占比"]);
        // 90%以上的家长: so many of a group, as reported.
        let of_group = self.page.starts(self.quantity.span.end, "以上的") && !self.is_ahead();
        // 接种率均在95%以上 is reported, not asked for.
        let steady = ["均", "都", "始终", "一直", "平均", "稳定"]
            .iter()
            .any(|word| self.page.holds(self.before(), &[word]));
        let steady = steady && !self.is_ahead() && !self.states_norm();
        let norm = stated.is_some() && !done && !of_group && !steady;
        let obliged = self.mood.obliges(self.page, self.clause) && !done;
        let listed =
            self.sibling && !share && !done && self.page.before(self.quantity.span.start) == Some('率');
        if norm || obliged || listed || (self.is_ahead() && !share && !self.follows_past()) {
            return Role::Target(self.aim_of_list(), "target.rate");
        }
        Role::Figure("figure.rate")
    }

    /// 上学期视力不良率为20%，龋患率23%: the clauses in front tell of what was.
    fn follows_past(&self) -> bool {
        let sentence = self.page.sentence(self.clause.start).start;
        let told = Span::new(sentence, self.clause.start.max(sentence));
        let aims = self.page.holds(told, &["要", "力争", "确保", "达到", "争取", "将", "目标"]);
        self.page.holds(told, &["上学期", "去年", "上年", "上学年", "往年"]) && !aims
    }

    /// 分别达到95%、95%和30%以上: the last member says how all compare.
    fn aim_of_list(&self) -> Comparison {
        let mut last = self.index;
        while let Some(next) = self.quantities.get(last + 1) {
            let between = self.page.slice(Span::new(self.quantities[last].span.end, next.span.start));
            if next.class != Class::Percent || !matches!(between, ['、' | '和' | ',']) {
                break;
            }
            last += 1;
        }
        let quantity = &self.quantities[last];
        let clause = Span::new(self.clause.start, self.clause.end.max(quantity.span.end));
        let joined = last > self.index || self.page.holds(self.before(), &["分别"]);
        if joined && let Some(stated) = mood::comparison(self.page, quantity, clause) {
            return stated;
        }
        mood::aim(self.page, self.quantity, self.clause)
    }

    /// 低于60分的进行补考: whom a rule is for, not what is to be reached.
    pub(super) fn is_condition(&self) -> bool {
        const NEAR_CHARS: usize = 5;
        let start = self.quantity.span.start;
        let near = Span::new(self.clause.start.max(start.saturating_sub(NEAR_CHARS)), start);
        let of = self.page.at(self.quantity.span.end) == Some('的');
        of && !self.states_norm()
            && self.page.holds(near, &["低于", "不足", "超过", "高于", "少于", "未满", "达不到"])
    }

    fn amount_of_time(&self) -> Role {
        if self.is_condition() {
            return Role::Neither;
        }
        let limited =
            ["内", "以内", "之内"].iter().any(|word| self.page.starts(self.quantity.span.end, word));
        if (self.quantity.number() == Some(24.0) && !limited) || self.mood.is_other() {
            return Role::Neither;
        }
        // 14时20分, 5分钟后: when something happened.
        let start = self.quantity.span.start;
        let clock = matches!(self.page.before(start), Some('时' | '点'))
            && start.checked_sub(2).and_then(|at| self.page.at(at)).is_some_and(|c| c.is_ascii_digit());
        let after = self.page.starts(self.quantity.span.end, "后") && !self.is_ahead() && !self.in_duty();
        if clock || after {
            return Role::Neither;
        }
        let credit = self.quantity.class == Class::Credit;
        let kept = self.in_duty() || self.holds(KEEP) || self.is_ahead();
        let done = self.mood.is_done(self.page, self.clause) || self.holds(&["平均", "得不到"]);
        if kept && !done && !(credit && self.quantity.is_article()) {
            return Role::Target(mood::aim(self.page, self.quantity, self.clause), "target.amount");
        }
        let limit = self.page.starts(self.quantity.span.end, "内")
            || self.page.starts(self.quantity.span.end, "以内");
        if limit && !done {
            Role::Target(Comparison::AtMost, "target.limit")
        } else {
            Role::Figure("figure.time")
        }
    }

    fn ratio(&self) -> Role {
        let aim = self.mood.is_ahead(self.quantity.span.start) || self.holds(KEEP);
        let op = mood::comparison(self.page, self.quantity, self.clause).unwrap_or(Comparison::Equal);
        match (self.mood.is_other(), aim) {
            (true, _) => Role::Neither,
            (_, true) => Role::Target(op, "target.ratio"),
            _ => Role::Figure("figure.ratio"),
        }
    }

    fn duration(&self) -> Role {
        let at = self.quantity.span.start;
        let end = self.quantity.span.end;
        // 至少每3个月检测一次: the interval of a duty.
        if self.page.before(at) == Some('每') {
            return Role::Neither;
        }
        let lasting =
            ["历时", "为期", "期限为", "长达", "时间", "为时"].iter().any(|word| self.page.ends(at, word));
        if lasting && self.is_ahead() && !self.mood.is_other() && self.quantity.unit != "岁" {
            return Role::Target(mood::aim(self.page, self.quantity, self.clause), "target.duration");
        }
        let as_one_day = self.page.starts(end, "如一日");
        let per_rule = self.page.starts(end, "计算") || self.page.starts(end, "计");
        if per_rule && self.in_duty() {
            return Role::Target(Comparison::Equal, "target.duration");
        }
        let days = self.quantity.unit == "天"
            && self.quantity.digits
            && !self.page.starts(end, "来")
            && !self.page.ends(at, "第");
        if let Some(op) = mood::comparison(self.page, self.quantity, self.clause)
            && (self.states_norm() || self.holds(&["保存", "留存", "存档"]))
            && !matches!(self.quantity.unit.as_str(), "岁" | "周岁")
            && (self.quantity.unit != "年" || self.holds(&["保存", "保管", "留存", "存档", "期限"]))
            && !self.mood.is_other()
            && !self.mood.is_done(self.page, self.clause)
        {
            return Role::Target(op, "target.duration");
        }
        let limit = ["内", "以内", "之内"].iter().any(|word| self.page.starts(end, word));
        let asked = self.is_ahead()
            || (self.mood.obliges(self.page, self.clause) && !self.mood.is_done(self.page, self.clause));
        if limit
            && asked
            && self.quantity.digits
            && !self.mood.is_other()
            && !matches!(self.quantity.unit.as_str(), "年" | "岁")
        {
            return Role::Target(Comparison::AtMost, "target.limit");
        }
        let condition = self.holds(CONDITION) && !lasting;
        if (lasting || as_one_day || days) && !condition && !self.mood.is_ahead(at) && !self.in_duty() {
            return Role::Figure("figure.duration");
        }
        let life = self.quantity.unit == "岁" && self.holds(&["寿命"]);
        if life { Role::Figure("figure.life") } else { Role::Neither }
    }
}
