//! Pictures: sent, shown, hidden, replaced, taken away, brought back, erased.
//! What a picture may be is tested in `tests/pictures`.

use app::{
    error::AppError,
    profile::rules::{picture::Picture, violation::Violation},
};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use futures_util::{StreamExt, future::join_all, stream};
use image::{ImageFormat, Rgb, RgbImage};
use server::accounts::roles::set_disabled;
use server::jobs::erase_old_pictures;
use std::{
    io::{Cursor, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{
    faults::Program,
    harness::{Answer, Browser, DAY, PASSWORD, Setup, Site, site, site_with_schema},
};
use server::Limits;

const RED: [u8; 3] = [200, 30, 30];
const BLUE: [u8; 3] = [30, 60, 200];

/// A PNG of one colour.
pub fn png(colour: [u8; 3]) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_pixel(16, 16, Rgb(colour))
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

/// Beside these a form has no file.
const NO_FILE: (&str, &str) = ("no-file", "");

const BOUNDARY: &str = "----between-the-parts";

/// A form with a file, as a browser encodes it.
fn multipart(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
    }
    // A browser sends the control also if no file was chosen: without a name.
    let name = if fields.contains(&NO_FILE) {
        ""
    } else {
        "../../me.svg"
    };
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"{name}\"\r\n\
         Content-Type: image/svg+xml\r\n\r\n"
    );
    body.extend([head.as_bytes(), file, b"\r\n"].concat());
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn request(accept: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/profile/avatar")
        .header(header::ACCEPT, accept)
        .header(
            header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .header(header::HOST, "localhost")
        .header(header::ORIGIN, "http://localhost")
        .header("sec-fetch-site", "same-origin")
        .body(body.into())
        .unwrap()
}

/// Sends a picture without script.
pub async fn send(browser: &Browser, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    browser
        .send(request("text/html", multipart(fields, file)))
        .await
}

/// The same by a program.
async fn call(browser: &Browser, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    browser
        .send(request("application/json", multipart(fields, file)))
        .await
}

/// Sends one that has to be taken, and answers its path without the size.
async fn upload(browser: &Browser, colour: [u8; 3]) -> String {
    let answer = send(browser, &[], &png(colour)).await;
    assert_eq!(answer.location(), "/profile?saved");
    let path = answer.header("content-location");
    path.strip_suffix("/512")
        .unwrap_or_else(|| panic!("{path:?}"))
        .to_owned()
}

async fn status(browser: &Browser, path: &str) -> u16 {
    browser.visit(path).await.status.as_u16()
}

/// The colour that a picture has.
fn colour(answer: &Answer) -> [u8; 3] {
    let picture = image::load_from_memory(&answer.body).unwrap().into_rgb8();
    picture
        .get_pixel(picture.width() / 2, picture.height() / 2)
        .0
}

fn is_near(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.abs_diff(other) < 12)
}

const ROWS: &str = "SELECT count(*) FROM avatars";

#[tokio::test]
async fn a_picture_is_sent_shown_and_replaced_without_script() {
    let site = site().await;
    let ann = site.member("ann").await;
    for page in ["/profile/avatar", "/profile/edit"] {
        let page = ann.visit(page).await;
        for part in [
            "enctype=\"multipart/form-data\"",
            "action=\"/profile/avatar\"",
            "type=\"file\"",
            "up to 16 MB and 50 megapixels",
        ] {
            page.says(part);
        }
        page.says_not("action=\"/profile/avatar/delete\"");
    }
    ann.visit("/settings")
        .await
        .says("href=\"/profile/avatar\"");
    let red = upload(&ann, RED).await;
    let page = ann.visit("/profile").await;
    page.says(&format!("src=\"{red}/256\""));
    site.guest().visit("/u/ann").await.says(&red);
    for size in Picture::SIZES {
        let picture = site.guest().visit(&format!("{red}/{size}")).await;
        assert_eq!(picture.status, StatusCode::OK);
        assert!(is_near(colour(&picture), RED));
        for (name, value) in [
            ("content-type", "image/jpeg"),
            ("x-content-type-options", "nosniff"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'; sandbox",
            ),
            ("cache-control", "private, no-cache"),
        ] {
            assert_eq!(picture.header(name), value);
        }
        let again = Request::get(format!("{red}/{size}"))
            .header(header::IF_NONE_MATCH, picture.header("etag"))
            .body(Body::empty());
        let again = site.guest().send(again.unwrap()).await;
        assert_eq!(
            (again.status, again.body.len()),
            (StatusCode::NOT_MODIFIED, 0)
        );
    }
    for wrong in ["511", "0", "512/", "x", "-1", "99999999999"] {
        assert_eq!(
            status(&ann, &format!("{red}/{wrong}")).await,
            404,
            "{wrong}"
        );
    }
    let unknown = format!("/avatars/{}/512", "0".repeat(64));
    assert_eq!(status(&ann, &unknown).await, 404);

    // Another one has another address, and is there at once.
    let blue = upload(&ann, BLUE).await;
    assert_ne!(red, blue);
    let page = ann.visit("/profile").await;
    page.says(&blue);
    page.says_not(&red);
    // The same once more is no change.
    let version = "SELECT version FROM profiles";
    let before = site.ask(version).await;
    assert_eq!(upload(&ann, BLUE).await, blue);
    assert_eq!(site.ask(version).await, before);
}

#[tokio::test]
async fn a_form_leads_where_it_says_and_a_program_gets_a_value() {
    let site = site().await;
    let ann = site.member("ann").await;
    let there = [("next", "/profile/edit?saved"), ("username", "ann")];
    let answer = send(&ann, &there, &png(RED)).await;
    assert_eq!(answer.location(), "/profile/edit?saved");
    ann.visit("/profile/edit?saved")
        .await
        .says("role=\"status\"");
    let elsewhere = send(&ann, &[("next", "//evil.example")], &png(BLUE)).await;
    assert_eq!(elsewhere.location(), "/profile?saved");
    let program = call(&ann, &[], &png(RED)).await;
    assert_eq!(
        (program.status, program.text.as_str()),
        (StatusCode::OK, "\"/profile?saved\"")
    );
    let refused = call(&ann, &[], b"no picture").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.error(),
        AppError::invalid("avatar", Violation::NotAPicture)
    );
}

#[tokio::test]
async fn what_is_refused_says_why_and_leaves_the_picture_that_was_there() {
    let site = site().await;
    let ann = site.member("ann").await;
    let none = send(&ann, &[("avatar.alt", "Me"), NO_FILE], b"").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    none.says("Picture: ");
    let red = upload(&ann, RED).await;
    let limit = Picture::MAX_MIB * 1024 * 1024;
    let long = "a".repeat(Picture::MAX_ALT + 1);
    for (file, alt, words) in [
        (
            b"<svg/>".to_vec(),
            "At the sea",
            "choose a JPEG, PNG, WebP, GIF or BMP file",
        ),
        (
            png(BLUE)[..60].to_vec(),
            "At the sea",
            "this file is incomplete or damaged",
        ),
        // At the limit it is judged by what it is, above it by its size.
        (
            vec![0; limit],
            "At the sea",
            "choose a JPEG, PNG, WebP, GIF or BMP file",
        ),
        (
            vec![0; limit + 1],
            "At the sea",
            "choose a file of 16 MB or less",
        ),
        (
            vec![0; 3 * limit],
            "At the sea",
            "choose a file of 16 MB or less",
        ),
        (png(BLUE), &long, "shorten it to 250 characters or fewer"),
        (png(BLUE), "two\nlines", "remove the line break"),
    ] {
        let refused = send(&ann, &[("avatar.alt", alt)], &file).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        refused.says("<title>Error: ");
        refused.says("There is a problem");
        refused.says(words);
        refused.says(&format!("value=\"{}", &alt[..3]));
        refused.says("action=\"/profile/avatar\"");
        ann.visit("/profile").await.says(&red);
    }
    assert_eq!(site.ask(ROWS).await, 1);
    for body in [&b""[..], b"nonsense", b"----between-the-parts\r\n"] {
        let broken = ann.send(request("text/html", body)).await;
        assert!(
            broken.status.is_client_error(),
            "{body:?}: {}",
            broken.status
        );
    }
    let plain = ann.submit("/profile/avatar", &[("avatar", "x")]).await;
    assert_eq!(plain.status, StatusCode::BAD_REQUEST);
    let crop = send(&ann, &[("avatar.crop", "1 2 3")], &png(BLUE)).await;
    assert_eq!(crop.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.ask(ROWS).await, 1);
}

#[tokio::test]
async fn the_words_can_change_alone_and_are_text() {
    let site = site().await;
    let ann = site.member("ann").await;
    let red = upload(&ann, RED).await;
    let evil = "\"><script>alert(1)</script>";
    let words = [("avatar.alt", evil), NO_FILE];
    assert_eq!(send(&ann, &words, b"").await.location(), "/profile?saved");
    let page = site.guest().visit("/u/ann").await;
    page.says(&red);
    page.says("alt=\"&quot;&gt;&lt;script&gt;");
    page.says_not("<script>alert");
    // What the form shows is what it had.
    ann.visit("/profile/avatar")
        .await
        .says("value=\"&quot;&gt;&lt;script&gt;");
    assert_eq!(
        send(&ann, &[("avatar.alt", ""), NO_FILE], b"")
            .await
            .location(),
        "/profile?saved"
    );
    site.guest().visit("/u/ann").await.says("alt=\"\"");
    assert_eq!(site.ask(ROWS).await, 1);
}

#[tokio::test]
async fn a_picture_for_members_is_not_shown_from_a_cache_after_logging_out() {
    let site = site().await;
    let ann = site.member("ann").await;
    let red = format!("{}/256", upload(&ann, RED).await);
    ann.save(&[("avatar.audience", "members")]).await;
    let picture = ann.visit(&red).await;
    assert_eq!(picture.header("cache-control"), "private, no-cache");
    let again = || {
        let request = Request::get(&red).header(header::IF_NONE_MATCH, picture.header("etag"));
        request.body(Body::empty()).unwrap()
    };
    let known = ann.send(again()).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    ann.submit("/logout", &[]).await;
    let gone = ann.send(again()).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_may_not_see_it_does_not_get_it_by_its_address_either() {
    let site = site().await;
    let ann = site.member("ann").await;
    let eve = site.member("eve").await;
    let red = format!("{}/256", upload(&ann, RED).await);
    let seen = |guest: u16, member: u16, owner: u16| {
        let (site, eve, ann, red) = (&site, &eve, &ann, &red);
        async move {
            let statuses = [
                status(&site.guest(), red).await,
                status(eve, red).await,
                status(ann, red).await,
            ];
            assert_eq!(statuses, [guest, member, owner]);
        }
    };
    seen(200, 200, 200).await;
    ann.save(&[("avatar.audience", "members")]).await;
    seen(404, 200, 200).await;
    site.guest().visit("/u/ann").await.says_not("/avatars/");
    ann.save(&[("avatar.audience", "me")]).await;
    seen(404, 404, 200).await;
    ann.save(&[("avatar.audience", "everyone"), ("profile.audience", "me")])
        .await;
    seen(404, 404, 200).await;
    ann.save(&[("profile.audience", "everyone")]).await;
    // The same as for a picture that nobody has.
    let unknown = format!("/avatars/{}/256", "1".repeat(64));
    let hidden = {
        ann.save(&[("profile.audience", "me")]).await;
        eve.visit(&red).await
    };
    let nobodys = eve.visit(&unknown).await;
    // But for the address, which they have asked for.
    assert_eq!(hidden.text.replace(&red, &unknown), nobodys.text);
    ann.save(&[("profile.audience", "everyone")]).await;
    seen(200, 200, 200).await;
    // An earlier one is its owner's alone.
    upload(&ann, BLUE).await;
    seen(404, 404, 200).await;
    // Who has it as well shows it, and not for her.
    assert_eq!(format!("{}/256", upload(&eve, RED).await), red);
    seen(200, 200, 200).await;
    eve.submit("/profile/avatar/delete", &[]).await.location();
    seen(404, 200, 200).await;
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'ann'")
        .await
        .unwrap();
    seen(404, 200, 404).await;
}

#[tokio::test]
async fn taken_away_or_replaced_it_can_be_had_back_for_thirty_days() {
    let site = site().await;
    let ann = site.member("ann").await;
    let red = upload(&ann, RED).await;
    ann.visit("/profile/avatar")
        .await
        .says("action=\"/profile/avatar/delete\"");
    let removed = ann
        .submit("/profile/avatar/delete", &[("username", "ann")])
        .await;
    assert_eq!(removed.location(), "/profile?saved");
    ann.visit("/profile").await.says_not("/avatars/");
    assert_eq!(status(&site.guest(), &format!("{red}/512")).await, 404);
    let history = ann.visit("/profile/history").await;
    history.says("A picture");
    let undo = [("change", "3"), ("version", "3")];
    let last = site
        .ask("SELECT max(id) FROM profile_changes")
        .await
        .to_string();
    let undone = ann
        .submit("/profile/history", &[("change", last.as_str()), undo[1]])
        .await;
    assert_eq!(undone.location(), "/profile/history?undone");
    ann.visit("/profile").await.says(&red);
    assert_eq!(
        site.ask("SELECT count(*) FROM avatars WHERE kept_until IS NULL")
            .await,
        1
    );

    // One that the profile has is not erased, however old.
    site.clock.advance(100 * DAY);
    assert_eq!(
        erase_old_pictures(&site.store, site.clock.now()).await,
        Ok(0)
    );
    let ann = log_in(&site, "ann").await;
    upload(&ann, BLUE).await;
    let replaced = site
        .ask("SELECT max(id) FROM profile_changes")
        .await
        .to_string();
    site.clock.advance(30 * DAY - 1);
    assert_eq!(
        erase_old_pictures(&site.store, site.clock.now()).await,
        Ok(0)
    );
    site.clock.advance(1);
    assert_eq!(
        erase_old_pictures(&site.store, site.clock.now()).await,
        Ok(1)
    );
    let ann = log_in(&site, "ann").await;
    assert_eq!(status(&ann, &format!("{red}/512")).await, 404);
    let version = site.ask("SELECT version FROM profiles").await.to_string();
    let gone = [("change", replaced.as_str()), ("version", version.as_str())];
    let refused = ann.submit("/profile/history", &gone).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.ask(ROWS).await, 1);
}

async fn log_in(site: &Site, username: &str) -> Browser {
    let browser = site.guest();
    let form = [("username", username), ("password", PASSWORD)];
    browser.submit("/login", &form).await.location();
    browser
}

#[tokio::test]
async fn of_many_earlier_ones_the_oldest_go() {
    let setup = Setup {
        limits: Limits::off(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    for number in 0..14 {
        upload(&ann, [number * 15, 80, 120]).await;
        site.clock.advance(1000);
    }
    assert_eq!(site.ask(ROWS).await, 11);
}

#[tokio::test]
async fn an_editor_takes_a_picture_away_and_puts_none_on_anybody() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (editor, reader) = (site.member_as("editor").await, site.member("bob").await);
    let red = upload(&ann, RED).await;
    let hash = red.strip_prefix("/avatars/").unwrap();
    editor
        .visit("/u/ann/edit")
        .await
        .says("action=\"/u/ann/avatar/delete\"");
    let refused = reader.submit("/u/ann/avatar/delete", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // The form as it was opened changes nothing, and neither does a hidden control.
    let kept = editor
        .submit("/u/ann/edit", &[("avatar", hash), ("location", "Kiel")])
        .await;
    assert_eq!(kept.location(), "/u/ann?saved");
    site.guest().visit("/u/ann").await.says(&red);
    let taken = editor.submit("/u/ann/avatar/delete", &[]).await;
    assert_eq!(taken.location(), "/u/ann?saved");
    site.guest().visit("/u/ann").await.says_not("/avatars/");
    let back = editor.submit("/u/ann/edit", &[("avatar", hash)]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    back.says("you cannot edit this field");
    site.guest().visit("/u/ann").await.says_not("/avatars/");
    // Nor the own one of what somebody else has.
    for wrong in [hash, &"0".repeat(64), "x"] {
        let stolen = reader.submit("/profile/edit", &[("avatar", wrong)]).await;
        assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let history = ann.visit("/profile/history").await;
    history.says("by @editor");
}

#[tokio::test]
async fn a_guest_another_user_and_another_site_change_nothing() {
    let site = site().await;
    let ann = site.member("ann").await;
    let guest = send(&site.guest(), &[], &png(RED)).await;
    assert_eq!(guest.status, StatusCode::UNAUTHORIZED);
    let other = send(&ann, &[("username", "bob")], &png(RED)).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let mut foreign = request("text/html", multipart(&[], &png(RED)));
    foreign
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(ann.send(foreign).await.status, StatusCode::FORBIDDEN);
    let mut unmarked = request("text/html", multipart(&[], &png(RED)));
    unmarked.headers_mut().remove("sec-fetch-site");
    unmarked.headers_mut().remove("origin");
    assert_eq!(ann.send(unmarked).await.status, StatusCode::FORBIDDEN);
    // Who was disabled while the picture was on its way.
    let (store, schema) = (site.store.clone(), site.schema.clone());
    let body = multipart(&[], &png(RED));
    let (first, rest) = body.split_at(40);
    let (first, rest) = (Bytes::copy_from_slice(first), Bytes::copy_from_slice(rest));
    let slowly = stream::iter([Ok(first)]).chain(stream::once(async move {
        set_disabled(&store, "ann", true, None, &schema, 1)
            .await
            .unwrap();
        Ok::<_, std::io::Error>(rest)
    }));
    let late = ann
        .send(request("text/html", Body::from_stream(slowly)))
        .await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.ask(ROWS).await, 0);
}

#[tokio::test]
async fn a_picture_that_stops_half_way_is_given_up() {
    let site = site().await;
    let ann = site.member("ann").await;
    let half = Bytes::from(multipart(&[], &png(RED))[..60].to_vec());
    let stalled = stream::iter([Ok::<_, std::io::Error>(half)]).chain(stream::pending());
    let (stalled, meanwhile) = tokio::join!(
        ann.send(request("text/html", Body::from_stream(stalled))),
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            // One at a time for each.
            let second = send(&ann, &[], &png(RED)).await;
            (second, ann.visit("/profile").await)
        }
    );
    let (second, profile) = meanwhile;
    assert_eq!(second.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(profile.status, StatusCode::OK);
    assert_eq!(stalled.status, StatusCode::BAD_REQUEST);
    // The place is free again.
    upload(&ann, RED).await;
}

/// Memory is bounded by the places; whoever gets none is told to come back.
#[tokio::test]
async fn of_twenty_at_once_some_wait_some_come_back_and_pages_stay_fast() {
    let site = site().await;
    let mut members = Vec::new();
    for number in 0..20 {
        members.push(site.member(&format!("user{number}")).await);
    }
    // Large enough to take its time.
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_fn(1500, 1500, |x, y| Rgb([x as u8, y as u8, (x ^ y) as u8]))
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    let file = file.into_inner();
    let alone = Instant::now();
    site.guest().visit("/login").await;
    let alone = alone.elapsed();
    let (answers, slowest) = tokio::join!(
        join_all(members.iter().map(|member| send(member, &[], &file))),
        async {
            let mut slowest = Duration::ZERO;
            for _ in 0..20 {
                let begun = Instant::now();
                let page = site.guest().visit("/login").await;
                assert_eq!(page.status, StatusCode::OK);
                slowest = slowest.max(begun.elapsed());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            slowest
        }
    );
    println!("a page alone {alone:?}, the slowest beside twenty pictures {slowest:?}");
    let taken = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::SEE_OTHER)
        .count();
    let refused: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS)
        .collect();
    assert_eq!(taken + refused.len(), 20);
    assert!((8..20).contains(&taken), "{taken} were taken");
    for answer in refused {
        assert_eq!(answer.header("retry-after"), "5");
        answer.says("action=\"/profile/avatar\"");
    }
    assert_eq!(site.ask(ROWS).await, i64::try_from(taken).unwrap());
}

#[tokio::test]
async fn too_many_pictures_an_hour_are_refused() {
    let setup = Setup {
        limits: "picture.user=2/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    // One that is refused was work as well.
    send(&ann, &[], b"no picture").await;
    upload(&ann, RED).await;
    let third = send(&ann, &[("avatar.alt", "Me")], &png(BLUE)).await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(third.header("retry-after"), "");
    third.says("value=\"Me\"");
    // Words alone are none.
    assert_eq!(
        send(&ann, &[("avatar.alt", "Me"), NO_FILE], b"")
            .await
            .location(),
        "/profile?saved"
    );
}

#[tokio::test]
async fn it_goes_with_its_user_and_is_taken_along_before() {
    let site = site().await;
    let ann = site.member("ann").await;
    upload(&ann, RED).await;
    let blue = upload(&ann, BLUE).await;
    ann.visit("/settings/delete").await.says("2 pictures");
    ann.submit("/settings/export", &[]).await;
    let export = ann.visit("/settings/export/ann.zip").await;
    let mut zip = zip::ZipArchive::new(Cursor::new(&export.body)).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(
        read("avatar.jpg"),
        ann.visit(&format!("{blue}/512")).await.body
    );
    assert!(image::load_from_memory(&read("earlier-avatars/1.jpg")).is_ok());
    site.run("DELETE FROM users").await.unwrap();
    assert_eq!(site.ask(ROWS).await, 0);
}

#[tokio::test]
async fn no_way_leads_to_a_profile_without_its_picture() {
    let site = site().await;
    let ann = site.member("ann").await;
    upload(&ann, RED).await;
    for sql in [
        "DELETE FROM avatars",
        "UPDATE profiles SET fields = json_set(fields, '$.avatar.hash', 'none')",
        "UPDATE profiles SET fields = '{\"avatar\":{\"hash\":\"none\",\"alt\":\"\"}}'",
    ] {
        assert!(site.run(sql).await.is_err(), "{sql}");
    }
    ann.submit("/profile/avatar/delete", &[]).await.location();
    site.run("DELETE FROM avatars").await.unwrap();
}

#[tokio::test]
async fn a_site_without_pictures_has_no_page_for_them() {
    let site = site_with_schema(
        "[[group]]\nkey = \"a\"\nlabel = \"A\"\n[[field]]\nkey = \"bio\"\ngroup = \"a\"\ntype = \"long_text\"\nlabel = \"Bio\"\nmax = 100\n",
    )
    .await;
    let ann = site.member("ann").await;
    assert_eq!(status(&ann, "/profile/avatar").await, 404);
    let edit = ann.visit("/profile/edit").await;
    edit.says_not("type=\"file\"");
    let sent = send(&ann, &[], &png(RED)).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
    assert_eq!(
        ann.submit("/profile/avatar/delete", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(site.ask(ROWS).await, 0);
    // Initials instead, drawn here.
    ann.visit("/profile").await.says("class=\"avatar hue-1\"");
}

#[tokio::test]
async fn only_a_get_looks_at_a_picture() {
    let site = site().await;
    let ann = site.member("ann").await;
    let red = format!("{}/64", upload(&ann, RED).await);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method.clone()).uri(&red);
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = ann.send(request.body(Body::empty()).unwrap()).await;
        assert!(
            answer.status.is_client_error(),
            "{method}: {}",
            answer.status
        );
    }
    let head = Request::builder().method(Method::HEAD).uri(&red);
    let head = ann.send(head.body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

/// Sends pictures until the program dies. Answers the colour of the last that it
/// said was saved.
fn send_until_it_dies(program: &Program, member: &str) -> Option<[u8; 3]> {
    let mut saved = None;
    for colour in [RED, BLUE].into_iter().cycle() {
        let body = multipart(&[], &png(colour));
        let answer = TcpStream::connect(program.addr()).and_then(|mut socket| {
            write!(
                socket,
                "POST /profile/avatar HTTP/1.1\r\n{member}\r\nHost: {}\r\nAccept: text/html\r\n\
                 Sec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n",
                program.addr(),
                body.len(),
            )?;
            socket.write_all(&body)?;
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer)?;
            Ok(answer)
        });
        match answer {
            Ok(answer) if answer.starts_with(b"HTTP/1.1 303") => saved = Some(colour),
            _ => break,
        }
    }
    saved
}

#[tokio::test]
async fn killed_at_any_step_it_has_the_old_picture_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    let member = program.sign_up();
    let mut had = None;
    for round in 0..8_u64 {
        let saved = thread::scope(|scope| {
            let sends = scope.spawn(|| send_until_it_dies(&program, &member));
            thread::sleep(Duration::from_millis(350 + 137 * round));
            program.kill();
            sends.join().unwrap()
        });
        drop(program);
        program = Program::start(folder.path());
        let page = program.profile(&member);
        let shown = page
            .split("src=\"/avatars/")
            .nth(1)
            .map(|rest| rest.split_once('/').unwrap().0);
        assert!(
            shown.is_some() || saved.or(had).is_none(),
            "round {round}: neither"
        );
        if let Some(hash) = shown {
            let picture = program.get_bytes(&format!("/avatars/{hash}/64"), &member);
            let picture = image::load_from_memory(&picture).unwrap().into_rgb8();
            let found = picture.get_pixel(32, 32).0;
            assert!([RED, BLUE].into_iter().any(|colour| is_near(colour, found)));
            had = Some(found);
        }
        // Nothing is left that nobody refers to, and nothing refers to what is not there.
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let lost: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM avatars WHERE kept_until IS NULL AND hash NOT IN
                 (SELECT avatar_hash FROM profiles WHERE avatar_hash IS NOT NULL))
             + (SELECT count(*) FROM profiles WHERE avatar_hash IS NOT NULL
                 AND avatar_hash NOT IN
                 (SELECT hash FROM avatars WHERE kept_until IS NULL))",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        assert_eq!(lost, 0, "round {round}");
        pool.close().await;
    }
    assert!(had.is_some(), "it was killed before the first picture");
}

/// Files that make a decoder ask for more memory than a machine has. What dies of
/// them is the process of that one picture.
#[tokio::test]
async fn a_picture_that_takes_all_memory_is_refused_and_nobody_else_notices() {
    let site = site().await;
    let ann = site.member("ann").await;
    let red = upload(&ann, RED).await;
    let chunk = |name: &[u8; 4], length: u32, data: &[u8]| {
        [&name[..], &length.to_le_bytes(), data].concat()
    };
    let mut webp = Cursor::new(Vec::new());
    RgbImage::from_pixel(4, 4, Rgb(RED))
        .write_to(&mut webp, ImageFormat::WebP)
        .unwrap();
    let pixels = webp.into_inner().split_off(12);
    // A colour profile of four gigabytes.
    let head = chunk(b"VP8X", 10, &[0x20, 0, 0, 0, 3, 0, 0, 3, 0, 0]);
    let profile = chunk(b"ICCP", 0xFFFF_FFF0, b"");
    let chunks = [b"WEBP".to_vec(), head, profile, pixels].concat();
    let webp = chunk(b"RIFF", u32::try_from(chunks.len()).unwrap(), &chunks);
    // A screen of a hundred pixels with a frame of many.
    let gif = b"GIF89a\x0A\0\x0A\0\x80\0\0\0\0\0\xFF\xFF\xFF\x2C\0\0\0\0\xE0\xFF\xE0\xFF\0\x02\x02\x44\x01\0\x3B";
    for file in [&webp[..], gif] {
        let begun = Instant::now();
        let refused = send(&ann, &[], file).await;
        println!("refused after {:?}", begun.elapsed());
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    ann.visit("/profile").await.says(&red);
    upload(&ann, BLUE).await;
}

#[tokio::test]
async fn who_sends_next_to_nothing_or_no_beginning_is_given_up() {
    let site = site().await;
    let ann = site.member("ann").await;
    let no_beginning = vec![b'-'; 1 << 20];
    let answer = ann.send(request("text/html", no_beginning)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    // A file of nothing is no picture, and none is none.
    upload(&ann, RED).await;
    let empty = send(&ann, &[], b"").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// As browsers and other programs send it, and as attackers do.
#[tokio::test]
async fn a_picture_comes_in_pieces_of_any_size_and_a_head_without_end_does_not_come() {
    let site = site().await;
    let ann = site.member("ann").await;
    let whole = multipart(&[("avatar.alt", "Me")], &png(RED));
    for size in [1, 7, 100, 4096] {
        let pieces: Vec<_> = whole.chunks(size).map(Bytes::copy_from_slice).collect();
        let pieces = stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
        let mut request = request("text/html", Body::from_stream(pieces));
        let kind = format!("Multipart/Form-Data; boundary={BOUNDARY}");
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        let answer = ann.send(request).await;
        assert_eq!(answer.location(), "/profile?saved", "{size}");
    }
    let part = |head: &str, text: &str| {
        let head = format!("Content-Disposition: form-data; name=\"avatar.alt\"\r\n{head}");
        format!("--{BOUNDARY}\r\n{head}\r\n{text}\r\n--{BOUNDARY}--\r\n")
    };
    let long = |length| format!("X: {}\r\n", "a".repeat(length));
    let saved = ann
        .send(request("text/html", part(&long(8_000), "I")))
        .await;
    assert_eq!(saved.location(), "/profile?saved");
    for refused in [
        part(&long(20_000), "I"),
        part("", &"I".repeat(20_000)),
        format!("--{BOUNDARY}{}", " ".repeat(20_000)),
        format!("--{BOUNDARY}\r\n{}", "a".repeat(20_000)),
    ] {
        let answer = ann.send(request("text/html", refused)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    let mut odd = request("text/html", whole.clone());
    let kind = format!("multipart/form-data; boundary={}", "b".repeat(71));
    odd.headers_mut()
        .insert(header::CONTENT_TYPE, kind.parse().unwrap());
    assert_eq!(ann.send(odd).await.status, StatusCode::BAD_REQUEST);
}

/// The editor's form as it is rendered has to be one that can be saved.
#[tokio::test]
async fn who_sees_a_picture_and_may_not_change_it_can_save_everything_else() {
    let schema = include_str!("../../../profile.toml");
    let own = schema.replace(
        "label.ar = \"الصورة\"\nedit = [\"owner\", \"editor\", \"admin\"]",
        "label.ar = \"الصورة\"\nedit = [\"owner\"]",
    );
    assert_ne!(own, schema);
    let site = site_with_schema(&own).await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    upload(&ann, RED).await;
    let page = editor.visit("/u/ann/edit").await;
    page.says_not("name=\"avatar\"");
    page.says_not("/avatar/delete");
    let refused = editor.submit("/u/ann/avatar/delete", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = editor.submit("/u/ann/edit", &[("location", "Kiel")]).await;
    assert_eq!(saved.location(), "/u/ann?saved");
}

#[tokio::test]
async fn the_history_shows_which_pictures_it_can_bring_back() {
    let site = site().await;
    let ann = site.member("ann").await;
    let red = upload(&ann, RED).await;
    let blue = upload(&ann, BLUE).await;
    let history = ann.visit("/profile/history").await;
    history.says(&format!("src=\"{red}/64\""));
    history.says(&format!("src=\"{blue}/64\""));
    site.clock.advance(30 * DAY);
    erase_old_pictures(&site.store, site.clock.now())
        .await
        .unwrap();
    let ann = log_in(&site, "ann").await;
    let history = ann.visit("/profile/history").await;
    history.says_not(&red);
    history.says("This picture was deleted.");
    history.says(&format!("src=\"{blue}/64\""));
}

#[tokio::test]
async fn a_picture_that_is_erased_from_the_history_is_gone_at_once() {
    let site = site().await;
    let ann = site.member("ann").await;
    let red = upload(&ann, RED).await;
    // The same picture with words of its own is the same picture.
    send(&ann, &[("avatar.alt", "In the harbour"), NO_FILE], b"").await;
    let blue = upload(&ann, BLUE).await;
    let change = site.ask("SELECT max(id) FROM profile_changes").await;
    let plan = ann
        .visit(&format!("/profile/history/erase?change={change}"))
        .await;
    plan.says(&format!("src=\"{red}/64\""));
    plan.says("A picture: In the harbour");
    plan.says("In 4 places in the history.");
    let form = [("change", &*change.to_string()), ("side", "old")];
    let erased = ann.submit("/profile/history/erase", &form).await;
    assert_eq!(erased.location(), "/profile/history?erased");
    assert_eq!(status(&ann, &format!("{red}/512")).await, 404);
    assert_eq!(site.ask(ROWS).await, 1);
    let history = ann.visit("/profile/history").await;
    history.says_not(&red);
    history.says_not("harbour");

    // The one that the profile has stays, and leaves the history alone.
    let form = [("change", &*change.to_string()), ("side", "new")];
    ann.submit("/profile/history/erase", &form).await.location();
    assert_eq!(status(&ann, &format!("{blue}/512")).await, 200);
    ann.visit("/profile").await.says(&blue);
    ann.visit("/profile/history").await.says_not(&blue);
    assert_eq!(site.ask(ROWS).await, 1);
}
