//! Where the data lives and how the platform is reached: one struct, read once, passed down.

use anyhow::{Context, Result, bail};
use hygeia_store::{CountyId, Store, StoreError, StoreOptions};
use hygeia_work::{Options, Work};
use std::fs;
use std::path::{Path, PathBuf};

/// What every command that opens a database needs.
#[derive(Debug, Clone, clap::Args)]
pub struct Database {
    /// 数据库：文件路径（SQLite）或 postgres:// 地址
    #[arg(long, env = "HYGEIA_DATABASE", default_value = "hygeia.db")]
    pub database: String,
    /// 个人信息加密密钥文件，与数据库分开保存；建立数据库（init）时没有就新建
    #[arg(long, env = "HYGEIA_KEY_FILE", default_value = "hygeia.key")]
    pub key_file: PathBuf,
    /// 领域包文件夹，覆盖内置的同名包
    #[arg(long, env = "HYGEIA_PACKS")]
    pub packs: Option<PathBuf>,
}

/// The county of a single-county database.
pub(crate) const COUNTY: CountyId = CountyId(1);

impl Database {
    /// Opens a database that is there, with packs and schema brought up to date. No file is made: a key made here could
    /// not be that of the database.
    pub fn open(&self) -> Result<Work> {
        if let Some(path) = self.path().filter(|path| !path.exists()) {
            bail!("找不到数据库 {}：请用 --database 指明，或先运行 hygeia init 建立", path.display());
        }
        if !self.key_file.exists() {
            bail!(
                "找不到密钥文件 {}：请用 --key-file 指明建立这个数据库时的密钥文件",
                self.key_file.display()
            );
        }
        self.open_with(read_key(&self.key_file)?, Store::open)
    }

    /// Opens a database, or makes it, and its key on first use.
    pub fn open_or_make(&self) -> Result<Work> {
        if !self.key_file.exists() {
            make_key(&self.key_file)?;
        }
        self.open_with(read_key(&self.key_file)?, Store::open)
    }

    /// Opens a database for making what can be made again ([`Store::open_to_build`]).
    pub fn open_to_build(&self) -> Result<Work> {
        self.open_with(read_key(&self.key_file)?, Store::open_to_build)
    }

    /// The file of an SQLite database.
    fn path(&self) -> Option<&Path> {
        let address = self.database.contains("://") || self.database.starts_with("sqlite:");
        (!address).then(|| Path::new(&self.database))
    }

    fn open_with(
        &self,
        key: [u8; 32],
        open: fn(StoreOptions) -> hygeia_store::Result<Store>,
    ) -> Result<Work> {
        let url = match self.path() {
            Some(_) => format!("sqlite:{}", self.database),
            None => self.database.clone(),
        };
        let store = match open(StoreOptions { url, key, readers: 4 }) {
            Err(StoreError::WrongKey) => bail!(
                "密钥文件 {} 不是数据库 {} 的：请用 --key-file 指明建立这个数据库时的密钥文件",
                self.key_file.display(),
                redact(&self.database)
            ),
            opened => opened.with_context(|| format!("无法打开数据库 {}", redact(&self.database)))?,
        };
        let packs = pack_sources(self.packs.as_deref())?;
        Ok(Work::open(store, Options { county: COUNTY, packs })?)
    }
}

/// The built-in packs, with those of a folder in place of their namesakes.
pub fn pack_sources(folder: Option<&Path>) -> Result<Vec<hygeia_pack::PackSource>> {
    match folder {
        None => Ok(hygeia_pack::builtin()),
        Some(folder) => {
            hygeia_pack::with_overrides(folder).with_context(|| format!("无法读取 {}", folder.display()))
        }
    }
}

/// A database URL without its password.
fn redact(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}

/// Makes a key with owner-only access.
fn make_key(path: &Path) -> Result<()> {
    let mut key = [0u8; 32];
    getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("系统随机数不可用：{error}"))?;
    write_private(path, &hex(&key)).with_context(|| format!("无法写入密钥文件 {}", path.display()))
}

fn read_key(path: &Path) -> Result<[u8; 32]> {
    let text = fs::read_to_string(path).with_context(|| format!("无法读取密钥文件 {}", path.display()))?;
    unhex(text.trim()).with_context(|| format!("密钥文件 {} 应为 64 位十六进制", path.display()))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(redact("postgres://hygeia:secret@db/hygeia"), "postgres://…@db/hygeia");
        assert_eq!(redact("hygeia.db"), "hygeia.db");
    }

    #[test]
    fn a_key_reads_back() {
        assert_eq!(unhex(&hex(&[7; 32])), Some([7; 32]));
        assert_eq!(unhex("zz"), None);
    }
}
