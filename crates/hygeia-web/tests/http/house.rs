//! The county the tests talk to.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use hygeia_store::{
    CalendarDay, CountyId, Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId, Store, StoreOptions,
    Term,
};
use hygeia_work::{Actor, Options, Work, county_time_zone, hash_password};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::Value;
use std::net::SocketAddr;
use tower::ServiceExt;

pub const COUNTY: CountyId = CountyId(1);
const PASSWORD: &str = "correct horse";

/// Two kindergartens with a class and a child each; a teacher, a doctor and a head in the first.
pub struct House {
    router: Router,
    pub work: Work,
    pub today: Date,
}

impl House {
    pub fn new() -> Self {
        let store =
            Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [7; 32], readers: 2 }).unwrap();
        let work = Work::open(store, Options { county: COUNTY, packs: hygeia_pack::builtin() }).unwrap();
        let today = Timestamp::now().to_zoned(county_time_zone()).date();
        let units = work.store().write(|writer| {
            let mut put = |code: &str, kind: &str, parent: Option<OrgUnitId>| {
                writer.org_unit_put(
                    COUNTY,
                    &OrgUnit {
                        id: OrgUnitId(0),
                        code: code.into(),
                        kind: kind.into(),
                        title: format!("{code} 园"),
                        parent,
                        path: String::new(),
                        from: date(2020, 1, 1),
                        to: None,
                        sort: 0,
                        attrs: Value::Null,
                    },
                )
            };
            let county = put("c", "county", None)?;
            let (k1, k2) =
                (put("k1", "kindergarten", Some(county))?, put("k2", "kindergarten", Some(county))?);
            let classes = [put("k1c1", "class", Some(k1))?, put("k2c1", "class", Some(k2))?];
            Ok((county, k1, classes))
        });
        let (county, k1, classes) = units.unwrap();
        for (number, class) in classes.into_iter().enumerate() {
            work.store()
                .write(move |writer| {
                    let person = writer.person_put(
                        COUNTY,
                        &Person {
                            id: PersonId(0),
                            kind: "child".into(),
                            code: format!("child{}", number + 1),
                            name: format!("幼儿{}", number + 1),
                            sex: "female".into(),
                            birth: Some(date(2022, 1, 5)),
                            id_number: Some("110101199003070011".into()),
                            phone: None,
                            attrs: Value::Null,
                        },
                    )?;
                    writer.enrolment_put(
                        COUNTY,
                        &Enrolment {
                            id: EnrolmentId(0),
                            person,
                            unit: class,
                            from: date(2025, 9, 1),
                            to: None,
                            reason: "入园".into(),
                        },
                    )?;
                    writer.term_put(
                        COUNTY,
                        &Term {
                            id: "2026-T1".into(),
                            title: "第一学期".into(),
                            from: date(2020, 1, 1),
                            to: date(2099, 1, 1),
                        },
                    )
                })
                .unwrap();
        }
        let open = CalendarDay { day: today, works: true, title: "上课".into() };
        work.store().write(move |writer| writer.calendar_day_put(COUNTY, &open)).unwrap();
        work.reload().unwrap();
        let hash = hash_password(PASSWORD).unwrap();
        for (login, role, unit) in [
            ("teacher", "teacher", classes[0]),
            ("doctor", "health_teacher", k1),
            ("head", "head", k1),
            ("county", "county", county),
        ] {
            work.account_bootstrap(login, login, &hash, &[(role.into(), unit)]).unwrap();
        }
        Self { router: hygeia_web::router(work.clone()), work, today }
    }

    /// Whether children come today.
    pub fn is_school_day(&self) -> bool {
        self.work.calendar().is_school_day(self.today)
    }

    /// One more child in a class since last year.
    pub fn child(&self, code: &str, name: &str, class: &str) {
        let unit = self.work.directory().by_code(class).unwrap().id;
        let person = Person {
            id: PersonId(0),
            kind: "child".into(),
            code: code.into(),
            name: name.into(),
            sex: "male".into(),
            birth: Some(date(2022, 3, 1)),
            id_number: None,
            phone: None,
            attrs: Value::Null,
        };
        let enrolled = self.work.store().write(move |writer| {
            let person = writer.person_put(COUNTY, &person)?;
            let (id, from) = (EnrolmentId(0), date(2025, 9, 1));
            writer
                .enrolment_put(COUNTY, &Enrolment { id, person, unit, from, to: None, reason: "入园".into() })
        });
        enrolled.unwrap();
        self.work.reload().unwrap();
    }

    /// A doctor of another unit.
    pub fn stranger(&self, login: &str, unit: OrgUnitId) {
        let hash = hash_password(PASSWORD).unwrap();
        self.work.account_bootstrap(login, login, &hash, &[("health_teacher".into(), unit)]).unwrap();
    }

    /// Somebody with a role at a unit.
    pub fn account(&self, login: &str, role: &str, unit: &str) {
        let unit = self.work.directory().by_code(unit).unwrap().id;
        let hash = hash_password(PASSWORD).unwrap();
        self.work.account_bootstrap(login, login, &hash, &[(role.into(), unit)]).unwrap();
    }

    /// A day on which nobody comes.
    pub fn closed(&self, day: Date, title: &str) {
        let closed = CalendarDay { day, works: false, title: title.into() };
        self.work.store().write(move |writer| writer.calendar_day_put(COUNTY, &closed)).unwrap();
        self.work.reload().unwrap();
    }

    /// Who acts when signed in.
    pub fn actor(&self, login: &str) -> Actor {
        let signed = self.work.sign_in(login, PASSWORD, Timestamp::now()).unwrap();
        self.work.session(&signed.secret, Timestamp::now()).unwrap().unwrap().0
    }

    pub fn cookie(&self, login: &str) -> String {
        let signed = self.work.sign_in(login, PASSWORD, Timestamp::now()).unwrap();
        format!("hygeia_session={}", signed.secret)
    }

    pub fn token(&self, login: &str) -> String {
        let signed = self.work.sign_in(login, PASSWORD, Timestamp::now()).unwrap();
        let (actor, _) = self.work.session(&signed.secret, Timestamp::now()).unwrap().unwrap();
        self.work.token_make(&actor, "试验").unwrap()
    }

    /// Listens on a port of its own, as the program does.
    pub async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = self.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        address
    }

    /// The whole answer, headers included.
    pub async fn answer(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.answer(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    pub async fn get(&self, login: &str, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, self.cookie(login));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A form sent from a page, with its token.
    pub async fn post(&self, login: &str, path: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        self.send(self.posted(login, path, form)).await
    }

    /// Where a form sent from a page leads to.
    pub async fn sent_on(&self, login: &str, path: &str, form: &[(&str, &str)]) -> String {
        let response = self.answer(self.posted(login, path, form)).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    fn posted(&self, login: &str, path: &str, form: &[(&str, &str)]) -> Request<Body> {
        let secret = self.work.sign_in(login, PASSWORD, Timestamp::now()).unwrap().secret;
        let (_, token) = self.work.session(&secret, Timestamp::now()).unwrap().unwrap();
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("_csrf", &token).extend_pairs(form);
        let request = Request::post(path)
            .header(header::COOKIE, format!("hygeia_session={secret}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(body.finish())).unwrap()
    }

    pub async fn api(&self, login: &str, path: &str, body: Option<String>) -> (StatusCode, Value) {
        let bearer = format!("Bearer {}", self.token(login));
        let request = match &body {
            None => Request::get(path),
            Some(_) => Request::post(path).header(header::CONTENT_TYPE, "application/json"),
        };
        let request =
            request.header(header::AUTHORIZATION, bearer).body(Body::from(body.unwrap_or_default())).unwrap();
        let (status, text) = self.send(request).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}
