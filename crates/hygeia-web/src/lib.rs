//! hygeia-web
