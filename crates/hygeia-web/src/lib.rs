//! HTTP: pages rendered on the server, the JSON API, sessions.
//!
//! Every handler does the same: read the request into a `visit::Visit`, call one or two use cases of
//! `hygeia-work`, draw what came back with `view`. Permission is the use case's; a page decides nothing. Pages
//! work without scripts except the sheet, which lives in the browser; scripts and styles are files of their own,
//! so that the content policy forbids everything inline.

mod api;
mod assets;
mod pages;
mod refusal;
mod reply;
mod serve;
mod shown;
mod view;
mod visit;

pub use reply::tidy_after_files;
pub use serve::{router, serve};
