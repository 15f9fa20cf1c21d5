//! The work calendar (工作日历): holidays, make-up days, terms.

use crate::reply;
use crate::view::icons::icon;
use crate::view::pieces::heading;
use crate::visit::{App, Visit};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hygeia_work::Calendar;
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/calendar", get(show))
}

async fn show(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let calendar = visit.work.calendar();
            let year = visit.query.opt("year").and_then(|year| year.parse().ok()).unwrap_or(visit.actor.today().year());
            let year: i16 = year.clamp(2000, 2100);
            let actions = html! {
                a.btn.icon-only href={ "/calendar?year=" (year - 1) } aria-label=(visit.t("上一年", "Previous year")) { (icon("left")) }
                a.btn.icon-only href={ "/calendar?year=" (year + 1) } aria-label=(visit.t("下一年", "Next year")) { (icon("right")) }
            };
            let known = calendar.special_days().any(|(day, _)| day.year() == year);
            let content = html! {
                (heading(visit.t("工作日历", "Calendar"), &year.to_string(), &actions))
                section.card {
                    h2 { (visit.t("学期", "Terms")) }
                    ul.plain { @for term in calendar.terms() {
                        li.row { strong { (term.title) } span.tag { (term.id) } span.num { (term.from) " — " (term.to) } }
                    } }
                }
                @if !known { p.problems { (icon("warn")) (visit.t("这一年的节假日安排尚未录入，按周一至周五为工作日计算", "Holidays of this year are not entered; Monday to Friday count as working days")) } }
                p.legend-line { span.day.rest { "休" } (visit.t(" 节假日", " holiday")) "　" span.day.make-up { "班" } (visit.t(" 调休上班", " make-up day")) "　" span.day.today { "今" } (visit.t(" 今天", " today")) }
                div.months { @for month in 1..=12 { (month_table(visit, &calendar, year, month)) } }
            };
            Ok(reply::page(visit, visit.t("工作日历", "Calendar"), "more", &content))
        })
        .await
}

fn month_table(visit: &Visit, calendar: &Calendar, year: i16, month: i8) -> Markup {
    let Ok(first) = Date::new(year, month, 1) else { return html! {} };
    let before = usize::try_from(first.weekday().to_monday_zero_offset()).unwrap_or(0);
    let days: Vec<Date> = first.series(1.day()).take_while(|day| day.month() == month).collect();
    let mut cells: Vec<Option<Date>> = vec![None; before];
    cells.extend(days.into_iter().map(Some));
    html! {
        table.month {
            caption { (month) (visit.t("月", "")) }
            thead { tr { @for name in ["一", "二", "三", "四", "五", "六", "日"] { th scope="col" { (name) } } } }
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
