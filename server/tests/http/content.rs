//! What people put into a text: it is stored as it was typed, and is never more than text.
//!
//! A page is taken apart as a browser does it ([`pieces`]). Whatever somebody typed, it has the
//! tags and the attributes that it has for a harmless text.

use app::form::Form;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use server_fn::axum::server_fn_paths;

use crate::{
    faults::Program,
    harness::{Browser, PASSWORD, Site, site, site_with_schema},
};

/// Two spaces or a line break stand between them.
const NAUGHTY: &str = r##"<script>alert(1)</script>  "><script>alert(1)</script>
'><script>alert(1)</script>  </script><script>alert(1)</script>
</textarea><script>alert(1)</script>  </title><script>alert(1)</script>
</style><script>alert(1)</script>  --><script>alert(1)</script>  <!--  <![CDATA[
<?php phpinfo(); ?>  "><svg onload=alert(1)>  <svg/onload=alert(1)>
<img src=x onerror=alert(1)>  <IMG SRC="javascript:alert(1)">  <iframe srcdoc="<b>">
<a href="javascript:alert(1)">x</a>  <base href=//evil.example>  <meta http-equiv=refresh>
</leptos-island><leptos-island>  " onfocus=alert(1) autofocus x="
' onfocus=alert(1) autofocus x='  `onmouseover=alert(1)  javascript:alert(1)
&lt;script&gt;alert(1)&lt;/script&gt;  &#60;script&#x3e;  &amp;amp;  &NotAnEntity;
＜script＞alert(1)＜/script＞  \u003cscript\x3e  {{7*7}}  ${7*7}  <%= 7*7 %>  #{7*7}  {% debug %}
__proto__  constructor  null  undefined  NaN  None  true  0  -1  1e309  ' OR 1=1 --
'; DROP TABLE users; --  " OR ""="  ../../../../etc/passwd  ..\..\windows\win.ini  C:\CON
%s%n%x%99999d  %00%0d%0aX: y  $(touch /tmp/x)  `id`; cat /etc/passwd | sh &
=cmd|' /C calc'!A0  @SUM(1+1)  \  "  '  ¯\_(ツ)_/¯ ½  田中さんにあげて下さい  表ポあＡ鷗ŒéＢ逍丂㐀𠀀  İıſẞŉ"##;

/// What nobody sees in the source: joined emoji, piled-up marks, letters that run from right to
/// left with their marks, joiners, spaces that are not U+0020, private use. What is dropped or
/// becomes a line break is tried in `words.rs` and `app/src/unicode.rs`.
const UNSEEN: [&str; 7] = [
    "\u{1F469}\u{200D}\u{1F466}\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}\u{1F1FA}\u{1F1F3}",
    "Z\u{338}\u{322}\u{35D}a\u{337}\u{328}l\u{334}\u{313}g\u{335}o\u{336}\u{301}",
    "\u{5D4}\u{5B8}\u{5D9}\u{5B0} test \u{627}\u{644}\u{635}",
    "a\u{200F}b\u{200E}c",
    "\u{645}\u{6CC}\u{200C}\u{62E}\u{648}\u{627}\u{647}\u{645}",
    "a\u{A0}b\u{3000}c",
    "\u{FFFD}\u{FDFD}\u{E000}\u{10FFFD}",
];

fn naughty() -> impl Iterator<Item = &'static str> {
    let seen = NAUGHTY.lines().flat_map(|line| line.split("  "));
    seen.chain(UNSEEN)
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// The name, `/p` for an end, and the attributes with their values.
    Tag(String, Vec<(String, String)>),
    Text(String),
}

/// Takes a page apart.
fn pieces(html: &str) -> Vec<Piece> {
    let begins_a_tag = |c: char| c.is_ascii_alphabetic() || "/!?".contains(c);
    let (mut pieces, mut read) = (Vec::new(), 0);
    for (at, _) in html.match_indices('<') {
        // Before it: inside of an attribute's value.
        if at < read || !html[at + 1..].starts_with(begins_a_tag) {
            continue;
        }
        if at > read {
            pieces.push(Piece::Text(plain(&html[read..at])));
        }
        let mut quoted = false;
        let end = html[at..].find(|c: char| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let end = at + end.expect("every tag has an end");
        pieces.push(tag(&html[at + 1..end]));
        read = end + 1;
    }
    pieces.push(Piece::Text(plain(&html[read..])));
    pieces
}

fn tag(text: &str) -> Piece {
    let (name, mut rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_at(rest.find([' ', '=']).unwrap_or(rest.len()));
        let value = after
            .strip_prefix("=\"")
            .and_then(|value| value.split_once('"'));
        let (value, after) = value.unwrap_or(("", after.trim_start_matches('=')));
        attributes.push((name.to_owned(), plain(value)));
        rest = after.trim_start();
    }
    Piece::Tag(name.to_owned(), attributes)
}

fn plain(html: &str) -> String {
    let plain = html.replace("&lt;", "<").replace("&gt;", ">");
    plain.replace("&quot;", "\"").replace("&amp;", "&")
}

/// What a browser sends of the form with that action if nothing is typed into it.
pub fn form_on(html: &str, action: &str) -> Vec<(String, String)> {
    let (mut form, mut inside, mut select) = (Vec::new(), false, String::new());
    let mut pieces = pieces(html).into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let Piece::Tag(tag, attributes) = piece else {
            continue;
        };
        let get = |name: &str| {
            let found = attributes.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        };
        let name = get("name").unwrap_or_default();
        let value = get("value").unwrap_or_default();
        let kind = get("type").unwrap_or_default();
        // As in a browser: what is not ticked is not sent, and what is disabled is not.
        let left_out = ["radio", "checkbox"].contains(&&*kind) && get("checked").is_none()
            || get("disabled").is_some();
        match tag.as_str() {
            "form" => inside = get("action").as_deref() == Some(action),
            "/form" => inside = false,
            _ if !inside => {}
            "input" if !left_out => form.push((name, value)),
            "textarea" => {
                let text = match pieces.peek() {
                    Some(Piece::Text(text)) => text.strip_prefix('\n').unwrap_or(text),
                    _ => "",
                };
                form.push((name, text.to_owned()));
            }
            "select" => select = name,
            "option" if get("selected").is_some() => form.push((select.clone(), value)),
            _ => {}
        }
    }
    form
}

/// The same as a test sends it.
pub fn sent(form: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = form.iter();
    pairs.map(|(name, value)| (&name[..], &value[..])).collect()
}

/// The tags of a page with the names of their attributes: what no text may change.
fn skeleton(html: &str) -> Vec<String> {
    let tag = |piece: Piece| match piece {
        Piece::Tag(name, attributes) => {
            let names = attributes.into_iter().map(|(name, _)| name);
            let all: Vec<String> = [name].into_iter().chain(names).collect();
            Some(all.join(" "))
        }
        Piece::Text(_) => None,
    };
    pieces(html).into_iter().filter_map(tag).collect()
}

fn how_often(html: &str, text: &str) -> usize {
    let text = Piece::Text(text.to_owned());
    pieces(html).iter().filter(|piece| **piece == text).count()
}

#[tokio::test]
async fn whatever_is_typed_is_stored_as_it_is_and_shown_as_text() {
    let site = site().await;
    let (editor, guest) = (site.member_as("editor").await, site.guest());
    let mut database = site.connect().await;
    let mut expected = None;
    for text in ["Harmless", "Harmless again"].into_iter().chain(naughty()) {
        let short: String = text.chars().take(30).collect();
        let short = short.trim();
        let fields = [
            ("bio", text),
            ("first_name", short),
            ("last_name", short),
            ("location", text),
            ("responsible_for", text),
        ];
        editor.save(&fields).await;
        let stored = database.texts("SELECT fields FROM profiles").await;
        let stored: serde_json::Value = serde_json::from_str(&stored[0]).unwrap();
        for (name, value) in fields {
            assert_eq!(stored[name], value, "{name}");
        }

        let history = editor.visit("/profile/history").await.text;
        let newest = history.split("<li class=\"card\">").nth(1).unwrap();
        let newest = newest.split("</li>").next().unwrap().to_owned();
        let profile = editor.visit("/profile").await.text;
        let public = guest.visit("/u/editor").await.text;
        for page in [&newest, &profile, &public] {
            assert!(how_often(page, text) >= 3, "{text:?} in {page}");
        }
        let form = editor.visit("/profile/edit").await.text;
        let dates = ["birth_date.day", "birth_date.month", "birth_date.year"];
        let mut wrong = fields.to_vec();
        wrong.extend(dates.map(|name| (name, text)));
        wrong.push(("phone_number", text));
        let refused = editor.submit("/profile/edit", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text:?}");
        for (page, sent) in [(&form, &fields[..]), (&refused.text, &wrong[..])] {
            let controls = form_on(page, "/profile/edit");
            for (name, value) in sent {
                let control = ((*name).to_owned(), (*value).to_owned());
                assert!(controls.contains(&control), "{control:?} in {page}");
            }
        }
        let pages = [&newest, &profile, &public, &form, &refused.text];
        let skeletons = pages.map(|page| skeleton(page));
        let expected = expected.get_or_insert_with(|| skeletons.clone());
        assert_eq!(skeletons, *expected, "{text:?}");
    }
    database.close().await;
}

#[tokio::test]
async fn what_a_form_of_an_account_is_refused_with_comes_back_as_text() {
    let site = site().await;
    let all: Vec<&str> = naughty().collect();
    for path in ["/signup", "/login"] {
        let mut skeletons = Vec::new();
        for typed in ["!Harmless".to_owned(), format!("!{}", all.join(" "))] {
            let form = [
                ("username", typed.as_str()),
                ("email", typed.as_str()),
                ("password", ""),
            ];
            let refused = site.guest().submit(path, &form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            let control = ("username".to_owned(), typed.clone());
            assert!(form_on(&refused.text, path).contains(&control), "{path}");
            skeletons.push(skeleton(&refused.text));
        }
        assert_eq!(skeletons[0], skeletons[1], "{path}");

        let next = Form::from_iter([("next", "/\"><script>alert(1)</script>")]).encode();
        let harmless = site.guest().visit(&format!("{path}?next=/u/ann")).await;
        let naughty = site.guest().visit(&format!("{path}?{next}")).await;
        assert_eq!(skeleton(&harmless.text), skeleton(&naughty.text), "{path}");
    }
}

const LINKS: &str = r#"
[[group]]
key = "g"
label = "G"
[[field]]
key = "site"
group = "g"
type = "url"
label = "Site"
"#;

#[tokio::test]
async fn a_link_that_came_past_the_program_leads_to_no_script() {
    let site = site_with_schema(LINKS).await;
    let ann = site.member("ann").await;
    for stored in [
        r#"UPDATE profiles SET fields = '{"site":"javascript:alert(1)"}'"#,
        r#"UPDATE profiles SET fields = '{"site":"java\nscript:alert(1)"}'"#,
        r#"UPDATE profiles SET fields = '{"site":"data:text/html,<script>alert(1)</script>"}'"#,
        r#"UPDATE profiles SET fields = '{"site":"//evil.example"}'"#,
        r#"UPDATE profiles SET fields = '{"site":"https://a.example/\" onclick=\"alert(1)"}'"#,
    ] {
        site.run(stored).await.unwrap();
        for path in ["/profile", "/profile/edit", "/u/ann"] {
            let page = ann.visit(path).await;
            assert_eq!(page.status, StatusCode::OK);
            for word in ["script:", "data:", "evil", "onclick", "alert(1)"] {
                page.says_not(word);
            }
        }
    }
}

#[tokio::test]
async fn a_text_that_is_heavy_or_endless_is_refused_with_what_to_do() {
    let site = site().await;
    let ann = site.member("ann").await;
    let marks = format!("a{}", "\u{301}".repeat(100_000));
    let lines = "x\n".repeat(10_000);
    let simplify = "use fewer combining characters";
    for (name, text, words) in [
        ("bio", &marks, simplify),
        ("first_name", &marks, simplify),
        ("location", &marks, simplify),
        ("bio", &lines, "Bio: shorten it to 2000 characters"),
        ("location", &lines, "Location: remove the line break"),
    ] {
        // Not escaped: escaped it would be more than a form may hold.
        let body = format!("{name}={text}");
        let refused = ann.post("/profile/edit", "text/html", body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        refused.says(words);
    }
    let refused = ann.submit("/profile/edit", &[("bio", &marks)]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(site.ask("SELECT version FROM profiles").await, 1);
}

#[tokio::test]
async fn a_next_page_that_is_not_of_this_site_is_the_own_profile_instead() {
    let site = site().await;
    let ann = site.member("ann").await;
    for next in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert('evil')",
        "data:text/html,evil",
        "\t//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/evil\r\nSet-Cookie: session=evil",
        " //evil.example",
        "/\u{A0}/evil.example",
        "evil.example",
        "@evil.example",
        "?next=//evil.example",
        "",
    ] {
        let query = Form::from_iter([("next", next)]).encode();
        for path in ["/login", "/signup"] {
            let page = site.guest().visit(&format!("{path}?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{next:?}");
            page.says(&format!("name=\"next\" value=\"{path}\""));
            page.says_not("evil");
        }
        let visited = ann.visit(&format!("/login?{query}")).await;
        assert_eq!(visited.location(), "/profile", "{next:?}");
        let form = [("username", "ann"), ("password", PASSWORD), ("next", next)];
        let logged_in = ann.submit("/login", &form).await;
        assert_eq!(logged_in.location(), "/profile", "{next:?}");
    }
}

#[test]
fn nobody_forges_a_line_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    let paths = [
        "/u/%1b[31m%0a2026-01-01T00:00:00Z%20ERROR%20forged",
        "/u/\u{9b}31mforged",
        "/u/\u{2028}forged",
        "/u/\u{202E}forged",
    ];
    for path in paths {
        let head = format!("GET {path} HTTP/1.1\r\nX-Request-Id: forged-id");
        let answer = program.send(&head, "").unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    let form = "username=%1b[31m%0a2026-01-01+forged-name&password=x";
    let refused = program.send("POST /login HTTP/1.1", form).unwrap();
    assert!(refused.starts_with("HTTP/1.1 422"), "{refused}");
    program.terminate();
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert_eq!(log.matches("status=404").count(), paths.len(), "{log}");
    for line in log.lines() {
        assert!(line.starts_with("20"), "not of the program: {line:?}");
        let odd = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{202E}');
        assert!(!line.contains(odd), "{line:?}");
        assert!(!line.contains("forged-id"), "{line:?}");
    }
}

#[tokio::test]
async fn no_other_site_may_read_an_answer() {
    let site = site().await;
    let (guest, ann) = (site.guest(), site.member("ann").await);
    for path in "/ /login /profile /profile/edit /u/ann /nowhere /healthz".split(' ') {
        for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT"] {
            for browser in [&guest, &ann] {
                let request = Request::builder()
                    .method(method)
                    .uri(path)
                    .header(header::ORIGIN, "https://evil.example")
                    .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
                    .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type")
                    .body(Body::empty());
                let answer = browser.send(request.unwrap()).await;
                let mut names = answer.headers.keys();
                let shared = names.any(|name| name.as_str().starts_with("access-control-"));
                assert!(!shared, "{method} {path}: {:?}", answer.headers);
                let embedded = answer.header("cross-origin-resource-policy");
                assert_eq!(embedded, "same-origin", "{method} {path}");
            }
        }
    }
}

/// What each form would change, were it sent by Ann from a page of this site.
const CHANGES: &str = "\
/signup username=eve&password=correct+horse+battery
/login username=ann&password=correct+horse+battery
/logout submit=
/profile/edit bio=Changed
/u/ann/edit bio=Changed
/profile/history change=1&version=2
/profile/history/erase change=1&side=new
/settings/password current_password=correct+horse+battery&password=another+long+sentence
/settings/sessions session=others
/settings/email email=eve%40example.net
/settings/delete typed_username=ann&current_password=correct+horse+battery
/settings/export submit=
/forgot email=ann%40example.net";

/// Every path that takes a form, with what it would change as far as that is known here.
fn forms() -> Vec<(&'static str, &'static str)> {
    let known = CHANGES.lines().filter_map(|line| line.split_once(' '));
    let mut forms: Vec<_> = known.collect();
    for (path, _) in server_fn_paths() {
        if forms.iter().all(|(known, _)| *known != path) {
            forms.push((path, "a=b"));
        }
    }
    forms
}

/// A number that every one of the changes would change.
const STATE: &str = "SELECT (SELECT count(*) FROM users) * 1000000
    + (SELECT count(*) FROM sessions) * 10000
    + (SELECT count(*) FROM mails) * 1000
    + (SELECT count(*) FROM users WHERE pending_email IS NOT NULL OR leaves_at IS NOT NULL) * 700
    + (SELECT sum(version) FROM profiles) * 100
    + (SELECT count(*) FROM profile_changes WHERE new_gone IS NOT NULL) * 50
    + (SELECT sum(password_version) FROM users)";

/// Ann has a bio, and is logged in somewhere else as well.
async fn cast(site: &Site) -> (Browser, i64) {
    let ann = site.member("ann").await;
    ann.save(&[("bio", "Before")]).await;
    let form = [("username", "ann"), ("password", PASSWORD)];
    site.guest().submit("/login", &form).await.location();
    (ann, site.ask(STATE).await)
}

#[tokio::test]
async fn nothing_that_another_site_sends_changes_anything() {
    let site = site().await;
    let (ann, before) = cast(&site).await;
    let origins: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost.evil.example")],
        &[],
    ];
    let kinds = "application/x-www-form-urlencoded multipart/form-data text/plain application/json";
    for (path, form) in forms() {
        for kind in kinds.split(' ') {
            for origin in origins {
                let mut request = Request::post(path)
                    .header(header::HOST, "localhost")
                    .header(header::CONTENT_TYPE, kind);
                for (name, value) in origin {
                    request = request.header(*name, *value);
                }
                let answer = ann.send(request.body(Body::from(form)).unwrap()).await;
                let what = format!("{path} {kind} {origin:?}");
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
            }
        }
    }
    assert_eq!(site.ask(STATE).await, before);
    ann.save(&[("bio", "Changed")]).await;
    assert_ne!(site.ask(STATE).await, before);
}

#[tokio::test]
async fn nothing_that_is_only_looked_at_changes_anything() {
    let site = site().await;
    let (ann, before) = cast(&site).await;
    for (path, form) in forms() {
        for method in ["GET", "HEAD"] {
            let request = Request::builder()
                .method(method)
                .uri(format!("{path}?{form}&_method=POST"))
                .header("x-http-method-override", "POST")
                .header(header::ACCEPT, "text/html")
                .body(Body::empty());
            let answer = ann.send(request.unwrap()).await;
            assert!(!answer.status.is_server_error(), "{method} {path}");
            assert_eq!(site.ask(STATE).await, before, "{method} {path}");
        }
    }
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}
