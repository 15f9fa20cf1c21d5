//! Registers.

use super::directory::title;
use super::formula::{entry_scope, field_type, rule_scope};
use super::{Doc, Loader};
use crate::item::{Item, Table, check_name};
use crate::keys::{FIELD, RULE};
use crate::model::{
    ANY_KIND, About, Access, Awaited, Days, Field, FieldType, Follows, Formula, KeyPart, Layout, Measure,
    MeasureId, MeasureKind, OrgKindId, Register, RegisterId, RoleId, Rule, STATE, Severity, Title, Workflow,
};
use hygeia_expr::{Names, Scope, Type, Value, did_you_mean};
use indexmap::IndexMap;

impl Loader<'_> {
    pub(super) fn registers(&mut self, docs: &[Doc]) {
        for doc in docs.iter().filter(|doc| doc.kind == "register") {
            if let Some(register) = self.register(doc) {
                self.add_measure(entries_measure(&register));
                self.set.registers.insert(register.id.clone(), register);
            }
        }
        self.finish_entry_fields(docs);
    }

    fn register(&mut self, doc: &Doc) -> Option<Register> {
        let table = doc.table(self.log)?;
        let name = table.get("register")?;
        check_name(self.log, &name.node.place, name.text()?);
        let id = RegisterId::new(format!("{}.{}", doc.pack, name.text()?));
        self.define("register", id.as_str(), &name.node.place).then_some(())?;
        let about = match table.get("about").and_then(|item| item.text()) {
            Some("staff") => About::Staff,
            Some("org_unit") => About::OrgUnit,
            _ => About::Child,
        };
        let fields_item = table.get("fields")?;
        let mut fields = self.fields(&doc.pack, fields_item, false);
        let standard = self.standard_of(&doc.pack, &table, &mut fields);
        self.workflow_fields(&table, &mut fields);
        let scope = self.with_unread(entry_scope(&fields, &about));
        self.expressions(fields_item, &mut fields, &scope);
        let of_rules = rule_scope(&scope, &fields, &about);
        let rules = table.tables("rules", &RULE);
        let rules = rules.iter().filter_map(|rule| self.rule(rule, &of_rules, &fields)).collect();
        let at = table.get("at").and_then(|item| match item.text() {
            Some(ANY_KIND) => Some(OrgKindId::new(ANY_KIND)),
            _ => self.find_kind(item),
        });
        let within = match table.get("within") {
            Some(item) => self.find_kind(item),
            None => {
                self.pack_within(&doc.pack).filter(|_| at.as_ref().is_none_or(|at| at.as_str() != ANY_KIND))
            }
        };
        let day = self.day(&table, &fields);
        let key = table.get("key").map(|item| self.key(item, &about, &fields)).unwrap_or_default();
        let workflow = self.workflow(&table, &scope, &fields);
        let mut access = table.get("who").map(|item| self.access(item)).unwrap_or_default();
        see_what_they_move(workflow.as_ref(), &mut access);
        let roster = table.get("layout").and_then(|item| item.text()) == Some("roster");
        Some(Register {
            title: title(&table),
            help: table.text("help"),
            group: table.text("group"),
            at: at.unwrap_or_else(|| OrgKindId::new("")),
            within,
            layout: if roster { Layout::Roster } else { Layout::Form },
            day,
            key,
            rules,
            access,
            columns: self.columns(&table, &fields),
            signed: table.bool("signed"),
            days: match table.get("days").and_then(|item| item.word(&["any", "school"])) {
                Some("school") => Days::School,
                _ => Days::Any,
            },
            presence: table.get("presence").and_then(|item| self.presence(item, &about, &fields)),
            print: self.print(&table, &about, &fields),
            notice: self.notice(&table, &about, &scope, &fields),
            profile: self.profile(&table, &about, &scope),
            synonyms: table.texts("synonyms"),
            rectify: self.rectify_of(&doc.pack, &table),
            flag: self.flag_of(&table),
            standard,
            workflow,
            about,
            fields,
            id,
        })
    }

    /// The kind of unit that the registers of a pack stand within.
    fn pack_within(&self, pack: &str) -> Option<OrgKindId> {
        let found = self.set.packs.iter().find(|info| info.id.as_str() == pack);
        found.and_then(|info| info.within.clone())
    }

    /// Compiles `show` and `computed`, now that all fields are known.
    fn expressions(&self, item: Item<'_>, fields: &mut IndexMap<String, Field>, scope: &Scope) {
        let types: IndexMap<String, Type> =
            fields.iter().map(|(name, field)| (name.clone(), field_type(field))).collect();
        let mut later: Vec<String> = item
            .named()
            .iter()
            .filter(|(_, item)| is_computed(item))
            .map(|(key, _)| key.text.clone())
            .collect();
        for (key, item) in item.named() {
            let (Some(field), Some(table)) = (fields.get_mut(&key.text), item.table(&FIELD)) else {
                continue;
            };
            field.show = table.get("show").and_then(|item| self.formula(item, scope, &Type::Bool));
            let Some(item) = table.get("computed") else { continue };
            field.computed = self.formula(item, scope, types.get(&key.text).unwrap_or(&Type::Null));
            if let Some(formula) = &field.computed
                && let Some(name) =
                    formula.expr.names().into_iter().find(|name| later.iter().any(|own| own == name))
            {
                let message = format!("`{}` is computed before `{name}`, which it needs", key.text);
                let help = "computed fields may only use fields above them".to_owned();
                self.log.error_help(&item.node.place, message, Some(help));
            }
            if field.required {
                item.fail::<()>("a computed field cannot be `required`");
            }
            later.retain(|own| *own != key.text);
        }
    }

    fn rule(&self, table: &Table<'_>, scope: &Scope, fields: &IndexMap<String, Field>) -> Option<Rule> {
        let check = self.formula(table.get("check")?, scope, &Type::Bool)?;
        let asked = table.get("asks").and_then(|item| {
            let name = item.text()?;
            if !fields.contains_key(name) {
                let help = hygeia_expr::did_you_mean(name, fields.keys().map(String::as_str));
                self.log.error_help(&item.node.place, format!("the register has no field `{name}`"), help);
            }
            Some(name.to_owned())
        });
        let named = asked.or_else(|| {
            check.expr.names().into_iter().find(|name| fields.contains_key(*name)).map(str::to_owned)
        });
        let is_warning = table.get("level").and_then(|item| item.text()) == Some("warning");
        Some(Rule {
            field: named,
            message: table.text("message")?,
            severity: if is_warning { Severity::Warning } else { Severity::Error },
            check,
        })
    }

    fn day(&self, table: &Table<'_>, fields: &IndexMap<String, Field>) -> String {
        let day = table.text("day").unwrap_or_else(|| "date".to_owned());
        let place = table.get("day").map_or_else(|| table.head(), |item| item.node.place.clone());
        match fields.get(&day).map(|field| &field.kind) {
            Some(FieldType::Date | FieldType::DateTime) => {}
            Some(_) => self
                .log
                .error(&place, format!("the day `{day}` must be a field of type `date` or `datetime`")),
            None => {
                let dates = fields
                    .values()
                    .filter(|field| matches!(field.kind, FieldType::Date | FieldType::DateTime));
                let help = dates.map(|field| format!("`day: {}`", field.name)).next();
                let message = format!("the register has no field `{day}` for the day of an entry");
                self.log.error_help(&place, message, help.map(|day| format!("add the field, or say {day}")));
            }
        }
        day
    }

    fn key(&self, item: Item<'_>, about: &About, fields: &IndexMap<String, Field>) -> Vec<KeyPart> {
        let part = |item: Item<'_>| match (item.text()?, about) {
            ("child", About::Child) | ("staff", About::Staff) => Some(KeyPart::Subject),
            ("org_unit", _) => Some(KeyPart::OrgUnit),
            (name, _) => {
                let field = self.field_named(item, name, fields, &["child", "staff", "org_unit"])?;
                match field.kind {
                    FieldType::Rows(_) | FieldType::Choices(_) | FieldType::LongText { .. } => {
                        item.fail(format!("`{name}` cannot be part of a key"))
                    }
                    _ => Some(KeyPart::Field(name.to_owned())),
                }
            }
        };
        item.items().into_iter().filter_map(part).collect()
    }

    fn presence(&self, item: Item<'_>, about: &About, fields: &IndexMap<String, Field>) -> Option<String> {
        let field = self.field_named(item, item.text()?, fields, &[])?;
        if *about == About::OrgUnit {
            return item.fail("only a register about people tells who was there");
        }
        if !matches!(field.kind, FieldType::Bool) {
            return item.fail(format!("`{}` must be of type `bool` to say who was there", field.name));
        }
        Some(field.name.clone())
    }

    /// With the fields that have problems of their own, as names of no known type.
    pub(super) fn with_unread(&self, scope: Scope) -> Scope {
        let unread = self.unread.borrow();
        let missing: Vec<&String> = unread.iter().filter(|name| scope.get(name).is_none()).collect();
        missing.into_iter().fold(scope, |scope, name| scope.with(name, Type::Null))
    }

    /// A field by name, or a problem at the item that names it.
    pub(super) fn field_named<'f>(
        &self,
        item: Item<'_>,
        name: &str,
        fields: &'f IndexMap<String, Field>,
        also: &[&str],
    ) -> Option<&'f Field> {
        let found = fields.get(name);
        if found.is_none() && !self.unread.borrow().contains(name) {
            let help = did_you_mean(name, fields.keys().map(String::as_str).chain(also.iter().copied()));
            self.log.error_help(&item.node.place, format!("the register has no field `{name}`"), help);
        }
        found
    }

    fn access(&self, item: Item<'_>) -> IndexMap<RoleId, Access> {
        let mut roles = IndexMap::new();
        for (key, rights) in item.named() {
            if !self.set.roles.contains_key(key.text.as_str()) {
                let help = did_you_mean(&key.text, self.set.roles.keys().map(AsRef::as_ref));
                self.log.error_help(&key.place, format!("unknown role `{}`", key.text), help);
            }
            let mut access = Access::default();
            for right in rights.items() {
                match right.word(&["view", "enter", "edit", "void", "sign"]) {
                    Some("enter") => access.enter = true,
                    Some("edit") => access.edit = true,
                    Some("void") => access.void = true,
                    Some("sign") => access.sign = true,
                    Some(_) | None => {}
                }
                access.view = true;
            }
            roles.insert(RoleId::new(&*key.text), access);
        }
        roles
    }

    /// Fields named by `columns`, and those an extension added; without it the first eight. None that is retired.
    fn columns(&self, table: &Table<'_>, fields: &IndexMap<String, Field>) -> Vec<String> {
        let Some(item) = table.get("columns") else {
            let shown = fields.values().filter(|field| !field.retired).map(|field| field.name.clone());
            // Where an entry stands is worth a column of its own.
            let state = fields.get(STATE).filter(|field| field.by_workflow);
            let own = shown.filter(|name| fields.get(name).is_some_and(|field| !field.by_workflow));
            let room = 8 - usize::from(state.is_some());
            let columns = own.take(room).chain(state.map(|field| field.name.clone())).collect();
            return with_added(columns, fields);
        };
        let named = item.items().into_iter().filter_map(|item| {
            let name = item.text()?;
            self.field_named(item, name, fields, &[]).map(|field| field.name.clone())
        });
        with_added(named.collect(), fields)
    }

    /// What a form that follows from an entry begins with, over the register of that entry.
    fn fills(&self, item: Item<'_>, scope: &Scope, register: &Register) -> IndexMap<String, Vec<Formula>> {
        let mut fills = IndexMap::new();
        for (key, item) in item.named() {
            let Some(field) = self.field_named(item, &key.text, &register.fields, &[]) else { continue };
            if !field.is_typed() {
                item.fail::<()>(format!("`{}` is not typed and cannot be filled in", field.name));
            }
            let formulas: Vec<Formula> =
                item.items().into_iter().filter_map(|item| self.filled_with(item, scope, field)).collect();
            fills.insert(key.text.clone(), formulas);
        }
        fills
    }

    fn filled_with(&self, item: Item<'_>, scope: &Scope, field: &Field) -> Option<Formula> {
        let formula = self.untyped(item, scope)?;
        // A code that is written out must be one of the field.
        if let (Some(choice), Value::Text(code)) = (field.choice(), formula.expr.eval(&NoNames))
            && formula.expr.names().is_empty()
            && choice.option(&code).is_none()
        {
            let help = did_you_mean(&code, choice.options.iter().map(|option| option.code.as_str()));
            let message = format!("`{code}` is not an option of `{}`", field.name);
            self.log.error_help(&item.node.place, message, help);
        }
        Some(formula)
    }

    /// Fields of type `entry` point at registers that exist; what they offer is an expression over those.
    fn finish_entry_fields(&mut self, docs: &[Doc]) {
        for doc in docs.iter().filter(|doc| doc.kind == "register") {
            let table = doc.table(self.log);
            let own = table.as_ref().and_then(|table| table.text("register"));
            let Some(own) = own.map(|name| format!("{}.{name}", doc.pack)) else { continue };
            let fields = table.and_then(|table| table.get("fields"));
            for (key, item) in fields.map(|item| item.named()).unwrap_or_default() {
                let Some(table) = item.table(&FIELD) else { continue };
                let Some(named) = table.get("register").and_then(|item| self.find_register(&doc.pack, item))
                else {
                    continue;
                };
                let Some(named) = self.set.registers.get(named.as_str()) else { continue };
                let mine = self.set.registers.get(own.as_str()).map(|register| &register.about);
                if let Some(item) = table.get("same_subject").filter(|_| table.bool("same_subject"))
                    && (named.about == About::OrgUnit || mine.is_some_and(|mine| *mine != named.about))
                {
                    item.fail::<()>("both registers must be about children, or both about staff");
                }
                let scope = entry_scope(&named.fields, &named.about);
                let formula = table.get("offered").and_then(|item| self.formula(item, &scope, &Type::Bool));
                let monthly = table.get("awaited_every").and_then(|item| item.text()) == Some("month");
                let times = table.get("awaited").and_then(|item| self.formula(item, &scope, &Type::Int));
                for key in ["awaited_every", "awaited_by", "awaited_within"] {
                    if let Some(item) = table.get(key).filter(|_| table.get("awaited").is_none()) {
                        item.fail::<()>("says when what is `awaited` is awaited, which is missing");
                    }
                }
                let by = table.get("awaited_by").and_then(|item| self.formula(item, &scope, &Type::Time));
                let within_days =
                    table.get("awaited_within").and_then(|item| item.parse::<u32>("a number of days"));
                let mine = self.set.registers.get(own.as_str());
                let answered = table.get("answered").zip(mine).and_then(|(item, mine)| {
                    self.formula(item, &entry_scope(&mine.fields, &mine.about), &Type::Bool)
                });
                let led = table.get("fills").zip(mine).map(|(item, mine)| {
                    Box::new(Follows { fills: self.fills(item, &scope, mine), answered })
                });
                if let Some(item) = table.get("answered").filter(|_| table.get("fills").is_none()) {
                    item.fail::<()>("says what leaves nothing to offer, and `fills` is missing");
                }
                let register = self.set.registers.get_mut(own.as_str());
                let field = register.and_then(|register| register.fields.get_mut(&key.text));
                if let Some(FieldType::Entry { offered, awaited, follows, .. }) =
                    field.map(|field| &mut field.kind)
                {
                    *offered = formula;
                    *awaited = times.map(|times| Box::new(Awaited { times, monthly, by, within_days }));
                    *follows = led;
                }
            }
        }
    }
}

/// What a constant sees.
struct NoNames;

impl Names for NoNames {
    fn get(&self, _: &str) -> Value {
        Value::Null
    }
}

fn is_computed(item: &Item<'_>) -> bool {
    item.table(&FIELD).is_some_and(|table| table.get("computed").is_some())
}

/// Whoever may take a transition may read the entries.
fn see_what_they_move(workflow: Option<&Workflow>, access: &mut IndexMap<RoleId, Access>) {
    let transitions = workflow.iter().flat_map(|workflow| workflow.transitions.values());
    for role in transitions.flat_map(|transition| &transition.who) {
        access.entry(role.clone()).or_default().view = true;
    }
}

/// The implied measure: all entries of a register.
fn entries_measure(register: &Register) -> Measure {
    Measure {
        id: MeasureId::new(format!("{}:entries", register.id)),
        title: Title { zh: format!("{}份数", register.title.zh), en: register.title.en.clone() },
        kind: MeasureKind::Count { register: register.id.clone(), filter: None },
        by: None,
        unit: "份".to_owned(),
        within: None,
        since: None,
        implied: true,
    }
}

/// Columns without those that are retired, with those an extension added.
pub(super) fn with_added(mut columns: Vec<String>, fields: &IndexMap<String, Field>) -> Vec<String> {
    columns.retain(|name| fields.get(name).is_none_or(|field| !field.retired));
    let added = fields.values().filter(|field| field.is_added && !field.retired);
    for field in added {
        if !columns.contains(&field.name) {
            columns.push(field.name.clone());
        }
    }
    columns
}
