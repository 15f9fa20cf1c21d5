//! chromedriver as a process of its own, and the two of its commands that the WebDriver standard lacks.

use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use url::{ParseError, Url};

/// A running chromedriver; it ends with this value, and its browsers with it.
pub struct Driver {
    process: Child,
    pub url: String,
}

impl Driver {
    /// Starts chromedriver on a free port. `None` where it is not installed and nobody counts on it; in CI that fails.
    pub fn start() -> Option<Self> {
        let started = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut process) = started else {
            assert!(std::env::var_os("CI").is_none(), "chromedriver is not installed");
            eprintln!("\n!!! SKIPPED: chromedriver is not installed; ./test.sh installs it !!!\n");
            return None;
        };
        let said = BufReader::new(process.stdout.take().unwrap());
        // "ChromeDriver was started successfully on port 41234."
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_suffix('.')?.rsplit_once("on port ")?.1.parse::<u16>().ok())
            .expect("chromedriver tells its port");
        Some(Self { process, url: format!("http://127.0.0.1:{port}") })
    }

    /// What the browser is asked to be: headless, in Chinese, telling what its console says.
    pub fn capabilities(downloads: &std::path::Path) -> serde_json::Map<String, Json> {
        let capabilities = json!({
            "goog:chromeOptions": {
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-quic", "--lang=zh-CN", "--window-size=1280,900",
                ],
                "prefs": { "download.default_directory": downloads, "download.prompt_for_download": false },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
            "unhandledPromptBehavior": "ignore",
        });
        match capabilities {
            Json::Object(map) => map,
            _ => unreachable!("an object was written"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command of chromedriver alone: where it goes below the session, and its body.
#[derive(Debug)]
pub struct Extra {
    path: &'static str,
    body: Json,
}

impl Extra {
    /// What the console said since it was last asked.
    pub fn console() -> Self {
        Self { path: "se/log", body: json!({ "type": "browser" }) }
    }

    /// Makes the browser follow its network, without which it cannot be taken away.
    pub fn network_watched() -> Self {
        Self { path: "goog/cdp/execute", body: json!({ "cmd": "Network.enable", "params": {} }) }
    }

    /// Takes the page's network away or gives it back.
    pub fn network(offline: bool) -> Self {
        let params =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        Self {
            path: "goog/cdp/execute",
            body: json!({ "cmd": "Network.emulateNetworkConditions", "params": params }),
        }
    }

    /// Makes the page as large as a screen of this size, touch included when it is a phone.
    pub fn screen(width: u32, height: u32) -> Self {
        let phone = width < 600;
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        Self {
            path: "goog/cdp/execute",
            body: json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": params }),
        }
    }
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
