//! Expressions of packs: their scopes, and their problems in the file's own places.

use super::Loader;
use crate::item::Item;
use crate::model::{About, Field, FieldType, Formula, PREVIOUS};
use crate::yaml::Data;
use hygeia_expr::{Dialect, EnumType, Scope, Type, compile, compile_as};
use indexmap::IndexMap;
use std::sync::Arc;

impl Loader<'_> {
    pub(super) fn formula(&self, item: Item<'_>, scope: &Scope, expected: &Type) -> Option<Formula> {
        let source = item.text()?;
        let Data::Scalar { verbatim, .. } = item.node.data else { return None };
        match compile_as(source, scope, self.functions, expected) {
            Ok(expr) => Some(Formula { source: source.trim().to_owned(), expr }),
            Err(problems) => {
                for problem in problems {
                    self.log.in_expression(&item.node.place, verbatim, problem);
                }
                None
            }
        }
    }

    /// An expression of whatever type.
    pub(super) fn untyped(&self, item: Item<'_>, scope: &Scope) -> Option<Formula> {
        let source = item.text()?;
        let Data::Scalar { verbatim, .. } = item.node.data else { return None };
        match compile(source, scope, self.functions) {
            Ok(expr) => Some(Formula { source: source.trim().to_owned(), expr }),
            Err(problems) => {
                for problem in problems {
                    self.log.in_expression(&item.node.place, verbatim, problem);
                }
                None
            }
        }
    }

    /// A condition that both databases can evaluate.
    pub(super) fn filter(&self, item: Item<'_>, scope: &Scope) -> Option<Formula> {
        let formula = self.formula(item, scope, &Type::Bool)?;
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            if let Err(refused) = formula.expr.to_sql(dialect, &str::to_owned) {
                let message = format!("this condition cannot run in the database: {}", refused.message);
                let verbatim = matches!(item.node.data, Data::Scalar { verbatim: true, .. });
                let help =
                    "compute it in a field of the register (`computed:`) and name that field here".to_owned();
                let problem = hygeia_expr::Problem { span: refused.span, message, help: Some(help) };
                self.log.in_expression(&item.node.place, verbatim, problem);
                return None;
            }
        }
        Some(formula)
    }
}

/// The type a field has in expressions.
pub(crate) fn field_type(field: &Field) -> Type {
    let codes = |choice: &crate::model::Choice| {
        let name = choice.list.as_ref().map_or(field.name.as_str(), |list| list.as_str());
        Type::Enum(EnumType::shared(name, choice.options.iter().map(|option| option.code.as_str())))
    };
    match &field.kind {
        FieldType::Text { .. }
        | FieldType::LongText { .. }
        | FieldType::Entry { .. }
        | FieldType::Drawing
        | FieldType::Signature => Type::Text,
        FieldType::Photo { .. } => Type::List(Box::new(Type::Text)),
        FieldType::Int { .. } | FieldType::Person { .. } | FieldType::OrgUnit { .. } => Type::Int,
        FieldType::Decimal { .. } => Type::Decimal,
        FieldType::Bool => Type::Bool,
        FieldType::Date => Type::Date,
        FieldType::Time => Type::Time,
        FieldType::DateTime => Type::DateTime,
        FieldType::Choice(choice) => codes(choice),
        FieldType::Choices(choice) => Type::List(Box::new(codes(choice))),
        FieldType::Rows(fields) => {
            let cells = fields.iter().map(|(name, field)| (name.clone(), field_type(field))).collect();
            Type::List(Box::new(Type::Row(Arc::new(cells))))
        }
    }
}

/// What a stored entry holds: the scope of a measure's or duty's filter.
pub(super) fn stored_scope(fields: &IndexMap<String, Field>) -> Scope {
    fields.iter().fold(Scope::new(), |scope, (name, field)| scope.with(name, field_type(field)))
}

/// What an entry's rules see: with `previous.field`, what the same person's earlier entries say last.
pub(super) fn rule_scope(scope: &Scope, fields: &IndexMap<String, Field>, about: &About) -> Scope {
    if *about == About::OrgUnit {
        return scope.clone();
    }
    fields.iter().fold(scope.clone(), |scope, (name, field)| {
        scope.with(format!("{PREVIOUS}{name}"), field_type(field))
    })
}

/// What an entry's conditions and computed fields see.
pub(super) fn entry_scope(fields: &IndexMap<String, Field>, about: &About) -> Scope {
    let scope = stored_scope(fields).with("today", Type::Date);
    match about {
        About::OrgUnit => scope,
        About::Child | About::Staff => scope
            .with("subject.birth", Type::Date)
            .with("subject.sex", Type::Enum(EnumType::shared("sex", ["male", "female"])))
            .with("subject.name", Type::Text),
    }
}
