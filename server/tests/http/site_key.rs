//! The operator's side of second factors: seeing and removing them, and the key of the site.

use crate::{
    commands::{silhouette, site_of_today},
    harness::KEY,
    second::{add_app, confirm_address, is_in, log_in},
};

#[tokio::test]
async fn the_operator_sees_and_removes_second_factors() {
    let site = site_of_today().await;
    let ann = site.member("ann").await;
    let bea = site.member("bea").await;
    add_app(&site, &ann).await;
    let said = silhouette(&site, &["user", "factors", "ann"], "").well();
    assert!(
        said.stdout.contains("authenticator app, 10 recovery codes"),
        "{}",
        said.stdout
    );
    let shown = silhouette(&site, &["user", "show", "ann", "--json"], "").well();
    assert_eq!(shown.json()["second_factors"]["recovery_codes_left"], 10);
    let shown = silhouette(&site, &["user", "show", "bea"], "").well();
    assert!(shown.stdout.contains("none"), "{}", shown.stdout);
    silhouette(&site, &["user", "factors", "bea", "--reset"], "").fails(1, "no second factor");
    let later = silhouette(&site, &["user", "factors", "ann", "--reset"], "").well();
    assert!(later.stdout.contains("in 24 hours"), "{}", later.stdout);
    assert_eq!(
        log_in(&site.guest(), "ann").await.location(),
        "/login/second"
    );
    // As many hours as the site has set, or as were said.
    let settings = site.folder().join("silhouette.toml");
    std::fs::write(&settings, "factor_reset_hours = 0\n").unwrap();
    add_app(&site, &bea).await;
    silhouette(&site, &["user", "factors", "bea", "--reset"], "").well();
    assert_eq!(log_in(&site.guest(), "bea").await.location(), "/profile");
    std::fs::write(&settings, "factor_reset_hours = 72\n").unwrap();
    let again = ["user", "factors", "ann", "--reset", "--after", "0"];
    silhouette(&site, &again, "").well();
    assert_eq!(log_in(&site.guest(), "ann").await.location(), "/profile");
    assert!(!is_in(&ann).await);
}

#[tokio::test]
async fn a_site_does_not_begin_without_the_key_of_its_secrets() {
    let site = site_of_today().await;
    let ann = site.member("ann").await;
    confirm_address(&site, &ann, "ann@example.org").await;
    add_app(&site, &ann).await;
    site.mails().await;
    let serve = ["serve", "--addr", "127.0.0.1:0", "--site-key"];
    let key = "A".repeat(43);
    let other = [&serve[..], &[key.as_str()]].concat();
    // The site of the tests has noted none, as no `serve` has been here.
    let note = format!(
        "INSERT INTO site_key (id, fingerprint) VALUES (1, {})",
        blob(&KEY.fingerprint())
    );
    site.run(&note).await.unwrap();
    let refused = silhouette(&site, &other, "");
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .stderr
            .contains("is not the one that this site had before"),
        "{}",
        refused.stderr
    );
    let missing = silhouette(&site, &serve[..3], "");
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("is missing"), "{}", missing.stderr);
    // Nothing was made in its place.
    let file = site.folder().join("site.key");
    assert!(!file.exists() && !site.folder().join("data/site.key").exists());
    let doctor = silhouette(&site, &["doctor", "--json"], "");
    assert!(
        doctor.stdout.contains("database backups do not contain it"),
        "{}",
        doctor.stdout
    );
    // Lost for good.
    let new_key = ["new-key", "--site-key", key.as_str()];
    silhouette(&site, &new_key, "").fails(1, "pass --yes");
    let done = silhouette(&site, &[&new_key[..], &["--yes"]].concat(), "").well();
    assert!(
        done.stdout.contains("1 authenticator apps were removed"),
        "{}",
        done.stdout
    );
    let told = site.mail().await;
    assert!(
        told.text.replace("=\r\n", "").contains("app removed"),
        "{}",
        told.text
    );
    assert_eq!(log_in(&site.guest(), "ann").await.location(), "/profile");
}

/// Bytes, as the SQL of the engine at hand writes them.
fn blob(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match std::env::var_os("TEST_DATABASE") {
        Some(_) => format!("decode('{hex}', 'hex')"),
        None => format!("x'{hex}'"),
    }
}
