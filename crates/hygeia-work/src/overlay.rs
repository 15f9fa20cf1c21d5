//! Registers changed in the browser: a pack overlay, checked like any pack, its migration shown before it runs.

use crate::actor::{Actor, Right};
use crate::error::{FieldProblem, Result, WorkError};
use crate::functions::pack_functions;
use crate::work::Work;
use hygeia_pack::PackSource;
use hygeia_pack::model::{Field, KeyPart, PackSet, Register};
use hygeia_store::{OrgUnitId, SchemaPlan};
use rust_decimal::Decimal;
use std::fmt::Write as _;
use std::sync::Arc;

/// A change to one register.
#[derive(Debug, Clone, Default)]
pub struct RegisterChange {
    /// Register, `pack.name`.
    pub register: String,
    /// New fields: name, title, type, options (code, title), required.
    pub add: Vec<NewField>,
    /// Options added to a choice: field, code, title.
    pub options: Vec<(String, String, String)>,
    /// Options that can no longer be chosen: field, code.
    pub retire_options: Vec<(String, String)>,
    /// Fields that new entries no longer ask for.
    pub retire_fields: Vec<String>,
    /// Retired fields that are asked for again.
    pub restore_fields: Vec<String>,
    /// Fields the county added whose being required changes: field, whether it is from now on.
    pub required: Vec<(String, bool)>,
    /// New titles: field, title.
    pub titles: Vec<(String, String)>,
}

/// A field a user adds.
#[derive(Debug, Clone, Default)]
pub struct NewField {
    /// Column name, lower-case letters, digits and underscores.
    pub name: String,
    /// Name on the screen.
    pub title: String,
    /// `text`, `int`, `decimal`, `bool`, `date`, `time`, `choice` …
    pub kind: String,
    /// Options of a choice: code and title.
    pub options: Vec<(String, String)>,
    /// Whether an entry without it is refused.
    pub required: bool,
    /// Unit of a number, as it is written: `℃`, `kg`, `次`.
    pub unit: String,
    /// Least number accepted, as typed; empty = any.
    pub min: String,
    /// Greatest number accepted, as typed; empty = any.
    pub max: String,
    /// Places of a decimal, as typed; empty = one.
    pub decimals: String,
    /// A hint under the field.
    pub help: String,
}

/// What a change means: for the people who fill the form, and for the database.
#[derive(Debug)]
pub struct ChangePreview {
    /// One line for everything that changes on the form.
    pub form: Vec<String>,
    /// What happens to tables.
    pub schema: SchemaPlan,
}

impl RegisterChange {
    /// Everything that changes on the form, in words.
    fn told(&self, register: &Register, english: bool) -> Vec<String> {
        let title =
            |name: &str| register.fields.get(name).map_or(name, |field| field.title.text(english)).to_owned();
        let say = |zh: String, en: String| if english { en } else { zh };
        let mut lines = Vec::new();
        for field in &self.add {
            let options: Vec<&str> = field.options.iter().map(|(_, title)| title.as_str()).collect();
            let (zh, en) = if field.required { ("（必填）", " (required)") } else { ("", "") };
            let tail = |mark: &str, between: &str| match options.is_empty() {
                true => String::new(),
                false => format!("{mark}{}", options.join(between)),
            };
            lines.push(say(
                format!("新增字段“{}”{zh}{}", field.title, tail("：", "、")),
                format!("New field “{}”{en}{}", field.title, tail(": ", ", ")),
            ));
        }
        for (name, new) in &self.titles {
            let old = title(name);
            lines.push(say(format!("“{old}”改名为“{new}”"), format!("“{old}” becomes “{new}”")));
        }
        for (name, _, option) in &self.options {
            let field = title(name);
            let en = format!("“{field}” gets the option “{option}”");
            lines.push(say(format!("“{field}”新增选项“{option}”"), en));
        }
        for (name, code) in &self.retire_options {
            let choice = register.fields.get(name).and_then(|field| field.choice());
            let option = choice.and_then(|choice| choice.option(code));
            let option = option.map_or(code.as_str(), |option| option.title.text(english));
            let field = title(name);
            lines.push(say(
                format!("“{field}”停用选项“{option}”，已选它的记录不变"),
                format!("“{field}” no longer offers “{option}”; entries that have it keep it"),
            ));
        }
        for name in &self.restore_fields {
            let field = title(name);
            lines.push(say(format!("恢复字段“{field}”"), format!("“{field}” is asked again")));
        }
        for (name, required) in &self.required {
            let field = title(name);
            let (zh, en) = if *required { ("必填", "required") } else { ("选填", "optional") };
            lines.push(say(format!("“{field}”改为{zh}"), format!("“{field}” becomes {en}")));
        }
        for name in &self.retire_fields {
            let field = title(name);
            lines.push(say(
                format!("停用字段“{field}”，已填的内容保留"),
                format!("“{field}” is no longer asked; what was entered stays"),
            ));
        }
        lines
    }
}

impl Work {
    /// What a change would do to the form and to the database, in words; nothing is changed.
    pub fn register_preview(&self, actor: &Actor, change: &RegisterChange) -> Result<ChangePreview> {
        let packs = self.changed_packs(actor, change)?.0;
        let form = change.told(self.register(&self.packs(), &change.register)?, actor.english);
        if form.is_empty() {
            return Err(WorkError::Invalid(vec![FieldProblem::error(
                "",
                "没有改动：请新增字段，或修改现有字段",
            )]));
        }
        Ok(ChangePreview { form, schema: self.store.schema_plan(&packs)? })
    }

    /// Carries a change out: the overlay is kept, the table follows, old entries keep their meaning.
    pub fn register_apply(&self, actor: &Actor, change: &RegisterChange) -> Result<SchemaPlan> {
        let (packs, yaml) = self.changed_packs(actor, change)?;
        let packs = Arc::new(packs);
        let plan = self.store.schema_apply(packs.clone(), &actor.name)?;
        let (county, name, at) = (self.county, actor.name.clone(), actor.now);
        self.store.write(move |writer| writer.overlay_append(county, &yaml, &name, at))?;
        self.set_packs(packs);
        Ok(plan)
    }

    /// The packs with all overlays of the county and this change.
    fn changed_packs(&self, actor: &Actor, change: &RegisterChange) -> Result<(PackSet, String)> {
        let packs = self.packs();
        let directory = self.directory();
        let top: OrgUnitId = directory
            .roots()
            .next()
            .map(|root| root.id)
            .ok_or_else(|| WorkError::NotFound("县级机构".into()))?;
        actor.must_have(&packs, &directory, Right::Design, top)?;
        if change.told(self.register(&packs, &change.register)?, actor.english).is_empty() {
            let message = "没有改动：请新增字段，或修改现有字段";
            return Err(WorkError::Invalid(vec![FieldProblem::error("", message)]));
        }
        let yaml = overlay_yaml(&packs, change)?;
        let mut sources = self.pack_sources()?;
        sources.push(PackSource::overlay("overlay-new", &yaml));
        let loaded = hygeia_pack::load(&sources, &pack_functions())
            .map_err(|problems| WorkError::Invalid(vec![FieldProblem::error("", problems.to_string())]))?;
        Ok((loaded, yaml))
    }

    /// Sources of the packs in force: the built-in ones, then the county's overlays in order.
    pub fn pack_sources(&self) -> Result<Vec<PackSource>> {
        let county = self.county;
        let mut sources = self.base_sources();
        let overlays = self.store.read(|reader| reader.overlay_list(county))?;
        for (at, yaml) in overlays.into_iter().enumerate() {
            sources.push(PackSource::overlay(&format!("overlay-{}", at + 1), &yaml));
        }
        Ok(sources)
    }
}

/// The overlay file of a change: `extends:` with the fields it adds or changes.
fn overlay_yaml(packs: &PackSet, change: &RegisterChange) -> Result<String> {
    use hygeia_pack::model::FieldType;
    let register = packs
        .registers
        .get(change.register.as_str())
        .ok_or_else(|| WorkError::NotFound("该登记表".into()))?;
    let mut problems = Vec::new();
    let mut yaml = format!("extends: {}\nfields:\n", register.id);
    for field in &change.add {
        if !is_name(&field.name) {
            let message = format!("字段名“{}”应为小写字母、数字和下划线，以字母开头", field.name);
            problems.push(FieldProblem::error("name", message));
        } else if register.fields.contains_key(&field.name) {
            problems.push(FieldProblem::error("name", format!("已有字段“{}”", field.name)));
        }
        if field.title.trim().is_empty() || field.title.chars().count() > 40 {
            problems.push(FieldProblem::error("title", "请填写字段名称（最多 40 字）"));
        }
        let _ = writeln!(
            yaml,
            "  {}:\n    type: {}\n    title: {}",
            field.name,
            quoted(&field.kind),
            quoted(&field.title)
        );
        if matches!(field.kind.as_str(), "choice" | "choices") && field.options.is_empty() {
            problems.push(FieldProblem::error("options", "单选、多选至少要有一个选项，每行一个：代码 名称"));
        }
        if field.required {
            yaml.push_str("    required: true\n");
        }
        bounds_yaml(field, &mut yaml, &mut problems);
        if !field.options.is_empty() {
            yaml.push_str("    options:\n");
            for (code, title) in &field.options {
                check_code(code, &mut problems);
                let _ = writeln!(yaml, "      {code}: {}", quoted(title));
            }
        }
    }
    for (name, field) in &register.fields {
        let title = change.titles.iter().find(|(field, _)| field == name).map(|(_, title)| title);
        let retired = change.retire_fields.contains(name);
        let restored = change.restore_fields.contains(name);
        let required = change.required.iter().find(|(field, _)| field == name).map(|(_, required)| *required);
        if (required.is_some() || retired && field.required) && !may_be_optional(register, field) {
            let message = format!("“{}”是规定的必填项，不能停用或改为选填", field.title.zh);
            problems.push(FieldProblem::error(name, message));
        }
        let added: Vec<_> = change.options.iter().filter(|(field, ..)| field == name).collect();
        let gone: Vec<&str> = change
            .retire_options
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, code)| code.as_str())
            .collect();
        if title.is_none()
            && !retired
            && !restored
            && required.is_none()
            && added.is_empty()
            && gone.is_empty()
        {
            continue;
        }
        let _ = writeln!(yaml, "  {name}:");
        if let Some(title) = title {
            let _ = writeln!(yaml, "    title: {}", quoted(title));
        }
        if retired {
            yaml.push_str("    retired: true\n");
        } else if restored {
            yaml.push_str("    retired: false\n");
        }
        // Nobody is asked for what is retired, so it cannot be required either.
        match required {
            _ if retired && field.required => yaml.push_str("    required: false\n"),
            Some(required) => {
                let _ = writeln!(yaml, "    required: {required}");
            }
            None => {}
        }
        if added.is_empty() && gone.is_empty() {
            continue;
        }
        let (FieldType::Choice(choice) | FieldType::Choices(choice)) = &field.kind else {
            problems.push(FieldProblem::error(name, format!("“{}”没有选项", field.title.zh)));
            continue;
        };
        yaml.push_str("    options:\n");
        for option in &choice.options {
            let retired = option.retired || gone.contains(&option.code.as_str());
            let english = option.title.en.as_ref().map(|en| format!(", title_en: {}", quoted(en)));
            let _ = writeln!(
                yaml,
                "      {}: {{ title: {}{}, retired: {retired} }}",
                option.code,
                quoted(&option.title.zh),
                english.unwrap_or_default()
            );
        }
        for (_, code, title) in added {
            check_code(code, &mut problems);
            if choice.option(code).is_some() {
                problems.push(FieldProblem::error(name, format!("已有选项“{code}”")));
            }
            let _ = writeln!(yaml, "      {code}: {}", quoted(title));
        }
    }
    if problems.is_empty() { Ok(yaml) } else { Err(WorkError::Invalid(problems)) }
}

/// Whether a county may stop requiring a field: one it added itself, or one that is not required anyway.
pub fn may_be_optional(register: &Register, field: &Field) -> bool {
    let in_key = register.key.iter().any(|part| matches!(part, KeyPart::Field(name) if *name == field.name));
    (field.is_added || !field.required) && !in_key && field.name != register.day
}

/// Unit, range, places and hint of a new field, each where its type has one.
fn bounds_yaml(field: &NewField, yaml: &mut String, problems: &mut Vec<FieldProblem>) {
    let is_decimal = field.kind == "decimal";
    let number = |name: &str, text: &str, problems: &mut Vec<FieldProblem>| -> Option<Decimal> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let read = text.parse::<Decimal>().ok().filter(|number| is_decimal || number.is_integer());
        if read.is_none() {
            let kind = if is_decimal { "数字" } else { "整数" };
            problems.push(FieldProblem::error(name, format!("“{text}”应为{kind}")));
        }
        read
    };
    if is_decimal || field.kind == "int" {
        let unit = match field.unit.trim() {
            "℃" | "°C" => "Cel",
            unit => unit,
        };
        if unit.chars().count() > 20 {
            problems.push(FieldProblem::error("unit", "单位最多 20 字"));
        } else if !unit.is_empty() {
            let _ = writeln!(yaml, "    unit: {}", quoted(unit));
        }
        let (min, max) = (number("min", &field.min, problems), number("max", &field.max, problems));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            problems.push(FieldProblem::error("max", format!("最大值 {max} 小于最小值 {min}")));
        }
        for (key, bound) in [("min", min), ("max", max)] {
            if let Some(bound) = bound {
                let _ = writeln!(yaml, "    {key}: {bound}");
            }
        }
    }
    if is_decimal && !field.decimals.trim().is_empty() {
        match field.decimals.trim().parse::<u8>() {
            Ok(places) if places <= 6 => {
                let _ = writeln!(yaml, "    decimals: {places}");
            }
            _ => problems.push(FieldProblem::error("decimals", "小数位数应为 0 到 6")),
        }
    }
    let help = field.help.trim();
    if help.chars().count() > 100 {
        problems.push(FieldProblem::error("help", "填写说明最多 100 字"));
    } else if !help.is_empty() {
        let _ = writeln!(yaml, "    help: {}", quoted(help));
    }
}

fn check_code(code: &str, problems: &mut Vec<FieldProblem>) {
    if !is_name(code) {
        let message = format!("选项代码“{code}”应为小写字母、数字和下划线，以字母开头");
        problems.push(FieldProblem::error("options", message));
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 40
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A YAML double-quoted text.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.trim().to_owned()).to_string()
}
