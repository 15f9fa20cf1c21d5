//! What can be said about packs: the reference in Markdown, the JSON Schema, the skeleton of a new pack.

mod ledger;
mod reference;
mod schema;
mod skeleton;

pub use reference::doc;
pub use schema::json_schema;
pub use skeleton::{NotAName, new_pack};
