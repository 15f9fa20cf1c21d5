//! Days on which an entry may stand.

use crate::calendar::Calendar;
use hygeia_pack::model::{About, Days, Register};
use jiff::civil::{Date, Weekday};

/// Why an entry of `register` may not stand on `day`, in words for its user; `None` when it may. `today` is the
/// writer's: what is about a person is not known before it happened.
pub(crate) fn refused_day(
    register: &Register,
    calendar: &Calendar,
    day: Date,
    today: Date,
) -> Option<String> {
    if register.about == About::Child && day > today {
        return Some(format!("日期 {day} 晚于今天，请核对"));
    }
    let why = (register.days == Days::School).then(|| closed(calendar, day)).flatten()?;
    Some(format!(
        "{day}（{why}）不是上学日，“{}”不登记；当天确实上学的，请先在工作日历中设为上班（补课）",
        register.title.zh
    ))
}

/// Why children do not come on `day`: the holiday, the day of the week, or that no term holds it.
fn closed(calendar: &Calendar, day: Date) -> Option<String> {
    if calendar.is_school_day(day) {
        return None;
    }
    if calendar.is_work_day(day) {
        return Some("不在学期内".into());
    }
    let holiday = calendar.special(day).filter(|special| !special.works).map(|special| special.title.clone());
    Some(holiday.unwrap_or_else(|| {
        if day.weekday() == Weekday::Saturday { "星期六".into() } else { "星期日".into() }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Term;
    use jiff::civil::date;

    #[test]
    fn closed_days_are_named_and_make_up_days_are_open() {
        let mut calendar = Calendar::statutory();
        calendar.set_term(Term {
            id: "2026-T1".into(),
            title: "第一学期".into(),
            from: date(2026, 9, 1),
            to: date(2027, 1, 22),
        });
        let why = |day| closed(&calendar, day);
        assert_eq!(why(date(2026, 10, 1)).as_deref(), Some("国庆节"));
        assert_eq!(why(date(2026, 11, 29)).as_deref(), Some("星期日"));
        assert_eq!(why(date(2026, 8, 3)).as_deref(), Some("不在学期内"));
        assert_eq!(why(date(2026, 10, 10)), None, "a Saturday that makes up for National Day");
        assert_eq!(why(date(2026, 12, 1)), None);
    }
}
