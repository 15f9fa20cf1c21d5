//! A browser as a person uses it: go, click, type, read. Every step waits for what it needs and, when that does not
//! come, leaves a picture in `target/browser` and fails with the step's own words.

use crate::driver::{Driver, Extra};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::Value as Json;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Longest wait for a page or an element; a machine with other work to do is slow.
const PATIENCE: Duration = Duration::from_secs(20);

/// Keys by the names WebDriver gives them.
pub mod key {
    pub const ENTER: &str = "\u{e007}";
    pub const ESCAPE: &str = "\u{e00c}";
    /// Control held down, z, and Control let go.
    pub const CONTROL_Z: &str = "\u{e009}z\u{e000}";
}

pub struct Browser {
    runtime: Runtime,
    client: Option<Client>,
    base: String,
    name: String,
    /// Where files arrive that a page hands out.
    pub downloads: tempfile::TempDir,
    _driver: Driver,
}

impl Browser {
    /// A browser for the server at `base`; `name` names its pictures.
    pub fn open(name: &str, base: &str) -> Option<Self> {
        let driver = Driver::start()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let downloads = tempfile::tempdir().unwrap();
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = runtime.block_on(
            ClientBuilder::new(connector)
                .capabilities(Driver::capabilities(downloads.path()))
                .connect(&driver.url),
        );
        let client = client.expect("Chromium starts");
        let browser = Self {
            runtime,
            client: Some(client),
            base: base.to_owned(),
            name: name.to_owned(),
            downloads,
            _driver: driver,
        };
        browser.desktop();
        Some(browser)
    }

    fn client(&self) -> &Client {
        self.client.as_ref().unwrap()
    }

    fn extra(&self, command: Extra) -> Json {
        self.runtime.block_on(self.client().issue_cmd(command)).unwrap()
    }

    /// The screen of a phone.
    pub fn phone(&self) {
        self.extra(Extra::screen(390, 844));
    }

    /// The screen of a desk.
    pub fn desktop(&self) {
        self.extra(Extra::screen(1280, 900));
    }

    /// Signs in; every account of the small county has the same password.
    pub fn sign_in(&self, login: &str) {
        self.runtime.block_on(self.client().delete_all_cookies()).unwrap();
        self.go("/login");
        self.fill("input[name=login]", login);
        self.fill("input[name=password]", crate::world::PASSWORD);
        self.leave("signing in", || self.click("form[action='/login'] button"));
    }

    /// Opens a path and looks at the page as [`Browser::look`] does.
    pub fn go(&self, path: &str) {
        self.runtime.block_on(self.client().goto(&format!("{}{path}", self.base))).unwrap();
        self.look();
    }

    /// Does what leads to another page, waits for that page, looks at it.
    pub fn leave(&self, what: &str, does: impl FnOnce()) {
        self.run("document.documentElement.dataset.left = 'no'", Vec::new());
        does();
        self.until(what, || {
            self.run(
                "return document.readyState === 'complete' && !document.documentElement.dataset.left",
                Vec::new(),
            ) == Json::Bool(true)
        });
        self.look();
    }

    /// What must hold on every page: nothing in the console, no failure page, no sideways scroll on a phone.
    pub fn look(&self) {
        for line in self.extra(Extra::console()).as_array().into_iter().flatten() {
            if line["level"] == "SEVERE" {
                self.fail(&format!("the console says {}", line["message"]));
            }
        }
        let sideways =
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth + 1";
        if self.run(sideways, Vec::new()) == Json::Bool(true) {
            self.fail("the page scrolls sideways");
        }
    }

    /// Cuts the page off from the network, or connects it again.
    pub fn offline(&self, off: bool) {
        self.extra(Extra::network_watched());
        self.extra(Extra::network(off));
    }

    /// Forgets what the console said: for a step whose refusal is what the test is about.
    pub fn forgive(&self) {
        self.extra(Extra::console());
    }

    /// Path and query of the page.
    pub fn path(&self) -> String {
        let url = self.runtime.block_on(self.client().current_url()).unwrap();
        url[url::Position::BeforePath..].to_owned()
    }

    /// Runs a script in the page.
    pub fn run(&self, script: &str, arguments: Vec<Json>) -> Json {
        match self.runtime.block_on(self.client().execute(script, arguments)) {
            Ok(answer) => answer,
            // Between two pages there is none to run in.
            Err(error) if error.to_string().contains("context") => Json::Null,
            Err(error) => self.fail(&format!("script `{script}`: {error}")),
        }
    }

    fn found(&self, css: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.runtime.block_on(self.client().find(Locator::Css(css)));
            match found {
                Ok(element) => return element,
                Err(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(30)),
                Err(_) => self.fail(&format!("there is no `{css}`")),
            }
        }
    }

    /// Clicks the first element of a selector, scrolled into view as a person would.
    pub fn click(&self, css: &str) {
        let element = self.found(css);
        if let Err(error) = self.runtime.block_on(self.click_clear(&element)) {
            self.fail(&format!("cannot click `{css}`: {error}"));
        }
    }

    /// Clicks as people do: scrolled clear of the bars at the edges first.
    async fn click_clear(&self, element: &Element) -> Result<(), CmdError> {
        let centred = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client().execute(centred, vec![serde_json::to_value(element)?]).await?;
        element.click().await
    }

    /// Clicks the button or link, shown on the page, that says exactly this.
    pub fn press(&self, text: &str) {
        let which = "self::a or self::button or self::summary or self::label";
        self.press_at(&format!("//*[{which}][normalize-space(.)='{text}']"), text);
    }

    /// Clicks the link or button, shown on the page, that has this among its words.
    pub fn press_part(&self, part: &str) {
        self.press_at(&format!("//*[self::a or self::button][contains(normalize-space(.), '{part}')]"), part);
    }

    fn press_at(&self, xpath: &str, words: &str) {
        let pressed = || {
            let all =
                self.runtime.block_on(self.client().find_all(Locator::XPath(xpath))).unwrap_or_default();
            all.into_iter().any(|element| {
                self.runtime.block_on(element.is_displayed()).unwrap_or(false)
                    && self.runtime.block_on(self.click_clear(&element)).is_ok()
            })
        };
        self.until(&format!("something to press that says “{words}”"), pressed);
    }

    /// Writes into a text field, over what was there; waits until the form shows it.
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.found(css);
        self.until(&format!("`{css}` to be shown"), || {
            self.runtime.block_on(element.is_displayed()).unwrap_or(false)
        });
        let done = self.runtime.block_on(async {
            element.clear().await?;
            element.send_keys(text).await
        });
        if let Err(error) = done {
            self.fail(&format!("cannot write into `{css}`: {error}"));
        }
    }

    /// Sets a date, a time or a file's path, which are not written key by key.
    pub fn set(&self, css: &str, value: &str) {
        self.found(css);
        let script = "const field = document.querySelector(arguments[0]); field.value = arguments[1]; \
                      field.dispatchEvent(new Event('input', { bubbles: true })); \
                      field.dispatchEvent(new Event('change', { bubbles: true }));";
        self.run(script, vec![css.into(), value.into()]);
    }

    /// Chooses a file in a file field.
    pub fn attach(&self, css: &str, file: &std::path::Path) {
        let element = self.found(css);
        self.runtime.block_on(element.send_keys(&file.to_string_lossy())).unwrap();
    }

    /// Chooses an option of a list by its value.
    pub fn choose(&self, css: &str, value: &str) {
        let element = self.found(css);
        if let Err(error) = self.runtime.block_on(element.select_by_value(value)) {
            self.fail(&format!("`{css}` has no option `{value}`: {error}"));
        }
    }

    /// Types at the element that has the focus, as a keyboard does.
    pub fn keys(&self, keys: &str) {
        self.runtime.block_on(async {
            self.client().active_element().await.unwrap().send_keys(keys).await.unwrap();
        });
    }

    /// Answers the question a page asks before it goes on.
    pub fn agree(&self) {
        self.until("a question", || self.runtime.block_on(self.client().accept_alert()).is_ok());
    }

    /// The visible text of every element of a selector; none when there is no such element.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((one) => (one.innerText ?? one.textContent).trim())";
        let found = self.run(script, vec![css.into()]);
        found.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// The visible text of the first element of a selector, which must come.
    pub fn text(&self, css: &str) -> String {
        self.found(css);
        self.texts(css).into_iter().next().unwrap_or_default()
    }

    /// How many elements of a selector there are now.
    pub fn count(&self, css: &str) -> usize {
        self.texts(css).len()
    }

    /// Waits until the first element of a selector says this somewhere.
    pub fn says(&self, css: &str, part: &str) {
        self.until(&format!("`{css}` saying “{part}”, not {:?}", self.texts(css)), || {
            self.texts(css).iter().any(|text| text.contains(part))
        });
    }

    /// Waits for a condition; `what` names it when it does not come.
    pub fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds() {
            if Instant::now() > deadline {
                self.fail(&format!("waited in vain for {what}"));
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Waits for a file that a page hands out; its bytes.
    pub fn downloaded(&self, ending: &str) -> Vec<u8> {
        let mut found = None;
        self.until(&format!("a file *{ending}"), || {
            found = std::fs::read_dir(self.downloads.path())
                .unwrap()
                .filter_map(Result::ok)
                .map(|file| file.path())
                .find(|path| path.to_string_lossy().ends_with(ending));
            found.is_some()
        });
        let path = found.unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        bytes
    }

    /// A picture of the page as it is, for a person to look at.
    pub fn picture(&self, what: &str) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("browser");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{}-{what}.png", self.name));
        if let Ok(bytes) = self.runtime.block_on(self.client().screenshot()) {
            std::fs::write(&path, bytes).unwrap();
        }
        path
    }

    /// Fails the test, with a picture.
    pub fn fail(&self, why: &str) -> ! {
        let picture = self.picture("failed");
        panic!("{why}\n  at {}\n  picture: {}", self.path(), picture.display());
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            let _ = self.runtime.block_on(client.close());
        }
    }
}
