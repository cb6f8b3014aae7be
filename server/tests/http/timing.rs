//! Timing: how long an answer takes tells nothing. Each test asks the two kinds of question
//! in turn, a hundred times each, and prints what it measured. The long version asks five
//! hundred times.

use server::Cost;
use std::{sync::LazyLock, time::Instant};

use crate::harness::{PASSWORD, Site, is_long, site, site_with};

static TIMES: LazyLock<usize> = LazyLock::new(|| if is_long() { 500 } else { 100 });

/// Milliseconds of the one and of the other.
struct Samples([Vec<f64>; 2]);

impl Samples {
    fn medians(&self) -> [f64; 2] {
        self.0.each_ref().map(|samples| {
            let mut sorted = samples.clone();
            sorted.sort_by(f64::total_cmp);
            sorted[sorted.len() / 2]
        })
    }

    /// Welch's t. The slowest tenth of each is left out: that is the machine.
    fn t(&self) -> f64 {
        let [one, other] = self.0.each_ref().map(|samples| {
            let mut sorted = samples.clone();
            sorted.sort_by(f64::total_cmp);
            sorted.truncate(sorted.len() * 9 / 10);
            let count = f64::from(u32::try_from(sorted.len()).unwrap());
            let mean = sorted.iter().sum::<f64>() / count;
            let squares = sorted.iter().map(|sample| (sample - mean).powi(2));
            (mean, squares.sum::<f64>() / (count - 1.0) / count)
        });
        (one.0 - other.0) / (one.1 + other.1).sqrt()
    }

    /// Within two milliseconds, or too little apart to be told from chance.
    #[track_caller]
    fn are_alike(&self, what: &str) {
        let ([known, unknown], t) = (self.medians(), self.t());
        println!("{what}: known {known:.3} ms, unknown {unknown:.3} ms, t = {t:.2}");
        assert!((known - unknown).abs() < 2.0 || t.abs() < 4.5, "{what}");
    }
}

/// Posts one form after the other, in turn.
async fn measure(
    site: &Site,
    path: &str,
    times: usize,
    form: impl Fn(usize, bool) -> Vec<String>,
) -> Samples {
    let names = match path {
        "/login" => &["username", "password"][..],
        "/forgot" => &["email"],
        _ => &["email", "username", "password"],
    };
    let mut samples = [Vec::new(), Vec::new()];
    for number in 0..times {
        for (samples, known) in samples.iter_mut().zip([true, false]) {
            let values = form(number, known);
            let fields: Vec<_> = names
                .iter()
                .copied()
                .zip(values.iter().map(String::as_str))
                .collect();
            let guest = site.guest();
            let start = Instant::now();
            let answer = guest.call(path, &fields).await;
            samples.push(start.elapsed().as_secs_f64() * 1000.0);
            assert!(answer.status.as_u16() < 500, "{}", answer.summary());
        }
    }
    Samples(samples)
}

const ADDRESS: &str = "ann@example.net";

/// Signs up Ann, and confirms her address.
async fn with_ann(site: Site) -> Site {
    let fields = [
        ("username", "ann"),
        ("email", ADDRESS),
        ("password", PASSWORD),
    ];
    site.guest().submit("/signup", &fields).await;
    let path = site.mail().await.path();
    assert_eq!(
        site.guest().submit(&path, &[]).await.location(),
        "/login?confirmed"
    );
    site
}

#[tokio::test]
async fn a_login_takes_as_long_for_nobody_as_for_somebody() {
    let site = with_ann(site().await).await;
    let samples = measure(&site, "/login", *TIMES, |_, known| {
        let name = if known { "ann" } else { "eve" };
        vec![name.to_owned(), "a wrong password".to_owned()]
    });
    samples.await.are_alike("login by name");
    let samples = measure(&site, "/login", *TIMES, |_, known| {
        let name = if known { ADDRESS } else { "eve@example.net" };
        vec![name.to_owned(), "a wrong password".to_owned()]
    });
    samples.await.are_alike("login by address");
}

/// With hashes of the recommended cost: one of the trifling cost takes less time than the
/// other tests can tell. Few logins are enough, since a hash takes most of a login's time.
#[tokio::test]
async fn a_hash_is_computed_for_nobody_as_well() {
    let site = with_ann(site_with(None, Cost::Recommended).await).await;
    let samples = measure(&site, "/login", 30, |_, known| {
        let name = if known { "ann" } else { "eve" };
        vec![name.to_owned(), "a wrong password".to_owned()]
    });
    samples.await.are_alike("login with a dear hash");
}

#[tokio::test]
async fn asking_for_a_link_takes_as_long_for_an_address_that_nobody_has() {
    let site = with_ann(site().await).await;
    let samples = measure(&site, "/forgot", *TIMES, |_, known| {
        vec![if known { ADDRESS } else { "eve@example.net" }.to_owned()]
    });
    samples.await.are_alike("reset");
}

#[tokio::test]
async fn signing_up_takes_as_long_with_a_known_address_as_with_a_new_one() {
    let site = with_ann(site().await).await;
    let samples = measure(&site, "/signup", *TIMES, |number, known| {
        let (address, name) = match known {
            true => (ADDRESS.to_owned(), format!("known-{number}")),
            false => (
                format!("user-{number}@example.net"),
                format!("new-{number}"),
            ),
        };
        vec![address, name, PASSWORD.to_owned()]
    });
    samples.await.are_alike("sign-up");
}
