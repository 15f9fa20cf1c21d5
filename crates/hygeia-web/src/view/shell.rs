//! The frame around every page: five doors, the unit switcher, search, who is signed in.

use super::icons::icon;
use crate::assets;
use crate::reply::link;
use crate::visit::Visit;
use hygeia_store::OrgUnit;
use hygeia_work::exists_on;
use maud::{DOCTYPE, Markup, html};

/// The five doors: name, address, Chinese, short Chinese for the phone's bar, English.
const DOORS: [(&str, &str, &str, &str, &str); 5] = [
    ("today", "/today", "今日", "今日", "Today"),
    ("registers", "/registers", "登记", "登记", "Registers"),
    ("indicators", "/indicators", "指标", "指标", "Indicators"),
    ("plans", "/plans", "计划与总结", "计划", "Plans"),
    ("more", "/more", "更多", "更多", "More"),
];

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            meta name="color-scheme" content="light dark";
            title { (title) " · Hygeia" }
            link rel="stylesheet" href=(assets::address("app.css"));
            link rel="icon" href=(assets::address("icon.svg"));
            script type="module" src=(assets::address("app.js")) {}
            script type="module" src=(assets::address("fit.js")) {}
        }
    }
}

/// A page behind one of the doors.
pub(crate) fn page(visit: &Visit, title: &str, door: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(if visit.actor.english { "en" } else { "zh-CN" }) {
            (head(title))
            body data-csrf=(visit.csrf) data-account=(visit.actor.account.0) {
                a.skip href="#main" { (visit.t("跳到正文", "Skip to content")) }
                div.shell {
                    (rail(visit, door))
                    div.stage {
                        (top(visit))
                        main id="main" tabindex="-1" {
                            @if let Some(said) = &visit.said { (told(said)) }
                            (content)
                        }
                    }
                }
            }
        }
    }
}

/// What was done, and below it what is to be looked at again: see [`crate::reply::done_but`].
fn told(said: &str) -> Markup {
    let mut lines = said.lines();
    html! {
        @if let Some(done) = lines.next() { p.said role="status" { (icon("check")) (done) } }
        @for warning in lines { p.said.warned role="status" { (icon("warn")) (warning) } }
    }
}

/// A page for somebody who is not signed in, or for a failure.
pub(crate) fn bare(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title))
            body.bare {
                main id="main" {
                    p.brand { "Hygeia" small { "卫生工作平台" } }
                    section.card { h1 { (title) } (content) }
                }
            }
        }
    }
}

/// A page for paper: no doors, the printer's dialog one tap away.
pub(crate) fn paper(visit: &Visit, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title))
            body.printing data-csrf=(visit.csrf) {
                p.row.no-print {
                    button.btn.go type="button" data-print { (icon("print")) (visit.t("打印", "Print")) }
                    button.btn type="button" data-back { (visit.t("返回", "Back")) }
                }
                article.paper.wide { (content) }
            }
        }
    }
}

fn rail(visit: &Visit, open: &str) -> Markup {
    html! {
        nav.rail aria-label=(visit.t("主导航", "Main")) {
            a.brand href="/today" { "Hygeia" small { (visit.t("卫生工作平台", "Health work")) } }
            @for (name, address, zh, short, en) in DOORS {
                a.door href=(address) aria-current=[(name == open).then_some("page")] {
                    (icon(name))
                    span.long { (visit.t(zh, en)) }
                    span.short { (visit.t(short, en)) }
                }
            }
        }
    }
}

fn top(visit: &Visit) -> Markup {
    let language = visit.t("EN", "中文");
    html! {
        header.top {
            (switcher(visit))
            form.search action="/search" role="search" {
                label.sr for="q" { (visit.t("搜索", "Search")) }
                (icon("search"))
                input id="q" name="q" type="search" autocomplete="off" maxlength="60" data-search
                    placeholder=(visit.t("搜索人员、机构、登记、指标", "People, units, registers, indicators"));
                kbd { "/" }
            }
            div.who {
                span.tag.online data-online data-offline-text=(visit.t("离线", "Offline")) { (visit.t("在线", "Online")) }
                details.menu {
                    summary { (icon("account")) span.name { (visit.actor.name) } }
                    div.menu-list {
                        p.muted { (visit.actor.name) }
                        a href="/account" { (icon("account")) (visit.t("我的账号", "My account")) }
                        form method="post" action="/language" {
                            (token(visit))
                            input type="hidden" name="next" value=(visit.path);
                            button type="submit" { (icon("link")) (language) }
                        }
                        form method="post" action="/logout" data-leaving {
                            (token(visit))
                            button type="submit" { (icon("out")) (visit.t("退出登录", "Sign out")) }
                        }
                    }
                }
            }
        }
    }
}

/// The hidden token that every form carries.
pub(crate) fn token(visit: &Visit) -> Markup {
    html! { input type="hidden" name="_csrf" value=(visit.csrf); }
}

/// Where the visitor stands in the org tree, one step up and down, and their other homes.
fn switcher(visit: &Visit) -> Markup {
    let directory = visit.directory();
    let today = visit.actor.today();
    let to = |unit: &OrgUnit| link("/unit", &[("to", &unit.code), ("next", &visit.path)]);
    let line: Vec<&OrgUnit> = directory
        .line_up(visit.unit)
        .into_iter()
        .skip(1)
        .filter(|unit| visit.actor.reaches(&directory, unit.id))
        .collect();
    let homes = visit.actor.home_units(&directory);
    html! {
        details.menu.unit {
            summary { (icon("unit")) span.name { (directory.full_title(visit.unit)) } (icon("down")) }
            div.menu-list {
                @for unit in line.iter().rev() { a.up href=(to(unit)) { (icon("left")) (unit.title) } }
                @for unit in directory.children(visit.unit).filter(|unit| exists_on(unit, today)) {
                    a href=(to(unit)) { (unit.title) (icon("right")) }
                }
                @if homes.len() > 1 {
                    hr;
                    @for home in homes.iter().filter_map(|home| directory.get(*home)) { a href=(to(home)) { (directory.full_title(home.id)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_looked_at_again_stands_outside_what_was_done() {
        let page = told("已保存\n请核对身高").into_string();
        assert!(page.contains("已保存</p><p class=\"said warned\" role=\"status\">"), "{page}");
        assert!(page.ends_with("请核对身高</p>"), "{page}");
    }
}
