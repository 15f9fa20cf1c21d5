//! Rows of tables: what is done, how often, by whom and by when, as the head of each column says.

use std::ops::Range;

use crate::date::dates;
use crate::mood::Mood;
use crate::normalise::{Normalised, TableCell, TableRow, normalise};
use crate::page::{Page, is_han};
use crate::phrase;
use crate::quantity::quantities;
use crate::reading::{Deadline, Duty, Kind, Reading, Span};
use crate::source::{Form, Layout, Source};
use crate::{deadline, duty};

/// What the cells of a column tell.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    /// What is done, or what it is done to.
    Act,
    /// How often.
    Often,
    /// By whom.
    Who,
    /// By when, or in which month.
    When,
    /// Requirements and the like, which may say how often.
    Other,
    /// The number of the row.
    Number,
}

/// Words of a column's head. The first that it holds decides: 完成时间 is a time, 责任人 no act.
const HEADS: &[(Role, &[&str])] = &[
    (Role::Number, &["序号", "编号"]),
    (Role::Who, &["责任", "负责", "执行人", "承办", "牵头", "主办", "实施人", "操作人", "参加人"]),
    (Role::Often, &["频次", "频率", "次数", "周期"]),
    (Role::When, &["时间", "时限", "期限", "月份", "日期", "周次", "时段", "月度", "截止"]),
    (Role::Other, &["要求", "标准", "备注", "措施", "地点", "目标", "经费", "目的"]),
    (
        Role::Act,
        &[
            "内容", "项目", "工作", "任务", "事项", "对象", "活动", "主题", "名称", "制度", "方法", "方式",
            "重点", "物品",
        ],
    ),
];
/// A longer cell is no head of a column.
const HEAD_CHARS: usize = 12;
/// The head stands in one of the first rows; a title may stand above it.
const HEAD_ROWS: usize = 3;
/// Acts of more characters are named by their first clause.
const NAME_CHARS: usize = 24;
/// A verb as short as 消毒 is named with what it is done to.
const BARE_CHARS: usize = 4;

/// The rows of a text with what their columns tell.
struct Tables<'a> {
    page: &'a Page,
    rows: &'a [TableRow],
    /// Role by column of each row's table; nothing for heads and for tables whose head says nothing.
    roles: Vec<Vec<(usize, Role)>>,
}

/// Puts names, persons and times from the other cells of their row to what was read in a cell.
pub(crate) fn complete(page: &Page, rows: &[TableRow], reading: &mut Reading) {
    if rows.is_empty() {
        return;
    }
    let tables = Tables::new(page, rows);
    let mut told = vec![false; rows.len()];
    for duty in &mut reading.duties {
        if let Some((row, cell)) = tables.place(duty.span.start) {
            told[row] = true;
            tables.complete_duty(row, cell, duty);
        }
    }
    for target in &mut reading.targets {
        let Some((row, cell)) = tables.place(target.span.start) else { continue };
        let own = !target.metric.is_empty() && target.quote.contains(&target.metric);
        if !own && tables.role(row, cell) != Some(Role::Act) {
            target.metric = tables.act(row, cell);
        }
    }
    let stated = (0..rows.len()).filter(|row| !told[*row]);
    let stated: Vec<(usize, Duty)> = stated.filter_map(|row| Some((row, tables.duty_of(row)?))).collect();
    for (row, duty) in stated {
        told[row] = true;
        reading.duties.push(duty);
    }
    reading.duties.sort_by_key(|duty| duty.span.start);
    let tasks = tables.tasks(&told, &reading.duties, &reading.deadlines);
    reading.deadlines.retain(|deadline| {
        let cell = tables.place(deadline.span.start);
        cell.is_none_or(|(row, cell)| tables.role(row, cell) != Some(Role::When))
    });
    reading.deadlines.extend(tasks);
    reading.deadlines.sort_by_key(|deadline| (deadline.span.start, deadline.from.clone()));
}

impl<'a> Tables<'a> {
    fn new(page: &'a Page, rows: &'a [TableRow]) -> Tables<'a> {
        let mut roles = Vec::with_capacity(rows.len());
        for table in rows.chunk_by(|a, b| a.table == b.table) {
            let heads = table.iter().take(HEAD_ROWS).position(|row| heads(page, row).len() > 1);
            let known = heads.and_then(|at| table.get(at)).map_or_else(Vec::new, |row| heads_of(page, row));
            let body = heads.map_or(0, |at| at + 1);
            roles.extend((0..table.len()).map(|at| if at < body { Vec::new() } else { known.clone() }));
        }
        Tables { page, rows, roles }
    }

    /// The row and cell that hold a character.
    fn place(&self, at: usize) -> Option<(usize, usize)> {
        let row =
            self.rows.partition_point(|row| row.cells.first().is_some_and(|cell| cell.span.start <= at));
        let row = row.checked_sub(1)?;
        let cell = self.rows.get(row)?.cells.iter().position(|cell| cell.span.contains(at))?;
        Some((row, cell))
    }

    fn cell(&self, row: usize, cell: usize) -> Option<&TableCell> {
        self.rows.get(row)?.cells.get(cell)
    }

    fn role(&self, row: usize, cell: usize) -> Option<Role> {
        let column = self.cell(row, cell)?.column;
        let roles = self.roles.get(row)?;
        roles.iter().rev().find(|(first, _)| *first <= column).map(|(_, role)| *role)
    }

    /// The cells of a row that tell `role` and hold anything.
    fn cells(&self, row: usize, role: Role) -> impl Iterator<Item = Span> {
        let cells: Range<usize> = 0..self.rows.get(row).map_or(0, |row| row.cells.len());
        let cells = cells.filter(move |cell| self.role(row, *cell) == Some(role));
        cells
            .filter_map(move |cell| self.cell(row, cell))
            .map(|cell| cell.span)
            .filter(|span| span.end > span.start)
    }

    fn words(&self, row: usize, role: Role) -> Option<String> {
        let words: Vec<String> = self.cells(row, role).map(|span| self.page.quote(span)).collect();
        (!words.is_empty()).then(|| words.concat())
    }

    /// What the row is about: the cells that name the act; without a head, the first other cell with words.
    fn act(&self, row: usize, cell: usize) -> String {
        let names: Vec<String> = self.cells(row, Role::Act).map(|span| self.name(span)).collect();
        if names.is_empty() {
            let cells = self.rows.get(row).map_or(&[][..], |row| &row.cells);
            let others = cells.iter().enumerate().filter(|(at, _)| *at != cell).map(|(_, cell)| cell.span);
            return others
                .map(|span| self.name(span))
                .find(|name| name.chars().any(is_han))
                .unwrap_or_default();
        }
        let mut joined = String::new();
        for name in &names {
            if name.contains(&joined) {
                joined.clone_from(name);
            } else if !joined.contains(name) {
                joined.push_str(name);
            }
        }
        let last = names.last().cloned().unwrap_or_default();
        if joined.chars().count() > NAME_CHARS { last } else { joined }
    }

    /// The words of a cell that name something: without mark, its first clause where the whole is long.
    fn name(&self, span: Span) -> String {
        let words = phrase::unmarked(self.page, span);
        let words =
            words.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '）' | ')' | '”' | '》'));
        if words.chars().count() <= NAME_CHARS {
            return words.to_owned();
        }
        let clause = words.split(['，', '。', '；', '：', ',', ';', ':', '\n']).next().unwrap_or_default();
        clause.chars().take(NAME_CHARS).collect()
    }

    fn complete_duty(&self, row: usize, cell: usize, duty: &mut Duty) {
        let role = self.role(row, cell);
        let span = self.cell(row, cell).map_or(duty.span, |cell| cell.span);
        if role != Some(Role::Act) || duty.what.is_empty() {
            // Cells of a row stand in one line; what was read beyond the cell belongs to another part of the row.
            let within = Span::new(duty.span.start, duty.span.end.min(span.end));
            let own = self.page.quote(within);
            let own = if role == Some(Role::Often) || !own.contains(&duty.what) { "" } else { &duty.what };
            duty.what = named(&self.act(row, cell), own);
            duty.span = within;
            duty.quote = self.page.quote(within);
        }
        self.complete_roles(row, duty);
    }

    /// Who and when, as the row's own cells say.
    fn complete_roles(&self, row: usize, duty: &mut Duty) {
        if let Some(who) = self.words(row, Role::Who) {
            duty.who = Some(who);
        } else if self.roles.get(row).is_some_and(|roles| !roles.is_empty()) {
            // A name taken from another cell is nobody.
            duty.who = duty.who.take().filter(|who| duty.quote.contains(who.as_str()));
        }
        if duty.when.is_none() {
            duty.when = self.words(row, Role::When);
        }
    }

    /// The duty of a row whose interval stands alone in its cell: 开窗通风 | 每日.
    fn duty_of(&self, row: usize) -> Option<Duty> {
        let often = self.cells(row, Role::Often).next()?;
        let act = self.act(row, usize::MAX);
        let text = plain(&format!("{act}{}", self.page.quote(often)));
        let page = Page::new(&text);
        let mood = Mood::new(&page, Kind::Plan, &[]);
        let found = duty::duties(&page, &quantities(&page, &dates(&page), &[]), &mood).0;
        let mut duty = found.into_iter().next().filter(|_| !act.is_empty())?;
        duty.what = act;
        duty.who = None;
        duty.when = None;
        duty.span = often;
        duty.quote = self.page.quote(often);
        self.complete_roles(row, &mut duty);
        Some(duty)
    }

    /// What has to be done by the time in another cell of its row: 9月 | 新生体检；开学消毒. Rows that tell a duty have
    /// their time there.
    fn tasks(&self, told: &[bool], duties: &[Duty], deadlines: &[Deadline]) -> Vec<Deadline> {
        let mut tasks = Vec::new();
        for row in
            (0..self.rows.len()).filter(|row| self.roles.get(*row).is_some_and(|roles| !roles.is_empty()))
        {
            let Some(when) = self.cells(row, Role::When).next() else { continue };
            let in_cell = deadlines.iter().find(|deadline| when.contains(deadline.span.start));
            let ends =
                in_cell.map(|found| (found.from.clone(), found.to.clone())).or_else(|| self.ends(when));
            let Some((from, to)) = ends else { continue };
            // The name of the project stands in front; what is done is the last of the cells.
            let Some(act) = self.cells(row, Role::Act).last() else { continue };
            for task in self.pieces(act) {
                let is_duty = told.get(row) == Some(&true)
                    && (duties.iter().any(|duty| duty.span.overlaps(task))
                        || self.words(row, Role::Often).is_some());
                let what = self.name(task);
                if is_duty || what.chars().count() < 2 {
                    continue;
                }
                let who = self.words(row, Role::Who).map(|who| format!("…{who}")).unwrap_or_default();
                tasks.push(Deadline {
                    quote: self.page.quote(task) + &who,
                    what,
                    from: from.clone(),
                    to: to.clone(),
                    span: task,
                    confidence: 0.9,
                    rule: "deadline.table",
                });
            }
        }
        tasks
    }

    /// The time that a cell gives when it is read with an act behind it.
    fn ends(&self, when: Span) -> Option<(Option<String>, Option<String>)> {
        let text = plain(&format!("{}开展活动", self.page.quote(when)));
        let page = Page::new(&text);
        let mood = Mood::new(&page, Kind::Plan, &[]);
        let found = deadline::deadlines(&page, &dates(&page), &[], &mood).into_iter().next()?;
        Some((found.from, found.to))
    }

    /// The tasks of a cell: its lines, sentences and numbered items.
    fn pieces(&self, cell: Span) -> Vec<Span> {
        let mut pieces = Vec::new();
        let mut start = cell.start;
        for at in cell.start..=cell.end {
            let ends = at == cell.end || matches!(self.page.at(at), Some('\n' | ';' | '。'));
            let numbered = at > start && at < cell.end && phrase::opens_item(self.page, at, cell.end);
            if ends || numbered {
                if at > start {
                    pieces.push(Span::new(start, at));
                }
                start = if ends { at + 1 } else { at };
            }
        }
        pieces
    }
}

/// The act with what it is done to, where it alone says too little: 玩具 and 消毒.
fn named(act: &str, own: &str) -> String {
    if own.is_empty() || act.contains(own) {
        act.to_owned()
    } else if act.is_empty() || own.chars().count() > BARE_CHARS {
        own.to_owned()
    } else {
        format!("{act}{own}")
    }
}

fn heads(page: &Page, row: &TableRow) -> Vec<(usize, Role)> {
    let role = |cell: &TableCell| {
        let length = cell.span.end - cell.span.start;
        let head =
            (1..=HEAD_CHARS).contains(&length) && !page.slice(cell.span).iter().any(char::is_ascii_digit);
        let role = HEADS.iter().find(|(_, words)| page.holds(cell.span, words)).filter(|_| head);
        role.map(|(role, _)| (cell.column, *role))
    };
    row.cells.iter().filter_map(role).collect()
}

/// The roles of all columns of a head row; a column whose head is not known tells nothing.
fn heads_of(page: &Page, row: &TableRow) -> Vec<(usize, Role)> {
    let known = heads(page, row);
    let role =
        |column: usize| known.iter().find(|(at, _)| *at == column).map_or(Role::Other, |(_, role)| *role);
    row.cells.iter().map(|cell| (cell.column, role(cell.column))).collect()
}

fn plain(text: &str) -> Normalised {
    normalise(&Source {
        form: Form::Txt,
        encoding: "UTF-8",
        text: text.to_owned(),
        layout: Layout::default(),
    })
}
