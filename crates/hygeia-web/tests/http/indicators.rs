//! The indicators page over HTTP: what a period that is running says while nobody has entered anything.

use crate::house::House;
use hygeia_work::{Period, PeriodKind};

const RATE: &str = "kindergarten.attendance_rate";

#[tokio::test]
async fn a_period_that_has_just_begun_is_no_alarm_and_leads_to_the_last_whole_one() {
    let house = House::new();
    let calendar = house.work.calendar();
    let running = Period::containing(PeriodKind::Month, house.today, &calendar);
    let last = running.previous(&calendar);
    for path in ["/indicators?org=c".to_owned(), format!("/indicators/{RATE}?org=c")] {
        let (_, page) = house.get("county", &path).await;
        assert!(page.contains("<span class=\"pending\">本期尚无数据</span>"), "{path}: {page}");
        assert!(!page.contains("class=\"missing\""), "{path}: {page}");
        assert!(page.contains(&format!("看上一个完整周期（{}）", last.title(false))), "{path}: {page}");
        let address = path.split('?').next().unwrap();
        assert!(page.contains(&format!("href=\"{address}?org=c&amp;period={last}\"")), "{path}: {page}");

        // One that is over lacks what nobody entered.
        let (_, page) = house.get("county", &format!("{path}&period={last}")).await;
        assert!(page.contains("<span class=\"missing\">缺数据</span>"), "{path}: {page}");
        assert!(!page.contains("本期尚无数据") && !page.contains("看上一个完整周期"), "{path}: {page}");
    }
}
