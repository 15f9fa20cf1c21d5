//! Good packs load to the expected model; bad packs are answered with every problem in its place.

use hygeia_expr::{FunctionDef, Functions, Names, Type, Value};
use hygeia_pack::model::{
    About, Days, Expects, FieldType, Interval, KeyPart, MeasureKind, PackSet, TableRows,
};
use hygeia_pack::{PackSource, load};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn source(name: &str) -> PackSource {
    PackSource::from_dir(&folder(name)).expect("the folder is part of the repository")
}

fn good() -> Vec<PackSource> {
    vec![source("good/clinic"), source("good/core")]
}

fn loaded(sources: &[PackSource]) -> PackSet {
    match load(sources, &Functions::standard()) {
        Ok(packs) => packs,
        Err(problems) => unreachable!("{problems}"),
    }
}

/// The problems of a bad pack beside the good ones.
fn problems_of(name: &str) -> String {
    let mut sources = good();
    sources.push(source(&format!("bad/{name}")));
    load(&sources, &Functions::standard())
        .map(|_| String::new())
        .unwrap_or_else(|problems| problems.to_string())
}

#[test]
fn a_good_pack_becomes_the_model() {
    let packs = loaded(&good());
    assert_eq!(packs.packs[0].id.as_str(), "core", "core comes first");
    let register = &packs.registers["clinic.check"];
    assert_eq!(register.about, About::Child);
    assert_eq!(register.key, [KeyPart::Subject, KeyPart::Field("date".into())]);
    assert_eq!(register.columns.len(), 8, "the first eight fields");
    assert_eq!((register.days, register.presence.as_deref()), (Days::School, Some("arrived")));
    assert_eq!(packs.registers["clinic.inspection"].days, Days::Any, "as long as nothing is said");
    assert!(
        register.access["teacher"].enter
            && register.access["teacher"].view
            && !register.access["teacher"].void
    );
    assert_eq!(register.rules[0].field.as_deref(), Some("temperature"));
    let FieldType::Choice(disease) = &register.fields["disease"].kind else { unreachable!("a choice") };
    assert_eq!(disease.options.len(), 3);
    assert_eq!(disease.list.as_ref().map(AsRef::as_ref), Some("disease"));
    let rate = &packs.indicators["clinic.rate"];
    let read: Vec<&str> = rate.measures.iter().map(AsRef::as_ref).collect();
    assert_eq!(read, ["clinic.checked", "clinic.due"]);
    assert_eq!(packs.indicators["clinic.share"].measures.len(), 2, "a name is counted once");
    let duty = &packs.duties["clinic.signs"];
    assert_eq!((duty.due.every.n, duty.due.every.unit), (2, Interval::Week));
    assert_eq!(duty.seasons[0].due.every.unit, Interval::SchoolDay);
    assert_eq!(duty.seasons[0].due.on, duty.due.on, "what a season leaves out is the duty's");
    assert!(matches!(&duty.expects, Expects::EachOption { codes, .. } if codes.len() == 2));
    let report = &packs.reports["clinic.month"];
    let hygeia_pack::model::ReportBody::Table(table) = &report.body else { unreachable!("a table") };
    assert_eq!(table.rows, TableRows::Units("class".into()));
    assert_eq!(table.columns[1].value, "clinic.cases@hfmd");
}

#[test]
fn a_register_by_a_standard_has_its_fields() {
    let packs = loaded(&good());
    let standard = &packs.standards["clinic.tidy"];
    assert_eq!(standard.title.zh, "整洁标准", "the latest edition's");
    let day = |text: &str| text.parse().expect("a date");
    assert_eq!(standard.edition_on(day("2025-06-01")).map(|edition| edition.name.as_str()), Some("2025"));
    let edition = standard.edition_on(day("2026-06-01")).expect("in force");
    assert_eq!((edition.total, edition.items().count()), (100.into(), 4));
    assert!(edition.has_veto() && edition.item("rate").expect("an item").measured.is_some());
    let register = &packs.registers["clinic.inspection"];
    for name in ["results", "score", "grade", "passed", "vetoed", "edition", "findings", "round"] {
        assert!(register.fields.contains_key(name), "{name}");
    }
    assert!(!register.fields["score"].is_typed() && register.fields["results"].is_typed());
    assert_eq!(register.rectify.as_ref().map(|rectify| rectify.days), Some(5));
    assert_eq!(register.rules.len(), 1, "rules see the score");
}

#[test]
fn registers_and_duties_have_implied_measures() {
    let packs = loaded(&good());
    let entries = &packs.measures["clinic.check:entries"];
    assert!(entries.implied && entries.filter().is_none());
    let duty = &packs.measures["duty:clinic.signs"];
    assert_eq!(duty.by.as_deref(), Some("disease"));
    assert!(
        matches!(&duty.kind, MeasureKind::Count { filter: Some(filter), .. } if filter.source == "skin != 'normal'")
    );
    let except = &packs.measures["except:clinic.check"];
    assert!(
        matches!(&except.kind, MeasureKind::Count { filter: Some(filter), .. } if filter.source == "skin == 'rash'")
    );
    assert!(packs.measures.values().all(|measure| !matches!(measure.kind, MeasureKind::DutyOnTime { .. })));
}

#[test]
fn tests_of_packs_are_read() {
    let tests = hygeia_pack::test::read_tests(&good()).expect("the test is well formed");
    let (pack, test) = &tests[0];
    assert_eq!((pack.as_str(), test.test.as_str()), ("clinic", "晨检率"));
    assert_eq!(test.entries[0].values["temperature"], "36.50", "as written");
    assert_eq!(test.expect.indicators[1].value, None);
    assert_eq!(test.refused[0].entry.unit, None);
}

#[test]
fn an_overlay_changes_a_register() {
    let yaml = "extends: clinic.check\nfields:\n  skin:\n    options:\n      normal: { title: 正常, retired: false }\n      \
                rash: { title: 皮疹, retired: true }\n      burn: \"烫伤\"\n  minutes:\n    title: 活动分钟\n    retired: true\n  \
                extra:\n    type: \"bool\"\n    title: \"新\"\n    required: true\nrules:\n  - { check: extra != null, message: 新 }\n";
    let mut sources = good();
    sources.push(PackSource::overlay("overlay-1", yaml));
    sources.push(PackSource::overlay(
        "overlay-2",
        "extends: clinic.check\nfields: { extra: { title: 更新 } }\n",
    ));
    let packs = loaded(&sources);
    let register = &packs.registers["clinic.check"];
    let FieldType::Choice(skin) = &register.fields["skin"].kind else { unreachable!("a choice") };
    let codes: Vec<(&str, bool)> =
        skin.options.iter().map(|option| (option.code.as_str(), option.retired)).collect();
    assert_eq!(codes, [("normal", false), ("rash", true), ("burn", false)]);
    assert_eq!(register.fields["minutes"].title.zh, "活动分钟");
    assert!(register.fields["minutes"].retired);
    assert_eq!(register.fields["extra"].title.zh, "更新");
    assert!(register.fields["extra"].required);
    assert_eq!(register.fields.keys().last().map(String::as_str), Some("extra"), "new fields come last");
    assert_eq!(register.rules.len(), 3);
    assert_eq!(packs.packs.len(), 2, "an overlay is no pack");
}

#[test]
fn problems_are_shown_in_their_places() {
    for name in [
        "twenty_mistakes",
        "syntax",
        "expressions",
        "figures",
        "reports",
        "overlay",
        "names",
        "signals",
        "standards",
        "ledgers",
        "workflows",
    ] {
        insta::assert_snapshot!(name, problems_of(name));
    }
}

#[test]
fn twenty_mistakes_are_reported_in_one_run() {
    let mut sources = good();
    sources.push(source("bad/twenty_mistakes"));
    let problems = load(&sources, &Functions::standard()).expect_err("it has mistakes");
    assert!(problems.len() >= 20, "{problems}");
    let fancy = problems.fancy(false);
    assert!(fancy.contains("did you mean `teacher`?") && fancy.contains("teecher: [enter]"), "{fancy}");
}

#[test]
fn a_new_pack_loads_and_has_a_test() {
    let mut sources = hygeia_pack::builtin();
    sources.retain(|source| source.pack == "core");
    let files = hygeia_pack::new_pack("my_domain").expect("a good name");
    sources.push(PackSource { pack: "my_domain".into(), files });
    let packs = load(&sources, &engine_signatures()).expect("the skeleton has no mistakes");
    assert_eq!(packs.registers.keys().filter(|id| id.pack() == "my_domain").count(), 1);
    assert_eq!(hygeia_pack::test::read_tests(&sources[1..]).expect("well formed").len(), 1);
    assert!(hygeia_pack::new_pack("../etc").is_err());
}

/// Functions the program adds to the language, with their signatures only; the packs are checked, not run.
fn engine_signatures() -> Functions {
    let (text, date, decimal) = (Type::Text, Type::Date, Type::Decimal);
    let growth = [text.clone(), date.clone(), date.clone(), decimal.clone()];
    let both = [&growth[..], std::slice::from_ref(&decimal)].concat();
    let mut functions = Functions::standard();
    let mut add = |name: &str, params: Vec<Type>, result: Type| {
        let eval: fn(&[Value]) -> Value = |_| Value::Null;
        functions.register(FunctionDef { name: name.into(), params, result, doc: String::new(), eval });
    };
    add("time.minutes", vec![Type::DateTime, Type::DateTime], Type::Int);
    add("growth.waz", growth.to_vec(), decimal.clone());
    add("growth.haz", growth.to_vec(), decimal.clone());
    add("growth.baz", both.clone(), decimal.clone());
    add("growth.class", both, Type::List(Box::new(text.clone())));
    let doses = vec![date.clone(), text.clone(), date.clone(), text.clone()];
    add("vaccine.missing", doses.clone(), text.clone());
    add("vaccine.unreadable", vec![text.clone()], text.clone());
    let cells = ["vaccine", "status", "note"].map(|name| (name.to_owned(), text.clone())).into_iter();
    let days = ["given", "earliest", "late_from"].map(|name| (name.to_owned(), date.clone()));
    let row = cells.chain(days).chain([("dose".to_owned(), Type::Int)]).collect();
    add("vaccine.doses", doses, Type::List(Box::new(Type::Row(std::sync::Arc::new(row)))));
    for measured in ["weight", "height", "bmi", "head"] {
        let lines = Type::List(Box::new(decimal.clone()));
        add(&format!("growth.{measured}_bands"), vec![text.clone(), date.clone(), date.clone()], lines);
    }
    let rows = |cells: &[(&str, &Type)]| {
        let cells = cells.iter().map(|(name, ty)| ((*name).to_owned(), (*ty).clone())).collect();
        Type::List(Box::new(Type::Row(std::sync::Arc::new(cells))))
    };
    let menus = rows(&[("date", &date), ("diners", &Type::Int)]);
    let foods = rows(&[("name_zh", &text), ("energy_kcal", &decimal)]);
    let people = rows(&[("birth", &date), ("sex", &text)]);
    let assessed = ["intake", "requirement", "percent"].map(|cell| (cell, &decimal)).into_iter();
    let assessed: Vec<_> =
        assessed.chain(["item", "wanted", "verdict", "basis"].map(|cell| (cell, &text))).collect();
    let assess =
        vec![menus.clone(), foods.clone(), people, date.clone(), text.clone(), text.clone(), text.clone()];
    add("nutrition.assess", assess, rows(&assessed));
    for (name, cells) in [
        ("groups", &["food_group", "kinds", "grams"][..]),
        ("meals", &["meal", "energy_kcal", "share"]),
        ("variety", &["week", "days", "kinds", "kinds_per_day", "repeated"]),
        ("gaps", &["food", "missing"]),
    ] {
        let cells: Vec<_> = cells.iter().map(|cell| (*cell, &text)).collect();
        add(&format!("nutrition.{name}"), vec![menus.clone(), foods.clone()], rows(&cells));
    }
    add("id.valid", vec![text], Type::Bool);
    functions
}

#[test]
fn the_built_in_packs_load() {
    match load(&hygeia_pack::builtin(), &engine_signatures()) {
        Ok(packs) => {
            assert!(packs.registers.contains_key("kindergarten.morning_check"));
            let text = hygeia_pack::doc(&packs);
            assert!(packs.registers.values().all(|register| text.contains(&register.title.zh)));
            assert!(packs.indicators.keys().all(|id| text.contains(id.as_str())));
        }
        Err(problems) => unreachable!("{problems}"),
    }
    let tests = hygeia_pack::test::read_tests(&hygeia_pack::builtin());
    assert!(tests.is_ok_and(|tests| !tests.is_empty()));
}

#[test]
fn a_folder_overrides_a_built_in_pack() {
    let sources = hygeia_pack::with_overrides(&folder("good")).expect("the folder is there");
    let core = sources.iter().find(|source| source.pack == "core").expect("core is built in");
    assert!(core.files.iter().any(|(name, text)| name == "core/pack.yaml" && text.contains("version: 2")));
    assert!(sources.iter().any(|source| source.pack == "clinic"));
    assert!(sources.iter().any(|source| source.pack == "kindergarten"), "the others stay");
    let one = hygeia_pack::with_overrides(&folder("good/clinic")).expect("the folder is there");
    assert!(one.iter().any(|source| source.pack == "clinic"), "a single pack's folder does as well");
    assert!(hygeia_pack::with_overrides(Path::new("no such folder")).is_err());
}

#[test]
fn rules_evaluate_on_entries() {
    let packs = loaded(&good());
    let check = &packs.registers["clinic.check"].rules[0].check.expr;
    let entry = |name: &str| if name == "temperature" { Value::Decimal(38.into()) } else { Value::Null };
    assert_eq!(check.eval(&entry as &dyn Names), Value::Bool(false));
    assert_eq!(check.eval(&|_: &str| Value::Null), Value::Null, "missing values do not fire a rule");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// A good file with a piece cut out or doubled is answered, whatever it has become.
    #[test]
    fn damaged_files_are_answered(file in 0usize..9, at in 0.0..1.0f64, length in 1usize..40, doubled: bool) {
        let mut sources = good();
        let files = &mut sources[0].files;
        let index = file % files.len();
        let text = &mut files[index].1;
        let boundary = |mut byte: usize, text: &str| {
            while !text.is_char_boundary(byte) {
                byte -= 1;
            }
            byte
        };
        let start = boundary((at * text.len() as f64) as usize, text);
        let end = boundary((start + length).min(text.len()), text);
        let piece = text[start..end].to_owned();
        text.replace_range(start..end, &if doubled { piece.repeat(2) } else { String::new() });
        if let Err(problems) = load(&sources, &Functions::standard()) {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.iter().all(|problem| problem.line > 0 && problem.column > 0));
            prop_assert!(!problems.fancy(true).is_empty());
        }
        let _ = hygeia_pack::test::read_tests(&sources);
    }

    #[test]
    fn any_text_is_answered(text in "(register: |list: |measures: |  |- |\\{|\\}|\\[|\\]|: |\n|\"|'|!|&a|\\*a|#|\\||>|\\PC){0,40}") {
        let sources = [PackSource { pack: "x".into(), files: vec![("x.yaml".into(), text)] }];
        let _ = load(&sources, &Functions::standard());
    }
}

/// What a page shows, by kind and id, that has no English name.
fn without_english(packs: &PackSet) -> Vec<String> {
    let mut missing = Vec::new();
    let mut named = |what: &str, id: &str, title: &hygeia_pack::model::Title| {
        let is_chinese = title.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        if title.en.is_none() && is_chinese {
            missing.push(format!("{what} {id} {}", title.zh));
        }
    };
    let grouped = |group: &Option<String>| {
        let group = group.as_ref()?;
        let known = packs.packs.iter().flat_map(|pack| &pack.groups).any(|title| title.zh == *group);
        (!known).then(|| hygeia_pack::model::Title { zh: group.clone(), en: None })
    };
    for register in packs.registers.values() {
        named("register", register.id.as_str(), &register.title);
        grouped(&register.group).iter().for_each(|title| named("group", register.id.as_str(), title));
        for field in register.fields.values() {
            let id = format!("{}.{}", register.id, field.name);
            named("field", &id, &field.title);
            grouped(&field.group).iter().for_each(|title| named("group", &id, title));
            let options = field.choice().map(|choice| choice.options.as_slice()).unwrap_or_default();
            options
                .iter()
                .for_each(|option| named("option", &format!("{id}.{}", option.code), &option.title));
            if let FieldType::Rows(columns) = &field.kind {
                columns
                    .values()
                    .for_each(|column| named("column", &format!("{id}.{}", column.name), &column.title));
            }
        }
    }
    for indicator in packs.indicators.values() {
        named("indicator", indicator.id.as_str(), &indicator.title);
        grouped(&indicator.group).iter().for_each(|title| named("group", indicator.id.as_str(), title));
    }
    packs
        .measures
        .values()
        .filter(|measure| !measure.implied)
        .for_each(|m| named("measure", m.id.as_str(), &m.title));
    for duty in packs.duties.values() {
        named("duty", duty.id.as_str(), &duty.title);
        duty.seasons.iter().for_each(|season| named("season", duty.id.as_str(), &season.title));
    }
    packs.roles.values().for_each(|role| named("role", role.id.as_str(), &role.title));
    packs.org_kinds.values().for_each(|kind| named("kind", kind.id.as_str(), &kind.title));
    packs.reports.values().for_each(|report| named("report", report.id.as_str(), &report.title));
    missing
}

#[test]
fn everything_of_the_built_in_packs_has_its_english_name() {
    let packs = load(&hygeia_pack::builtin(), &engine_signatures()).unwrap_or_default();
    assert!(!packs.registers.is_empty());
    let missing = without_english(&packs);
    assert!(missing.is_empty(), "{} without English:\n{}", missing.len(), missing.join("\n"));
}

/// Fields and options that databases hold; `tests/ever.txt` lists all there ever were.
fn stored_names(packs: &PackSet) -> Vec<String> {
    let fields = packs.registers.values().flat_map(|r| r.fields.values().map(move |field| (r, field)));
    let mut names: Vec<String> = fields
        .flat_map(|(register, field)| {
            let name = format!("{}.{}", register.id, field.name);
            let options = field.choice().map(|choice| choice.options.as_slice()).unwrap_or_default();
            let coded = options.iter().map(|option| format!("{name}={}", option.code)).collect::<Vec<_>>();
            std::iter::once(name).chain(coded)
        })
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn no_field_or_option_that_entries_may_hold_was_ever_taken_out() {
    let packs = load(&hygeia_pack::builtin(), &engine_signatures()).unwrap_or_default();
    let (now, file) = (stored_names(&packs), folder("ever.txt"));
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    let ever: Vec<&str> = text.lines().collect();
    let gone: Vec<&&str> = ever.iter().filter(|name| !now.iter().any(|known| known == *name)).collect();
    assert!(gone.is_empty(), "make them `retired: true` instead of taking them out: {gone:?}");
    let new: Vec<&String> = now.iter().filter(|name| !ever.contains(&name.as_str())).collect();
    if std::env::var_os("HYGEIA_UPDATE").is_some() {
        std::fs::write(&file, now.join("\n") + "\n").expect("the list is written");
    } else {
        assert!(new.is_empty(), "add them with HYGEIA_UPDATE=1: {new:?}");
    }
}
