//! The work calendar (工作日历): holidays, make-up days, terms.

use crate::reply;
use crate::view::icons::icon;
use crate::view::pieces::{heading, input, problem_box, select};
use crate::view::shell::token;
use crate::visit::{App, Params, Posted, Visit};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hygeia_work::{Calendar, DayChange, FieldProblem, Result, Term, WorkError};
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/calendar", get(show))
        .route("/calendar/days", post(set_days))
        .route("/calendar/terms", post(set_term))
}

async fn show(visit: Visit) -> Response {
    visit.run(|visit| page(visit, &Params::default(), &[], StatusCode::OK)).await
}

/// The page; after a refusal with what was typed and what is wrong with it.
fn page(visit: &Visit, form: &Params, problems: &[FieldProblem], status: StatusCode) -> Result<Response> {
    let calendar = visit.work.calendar();
    let year = visit.query.opt("year").and_then(|year| year.parse().ok());
    let year: i16 = year.unwrap_or(visit.actor.today().year()).clamp(2000, 2100);
    let actions = html! {
        a.btn.icon-only href={ "/calendar?year=" (year - 1) } aria-label=(visit.t("上一年", "Previous year")) { (icon("left")) }
        a.btn.icon-only href={ "/calendar?year=" (year + 1) } aria-label=(visit.t("下一年", "Next year")) { (icon("right")) }
    };
    let known = calendar.special_days().any(|(day, _)| day.year() == year);
    let sets = visit.work.may_set_calendar(&visit.actor);
    let content = html! {
        (heading(visit.t("工作日历", "Calendar"), &year.to_string(), &actions))
        (problem_box(visit, problems))
        section.card {
            h2 { (visit.t("学期", "Terms")) }
            @if calendar.terms().is_empty() { p.muted { (visit.t("尚未录入学期，按全年有课计算", "No term is entered: every working day counts as a school day")) } }
            ul.plain { @for term in calendar.terms() {
                li.row { strong { (term.title) } span.tag { (term.id) } span.num { (term.from) " — " (term.to) } }
            } }
            @if sets { (term_form(visit, form, problems)) }
        }
        @if !known { p.problems { (icon("warn")) (visit.t("这一年的节假日安排尚未录入，按周一至周五为工作日计算", "Holidays of this year are not entered; Monday to Friday count as working days")) } }
        @if sets { section.card { (days_form(visit, form, problems)) } }
        p.legend-line { span.day.rest { (visit.t("休", "1")) } (visit.t(" 节假日", " holiday")) "　" span.day.make-up { (visit.t("班", "1")) } (visit.t(" 调休上班", " make-up day")) "　" span.day.today { (visit.t("今", "1")) } (visit.t(" 今天", " today")) }
        div.months { @for month in 1..=12 { (month_table(visit, &calendar, year, month)) } }
    };
    let page = reply::page(visit, visit.t("工作日历", "Calendar"), "more", &content);
    Ok((status, page).into_response())
}

/// Holidays and make-up days of a stretch of days.
fn days_form(visit: &Visit, form: &Params, problems: &[FieldProblem]) -> Markup {
    let (typed, problems) = typed(form, problems, "days");
    let kinds = [
        ("rest", visit.t("放假", "Holiday")),
        ("work", visit.t("调休上班", "Make-up day")),
        ("plain", visit.t("恢复默认", "As by default")),
    ];
    let kinds = kinds.map(|(value, text)| (value.to_owned(), text.to_owned()));
    html! {
        details open[!problems.is_empty()] {
            summary { (visit.t("调整放假和调休", "Change holidays")) }
            p.muted { (visit.t("保存后，今日事项和正在计时的时限立即按新日历计算", "Duties and running clocks follow the new calendar at once")) }
            form method="post" action="/calendar/days" {
                (token(visit))
                input type="hidden" name="_form" value="days";
                (select(visit.t("改为", "Becomes"), "kind", &kinds, typed.get("kind"), None))
                (input(visit.t("从", "From"), "from", "date", typed.get("from"), problems, true))
                (input(visit.t("到", "To"), "to", "date", typed.get("to"), problems, true))
                (input(visit.t("名称", "Name"), "title", "text", typed.get("title"), problems, false))
                p { button.btn.go type="submit" { (visit.t("保存", "Save")) } }
            }
        }
    }
}

fn term_form(visit: &Visit, form: &Params, problems: &[FieldProblem]) -> Markup {
    let (typed, problems) = typed(form, problems, "term");
    html! {
        details open[!problems.is_empty()] {
            summary { (visit.t("新增或修改学期", "Add or change a term")) }
            p.muted { (visit.t("编号已有的为修改", "An id that exists changes that term")) }
            form method="post" action="/calendar/terms" {
                (token(visit))
                input type="hidden" name="_form" value="term";
                (input(visit.t("编号", "Id"), "id", "text", typed.get("id"), problems, true))
                (input(visit.t("名称", "Name"), "title", "text", typed.get("title"), problems, true))
                (input(visit.t("从", "From"), "from", "date", typed.get("from"), problems, true))
                (input(visit.t("到", "To"), "to", "date", typed.get("to"), problems, true))
                p { button.btn.go type="submit" { (visit.t("保存", "Save")) } }
            }
        }
    }
}

/// What was typed into one of the two forms, and its problems; nothing when it was the other.
fn typed<'a>(form: &'a Params, problems: &'a [FieldProblem], name: &str) -> (Params, &'a [FieldProblem]) {
    if form.get("_form") == name { (form.clone(), problems) } else { (Params::default(), &[]) }
}

async fn set_days(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let title = form.get("title").to_owned();
            let change = match form.get("kind") {
                "work" => DayChange::Work(title),
                "plain" => DayChange::Plain,
                _ => DayChange::Rest(title),
            };
            let set = days(&form).and_then(|days| visit.work.calendar_set(&visit.actor, days, change));
            let year = form.get("from").split('-').next().unwrap_or_default().to_owned();
            answer(visit, &form, set.map(|moved| (year, moved)))
        })
        .await
}

async fn set_term(posted: Posted) -> Response {
    let Posted { visit, form, .. } = posted;
    visit
        .run(move |visit| {
            let set = days(&form).and_then(|(from, to)| {
                let term =
                    Term { id: form.get("id").to_owned(), title: form.get("title").to_owned(), from, to };
                visit.work.term_set(&visit.actor, &term)
            });
            answer(visit, &form, set.map(|()| (String::new(), 0)))
        })
        .await
}

/// First and last day of a form.
fn days(form: &Params) -> Result<(Date, Date)> {
    let day = |name: &str| {
        let missing = || WorkError::Invalid(vec![FieldProblem::error(name, "请填写日期")]);
        form.date(name)?.ok_or_else(missing)
    };
    Ok((day("from")?, day("to")?))
}

/// Back to the calendar: with the form when something is wrong, else with what was done.
fn answer(visit: &Visit, form: &Params, done: Result<(String, usize)>) -> Result<Response> {
    match done {
        Ok((year, moved)) => {
            let said = match moved {
                0 => visit.t("已保存", "Saved").to_owned(),
                _ if visit.actor.english => format!("Saved; {moved} running clocks moved"),
                _ => format!("已保存，{moved} 个正在计时的时限随之变动"),
            };
            Ok(reply::done(&reply::link("/calendar", &[("year", &year)]), &said))
        }
        Err(error @ (WorkError::Invalid(_) | WorkError::Bad(_))) => {
            page(visit, form, &reply::problems(&error), reply::status(&error))
        }
        Err(error) => Err(error),
    }
}

const WEEKDAYS: [(&str, &str); 7] =
    [("一", "Mo"), ("二", "Tu"), ("三", "We"), ("四", "Th"), ("五", "Fr"), ("六", "Sa"), ("日", "Su")];

fn month_table(visit: &Visit, calendar: &Calendar, year: i16, month: i8) -> Markup {
    let Ok(first) = Date::new(year, month, 1) else { return html! {} };
    let before = usize::try_from(first.weekday().to_monday_zero_offset()).unwrap_or(0);
    let days: Vec<Date> = first.series(1.day()).take_while(|day| day.month() == month).collect();
    let mut cells: Vec<Option<Date>> = vec![None; before];
    cells.extend(days.into_iter().map(Some));
    html! {
        table.month {
            caption { @if visit.actor.english { (first.strftime("%B")) } @else { (month) "月" } }
            thead { tr { @for (zh, en) in WEEKDAYS { th scope="col" { (visit.t(zh, en)) } } } }
            tbody { @for week in cells.chunks(7) { tr { @for cell in week { td { @if let Some(day) = cell { (day_cell(visit, calendar, *day)) } } } } } }
        }
    }
}

fn day_cell(visit: &Visit, calendar: &Calendar, day: Date) -> Markup {
    let special = calendar.special(day);
    let works = calendar.is_work_day(day);
    html! {
        span.day.weekend[!works].rest[special.is_some_and(|s| !s.works)].make-up[special.is_some_and(|s| s.works)].today[day == visit.actor.today()]
            title=[special.map(|special| special.title.as_str())] { (day.day()) }
    }
}
