//! Who acts, when, and what they may do (角色 × 台账 × 动作 × 机构范围).

use crate::directory::Directory;
use crate::error::{Result, WorkError};
use hygeia_pack::model::{Access, PackSet, Register, RoleId};
use hygeia_store::{AccountId, OrgUnitId};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// A role held at a unit; it reaches the unit's whole subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAt {
    /// The role.
    pub role: RoleId,
    /// The unit it is scoped to.
    pub unit: OrgUnitId,
}

/// No account of a person: the system itself.
const SYSTEM: AccountId = AccountId(0);

/// The signed-in account at the moment of its request. Use cases read the clock only here.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Account.
    pub account: AccountId,
    /// Name that signs.
    pub name: String,
    /// Roles with their scopes.
    pub roles: Vec<RoleAt>,
    /// Moment of the request.
    pub now: Timestamp,
    /// Whether the English switch is on.
    pub english: bool,
}

/// What is done to a register's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read.
    View,
    /// Make.
    Enter,
    /// Change.
    Edit,
    /// Void (作废).
    Void,
    /// Sign.
    Sign,
}

impl Action {
    fn allowed_by(self, access: &Access) -> bool {
        match self {
            Action::View => access.view,
            Action::Enter => access.enter,
            Action::Edit => access.edit,
            Action::Void => access.void,
            Action::Sign => access.sign,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Action::View => "查看",
            Action::Enter => "登记",
            Action::Edit => "修改",
            Action::Void => "作废",
            Action::Sign => "签名",
        }
    }
}

/// A right that a role carries besides its registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Units, people, accounts.
    ManagePeople,
    /// Registers and calendar.
    Design,
    /// Plans and reports.
    Plan,
}

/// China Standard Time; the county's civil clock.
pub fn county_time_zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

impl Actor {
    /// The civil date and time of the request in the county.
    pub fn local(&self) -> DateTime {
        self.now.to_zoned(county_time_zone()).datetime()
    }

    /// The civil day of the request.
    pub fn today(&self) -> Date {
        self.local().date()
    }

    /// The system itself, with every role at the top units: for the command line of whoever holds the database.
    pub fn system(packs: &PackSet, directory: &Directory, now: Timestamp) -> Self {
        let at_top = |role: &RoleId| {
            directory.roots().map(|unit| RoleAt { role: role.clone(), unit: unit.id }).collect::<Vec<_>>()
        };
        Self {
            account: SYSTEM,
            name: "系统".into(),
            roles: packs.roles.keys().flat_map(at_top).collect(),
            now,
            english: false,
        }
    }

    /// Whether any of the actor's roles reaches `unit`.
    pub fn reaches(&self, directory: &Directory, unit: OrgUnitId) -> bool {
        self.roles.iter().any(|held| directory.is_within(unit, held.unit))
    }

    /// Whether `action` on `register` is allowed for entries of `unit`.
    pub fn may(&self, directory: &Directory, register: &Register, action: Action, unit: OrgUnitId) -> bool {
        directory.is_kept_at(register, unit)
            && self.granted(register, action).any(|scope| directory.is_within(unit, scope))
    }

    /// Units in whose subtrees the actor's roles allow `action` on `register`.
    fn granted(&self, register: &Register, action: Action) -> impl Iterator<Item = OrgUnitId> {
        let allows = move |held: &&RoleAt| {
            register.access.get(&held.role).is_some_and(|access| action.allowed_by(access))
        };
        self.roles.iter().filter(allows).map(|held| held.unit)
    }

    /// Like [`Actor::may`], with the refusal as an error.
    pub fn must(
        &self,
        directory: &Directory,
        register: &Register,
        action: Action,
        unit: OrgUnitId,
    ) -> Result<()> {
        if self.may(directory, register, action, unit) {
            return Ok(());
        }
        // A unit outside the actor's reach is not confirmed to exist.
        if !self.reaches(directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        if !directory.is_kept_at(register, unit) {
            let title = directory.full_title(unit);
            return Err(WorkError::Denied(format!("{title}不使用“{}”", register.title.zh)));
        }
        Err(WorkError::Denied(format!("您的角色不能{}“{}”", action.title(), register.title.zh)))
    }

    /// Whether the actor can do `action` on `register` for any unit at all.
    pub fn may_somewhere(&self, directory: &Directory, register: &Register, action: Action) -> bool {
        self.granted(register, action).any(|scope| directory.has_place(register, scope))
    }

    /// Whether the actor can do `action` on `register` for `unit` or for any unit below it.
    pub fn may_below(
        &self,
        directory: &Directory,
        register: &Register,
        action: Action,
        unit: OrgUnitId,
    ) -> bool {
        self.granted(register, action).any(|scope| {
            if directory.is_within(unit, scope) {
                directory.has_place(register, unit)
            } else {
                directory.is_within(scope, unit) && directory.has_place(register, scope)
            }
        })
    }

    /// Whether a role with `right` reaches `unit`.
    pub fn has_right(&self, packs: &PackSet, directory: &Directory, right: Right, unit: OrgUnitId) -> bool {
        self.carriers(packs, right).any(|scope| directory.is_within(unit, scope))
    }

    /// Whether a role with `right` is held in `house` or a part of it, not from above; the system holds all.
    pub(crate) fn has_right_within(
        &self,
        packs: &PackSet,
        directory: &Directory,
        right: Right,
        house: OrgUnitId,
    ) -> bool {
        self.account == SYSTEM || self.carriers(packs, right).any(|scope| directory.is_within(scope, house))
    }

    /// Units whose roles carry `right`.
    fn carriers(&self, packs: &PackSet, right: Right) -> impl Iterator<Item = OrgUnitId> {
        let carries = move |held: &&RoleAt| {
            packs.roles.get(&held.role).is_some_and(|role| match right {
                Right::ManagePeople => role.manages_people,
                Right::Design => role.designs,
                Right::Plan => role.plans,
            })
        };
        self.roles.iter().filter(carries).map(|held| held.unit)
    }

    /// Like [`Actor::has_right`], with the refusal as an error.
    pub fn must_have(
        &self,
        packs: &PackSet,
        directory: &Directory,
        right: Right,
        unit: OrgUnitId,
    ) -> Result<()> {
        if self.has_right(packs, directory, right, unit) {
            return Ok(());
        }
        if !self.reaches(directory, unit) {
            return Err(WorkError::NotFound("该机构".into()));
        }
        let what = match right {
            Right::ManagePeople => "管理机构、人员和账号",
            Right::Design => "设计登记表和日历",
            Right::Plan => "管理计划与总结",
        };
        Err(WorkError::Denied(format!("您的角色不能{what}")))
    }

    /// Units the actor's roles are scoped to, highest first, without those inside another.
    pub fn home_units(&self, directory: &Directory) -> Vec<OrgUnitId> {
        let mut homes: Vec<OrgUnitId> = Vec::new();
        let mut scopes: Vec<OrgUnitId> = self.roles.iter().map(|held| held.unit).collect();
        scopes.sort_by_key(|unit| directory.get(*unit).map_or(0, |unit| unit.path.len()));
        for unit in scopes {
            if !homes.iter().any(|home| directory.is_within(unit, *home)) {
                homes.push(unit);
            }
        }
        homes
    }
}
