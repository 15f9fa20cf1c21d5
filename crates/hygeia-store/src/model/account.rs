//! Accounts and how they come in.

use super::{AccountId, OrgUnitId, PersonId};
use hygeia_pack::model::RoleId;
use jiff::Timestamp;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Id within the county.
    pub id: AccountId,
    /// Login name, unique in the county.
    pub login: String,
    /// Name that signs.
    pub name: String,
    /// PHC string of the password's hash.
    pub password_hash: String,
    /// Person of the directory it belongs to.
    pub person: Option<PersonId>,
    /// May not sign in.
    pub disabled: bool,
    /// Pages in English.
    pub english: bool,
}

/// A role held at a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Role.
    pub role: RoleId,
    /// Unit, with its subtree.
    pub unit: OrgUnitId,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Hash of the cookie's secret.
    pub hash: String,
    /// Account.
    pub account: AccountId,
    /// Token of unsafe requests.
    pub csrf: String,
    /// End.
    pub expires: Timestamp,
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Hash of the token.
    pub hash: String,
    /// Account it acts for.
    pub account: AccountId,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// End, if it has one.
    pub expires: Option<Timestamp>,
}
