//! Counts: provided, reported, or neither.

use crate::mood;
use crate::phrase;
use crate::quantity::Class;
use crate::reading::{Comparison, Span};

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
    "招募",
    "明确",
    "抽调",
    "抽查",
    "派",
    "增设",
    "设置",
    "聘",
    "引进",
    "增加",
    "筹建",
];

impl Around<'_> {
    pub(super) fn count(&self) -> Role {
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
            Some('每' | '各' | '某' | '哪' | '这' | '那' | '同' | '第' | '前' | '“')
        ) || (self.page.before(at) == Some('任') && self.quantity.is_article());
        let rule = self
            .page
            .holds(Span::new(end, self.clause.end.min(end + 6)), &["以上的", "以下的", "以上学", "以下学"])
            || self.page.ends(at, "连续");
        if each || rule || self.in_bracket_of_rule() {
            return Role::Neither;
        }
        if self.is_staffing() {
            return self.staffing();
        }
        if self.is_baseline() {
            return if self.mood.is_other() { Role::Neither } else { Role::Figure("figure.baseline") };
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
    pub(super) fn states_norm(&self) -> bool {
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

    /// 比2019年的11800人次有所增长: what an aim is measured from.
    fn is_baseline(&self) -> bool {
        let before = self.page.text(self.before());
        let from = before.rfind(['比', '较']).map(|at| &before[at..]);
        from.is_some_and(|from| from.ends_with("年的") || from.ends_with("年同期的"))
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
        let stock = ["现有", "共有", "在册", "下辖", "管辖", "辖有", "共计", "拥有"];
        // 每户一把，共计2400把: all of what is to be provided.
        if self.sibling && self.page.ends(start, "共计") {
            return false;
        }
        // 与9个社区、132家单位签订: the first of the list says what they are.
        let previous = self.index.checked_sub(1).and_then(|index| self.quantities.get(index));
        let listed_with = previous.is_some_and(|previous| {
            self.clause.contains(previous.span.start)
                && matches!(self.page.before(start), Some('、' | '和' | '及'))
                && ["与", "对", "和"].iter().any(|word| self.page.ends(previous.span.start, word))
        });
        let of_stock =
            listed_with || self.page.holds(told, &stock) && !self.mood.obliges(self.page, self.clause);
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
        let before =
            self.page.slice(Span::new(self.page.sentence(self.clause.start).start, self.quantity.span.start));
        let open = before.iter().rposition(|&c| c == '(');
        let inside = open.is_some_and(|open| !before[open..].contains(&')'));
        (inside && self.quantity.unit == "节") || self.holds(&["可采用"])
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
        let right_behind = article
            && ["每户", "每人", "人手", "一户", "每家"]
                .iter()
                .any(|word| page.ends(quantity.span.start, word))
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
        let for_whom = quantity.digits
            && (self.mood.is_ahead(quantity.span.start)
                || page.ends(quantity.span.start, "为")
                || self.mood.obliges(page, self.clause));
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
