//! How items are named: `tests/constructions/names.tsv`, a sentence and the names that its reading must hold.

use hygeia_text::{decode, normalise, read};

fn names(sentence: &str) -> Vec<String> {
    let text = format!(
        "卫生工作总结\n一、主要工作\n认真落实上级要求，做好各项卫生工作。\n{sentence}\n二、存在不足\n"
    );
    let source = decode(text.as_bytes(), "a.txt").expect("plain text always decodes");
    let reading = read(&normalise(&source));
    let duties = reading.duties.into_iter().map(|item| item.what);
    let targets = reading.targets.into_iter().map(|item| item.metric);
    let figures = reading.figures.into_iter().map(|item| item.metric);
    duties.chain(targets).chain(figures).chain(reading.deadlines.into_iter().map(|item| item.what)).collect()
}

#[test]
fn items_are_named_in_full() {
    let rows = include_str!("constructions/names.tsv");
    let mut wrong = String::new();
    for row in rows.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
        let (sentence, expected) = row.split_once('\t').unwrap_or((row, ""));
        let found = names(sentence);
        for name in expected.split_whitespace().filter(|name| !found.iter().any(|found| found == name)) {
            wrong += &format!("{sentence}: no {name} in {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Names of all duties of a sentence, in order.
fn acts(sentence: &str) -> Vec<String> {
    let text = format!("卫生保健工作计划\n一、主要工作\n{sentence}\n二、其他\n做好记录。\n");
    let source = decode(text.as_bytes(), "a.txt").expect("plain text always decodes");
    read(&normalise(&source)).duties.into_iter().map(|item| item.what).collect()
}

#[test]
fn a_second_time_is_of_the_same_act() {
    assert_eq!(
        acts(
            "坚持奶瓶每日进行消毒，每周臭氧消毒2次（每次一小时，冬季流感高发季节是每日消毒）；图书每月消毒。"
        ),
        ["奶瓶消毒", "臭氧消毒", "臭氧消毒", "图书消毒"]
    );
    assert_eq!(acts("门把手每日消毒，拖把每周消毒一次。"), ["门把手消毒", "拖把消毒"]);
}

#[test]
fn a_side_of_a_meal_is_a_time() {
    assert_eq!(acts("每次就餐前用清水擦洗餐桌。每餐后组织幼儿漱口。"), ["用清水擦洗餐桌", "组织幼儿漱口"]);
}

#[test]
fn a_bare_verb_takes_what_it_is_done_to() {
    assert_eq!(acts("认真办好食育橱窗，图文并茂，每周及时更新。"), ["食育橱窗更新"]);
    assert_eq!(
        acts("定期换洗床垫、枕巾（每两周一次），晾晒（每月一次）收好。"),
        ["换洗床垫、枕巾", "床垫、枕巾晾晒"]
    );
    assert_eq!(acts("认真落实各项制度，每天检查。"), ["检查"]);
}

#[test]
fn one_carrier_holds_two_acts() {
    assert_eq!(acts("扎实做好每日午检，晚间巡视工作，登记齐全。"), ["午检，晚间巡视"]);
    assert_eq!(acts("认真做好每日午检，配合卫生院工作。"), ["午检"]);
}
