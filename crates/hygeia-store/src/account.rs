//! Accounts, the roles they hold, sessions and API tokens.

use crate::db::{Row, first, params};
use crate::error::{Result, StoreError};
use crate::model::{Account, AccountId, CountyId, Grant, OrgUnitId, Session, Token};
use crate::store::{Reader, Writer};
use crate::table::person_id;
use hygeia_pack::model::RoleId;
use jiff::Timestamp;

const ACCOUNT: &str =
    "SELECT id, login, name, password_hash, person, disabled, english FROM account WHERE county = ?";
const TOKEN: &str = "SELECT hash, account, label, created_at, expires FROM token WHERE county = ?";

fn read_account(row: &mut Row) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.int()?),
        login: row.text()?,
        name: row.text()?,
        password_hash: row.text()?,
        person: row.int_or_null()?.map(person_id).transpose()?,
        disabled: row.flag()?,
        english: row.flag()?,
    })
}

fn read_token(row: &mut Row) -> Result<Token> {
    Ok(Token {
        hash: row.text()?,
        account: AccountId(row.int()?),
        label: row.text()?,
        created_at: row.parsed()?,
        expires: row.parsed_or_null()?,
    })
}

impl Reader<'_> {
    /// All accounts of the county, by login.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn account_list(&mut self, county: CountyId) -> Result<Vec<Account>> {
        let rows = self.conn.query(&format!("{ACCOUNT} ORDER BY login"), params![county.0])?;
        rows.into_iter().map(|mut row| read_account(&mut row)).collect()
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn account_get(&mut self, county: CountyId, id: AccountId) -> Result<Option<Account>> {
        let row = first(&mut *self.conn, &format!("{ACCOUNT} AND id = ?"), params![county.0, id.0])?;
        row.map(|mut row| read_account(&mut row)).transpose()
    }

    /// The account with a login name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn account_by_login(&mut self, county: CountyId, login: &str) -> Result<Option<Account>> {
        let row = first(&mut *self.conn, &format!("{ACCOUNT} AND login = ?"), params![county.0, login])?;
        row.map(|mut row| read_account(&mut row)).transpose()
    }

    /// Roles of an account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn grant_list(&mut self, county: CountyId, account: AccountId) -> Result<Vec<Grant>> {
        let sql = "SELECT role, unit FROM role_grant WHERE county = ? AND account = ? ORDER BY role, unit";
        let rows = self.conn.query(sql, params![county.0, account.0])?;
        rows.into_iter()
            .map(|mut row| Ok(Grant { role: RoleId::new(row.text()?), unit: OrgUnitId(row.int()?) }))
            .collect()
    }

    /// The session with this hash, expired or not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn session_get(&mut self, county: CountyId, hash: &str) -> Result<Option<Session>> {
        let sql = "SELECT hash, account, csrf, expires FROM session WHERE county = ? AND hash = ?";
        let row = first(&mut *self.conn, sql, params![county.0, hash])?;
        row.map(|mut row| {
            let (hash, account) = (row.text()?, AccountId(row.int()?));
            Ok(Session { hash, account, csrf: row.text()?, expires: row.parsed()? })
        })
        .transpose()
    }

    /// The API token with this hash, expired or not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn token_get(&mut self, county: CountyId, hash: &str) -> Result<Option<Token>> {
        let row = first(&mut *self.conn, &format!("{TOKEN} AND hash = ?"), params![county.0, hash])?;
        row.map(|mut row| read_token(&mut row)).transpose()
    }

    /// API tokens of an account, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn token_list(&mut self, county: CountyId, account: AccountId) -> Result<Vec<Token>> {
        let sql = format!("{TOKEN} AND account = ? ORDER BY created_at DESC, hash");
        let rows = self.conn.query(&sql, params![county.0, account.0])?;
        rows.into_iter().map(|mut row| read_token(&mut row)).collect()
    }
}

impl Writer<'_> {
    /// Stores an account; id 0 makes a new one.
    ///
    /// # Errors
    ///
    /// When the login is taken, or the database fails.
    pub fn account_put(&mut self, county: CountyId, account: &Account) -> Result<AccountId> {
        let id = if account.id.0 == 0 { self.next_id(county, "account")? } else { account.id.0 };
        if self.account_by_login(county, &account.login)?.is_some_and(|other| other.id.0 != id) {
            return Err(StoreError::Taken(format!("login {}", account.login)));
        }
        self.conn.execute(
            "INSERT INTO account (county, id, login, name, password_hash, person, disabled, english) \
             VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (county, id) DO UPDATE SET login = excluded.login, \
             name = excluded.name, password_hash = excluded.password_hash, person = excluded.person, \
             disabled = excluded.disabled, english = excluded.english",
            params![
                county.0,
                id,
                &account.login,
                &account.name,
                &account.password_hash,
                account.person.map(|person| i64::from(person.0)),
                account.disabled,
                account.english
            ],
        )?;
        Ok(AccountId(id))
    }

    /// Replaces the roles of an account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn grant_set(&mut self, county: CountyId, account: AccountId, grants: &[Grant]) -> Result<()> {
        self.conn.execute(
            "DELETE FROM role_grant WHERE county = ? AND account = ?",
            params![county.0, account.0],
        )?;
        for grant in grants {
            self.conn.execute(
                "INSERT INTO role_grant (county, account, role, unit) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
                params![county.0, account.0, grant.role.as_str(), grant.unit.0],
            )?;
        }
        Ok(())
    }

    /// Stores a session.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn session_put(&mut self, county: CountyId, session: &Session) -> Result<()> {
        self.conn.execute(
            "INSERT INTO session (county, hash, account, csrf, expires) VALUES (?,?,?,?,?) \
             ON CONFLICT (county, hash) DO UPDATE SET expires = excluded.expires",
            params![county.0, &session.hash, session.account.0, &session.csrf, session.expires],
        )?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn session_delete(&mut self, county: CountyId, hash: &str) -> Result<()> {
        self.conn.execute("DELETE FROM session WHERE county = ? AND hash = ?", params![county.0, hash])?;
        Ok(())
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn session_delete_all(&mut self, county: CountyId, account: AccountId) -> Result<()> {
        self.conn
            .execute("DELETE FROM session WHERE county = ? AND account = ?", params![county.0, account.0])?;
        Ok(())
    }

    /// Forgets the sessions that ended before a moment; how many they were.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn session_purge(&mut self, county: CountyId, before: Timestamp) -> Result<u64> {
        self.conn.execute("DELETE FROM session WHERE county = ? AND expires < ?", params![county.0, before])
    }

    /// Stores an API token.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn token_put(&mut self, county: CountyId, token: &Token) -> Result<()> {
        self.conn.execute(
            "INSERT INTO token (county, hash, account, label, created_at, expires) VALUES (?,?,?,?,?,?)",
            params![county.0, &token.hash, token.account.0, &token.label, token.created_at, token.expires],
        )?;
        Ok(())
    }

    /// Withdraws an API token of an account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn token_delete(&mut self, county: CountyId, account: AccountId, hash: &str) -> Result<()> {
        let sql = "DELETE FROM token WHERE county = ? AND account = ? AND hash = ?";
        self.conn.execute(sql, params![county.0, account.0, hash])?;
        Ok(())
    }
}
