//! Passkeys, with an authenticator that does what real ones do, and what they must not.

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    harness::{Answer, Browser, PASSWORD, SITE, Setup, Site, site},
    second::{add_app, confirm_address},
};

const MINUTE: i64 = 60 * 1000;

/// An authenticator with one credential (WebAuthn Level 3 §6).
struct Key {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    /// What it says of each use.
    flags: u8,
    counter: u32,
    origin: String,
    rp_id: String,
    user_handle: Option<String>,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const BACKED_UP: u8 = 0x18;
const WITH_CREDENTIAL: u8 = 0x40;

impl Key {
    fn new(flags: u8) -> Key {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap();
        Key {
            id: Sha256::digest(pair.public_key().as_ref())[..20].to_vec(),
            pair,
            flags: PRESENT | flags,
            counter: 0,
            origin: SITE.to_owned(),
            rp_id: "example.org".to_owned(),
            user_handle: None,
        }
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(&self.rp_id).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["challenge"];
        let data = json!({
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    /// Makes the credential that a page asks for.
    fn make(&mut self, options: &Value) -> String {
        self.user_handle = options["user"]["id"].as_str().map(str::to_owned);
        let point = self.pair.public_key().as_ref();
        let mut data = self.data(self.flags | WITH_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // A COSE key (RFC 9053 §7.1.1): EC2, ES256, P-256, x, y.
        data.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        let mut object = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let client = self.client_data("webauthn.create", options);
        self.answer(json!({
            "clientDataJSON": BASE64.encode(client),
            "attestationObject": BASE64.encode(object),
            "transports": ["internal"],
        }))
    }

    /// Answers a question, and counts.
    fn sign(&mut self, options: &Value) -> String {
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(self.flags);
        let client = self.client_data("webauthn.get", options);
        let signed = [&data[..], &Sha256::digest(&client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        self.answer(json!({
            "clientDataJSON": BASE64.encode(client),
            "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signature.as_ref()),
            "userHandle": self.user_handle,
        }))
    }

    /// As `PublicKeyCredential.toJSON()` gives it.
    fn answer(&self, response: Value) -> String {
        let id = BASE64.encode(&self.id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
        .to_string()
    }
}

/// The question of a page's button for passkeys.
fn options(page: &Answer) -> Value {
    let (_, rest) = page.text.split_once("data-passkey=\"").expect("a button");
    let text = rest[..rest.find('"').unwrap()]
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    serde_json::from_str(&text).unwrap()
}

async fn try_to_add(browser: &Browser, key: &mut Key) -> Answer {
    let page = browser.visit("/settings/passkeys").await;
    let answer = key.make(&options(&page));
    let form = [
        ("act", "add-passkey"),
        ("passkey-name", "Blue key"),
        ("new-passkey", &answer),
        ("new-passkey-question", page.hidden("new-passkey-question")),
    ];
    browser.submit("/settings/passkeys", &form).await
}

async fn add(browser: &Browser, flags: u8) -> Key {
    let mut key = Key::new(flags);
    let added = try_to_add(browser, &mut key).await;
    let to = added.location();
    assert!(
        matches!(to, "/settings/second/codes" | "/settings/passkeys?added"),
        "{to}"
    );
    key
}

/// Answers the question of a page, and sends its form.
async fn show(browser: &Browser, path: &str, key: &mut Key, more: &[(&str, &str)]) -> Answer {
    let page = browser.visit(path).await;
    let answer = key.sign(&options(&page));
    let mut form = vec![
        ("passkey-answer", answer.as_str()),
        ("passkey-question", page.hidden("passkey-question")),
    ];
    form.extend(more);
    browser.submit(path, &form).await
}

async fn log_in(browser: &Browser, name: &str) -> Answer {
    browser
        .submit("/login", &[("username", name), ("password", PASSWORD)])
        .await
}

async fn is_in(browser: &Browser) -> bool {
    browser.visit("/settings").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_passkey_that_verifies_logs_in_with_nothing_typed() {
    let site = site().await;
    let ann = site.member("ann").await;
    // A synced one, whose counter stays 0.
    let mut key = add(&ann, VERIFIED | BACKED_UP).await;
    ann.visit("/settings/passkeys").await.says("Blue key");
    for _ in 0..3 {
        let guest = site.guest();
        let page = guest.visit("/login?next=/profile/edit").await;
        page.says("autocomplete=\"username webauthn\"");
        let done = show(&guest, "/login", &mut key, &[("next", "/profile/edit")]).await;
        assert_eq!(done.location(), "/profile/edit");
        assert!(is_in(&guest).await);
        // Both factors were shown: what matters asks for nothing more.
        let form = [("email", "ann@example.org")];
        let asked = guest.submit("/settings/email", &form).await;
        assert_eq!(asked.location(), "/settings/email?sent");
    }
    ann.visit("/settings/passkeys").await.says("Last used");
    // The password alone is not enough any more.
    let guest = site.guest();
    assert_eq!(log_in(&guest, "ann").await.location(), "/login/second");
    let done = show(&guest, "/login/second", &mut key, &[]).await;
    assert_eq!(done.location(), "/profile");
}

#[tokio::test]
async fn a_key_that_verifies_nobody_counts_beside_the_password_only() {
    let site = site().await;
    let ann = site.member("ann").await;
    let mut key = add(&ann, 0).await;
    key.counter = 7;
    ann.visit("/settings/passkeys")
        .await
        .says("only together with your password");
    let guest = site.guest();
    let refused = show(&guest, "/login", &mut key, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Passkey: it was not accepted");
    assert!(!is_in(&guest).await);
    assert_eq!(log_in(&guest, "ann").await.location(), "/login/second");
    assert_eq!(
        show(&guest, "/login/second", &mut key, &[])
            .await
            .location(),
        "/profile"
    );
    // Nor does it become more by a PIN that it was given later.
    key.flags = PRESENT | VERIFIED;
    let guest = site.guest();
    let refused = show(&guest, "/login", &mut key, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // One that has verified, and cannot here, is the same.
    let bea = site.member("bea").await;
    let mut key = add(&bea, VERIFIED).await;
    key.flags = PRESENT;
    let guest = site.guest();
    let refused = show(&guest, "/login", &mut key, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    log_in(&guest, "bea").await;
    assert_eq!(
        show(&guest, "/login/second", &mut key, &[])
            .await
            .location(),
        "/profile"
    );
}

#[tokio::test]
async fn what_is_no_answer_to_this_question_is_refused() {
    let site = site().await;
    let ann = site.member("ann").await;
    let mut key = add(&ann, VERIFIED).await;
    let mut stranger = Key::new(VERIFIED);
    let spoil = async |spoil: &dyn Fn(&mut Key)| {
        spoil(&mut key);
        let guest = site.guest();
        let answer = show(&guest, "/login", &mut key, &[]).await;
        (key.origin, key.rp_id) = (SITE.to_owned(), "example.org".to_owned());
        key.flags = PRESENT | VERIFIED;
        assert_eq!(
            guest.cookie().is_some(),
            answer.status == StatusCode::SEE_OTHER
        );
        answer.status
    };
    let mut spoil = spoil;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(
        spoil(&|key| key.origin = "https://example.com".to_owned()).await,
        refused
    );
    assert_eq!(
        spoil(&|key| key.origin = "https://evil.example.org".to_owned()).await,
        refused
    );
    assert_eq!(
        spoil(&|key| key.origin = "http://example.org".to_owned()).await,
        refused
    );
    assert_eq!(
        spoil(&|key| key.rp_id = "example.com".to_owned()).await,
        refused
    );
    // Nobody was there.
    assert_eq!(spoil(&|key| key.flags = VERIFIED).await, refused);
    assert_eq!(spoil(&|_| {}).await, StatusCode::SEE_OTHER);
    // A counter that goes back is that of a copy; one that goes on is not.
    assert_eq!(spoil(&|key| key.counter = 9).await, StatusCode::SEE_OTHER);
    assert_eq!(spoil(&|key| key.counter = 3).await, refused);
    assert_eq!(spoil(&|key| key.counter = 11).await, StatusCode::SEE_OTHER);
    // A credential that nobody has.
    let guest = site.guest();
    let unknown = show(&guest, "/login", &mut stranger, &[]).await;
    assert_eq!(unknown.status, refused);
    // The answer to the question of another page, or to no question.
    let (one, other) = (guest.visit("/login").await, guest.visit("/login").await);
    let answer = key.sign(&options(&one));
    let question = one.hidden("passkey-question").to_owned();
    for question in [other.hidden("passkey-question"), "", "AAAA"] {
        let form = [
            ("passkey-answer", answer.as_str()),
            ("passkey-question", question),
        ];
        assert_eq!(
            guest.submit("/login", &form).await.status,
            refused,
            "{question}"
        );
    }
    for rubbish in ["x", "{}", "null", "[]", &answer[1..], &"9".repeat(20_000)] {
        let form = [("passkey-answer", rubbish), ("passkey-question", &question)];
        assert_eq!(guest.submit("/login", &form).await.status, refused);
    }
    // It holds once, and not for ever.
    let form = [
        ("passkey-answer", answer.as_str()),
        ("passkey-question", &question),
    ];
    assert_eq!(guest.submit("/login", &form).await.location(), "/profile");
    let replayed = site.guest();
    assert_eq!(replayed.submit("/login", &form).await.status, refused);
    assert!(!is_in(&replayed).await);
    let slow = site.guest();
    let page = slow.visit("/login").await;
    let answer = key.sign(&options(&page));
    site.clock.advance(25 * 60 * MINUTE);
    let form = [
        ("passkey-answer", answer.as_str()),
        ("passkey-question", page.hidden("passkey-question")),
    ];
    assert_eq!(slow.submit("/login", &form).await.status, refused);
}

#[tokio::test]
async fn a_passkey_shows_its_own_user_and_nobody_else() {
    let site = site().await;
    let (ann, bea) = (site.member("ann").await, site.member("bea").await);
    add_app(&site, &ann).await;
    let mut key_of_bea = add(&bea, VERIFIED).await;
    let mut key_of_ann = add(&ann, VERIFIED).await;
    let guest = site.guest();
    log_in(&guest, "ann").await;
    let refused = show(&guest, "/login/second", &mut key_of_bea, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The question to one is not that to the other, nor that of a login.
    let page = guest.visit("/login").await;
    let answer = key_of_ann.sign(&options(&page));
    let form = [
        ("passkey-answer", answer.as_str()),
        ("passkey-question", page.hidden("passkey-question")),
    ];
    let refused = guest.submit("/login/second", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        show(&guest, "/login/second", &mut key_of_ann, &[])
            .await
            .location(),
        "/profile"
    );
    // Whose credential is known is added to nobody.
    let again = try_to_add(&bea, &mut key_of_ann).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    // Who is disabled is not let in by it.
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'bea'")
        .await
        .unwrap();
    let refused = show(&site.guest(), "/login", &mut key_of_bea, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn somebody_with_a_passkey_can_do_without_a_password_and_the_last_way_in_stays() {
    let site = site().await;
    let ann = site.member("ann").await;
    let without = [("act", "remove-password")];
    let refused = ann.submit("/settings/passkeys", &without).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut key = add(&ann, VERIFIED).await;
    // Without an address there would be no way back.
    let refused = ann.submit("/settings/passkeys", &without).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    ann.visit("/settings/passkeys")
        .await
        .says_not("Remove your password");
    confirm_address(&site, &ann, "ann@example.org").await;
    let removed = ann.submit("/settings/passkeys", &without).await;
    assert_eq!(removed.location(), "/settings/passkeys?without");
    assert_eq!(ann.visit("/settings/password").await.location(), "/forgot");
    let page = ann.visit("/settings/passkeys").await;
    page.says("cannot be removed");
    page.says_not("remove-passkey");
    let id = site.ask("SELECT id FROM passkeys").await.to_string();
    let last = [("act", "remove-passkey"), ("which", id.as_str())];
    let refused = ann.submit("/settings/passkeys", &last).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let guest = site.guest();
    assert_eq!(
        log_in(&guest, "ann").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        show(&guest, "/login", &mut key, &[]).await.location(),
        "/profile"
    );
    // What asked for the password asks for the passkey.
    site.clock.advance(20 * MINUTE);
    let form = [("session", "others")];
    let refused = guest.submit("/settings/sessions", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says_not("name=\"current_password\"");
    let answer = key.sign(&options(&refused));
    let form = [
        ("session", "others"),
        ("passkey-answer", &answer),
        ("passkey-question", refused.hidden("passkey-question")),
    ];
    let ended = guest.submit("/settings/sessions", &form).await;
    assert_eq!(ended.location(), "/settings/sessions?ended");
    // A second one, and the first can go.
    add(&guest, VERIFIED).await;
    let removed = guest.submit("/settings/passkeys", &last).await;
    assert_eq!(removed.location(), "/settings/passkeys?removed");
    let refused = show(&site.guest(), "/login", &mut key, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_new_passkey_needs_a_name_and_an_answer_to_its_own_question() {
    let site = site().await;
    let (ann, bea) = (site.member("ann").await, site.member("bea").await);
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let page = ann.visit("/settings/passkeys").await;
    let answer = Key::new(VERIFIED).make(&options(&page));
    let question = page.hidden("new-passkey-question").to_owned();
    let send = async |browser: &Browser, name: &str, answer: &str, question: &str| {
        let form = [
            ("act", "add-passkey"),
            ("passkey-name", name),
            ("new-passkey", answer),
            ("new-passkey-question", question),
        ];
        browser.submit("/settings/passkeys", &form).await
    };
    assert_eq!(send(&ann, " ", &answer, &question).await.status, refused);
    let long = send(&ann, &"x".repeat(61), &answer, &question).await;
    assert_eq!(long.status, refused);
    long.says(&format!("value=\"{}\"", "x".repeat(61)));
    assert_eq!(send(&bea, "Key", &answer, &question).await.status, refused);
    assert_eq!(send(&ann, "Key", "{}", &question).await.status, refused);
    let mut far = Key::new(VERIFIED);
    far.origin = "https://example.com".to_owned();
    assert_eq!(try_to_add(&ann, &mut far).await.status, refused);
    let added = send(&ann, "<b>Key</b>", &answer, &question).await;
    assert_eq!(added.location(), "/settings/second/codes");
    let page = ann.visit("/settings/passkeys").await;
    page.says("&lt;b&gt;Key&lt;/b&gt;");
    page.says_not("<b>Key");
    assert_eq!(
        send(&ann, "Key", &answer, &question).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn a_site_at_an_ip_address_takes_none_and_the_page_for_programs_says_where() {
    let site = site().await;
    let found = site.guest().visit("/.well-known/passkey-endpoints").await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(found.header("content-type"), "application/json");
    let found: Value = serde_json::from_str(&found.text).unwrap();
    let page = format!("{SITE}/settings/passkeys");
    assert_eq!(found, json!({ "enroll": page, "manage": page }));
    let login = site.guest().visit("/login").await;
    login.says("Log in with a passkey");
    assert!(
        login
            .header("content-security-policy")
            .contains("script-src 'sha256-")
    );
    login.says_not("wasm");
    let off = Setup {
        second_rule: app::account::types::second::SecondRule::Off,
        ..Setup::default()
    };
    let site: Site = off.build().await;
    let login = site.guest().visit("/login").await;
    login.says_not("passkey");
    login.says("autocomplete=\"username\"");
    let missing = site.guest().visit("/.well-known/passkey-endpoints").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}
