//! Accounts (账号): sign-in, sessions, API tokens, roles scoped to units.

use crate::actor::{Actor, Right, RoleAt};
use crate::directory::Directory;
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use hygeia_pack::model::{OrgKindId, PackSet, RoleId};
use hygeia_store::{
    Account, AccountId, CountyId, Grant, NewChange, OrgUnitId, PersonId, Reader, Session, Token,
};
use jiff::{Timestamp, ToSpan};

/// Hours a session lasts without signing in again.
const SESSION_HOURS: i64 = 12;
/// Shortest password accepted.
const SHORTEST_PASSWORD: usize = 8;

/// A session just made: the secret goes into the cookie, only its hash is stored.
#[derive(Debug)]
pub struct SignedIn {
    /// Cookie value.
    pub secret: String,
    /// Token every unsafe request must carry.
    pub csrf: String,
    /// The account.
    pub account: AccountId,
}

/// What an administrator fills in for an account.
#[derive(Debug, Clone, Default)]
pub struct AccountDraft {
    /// Login name.
    pub login: String,
    /// Name that signs.
    pub name: String,
    /// New password; unchanged when `None`.
    pub password: Option<String>,
    /// Roles with their units.
    pub roles: Vec<RoleAt>,
    /// Person of the directory this account belongs to.
    pub person: Option<PersonId>,
}

impl Work {
    /// Checks login and password; slow on purpose. The answer does not tell which of the two was wrong; only who knows
    /// the password of a disabled account is told so.
    pub fn sign_in(&self, login: &str, password: &str, now: Timestamp) -> Result<SignedIn> {
        let refused = || WorkError::Denied("账号或密码不正确".into());
        let county = self.county;
        let account = self.store.read(|reader| reader.account_by_login(county, login.trim()))?;
        // The same work is done for an unknown login, so that time tells nothing.
        let hash = account.as_ref().map_or(UNKNOWN_HASH, |account| account.password_hash.as_str());
        let matches = PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        let account = account.filter(|_| matches).ok_or_else(refused)?;
        if account.disabled {
            return Err(WorkError::Denied("此账号已停用，如需使用请联系本单位管理员".into()));
        }
        let (secret, csrf) = (random_text()?, random_text()?);
        let session = Session {
            hash: hash_of(&secret),
            account: account.id,
            csrf: csrf.clone(),
            expires: now.checked_add(SESSION_HOURS.hours()).unwrap_or(now),
        };
        self.store.write(move |writer| writer.session_put(county, &session))?;
        Ok(SignedIn { secret, csrf, account: account.id })
    }

    /// The actor of a session cookie, with its CSRF token; `None` when unknown, expired or disabled.
    pub fn session(&self, secret: &str, now: Timestamp) -> Result<Option<(Actor, String)>> {
        let (county, hash) = (self.county, hash_of(secret));
        Ok(self.store.read(|reader| {
            let session = reader.session_get(county, &hash)?.filter(|session| session.expires > now);
            let Some(session) = session else { return Ok(None) };
            Ok(actor_as_of(reader, county, session.account, now)?.map(|actor| (actor, session.csrf)))
        })?)
    }

    /// Ends a session.
    pub fn sign_out(&self, secret: &str) -> Result<()> {
        let county = self.county;
        let hash = hash_of(secret);
        Ok(self.store.write(move |writer| writer.session_delete(county, &hash))?)
    }

    /// The actor of an API token; `None` when unknown, expired or disabled.
    pub fn token_actor(&self, token: &str, now: Timestamp) -> Result<Option<Actor>> {
        let (county, hash) = (self.county, hash_of(token));
        Ok(self.store.read(|reader| {
            let is_over = |token: &Token| token.expires.is_some_and(|expires| expires <= now);
            let Some(token) = reader.token_get(county, &hash)?.filter(|token| !is_over(token)) else {
                return Ok(None);
            };
            actor_as_of(reader, county, token.account, now)
        })?)
    }

    /// Makes an API token for the actor's own account; the text is shown once.
    pub fn token_make(&self, actor: &Actor, label: &str) -> Result<String> {
        let label = label.trim().to_owned();
        if label.is_empty() || label.chars().count() > 60 {
            return Err(WorkError::Invalid(vec![FieldProblem::error(
                "label",
                "请填写令牌用途（最多 60 字）",
            )]));
        }
        let county = self.county;
        let text = random_text()?;
        let token = Token {
            hash: hash_of(&text),
            account: actor.account,
            label,
            created_at: actor.now,
            expires: None,
        };
        self.store.write(move |writer| writer.token_put(county, &token))?;
        Ok(text)
    }

    /// The actor's API tokens.
    pub fn token_list(&self, actor: &Actor) -> Result<Vec<hygeia_store::Token>> {
        let county = self.county;
        Ok(self.store.read(|reader| reader.token_list(county, actor.account))?)
    }

    /// Withdraws one of the actor's API tokens.
    pub fn token_delete(&self, actor: &Actor, hash: &str) -> Result<()> {
        let county = self.county;
        let (account, hash) = (actor.account, hash.to_owned());
        Ok(self.store.write(move |writer| writer.token_delete(county, account, &hash))?)
    }

    /// The actor an account is at this moment; `None` when disabled.
    pub fn actor_of(&self, account: AccountId, now: Timestamp) -> Result<Option<Actor>> {
        Ok(self.store.read(|reader| actor_as_of(reader, self.county, account, now))?)
    }

    /// Accounts with a role at or below `unit`, and their roles.
    pub fn account_list(&self, actor: &Actor, unit: OrgUnitId) -> Result<Vec<(Account, Vec<RoleAt>)>> {
        let directory = self.directory();
        actor.must_have(&self.packs(), &directory, Right::ManagePeople, unit)?;
        let county = self.county;
        let accounts = self.store.read(|reader| {
            let mut found = Vec::new();
            for account in reader.account_list(county)? {
                let grants = reader.grant_list(county, account.id)?;
                found.push((account, grants));
            }
            Ok(found)
        })?;
        Ok(accounts
            .into_iter()
            .map(|(account, grants)| {
                let roles: Vec<RoleAt> =
                    grants.into_iter().map(|grant| RoleAt { role: grant.role, unit: grant.unit }).collect();
                (account, roles)
            })
            .filter(|(_, roles)| roles.iter().any(|held| directory.is_within(held.unit, unit)))
            .collect())
    }

    /// Makes an account or changes one. Nobody gives a role at a unit they do not manage, and nobody changes an
    /// account that holds one there.
    pub fn account_save(
        &self,
        actor: &Actor,
        id: Option<AccountId>,
        draft: &AccountDraft,
    ) -> Result<AccountId> {
        let packs = self.packs();
        let directory = self.directory();
        let county = self.county;
        let before = match id {
            Some(id) => Some(self.managed_account(actor, id)?),
            None => None,
        };
        let mut problems = Vec::new();
        let login = draft.login.trim().to_owned();
        if login.is_empty() || login.len() > 60 || login.contains(char::is_whitespace) {
            problems.push(FieldProblem::error("login", "请填写登录名（不含空格，最多 60 个字符）"));
        }
        if draft.name.trim().is_empty() || draft.name.chars().count() > 40 {
            problems.push(FieldProblem::error("name", "请填写姓名（最多 40 字）"));
        }
        match (&draft.password, &before) {
            (Some(password), _) if password.chars().count() < SHORTEST_PASSWORD => {
                problems.push(FieldProblem::error("password", format!("密码至少 {SHORTEST_PASSWORD} 位")));
            }
            (None, None) => problems.push(FieldProblem::error("password", "请设置密码")),
            _ => {}
        }
        if draft.roles.is_empty() {
            problems.push(FieldProblem::error("roles", "请至少选择一个角色及其机构"));
        }
        // What somebody holds already stays, whoever granted it.
        let kept = match id {
            Some(id) => self.store.read(|reader| reader.grant_list(county, id))?,
            None => Vec::new(),
        };
        for held in &draft.roles {
            actor.must_have(&packs, &directory, Right::ManagePeople, held.unit)?;
            if kept.iter().any(|grant| (&grant.role, grant.unit) == (&held.role, held.unit)) {
                continue;
            }
            let refused = may_grant(&packs, &directory, actor, &held.role, held.unit);
            problems.extend(refused.err().map(|message| FieldProblem::error("roles", message)));
        }
        let taken = self.store.read(|reader| reader.account_by_login(county, &login))?;
        if taken.is_some_and(|other| Some(other.id) != id) {
            problems.push(FieldProblem::error("login", format!("登录名“{login}”已被使用")));
        }
        if !problems.is_empty() {
            return Err(WorkError::Invalid(problems));
        }
        let password_hash = match (&draft.password, &before) {
            (Some(password), _) => hash_password(password)?,
            (None, Some(before)) => before.password_hash.clone(),
            (None, None) => return Err(WorkError::Bad("请设置密码".into())),
        };
        let account = Account {
            id: id.unwrap_or(AccountId(0)),
            login,
            name: draft.name.trim().to_owned(),
            password_hash,
            person: draft.person,
            disabled: before.as_ref().is_some_and(|before| before.disabled),
            english: before.as_ref().is_some_and(|before| before.english),
        };
        let grants: Vec<Grant> =
            draft.roles.iter().map(|held| Grant { role: held.role.clone(), unit: held.unit }).collect();
        let change =
            self.account_change(actor, "save", &account.login, draft.roles.first().map(|held| held.unit));
        Ok(self.store.write(move |writer| {
            let id = writer.account_put(county, &account)?;
            writer.grant_set(county, id, &grants)?;
            writer.change_append(county, &change)?;
            Ok(id)
        })?)
    }

    /// Roles the actor may grant somewhere at a unit or below it, in the order of the packs.
    pub fn roles_to_grant(&self, actor: &Actor, unit: OrgUnitId) -> Vec<RoleId> {
        let (packs, directory) = (self.packs(), self.directory());
        let units = directory.subtree(unit);
        let somewhere = |role: &&RoleId| {
            units.iter().any(|unit| may_grant(&packs, &directory, actor, role, unit.id).is_ok())
        };
        packs.roles.keys().filter(somewhere).cloned().collect()
    }

    /// Disables or enables an account; disabling ends its sessions.
    pub fn account_disable(&self, actor: &Actor, id: AccountId, disabled: bool) -> Result<()> {
        if id == actor.account {
            return Err(WorkError::Bad("不能停用自己的账号".into()));
        }
        let mut account = self.managed_account(actor, id)?;
        account.disabled = disabled;
        let county = self.county;
        let change =
            self.account_change(actor, if disabled { "disable" } else { "enable" }, &account.login, None);
        Ok(self.store.write(move |writer| {
            writer.account_put(county, &account)?;
            if disabled {
                writer.session_delete_all(county, account.id)?;
            }
            writer.change_append(county, &change)?;
            Ok(())
        })?)
    }

    /// Changes the actor's own password.
    pub fn password_change(&self, actor: &Actor, old: &str, new: &str) -> Result<()> {
        let county = self.county;
        let mut account = self
            .store
            .read(|reader| reader.account_get(county, actor.account))?
            .ok_or_else(|| WorkError::NotFound("该账号".into()))?;
        let matches = PasswordHash::new(&account.password_hash)
            .is_ok_and(|hash| Argon2::default().verify_password(old.as_bytes(), &hash).is_ok());
        if !matches {
            return Err(WorkError::Invalid(vec![FieldProblem::error("old", "原密码不正确")]));
        }
        if new.chars().count() < SHORTEST_PASSWORD {
            let message = format!("密码至少 {SHORTEST_PASSWORD} 位");
            return Err(WorkError::Invalid(vec![FieldProblem::error("new", message)]));
        }
        account.password_hash = hash_password(new)?;
        self.store.write(move |writer| writer.account_put(county, &account))?;
        Ok(())
    }

    /// Sets the language switch of the actor's account.
    pub fn language_set(&self, actor: &Actor, english: bool) -> Result<()> {
        let county = self.county;
        let found = self.store.read(|reader| reader.account_get(county, actor.account))?;
        let Some(mut account) = found else { return Err(WorkError::NotFound("该账号".into())) };
        account.english = english;
        self.store.write(move |writer| writer.account_put(county, &account))?;
        Ok(())
    }

    /// The account, if the actor manages every unit it holds a role at.
    fn managed_account(&self, actor: &Actor, id: AccountId) -> Result<Account> {
        let (packs, directory) = (self.packs(), self.directory());
        let county = self.county;
        let found = self
            .store
            .read(|reader| Ok((reader.account_get(county, id)?, reader.grant_list(county, id)?)))?;
        let (Some(account), grants) = found else { return Err(WorkError::NotFound("该账号".into())) };
        for grant in &grants {
            actor
                .must_have(&packs, &directory, Right::ManagePeople, grant.unit)
                .map_err(|_| WorkError::NotFound("该账号".into()))?;
        }
        Ok(account)
    }

    fn account_change(&self, actor: &Actor, action: &str, login: &str, unit: Option<OrgUnitId>) -> NewChange {
        NewChange {
            action: action.into(),
            noun: "account".into(),
            reference: login.to_owned(),
            unit,
            before: serde_json::Value::Null,
            after: serde_json::Value::Null,
            reason: None,
            actor: signer(actor),
            at: actor.now,
        }
    }

    /// Makes an account without asking who: for the first administrator and the demo.
    pub fn account_bootstrap(
        &self,
        login: &str,
        name: &str,
        password_hash: &str,
        roles: &[(RoleId, OrgUnitId)],
    ) -> Result<AccountId> {
        let county = self.county;
        let account = Account {
            id: AccountId(0),
            login: login.to_owned(),
            name: name.to_owned(),
            password_hash: password_hash.to_owned(),
            person: None,
            disabled: false,
            english: false,
        };
        let grants: Vec<Grant> =
            roles.iter().map(|(role, unit)| Grant { role: role.clone(), unit: *unit }).collect();
        Ok(self.store.write(move |writer| {
            let id = writer.account_put(county, &account)?;
            writer.grant_set(county, id, &grants)?;
            Ok(id)
        })?)
    }
}

/// A hash no password matches, of the usual cost.
const UNKNOWN_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$6UtzXf1bVyYd2lAcqNCx1RZTQUDQZsKT7s3XoMtyxqA";

/// Hashes a password with argon2id and a fresh salt.
pub fn hash_password(password: &str) -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| WorkError::Bad("系统随机数不可用".into()))?;
    let failed = |_| WorkError::Bad("密码无法保存".into());
    let salt = SaltString::encode_b64(&bytes).map_err(failed)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// 32 random bytes as text.
fn random_text() -> Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| WorkError::Bad("系统随机数不可用".into()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The actor that an account is at a moment; `None` when there is no such account or it is disabled.
fn actor_as_of(
    reader: &mut Reader<'_>,
    county: CountyId,
    account: AccountId,
    now: Timestamp,
) -> hygeia_store::Result<Option<Actor>> {
    let found = reader.account_get(county, account)?.filter(|account| !account.disabled);
    let Some(account) = found else { return Ok(None) };
    let grants = reader.grant_list(county, account.id)?;
    Ok(Some(Actor {
        account: account.id,
        name: account.name,
        roles: grants.into_iter().map(|grant| RoleAt { role: grant.role, unit: grant.unit }).collect(),
        now,
        english: account.english,
    }))
}

fn hash_of(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

/// Whether the actor may give a role at a unit; why not, when not. A role is held at the kinds of unit its pack names,
/// and nobody gives a right to design registers that they have not themselves.
fn may_grant(
    packs: &PackSet,
    directory: &Directory,
    actor: &Actor,
    role: &RoleId,
    unit: OrgUnitId,
) -> std::result::Result<(), String> {
    let known = packs.roles.get(role).ok_or_else(|| format!("没有角色“{role}”"))?;
    let kind = directory.get(unit).map(|unit| &unit.kind);
    let kind_title = |kind: &OrgKindId| {
        packs.org_kinds.get(kind).map_or_else(|| kind.to_string(), |kind| kind.title.zh.clone())
    };
    if let Some(kind) = kind.filter(|kind| !known.at.is_empty() && !known.at.contains(kind)) {
        let at: Vec<String> = known.at.iter().map(kind_title).collect();
        return Err(format!("“{}”设在{}，不能设在{}", known.title.zh, at.join("、"), kind_title(kind)));
    }
    if known.designs && !actor.has_right(packs, directory, Right::Design, unit) {
        return Err(format!("“{}”可以设计登记表，您没有这项权限，不能授予", known.title.zh));
    }
    Ok(())
}
