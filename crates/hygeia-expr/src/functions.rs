//! Functions that expressions may call besides the built-in ones.

use crate::builtin::Builtin;
use crate::ty::Type;
use crate::value::Value;
use indexmap::IndexMap;
use std::sync::Arc;

/// A function with a fixed signature, e.g. `growth.haz`.
#[derive(Debug, Clone)]
pub struct FunctionDef {
    /// Name as called, dotted: `growth.haz`.
    pub name: String,
    /// Types of the parameters, in order.
    pub params: Vec<Type>,
    /// Type of the result.
    pub result: Type,
    /// What it computes, for the reference.
    pub doc: String,
    /// The computation. Arguments have the declared types or are missing; ints arrive as decimals where a
    /// decimal is declared.
    pub eval: fn(&[Value]) -> Value,
}

/// The functions known to the compiler.
#[derive(Debug, Clone, Default)]
pub struct Functions {
    defined: IndexMap<String, Arc<FunctionDef>>,
}

impl Functions {
    /// The built-in functions of the language only.
    pub fn standard() -> Self {
        Self::default()
    }

    /// Adds a function; one of the same name is replaced.
    pub fn register(&mut self, function: FunctionDef) -> &mut Self {
        self.defined.insert(function.name.clone(), Arc::new(function));
        self
    }

    /// A registered function by name.
    pub fn get(&self, name: &str) -> Option<&Arc<FunctionDef>> {
        self.defined.get(name)
    }

    /// The registered functions, in order.
    pub fn registered(&self) -> impl Iterator<Item = &FunctionDef> {
        self.defined.values().map(Arc::as_ref)
    }

    /// Names of all functions, built-in ones first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        Builtin::ALL.iter().map(|builtin| builtin.name()).chain(self.defined.keys().map(String::as_str))
    }

    /// Reference of all functions: signature and what it does, built-in ones first.
    pub fn reference(&self) -> Vec<(String, String)> {
        let defined = self.defined.values().map(|function| {
            let params: Vec<String> = function.params.iter().map(Type::to_string).collect();
            (format!("{}({}) → {}", function.name, params.join(", "), function.result), function.doc.clone())
        });
        let built_in =
            Builtin::ALL.iter().map(|builtin| (builtin.signature().to_owned(), builtin.doc().to_owned()));
        built_in.chain(defined).collect()
    }
}
