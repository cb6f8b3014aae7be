//! Languages and themes: chosen by cookie, else by what the browser says of itself.

use app::text::{Language, in_language};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::harness::{Answer, Browser, PASSWORD, SITE, Setup, site};

async fn visit_in(browser: &Browser, path: &str, accept: &str) -> Answer {
    let request = Request::get(path)
        .header(header::ACCEPT, "text/html")
        .header(header::ACCEPT_LANGUAGE, accept)
        .body(Body::empty())
        .unwrap();
    browser.send(request).await
}

#[tokio::test]
async fn a_page_is_in_the_language_of_who_asks_until_they_choose_another() {
    let site = site().await;
    let guest = site.guest();
    for (accept, opening, words) in [
        (
            "en-GB,en;q=0.9",
            "<html lang=\"en\" dir=\"ltr\"",
            "Welcome back",
        ),
        (
            "de-AT,de;q=0.9",
            "<html lang=\"de\" dir=\"ltr\"",
            "Passwort",
        ),
        ("ar-EG", "<html lang=\"ar\" dir=\"rtl\"", "كلمة المرور"),
        ("fr,nl;q=0.5", "<html lang=\"en\"", "Welcome back"),
    ] {
        let page = visit_in(&guest, "/login", accept).await;
        page.says(opening);
        page.says(words);
        assert!(page.header("vary").contains("Accept-Language"));
    }
    // From the foot of a page, without script, and back to that page.
    let chosen = guest
        .submit(
            "/settings/appearance",
            &[("language", "de"), ("next", "/login?next=/profile")],
        )
        .await;
    assert_eq!(chosen.location(), "/login?next=/profile");
    let page = visit_in(&guest, "/login", "ar-EG").await;
    page.says("<html lang=\"de\"");
    // One choice leaves the other.
    let chosen = guest
        .submit("/settings/appearance", &[("theme", "dark")])
        .await;
    assert_eq!(chosen.location(), "/settings/appearance?saved");
    let page = visit_in(&guest, "/settings/appearance?saved", "ar-EG").await;
    page.says("<html lang=\"de\" dir=\"ltr\" data-theme=\"dark\"");
    page.says("<meta name=\"color-scheme\" content=\"dark\"");
    page.says("name=\"theme\" value=\"dark\" checked");
    page.says("name=\"language\" value=\"de\" checked");
    guest
        .submit("/settings/appearance", &[("theme", "system")])
        .await;
    let page = guest.visit("/").await;
    page.says_not("data-theme");
    for nonsense in [
        &[("theme", "pink")][..],
        &[("language", "xx")],
        &[("language", "de"), ("theme", "pink")],
        &[],
    ] {
        let refused = guest.submit("/settings/appearance", nonsense).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{nonsense:?}");
        assert_eq!(refused.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn what_a_cookie_says_is_one_of_a_few_words() {
    let site = site().await;
    let guest = site.guest();
    for cookie in [
        "language=de\"><script>; theme=dark\"><script>",
        "language=; theme=",
        "language; theme",
    ] {
        guest.set_cookie(cookie);
        let page = guest.visit("/login").await;
        page.says("<html lang=\"en\" dir=\"ltr\"><head>");
    }
}

/// Text of a page, without its markup, its script, and what is code in any language.
fn words_of(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    for (start, end) in [("<script", "</script>"), ("<style", "</style>")] {
        assert!(page.matches(start).count() == page.matches(end).count());
    }
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        text.push('\n');
        let skip = ["<script", "<style"]
            .into_iter()
            .zip(["</script>", "</style>"])
            .find(|(start, _)| rest[at..].starts_with(start))
            .map_or(">", |(_, end)| end);
        let end = rest[at..].find(skip).unwrap() + skip.len();
        // What is read aloud, and what stands in a control.
        for name in [" aria-label=\"", " content=\"", " alt=\"", " data-words=\""] {
            if let Some(start) = rest[at..at + end].find(name) {
                let value = &rest[at + start + name.len()..];
                text.push_str(value.split('"').next().unwrap());
                text.push('\n');
            }
        }
        rest = &rest[at + end..];
    }
    text + rest
}

/// Whatever is neither a name nor an address has to be in the language of the page.
#[tokio::test]
async fn no_page_forgets_a_word_of_its_language() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("location", "كيل"),
        ("bio", "مرحبا"),
        ("birth_date", "1990-02-03"),
        ("phone_number", "+49 30 901820"),
    ])
    .await;
    let editor = site.member_as("editor").await;
    let admin = site.member_as("admin").await;
    let guest = site.guest();
    for browser in [&ann, &editor, &admin, &guest] {
        browser
            .submit("/settings/appearance", &[("language", "ar")])
            .await;
    }
    let mut answers = Vec::new();
    for path in [
        "/",
        "/login",
        "/login?left",
        "/login?reset",
        "/signup",
        "/forgot",
        "/forgot?sent",
        "/reset/x",
        "/join/x",
        "/join",
        "/u/ann",
        "/nowhere",
        "/settings/appearance",
    ] {
        answers.push((format!("guest {path}"), guest.visit(path).await));
    }
    for path in [
        "/profile",
        "/profile?saved",
        "/profile?as=guest",
        "/profile/edit",
        "/profile/avatar",
        "/profile/history",
        "/profile/history?change=1",
        "/profile/history/erase?change=1",
        "/settings",
        "/settings/email",
        "/settings/username",
        "/settings/password",
        "/settings/sessions",
        "/settings/activity",
        "/settings/privacy",
        "/members",
        "/members?q=nobody",
        "/members?is.x=y",
        "/members?after=x",
        "/settings/export",
        "/settings/delete",
        "/signup?made",
        "/forgot",
    ] {
        answers.push((format!("ann {path}"), ann.visit(path).await));
    }
    answers.push(("editor".to_owned(), editor.visit("/u/ann/edit").await));
    for path in [
        "/admin/users/ann",
        "/admin/users/ann/erase",
        "/admin/users/ann/sees?profile=editor",
        "/admin/users/ann/sees?profile=nobody",
        "/admin/events",
        "/admin/events?user=nobody&kind=x&from=x&before=x",
        "/admin/users",
        "/admin/users?order=x",
        "/admin/users?after=x:y",
        "/admin/users?q=xyz",
        "/admin/users/bulk",
        "/admin/users/bulk?done=3&act=erase",
    ] {
        answers.push((format!("admin {path}"), admin.visit(path).await));
    }
    let everybody = [("user", "ann"), ("user", "the-admin"), ("user", "nobody")];
    for (name, value) in [("do", ""), ("do", "role:king"), ("user", "ann")] {
        let form = [(name, value)];
        answers.push((
            format!("bulk {form:?}"),
            admin.submit("/admin/users/bulk", &form).await,
        ));
    }
    for what in ["role:reader", "link", "disable", "enable", "erase"] {
        let form = [&everybody[..], &[("do", what)]].concat();
        answers.push((
            format!("plan {what}"),
            admin.submit("/admin/users/bulk", &form).await,
        ));
    }
    let changed = [
        ("do", "enable"),
        ("user", "ann"),
        ("planned", "disabled"),
        ("confirm", "yes"),
    ];
    answers.push((
        "report".to_owned(),
        admin.submit("/admin/users/bulk", &changed).await,
    ));
    for (path, fields) in [
        ("/signup", &[][..]),
        ("/signup", &[("username", "ann"), ("password", "password")]),
        (
            "/signup",
            &[("username", "?"), ("email", "?"), ("password", "ann")],
        ),
        ("/login", &[("username", "ann"), ("password", "wrong")]),
        ("/login", &[("username", "a"), ("username", "b")]),
    ] {
        answers.push((format!("POST {path}"), guest.submit(path, fields).await));
    }
    for (path, fields) in [
        (
            "/profile/edit",
            &[
                ("birth_date", "2990-01-01"),
                ("phone_number", "12"),
                ("version", "1"),
            ][..],
        ),
        (
            "/profile/edit",
            &[("first_name", "ا\u{7}"), ("unknown", "x")],
        ),
        (
            "/settings/password",
            &[("current_password", "x"), ("password", "y")],
        ),
        ("/settings/username", &[("new_username", "x")]),
        ("/settings/delete", &[("typed_username", "x")]),
        ("/profile/history", &[("change", "99")]),
        ("/profile/history/erase", &[("change", "1")]),
    ] {
        answers.push((format!("POST {path}"), ann.submit(path, fields).await));
    }
    // What is written the same in every language: names, addresses, types of files.
    let same = [
        "Silhouette",
        "English",
        "Deutsch",
        "ann",
        "ANN",
        "the",
        "admin",
        "nobody",
        "xyz",
        "CSV",
        "editor",
        "example",
        "org",
        "UTC",
        "JPEG",
        "PNG",
        "WebP",
        "GIF",
        "BMP",
        "JSON",
        "Chrome",
        "Linux",
        "Android",
        "width",
        "device",
        "initial",
        "scale",
        "light",
        "dark",
        "noindex",
        "profile",
        "website",
        "https",
        "http",
        "summary",
        "unknown",
        "vcf",
        "name",
        "zip",
        // On every keyboard.
        "Caps",
        "Lock",
    ];
    for (what, answer) in answers {
        answer.says("<html lang=\"ar\" dir=\"rtl\"");
        let text = words_of(&answer.text);
        let foreign: Vec<&str> = text
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| word.len() > 2 && !same.contains(word))
            .collect();
        assert!(foreign.is_empty(), "{what}: {foreign:?} in {text}");
    }
}

#[tokio::test]
async fn a_mail_is_in_the_language_of_who_asked_for_it() {
    let site = site().await;
    let guest = site.guest();
    guest.set_cookie("language=ar");
    guest
        .submit(
            "/signup",
            &[
                ("username", "ann"),
                ("email", "ann@example.net"),
                ("password", PASSWORD),
            ],
        )
        .await;
    guest.set_cookie("language=de");
    guest
        .submit("/forgot", &[("email", "ann@example.net")])
        .await;
    let mails = site.mails().await;
    assert!(
        mails[0].text.contains("مرحبًا") || mails[0].text.contains("أهل"),
        "{}",
        mails[0].text
    );
    assert!(mails[0].text.contains("٧٢"), "{}", mails[0].text);
    assert!(mails[0].path().starts_with("/verify/"));
    drop(mails);
}

#[tokio::test]
async fn a_choice_is_for_the_browser_and_its_cookie_is_guarded() {
    let setup = Setup {
        public_url: Some(SITE),
        ..Setup::default()
    };
    let site = setup.build().await;
    let chosen = site
        .guest()
        .submit("/settings/appearance", &[("theme", "light")])
        .await;
    assert_eq!(
        chosen.header("set-cookie"),
        "__Host-theme=light; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure"
    );
    let guest = site.guest();
    for (cookie, opening) in [
        ("__Host-language=de", "<html lang=\"de\""),
        // Another host of the domain may set this one.
        ("language=de", "<html lang=\"en\""),
    ] {
        guest.set_cookie(cookie);
        guest.visit("/login").await.says(opening);
    }
}

#[tokio::test]
async fn the_operator_says_what_the_site_is_and_in_which_colour() {
    let setup = Setup {
        tagline: Some("Sailing <together>"),
        accent: Some("#7a1f5c"),
        ..Setup::default()
    };
    let site = setup.build().await;
    let page = site.guest().visit("/").await;
    page.says("<h1 dir=\"auto\">Sailing &lt;together&gt;</h1>");
    page.says("<title>Sailing &lt;together&gt; · Silhouette</title>");
    page.says(":root{--accent-light:#7a1f5c;");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("style-src 'self' 'sha256-"), "{policy}");
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("email", "ann@example.org"),
    ];
    site.guest().submit("/signup", &form).await;
    assert!(site.mail().await.text.contains("background: #7a1f5c"));
    let plain = crate::harness::site().await.guest().visit("/").await;
    plain.says_not("--accent-light");
    assert_ne!(plain.header("content-security-policy"), policy);
}

/// The rules do not depend on the language; only their words do.
#[test]
fn a_schema_is_the_same_in_every_language_but_for_its_words() {
    let keys = |language| {
        in_language(language, || {
            let schema = server::default_schema();
            let fields = schema.fields();
            fields
                .map(|field| (field.key.clone(), field.kind.clone(), field.audience))
                .collect::<Vec<_>>()
        })
    };
    let label = |language| {
        in_language(language, || {
            server::default_schema().groups[0].label.clone()
        })
    };
    assert_eq!(keys(Language::English), keys(Language::Arabic));
    assert_ne!(label(Language::English), label(Language::Arabic));
}
