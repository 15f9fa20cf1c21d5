//! A compiled expression.

use crate::ir::Node;
use crate::ty::Type;
use std::sync::Arc;

/// An expression that has been parsed and type-checked.
#[derive(Debug, Clone)]
pub struct Expr {
    pub(crate) root: Arc<Node>,
    pub(crate) names: Arc<[Arc<str>]>,
}

impl Expr {
    pub(crate) fn new(root: Node) -> Self {
        let mut names = Vec::new();
        root.collect_names(&mut names);
        Self { root: Arc::new(root), names: names.into() }
    }

    /// Type of its value.
    pub fn ty(&self) -> &Type {
        &self.root.ty
    }

    /// The names of the scope it reads, in order of first use.
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(|name| &**name).collect()
    }
}
