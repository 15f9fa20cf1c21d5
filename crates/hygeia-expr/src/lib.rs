//! hygeia-expr
