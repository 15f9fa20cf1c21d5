//! Target, figure or neither: the decision for one quantity.

use crate::mood;
use crate::phrase;
use crate::quantity::Class;
use crate::reading::{Comparison, IntervalUnit, Span};

use super::{Around, Role};

/// Verbs that oblige to provide a counted thing.
const PROVIDE: &[&str] = &[
    "指定",
    "选派",
    "配备",
    "配齐",
    "发放",
    "参加",
    "演练",
    "培训",
    "举办",
    "开展",
    "组织",
    "建立",
    "新建",
    "创建",
    "完成",
    "指导",
    "掌握",
    "进行",
    "购置",
    "添置",
    "达到",
    "设立",
    "聘请",
    "制作",
    "印发",
    "召开",
    "学习",
    "不少于",
    "至少",
    "每户",
    "每人",
    "开设",
    "编印",
    "引进",
    "招聘",
    "新增",
    "建成",
    "改造",
    "达",
    "突破",
    "选送",
    "发展",
    "确定",
    "保证",
    "安排",
    "留足",
    "帮扶",
    "走访",
    "慰问",
    "办理",
    "资助",
];
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

    fn holds(&self, words: &[&str]) -> bool {
        self.page.holds(self.clause, words)
    }

    fn before(&self) -> Span {
        Span::new(self.clause.start, self.quantity.span.start)
    }

    fn is_ahead(&self) -> bool {
        self.mood.is_ahead(self.quantity.span.start) && !self.mood.is_done(self.page, self.clause)
    }

    fn in_duty(&self) -> bool {
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

    fn in_duty_of_case(&self) -> bool {
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
        let steady = steady && !self.is_ahead();
        let norm = stated.is_some() && !done && !of_group && !steady;
        let obliged = self.mood.obliges(self.page, self.clause) && !done;
        let listed =
            self.sibling && !share && !done && self.page.before(self.quantity.span.start) == Some('率');
        if norm || obliged || listed || (self.is_ahead() && !share) {
            return Role::Target(self.aim_of_list(), "target.rate");
        }
        Role::Figure("figure.rate")
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
    fn is_condition(&self) -> bool {
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
        let lasting = ["历时", "为期", "期限为", "长达"].iter().any(|word| self.page.ends(at, word));
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
            && self.states_norm()
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

    fn count(&self) -> Role {
        let (at, end) = (self.quantity.span.start, self.quantity.span.end);
        if let Some(zero) = self.none_happened() {
            return zero;
        }
        // 12名“患者”: people of a drill's scenario.
        let acted = self.page.at(end) == Some('“') && self.quantity.class == Class::Person;
        if acted || self.is_torn_degree() || self.is_condition() {
            return Role::Neither;
        }
        let each = matches!(
            self.page.before(at),
            Some('每' | '各' | '某' | '任' | '哪' | '这' | '那' | '同' | '第' | '前' | '“')
        );
        let rule = self
            .page
            .holds(Span::new(end, self.clause.end.min(end + 6)), &["以上的", "以下的", "以上学", "以下学"])
            || self.holds(&["连续"]);
        if each || rule || self.in_bracket_of_rule() {
            return Role::Neither;
        }
        if self.is_staffing() {
            return self.staffing();
        }
        let obliged = self.mood.obliges(self.page, self.clause) || self.states_norm();
        if self.is_ahead() || (!self.mood.is_other() && obliged && !self.mood.is_done(self.page, self.clause))
        {
            return self.count_ahead();
        }
        if self.quantity.class == Class::Amount
            && self.in_duty()
            && !self.mood.is_done(self.page, self.clause)
        {
            return Role::Target(mood::aim(self.page, self.quantity, self.clause), "target.amount");
        }
        // 发现一件办一件: the number belongs to the duty.
        if self.quantity.is_article() && self.in_duty_of_case() {
            return Role::Neither;
        }
        let told_of_others = self.mood.is_other() && !self.mood.is_own();
        let article = self.quantity.is_article() && (self.in_duty() || !self.is_article_of_event());
        if told_of_others || article {
            return Role::Neither;
        }
        Role::Figure("figure.count")
    }

    /// 4度检查: the end of a word torn by a page number, not a temperature.
    fn is_torn_degree(&self) -> bool {
        let degree = self.quantity.unit == "度";
        degree && !self.page.holds(self.clause, &["温", "热", "烧", "电"])
    }

    /// 不少于, 至少, 不超过 right in front of the number: a norm, in whatever document.
    fn states_norm(&self) -> bool {
        let near = Span::new(
            self.clause.start.max(self.quantity.span.start.saturating_sub(8)),
            self.quantity.span.start,
        );
        self.page.holds(
            near,
            &[
                "不少于",
                "不低于",
                "不得少于",
                "不得低于",
                "至少",
                "不超过",
                "不得超过",
                "不高于",
                "不能少于",
                "控制在",
            ],
        )
    }

    /// 我镇现有12个村: what a plan starts from, not what it aims at.
    fn is_background(&self) -> bool {
        const BACKGROUND: &[&str] = &[
            "现有",
            "共有",
            "辖",
            "拥有",
            "目前",
            "总人口",
            "占地",
            "常住",
            "户籍",
            "原有",
            "涉及",
            "包括",
            "总数",
            "设有",
            "分布",
            "共计",
            "在册",
            "在园",
            "在校",
            "组成",
            "全园有",
            "全校有",
            "全镇有",
            "下设",
            "现在",
        ];
        const NEAR_CHARS: usize = 10;
        let start = self.quantity.span.start;
        let near = Span::new(self.clause.start.max(start.saturating_sub(NEAR_CHARS)), start);
        // 全园现有幼儿96名，其中新生31名: the clauses behind tell of the same stock.
        let sentence = self.page.sentence(start).start;
        let told = Span::new(sentence, self.clause.start.max(sentence));
        if self.states_norm() {
            return false;
        }
        let stock = ["现有", "共有", "在册", "辖", "共计", "拥有"];
        let of_stock = self.page.holds(told, &stock) && !self.mood.obliges(self.page, self.clause);
        of_stock
            || self.page.holds(near, BACKGROUND)
            || ["有", "对", "与", "由"].iter().any(|word| self.page.ends(start, word))
    }

    /// 未发生过一起: none.
    fn none_happened(&self) -> Option<Role> {
        let denied = self.page.holds(
            self.before(),
            &["未发生", "没有发生", "从未发生", "无一", "未出现", "没有出现", "未报告", "杜绝"],
        );
        let denied = denied || self.page.ends(self.quantity.span.start, "无");
        (denied && self.quantity.is_article()).then_some(Role::Figure("figure.none"))
    }

    /// (其中2节常规体育课，…): the parts of a rule.
    fn in_bracket_of_rule(&self) -> bool {
        matches!(self.quantity.unit.as_str(), "节") || self.holds(&["可采用"])
    }

    /// 一 counts for events done, not for persons or things.
    fn is_article_of_event(&self) -> bool {
        let event = matches!(self.quantity.unit.as_str(), "次" | "场" | "期" | "起" | "轮" | "届");
        let before = self.before();
        let done = self
            .page
            .holds(before, &["了", "共", "已", "开展", "举办", "组织", "召开", "进行", "测量", "视力"])
            || before.end == before.start;
        // 一场以“…”为背景的演练
        let with = event && self.page.at(self.quantity.span.end) == Some('以');
        let had =
            with || self.page.ends(self.quantity.span.start, "有") && self.quantity.class == Class::Person;
        let closes =
            self.page.at(self.quantity.span.end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '、' | '\n'));
        let listed = closes && before.end > before.start + 2 && self.quantity.class == Class::Thing;
        if had || listed {
            return true;
        }
        event && done && !self.page.ends(self.quantity.span.start, "再")
    }

    /// 每4~5个班配备1名.
    fn is_staffing(&self) -> bool {
        let previous = self.index.checked_sub(1).and_then(|index| self.quantities.get(index));
        previous.is_some_and(|previous| {
            self.clause.contains(previous.span.start)
                && self.page.before(previous.span.start) == Some('每')
                && self
                    .page
                    .holds(Span::new(previous.span.end, self.quantity.span.start), &["配", "设", "不少于"])
        })
    }

    fn staffing(&self) -> Role {
        let governing = Span::new(self.page.sentence(self.clause.start).start, self.quantity.span.start);
        let op = if self.page.holds(governing, &["不低于", "不少于", "至少"]) {
            Comparison::AtLeast
        } else {
            Comparison::Equal
        };
        if self.mood.is_other() { Role::Neither } else { Role::Target(op, "target.staffing") }
    }

    fn count_ahead(&self) -> Role {
        if self.mood.is_other() {
            return Role::Neither;
        }
        let (page, quantity) = (self.page, self.quantity);
        let close =
            Span::new(self.clause.start.max(quantity.span.start.saturating_sub(14)), quantity.span.start);
        let provided = page.holds(close, PROVIDE) || mood::comparison(page, quantity, self.clause).is_some();
        let article = quantity.is_article();
        let vague = article
            && matches!(
                quantity.unit.as_str(),
                "批" | "种" | "份" | "位" | "支" | "条" | "个" | "件" | "项" | "场" | "场次" | "户" | "处"
            );
        let right_behind = ["一册", "一份", "一本"].iter().any(|word| page.starts(quantity.span.start, word))
            && page.holds(close, &["每户", "每人", "人手", "一户", "每家"])
            || (article && page.ends(quantity.span.start, "由") && quantity.class == Class::Person);
        let does = phrase::has_verb(page, Span::new(self.clause.start, quantity.span.start));
        let event = quantity.class == Class::Event && quantity.unit != "起";
        let named = !quantity.digits && quantity.class == Class::Thing && !does && self.follows_list();
        let spent = quantity.class == Class::Money
            && mood::comparison(page, quantity, self.clause).is_none()
            && !page.holds(close, &["力争", "达", "突破", "实现", "争取", "完成"]);
        if spent {
            return Role::Figure("figure.budget");
        }
        // 手术室有2台手术正在进行, 电梯内困有3名家属: the scenario of a drill.
        if quantity.digits && page.holds(self.clause, &["正在", "困有", "被困", "假设", "假定", "模拟"])
        {
            return Role::Neither;
        }
        if named {
            return Role::Neither;
        }
        // 为320户家庭办理保险, 力争1个村进入先进行列: a plan for so many.
        let for_whom =
            quantity.digits && ((true && self.mood.is_ahead(quantity.span.start)) || page.ends(quantity.span.start, "为") || self.mood.obliges(page, self.clause));
        let provided = provided || ((does || event || for_whom) && !article);
        let provided = (provided || (event && quantity.unit == "次")) && !self.is_background();
        let skill = quantity.unit == "项" && page.holds(self.clause, &["掌握"]);
        if (provided && !vague) || right_behind || skill || self.follows_target() {
            return Role::Target(
                mood::comparison(page, quantity, self.clause).unwrap_or(Comparison::Equal),
                "target.count",
            );
        }
        // 四个部门的负责人: a small number in words tells who or what, not how many there are.
        let said = quantity.digits || self.is_background() || page.before(quantity.span.start) == Some('的');
        if vague || article || !said { Role::Neither } else { Role::Figure("figure.count_in_plan") }
    }

    /// 甲、乙、丙三个项目: the number only closes a list.
    fn follows_list(&self) -> bool {
        const LIST_CHARS: usize = 14;
        let start = self.clause.start.max(self.quantity.span.start.saturating_sub(LIST_CHARS));
        let before = self.page.slice(Span::new(start, self.quantity.span.start));
        let last = before.iter().rposition(|&c| c == '、').map(|at| start + at + 1);
        last.is_some_and(|last| !phrase::has_verb(self.page, Span::new(last, self.quantity.span.start)))
    }

    /// 一套运动服装和一双运动鞋.
    fn follows_target(&self) -> bool {
        let previous = self.index.checked_sub(1).and_then(|index| self.quantities.get(index));
        self.sibling
            && previous.is_some_and(|previous| {
                self.clause.contains(previous.span.start)
                    && matches!(self.page.before(self.quantity.span.start), Some('和' | '、' | '及'))
                    && previous.class == self.quantity.class
            })
    }
}
