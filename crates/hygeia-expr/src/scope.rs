//! The names an expression may use, with their types.

use crate::ty::Type;
use indexmap::IndexMap;

/// Names in scope. A name may be dotted (`subject.birth`).
#[derive(Debug, Clone, Default)]
pub struct Scope {
    names: IndexMap<String, Type>,
    exact: bool,
}

impl Scope {
    /// No names.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more name. A name of type [`Type::Null`] is one whose type is not known: what it is part of is
    /// not checked, so that a mistake made elsewhere is not reported again.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, ty: Type) -> Self {
        self.add(name, ty);
        self
    }

    /// Adds a name, or changes its type.
    pub fn add(&mut self, name: impl Into<String>, ty: Type) {
        self.names.insert(name.into(), ty);
    }

    /// With `/` always exact: 1 / 2 is 0.5, as formulas of indicators need it. Without, an int divided by an
    /// int is truncated, as in CEL.
    #[must_use]
    pub fn exact_division(mut self) -> Self {
        self.exact = true;
        self
    }

    /// The type of a name.
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.names.get(name)
    }

    /// All names, in the order they were added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }
}
