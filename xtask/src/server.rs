//! The release binary serving a fresh demo county, and someone who is signed in to it.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use ureq::Agent;

/// Where the measured server listens.
const LISTEN: &str = "127.0.0.1:8159";

/// Password of every demo account.
const PASSWORD: &str = "hygeia-demo";

/// A demo county in a folder of its own.
pub struct Demo {
    binary: PathBuf,
    folder: PathBuf,
}

/// The running server; killed without warning when it goes out of scope.
pub struct Server(Child);

impl Demo {
    /// Makes the county anew, and says how long that took.
    pub fn make(root: &Path) -> Result<(Self, Duration)> {
        let demo =
            Self { binary: root.join("target/release/hygeia"), folder: root.join("target/bench-loop") };
        if demo.folder.exists() {
            std::fs::remove_dir_all(&demo.folder)?;
        }
        let start = Instant::now();
        let status = demo.command().arg("--only-data").stderr(Stdio::null()).status()?;
        if !status.success() {
            bail!("the demo county could not be made");
        }
        Ok((demo, start.elapsed()))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["demo", "--listen", LISTEN, "--folder"]).arg(&self.folder).stdout(Stdio::null());
        command
    }

    /// Starts serving, and says how long the first page took.
    pub fn serve(&self) -> Result<(Server, Duration)> {
        let start = Instant::now();
        let server = Server(self.command().stderr(Stdio::null()).spawn()?);
        while get_login().is_err() {
            if start.elapsed() > Duration::from_secs(30) {
                bail!("the server did not answer on {LISTEN}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok((server, start.elapsed()))
    }

    /// Whether chain, cells and balances agree with the entries, in the words of `hygeia verify`.
    pub fn verify(&self) -> Result<String> {
        let output = Command::new(&self.binary)
            .args(["verify", "--database"])
            .arg(self.folder.join("demo.db"))
            .arg("--key-file")
            .arg(self.folder.join("demo.key"))
            .output()?;
        let words = String::from_utf8_lossy(&output.stdout).trim().replace('\n', "；");
        if output.status.success() { Ok(words) } else { bail!("verify: {words}") }
    }

    /// Removes the county.
    pub fn remove(self) -> Result<()> {
        Ok(std::fs::remove_dir_all(&self.folder)?)
    }
}

impl Server {
    /// Resident memory, megabytes; `None` where the system does not tell.
    pub fn resident_mb(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

fn get_login() -> Result<()> {
    let mut answer = agent().get(format!("http://{LISTEN}/login")).call()?;
    answer.body_mut().read_to_vec()?;
    Ok(())
}

/// Someone with a session, over one connection that is kept.
pub struct Client {
    agent: Agent,
    cookie: String,
    csrf: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    /// As it came over the wire: compressed where the server compresses.
    pub body: Vec<u8>,
    /// From asking until the last byte was here.
    pub took: Duration,
}

impl Client {
    /// Signs in with a demo account.
    pub fn sign_in(login: &str) -> Result<Self> {
        let agent = agent();
        let form = [("login", login), ("password", PASSWORD)];
        let answer = agent.post(format!("http://{LISTEN}/login")).send_form(form)?;
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).context("no session")?.to_owned();
        let mut page = agent.get(format!("http://{LISTEN}/account")).header("cookie", &cookie).call()?;
        let page = page.body_mut().read_to_string()?;
        let csrf = page.split("data-csrf=\"").nth(1).and_then(|rest| rest.split('"').next());
        let csrf = csrf.context("no token in the page")?.to_owned();
        Ok(Self { agent, cookie, csrf })
    }

    /// The same session over a connection of its own.
    pub fn another(&self) -> Self {
        Self { agent: agent(), cookie: self.cookie.clone(), csrf: self.csrf.clone() }
    }

    /// `GET`, compressed as a browser would have it when `gzip`.
    pub fn get(&self, path: &str, gzip: bool) -> Result<Answer> {
        let start = Instant::now();
        let request = self.agent.get(format!("http://{LISTEN}{path}")).header("cookie", &self.cookie);
        let request = if gzip { request.header("accept-encoding", "gzip") } else { request };
        let mut answer = request.call()?;
        let body = answer.body_mut().read_to_vec()?;
        Ok(Answer { status: answer.status().as_u16(), body, took: start.elapsed() })
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, body: &str) -> Result<Answer> {
        let start = Instant::now();
        let request = self.agent.post(format!("http://{LISTEN}{path}"));
        let request = request.header("cookie", &self.cookie).header("x-csrf", &self.csrf);
        let mut answer = request.header("content-type", "application/json").send(body)?;
        let body = answer.body_mut().read_to_vec()?;
        Ok(Answer { status: answer.status().as_u16(), body, took: start.elapsed() })
    }
}
