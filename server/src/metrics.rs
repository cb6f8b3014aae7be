//! Metrics for monitoring a site, in the OpenMetrics 1.0 format. Requests are counted by route,
//! never by path, so that no label contains a username.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use store::{checkup::Counts, stats::WriteStats};

/// The upper bounds of the histogram buckets, in seconds. A page takes a millisecond, a login
/// some twenty, a picture some hundred.
const SECONDS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct By {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct In {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    hash: &'static str,
}

/// All metrics. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Figures>);

struct Figures {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    logins: Family<By, Counter>,
    sign_ups: Counter,
    pictures: Counter,
    hashing: Family<Of, Gauge>,
    users: Gauge,
    sessions: Gauge,
    imported: Gauge,
    mails: Family<In, Gauge>,
    writes: Counter,
    transactions: Counter,
    retries: Counter,
    waited: Counter<f64, AtomicU64>,
    waiting: Gauge,
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("silhouette");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running program", build);
        let figures = Figures {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            logins: Family::default(),
            sign_ups: Counter::default(),
            pictures: Counter::default(),
            hashing: Family::default(),
            users: Gauge::default(),
            sessions: Gauge::default(),
            imported: Gauge::default(),
            mails: Family::default(),
            writes: Counter::default(),
            transactions: Counter::default(),
            retries: Counter::default(),
            waited: Counter::default(),
            waiting: Gauge::default(),
            registry: Registry::default(),
        };
        let f = &figures;
        registry.register("http_requests", "Requests answered", f.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to the head of its response",
            Unit::Seconds,
            f.durations.clone(),
        );
        registry.register("logins", "Login attempts", f.logins.clone());
        registry.register(
            "sign_ups",
            "Accounts created with a form",
            f.sign_ups.clone(),
        );
        registry.register("pictures", "Pictures accepted", f.pictures.clone());
        registry.register(
            "password_hashes_waiting",
            "Password hashes running or waiting",
            f.hashing.clone(),
        );
        registry.register("users", "Users, whatever their state", f.users.clone());
        registry.register("sessions", "Open sessions", f.sessions.clone());
        registry.register(
            "imported_passwords",
            "Password hashes left from another program",
            f.imported.clone(),
        );
        registry.register("mails", "Emails not yet sent", f.mails.clone());
        registry.register("writes", "Writes to the database", f.writes.clone());
        registry.register(
            "write_transactions",
            "Transactions, each of one write or more",
            f.transactions.clone(),
        );
        registry.register("write_retries", "Writes retried", f.retries.clone());
        registry.register_with_unit(
            "write_wait",
            "Time that writes have waited",
            Unit::Seconds,
            f.waited.clone(),
        );
        registry.register("writes_waiting", "Writes waiting now", f.waiting.clone());
        // Created at once, at 0: a rate needs a first sample, and an alert compares these.
        for result in ["right", "wrong", "limited", "busy", "other"] {
            let _ = figures.logins.get_or_create(&By { result });
        }
        Metrics(Arc::new(Figures {
            registry,
            ..figures
        }))
    }

    /// Counts a response, by the route pattern of its request.
    pub fn answered(&self, method: &'static str, route: &'static str, status: u16, took: Duration) {
        let figures = &*self.0;
        let request = Request {
            method,
            route,
            status,
        };
        figures.requests.get_or_create(&request).inc();
        let seconds = figures.durations.get_or_create(&Route { route });
        seconds.observe(took.as_secs_f64());
        let is_done = (200..400).contains(&status);
        match (method, route) {
            ("POST", "/login") => {
                let result = match status {
                    _ if is_done => "right",
                    422 => "wrong",
                    429 => "limited",
                    503 => "busy",
                    _ => "other",
                };
                figures.logins.get_or_create(&By { result }).inc();
            }
            ("POST", "/signup" | "/join/{token}") if is_done => drop(figures.sign_ups.inc()),
            ("POST", "/profile/avatar") if is_done => drop(figures.pictures.inc()),
            _ => {}
        }
    }

    /// Encodes all metrics as text.
    pub fn print(&self, counts: Counts, writes: WriteStats, hashing: [usize; 2]) -> String {
        let figures = &*self.0;
        figures.users.set(counts.users);
        figures.sessions.set(counts.sessions);
        figures.imported.set(counts.imported_passwords);
        for (state, count) in [
            ("waiting", counts.mails_waiting),
            ("failed", counts.mails_failed),
        ] {
            figures.mails.get_or_create(&In { state }).set(count);
        }
        for (hash, count) in ["own", "imported"].into_iter().zip(hashing) {
            let gauge = figures.hashing.get_or_create(&Of { hash });
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        for (total, value) in [
            (&figures.writes, writes.writes),
            (&figures.transactions, writes.transactions),
            (&figures.retries, writes.retries),
        ] {
            // These counters are kept elsewhere.
            total.inner().store(value, Ordering::Relaxed);
        }
        let waited = Duration::from_micros(writes.waited_us).as_secs_f64();
        figures
            .waited
            .inner()
            .store(waited.to_bits(), Ordering::Relaxed);
        let waiting = i64::try_from(writes.waiting).unwrap_or(i64::MAX);
        figures.waiting.set(waiting);
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &figures.registry);
        text
    }
}
