//! What pages are drawn with: the shell around them, icons, and the pieces they share.

pub(crate) mod address;
pub(crate) mod choices;
pub(crate) mod clock;
pub(crate) mod fields;
pub(crate) mod icons;
pub(crate) mod marked;
pub(crate) mod pieces;
pub(crate) mod profile;
pub(crate) mod shell;
