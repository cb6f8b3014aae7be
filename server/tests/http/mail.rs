//! Mail servers: what they are sent, what becomes of what they refuse, and how many
//! mails anybody can cause.

use axum::http::StatusCode;
use server::SmtpUrl;
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    email::sign_up,
    harness::{DAY, Mail, PASSWORD, Setup, Site, site},
};

const HOUR: i64 = 60 * 60 * 1000;

/// A mail server on this machine.
#[derive(Clone, Default)]
struct Post {
    /// It takes addresses beyond ASCII.
    utf8: bool,
    /// What it says to a recipient whom it refuses.
    refuses: Vec<(&'static str, &'static str)>,
    /// Every line that it was sent.
    seen: Arc<Mutex<Vec<String>>>,
}

impl Post {
    /// Starts it, and has the site send its mails there.
    async fn open(self, site: &mut Site) -> Post {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        site.mailer.transport = SmtpUrl::from(&*url).transport().unwrap();
        let post = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let post = post.clone();
                tokio::spawn(async move { post.talk(stream).await });
            }
        });
        self
    }

    async fn talk(self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let mut in_data = false;
        stream.write_all(b"220 post\r\n").await.ok()?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_owned();
            self.seen.lock().unwrap().push(line.clone());
            let refused = self
                .refuses
                .iter()
                .find(|(to, _)| line.to_lowercase().contains(to));
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "." if in_data => {
                    in_data = false;
                    "250 taken"
                }
                _ if in_data => continue,
                "EHLO" if self.utf8 => "250-post\r\n250-8BITMIME\r\n250 SMTPUTF8",
                "EHLO" => "250-post\r\n250 8BITMIME",
                "RCPT" => refused.map_or("250 ok", |(_, words)| *words),
                "DATA" => {
                    in_data = true;
                    "354 go on"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            stream.write_all(answer.as_bytes()).await.ok()?;
            stream.write_all(b"\r\n").await.ok()?;
        }
    }

    /// Lines that begin so.
    fn lines(&self, start: &str) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let lines = seen.iter().filter(|line| line.starts_with(start));
        lines.cloned().collect()
    }

    /// The path of the last link.
    fn path(&self) -> String {
        let links = self.lines("https://example.org/");
        let link = links.last().expect("a link");
        link.trim_start_matches("https://example.org").to_owned()
    }
}

async fn logs_in(site: &Site, name: &str) -> bool {
    let fields = [("username", name), ("password", PASSWORD)];
    let answer = site.guest().submit("/login", &fields).await;
    answer.status == StatusCode::SEE_OTHER
}

const NO_MAILBOX: &str = "this mailbox does not exist";

#[tokio::test]
async fn a_domain_beyond_ascii_reaches_a_server_that_knows_ascii_only() {
    let mut site = site().await;
    let post = Post::default().open(&mut site).await;
    let ann = sign_up(&site, "ann", "Ann@Bücher.example").await;
    site.mailer.send_due().await;
    assert_eq!(
        post.lines("RCPT"),
        ["RCPT TO:<Ann@xn--bcher-kva.example>"],
        "{:?}",
        post.seen
    );
    assert_eq!(post.lines("To:"), ["To: Ann@xn--bcher-kva.example"]);
    ann.visit("/settings/email")
        .await
        .says("Ann@Bücher.example is not confirmed yet");
    ann.submit(&post.path(), &[]).await.location();
    ann.visit("/settings/email")
        .await
        .says("Your email address is Ann@Bücher.example.");
    // Both spellings are one address: to log in with, and to somebody else.
    for name in ["ann@bücher.example", "ANN@xn--bcher-kva.example"] {
        assert!(logs_in(&site, name).await, "{name}");
    }
    sign_up(&site, "eve", "ann@XN--BCHER-KVA.example").await;
    site.mailer.send_due().await;
    let subjects = post.lines("Subject:");
    assert!(
        subjects[1].contains("already have an account"),
        "{subjects:?}"
    );
}

#[tokio::test]
async fn keys_of_an_older_program_are_made_anew_in_sqlite_and_both_spellings_log_in() {
    let site = site().await;
    site.member("ann").await;
    site.member("eve").await;
    site.run(
        "UPDATE users SET email = 'Ann@Bücher.example', email_key = 'ann@bücher.example',
             pending_email = 'a@Straße.example', pending_key = 'a@straße.example'
         WHERE username = 'ann'",
    )
    .await
    .unwrap();
    let site = site.restart(Setup::default()).await;
    for name in ["ann@bücher.example", "ann@xn--bcher-kva.example"] {
        assert!(logs_in(&site, name).await, "{name}");
    }
    let key = "SELECT count(*) FROM users WHERE pending_key = 'a@xn--strae-oqa.example'";
    assert_eq!(site.ask(key).await, 1);
}

#[tokio::test]
async fn every_mail_says_that_no_program_is_to_answer_it() {
    let site = site().await;
    let ann = sign_up(&site, "ann", "ann@example.net").await;
    let mut mails = site.mails().await;
    ann.submit(&mails[0].path(), &[]).await;
    site.guest()
        .submit("/forgot", &[("email", "ann@example.net")])
        .await;
    sign_up(&site, "eve", "ann@example.net").await;
    let change = [
        ("current_password", PASSWORD),
        ("password", "another long sentence"),
    ];
    ann.submit("/settings/password", &change).await;
    mails.extend(site.mails().await);
    assert!(mails.len() >= 3, "{mails:?}");
    for mail in mails {
        assert!(mail.text.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(
            mail.text
                .contains("X-Auto-Response-Suppress: OOF, AutoReply\r\n")
        );
    }
}

#[tokio::test]
async fn an_address_that_needs_quotes_is_sent_with_them() {
    let mut site = site().await;
    let post = Post::default().open(&mut site).await;
    sign_up(&site, "ann", "ann@example.net").await;
    for sql in [
        "UPDATE users SET pending_email = 'a..b.@docomo.example'",
        "UPDATE mails SET recipient = 'a..b.@docomo.example'",
    ] {
        site.run(sql).await.unwrap();
    }
    site.mailer.send_due().await;
    assert_eq!(post.lines("RCPT"), ["RCPT TO:<\"a..b.\"@docomo.example>"]);
    assert_eq!(post.lines("To:"), ["To: \"a..b.\"@docomo.example"]);
    assert_eq!(site.ask("SELECT count(*) FROM mails").await, 0);
}

#[tokio::test]
async fn letters_that_no_server_passes_on_are_told_at_once_and_not_tried_for_days() {
    let mut site = site().await;
    let post = Post::default().open(&mut site).await;
    let ann = sign_up(&site, "ann", "änne@example.net").await;
    site.mailer.send_due().await;
    let page = ann.visit("/settings/email").await;
    page.says("An email to änne@example.net could not be delivered");
    page.says("does not support some of the characters before the @");
    ann.visit("/settings").await.says("could not be delivered");
    site.clock.advance(2 * DAY);
    site.mailer.send_due().await;
    assert!(post.lines("RCPT").is_empty());
    assert_eq!(site.ask("SELECT tries FROM mails").await, 1);
    // A server that can passes them on.
    let post = Post {
        utf8: true,
        ..Post::default()
    };
    let post = post.open(&mut site).await;
    ann.submit(
        "/settings/email",
        &[
            ("email", "änne@bücher.example"),
            ("current_password", PASSWORD),
        ],
    )
    .await
    .location();
    ann.visit("/settings/email")
        .await
        .says_not("could not be delivered");
    site.mailer.send_due().await;
    assert_eq!(post.lines("RCPT"), ["RCPT TO:<änne@xn--bcher-kva.example>"]);
    assert!(post.lines("MAIL")[0].contains("SMTPUTF8"));
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_told_to_who_gave_it_until_they_give_another() {
    let mut site = site().await;
    let post = Post {
        refuses: vec![("gosht@", "550 5.1.1 No such user")],
        ..Post::default()
    };
    let post = post.open(&mut site).await;
    let ann = sign_up(&site, "ann", "gosht@example.net").await;
    let bob = sign_up(&site, "bob", "bob@example.net").await;
    ann.visit("/settings/email")
        .await
        .says("this page will tell you");
    site.mailer.send_due().await;
    let page = ann.visit("/settings/email").await;
    page.says("An email to gosht@example.net could not be delivered on 22 November 2026");
    page.says(NO_MAILBOX);
    page.says("Check the spelling, or enter a different address.");
    page.says_not("this page will tell you");
    for page in ["/settings/email", "/settings"] {
        bob.visit(page).await.says_not("could not be delivered");
    }
    // Asked for again it is not known yet; given right it is mended.
    site.clock.advance(1000);
    ann.submit("/settings/email", &[("email", "gosht@example.net")])
        .await
        .location();
    ann.visit("/settings/email").await.says_not(NO_MAILBOX);
    site.mailer.send_due().await;
    ann.visit("/settings/email").await.says(NO_MAILBOX);
    ann.submit("/settings/email", &[("email", "ghost@example.net")])
        .await
        .location();
    ann.visit("/settings/email").await.says_not(NO_MAILBOX);
    site.mailer.send_due().await;
    ann.submit(&post.path(), &[]).await.location();
    for page in ["/settings/email", "/settings"] {
        ann.visit(page).await.says_not("could not be delivered");
    }
}

#[tokio::test]
async fn what_cannot_be_delivered_does_not_tell_whose_address_it_is() {
    let mut site = site().await;
    // Ann's mailbox was there once.
    let ann = sign_up(&site, "ann", "known@example.net").await;
    let path = site.mail().await.path();
    ann.submit(&path, &[]).await.location();
    let post = Post {
        refuses: vec![
            ("known@", "550 5.1.1 No such user"),
            ("no-one@", "550 5.1.1 No such user"),
        ],
        ..Post::default()
    };
    post.open(&mut site).await;
    // Somebody else asks for a new password of hers: she alone reads of it.
    let cat = sign_up(&site, "cat", "").await;
    for address in ["known@example.net", "no-one@example.net"] {
        cat.submit("/forgot", &[("email", address)])
            .await
            .location();
    }
    site.mailer.send_due().await;
    ann.visit("/settings/email").await.says(NO_MAILBOX);
    for page in [
        "/settings/email",
        "/settings",
        "/settings/activity",
        "/forgot?sent",
    ] {
        cat.visit(page).await.says_not("could not be delivered");
    }
    // Who gives an address reads the same whether it is somebody's or not.
    site.clock.advance(1000);
    let one = sign_up(&site, "number-1", "Known@example.net").await;
    let two = sign_up(&site, "number-2", "No-One@example.net").await;
    let alike = async || {
        let mut pages = Vec::new();
        for (browser, name, address) in [
            (&one, "number-1", "Known@example.net"),
            (&two, "number-2", "No-One@example.net"),
        ] {
            let text = browser.visit("/settings/email").await.text;
            pages.push(text.replace(name, "NAME").replace(address, "ADDRESS"));
        }
        assert_eq!(pages[0], pages[1]);
        pages.remove(0)
    };
    assert!(!alike().await.contains(NO_MAILBOX));
    // One is a notice to Ann, the other a link to nobody; both are refused.
    site.mailer.send_due().await;
    assert!(alike().await.contains(NO_MAILBOX));
}

#[tokio::test]
async fn a_mail_that_nobody_took_for_days_is_told() {
    let site = site().await;
    let folder = site.folder().join("mail");
    std::fs::write(&folder, "in the way").unwrap();
    sign_up(&site, "ann", "ann@example.net").await;
    for _ in 0..20 {
        site.mailer.send_due().await;
        site.clock.advance(DAY);
    }
    assert_eq!(site.ask("SELECT count(failed_at) FROM mails").await, 1);
    let again = site.guest();
    let fields = [("username", "ann"), ("password", PASSWORD)];
    again.submit("/login", &fields).await.location();
    let page = again.visit("/settings/email").await;
    page.says("An email to ann@example.net could not be delivered");
    page.says("no mail server accepted it");
    // A mail that arrives says more than one that did not.
    std::fs::remove_file(&folder).unwrap();
    again
        .submit("/settings/email", &[("email", "ann@example.net")])
        .await
        .location();
    assert_eq!(site.mails().await.len(), 1);
    let page = again.visit("/settings/email").await;
    page.says_not("no mail server accepted it");
}

/// Eve's account, whose confirmed address she changes to one of somebody else.
async fn given_away(site: &Site) -> (String, Mail) {
    let eve = sign_up(site, "eve", "eve@example.com").await;
    let first = site.mail().await;
    site.guest()
        .visit(&first.path())
        .await
        .says_not("your previous address");
    assert!(!first.text.contains("recover the account"));
    eve.submit(&first.path(), &[]).await.location();
    site.clock.advance(1000);
    eve.submit("/settings/email", &[("email", "victim@example.net")])
        .await
        .location();
    let mail = site.mail().await;
    (mail.path(), mail)
}

#[tokio::test]
async fn who_confirms_an_account_reads_that_an_earlier_address_can_take_it_back() {
    const WARNING: &str = "Until 6 December 2026, anyone who can read emails to your previous address, e…@e….com, can recover this account";
    let site = site().await;
    let (path, mail) = given_away(&site).await;
    assert_eq!(mail.to, "victim@example.net");
    // Not ASCII, and so sent as quoted-printable.
    let words = mail.text.replace("=\r\n", "").replace("=E2=80=A6", "…");
    for told in [
        "wants to replace e…@e….com with this email address for the account @eve",
        "For 14 days after that, anyone who can read emails to e…@e….com can still recover the account",
    ] {
        assert!(words.contains(told), "{words}");
    }
    let victim = site.guest();
    let page = victim.visit(&path).await;
    page.says(WARNING);
    page.says("Confirm only if you requested this yourself");
    page.says_not("eve@example.com");
    victim.submit(&path, &[]).await.location();
    // And again where they make it theirs, whether the notice was sent or not.
    let undo = site.mail().await.path();
    victim
        .submit("/forgot", &[("email", "victim@example.net")])
        .await;
    let reset = site.mail().await.path();
    victim.visit(&reset).await.says(WARNING);
    let new = "another long sentence";
    victim.submit(&reset, &[("password", new)]).await.location();
    let fields = [("username", "victim@example.net"), ("password", new)];
    victim.submit("/login", &fields).await.location();
    victim.visit("/settings/email").await.says(WARNING);
    // For as long as it is so.
    site.clock.advance(13 * DAY);
    victim.visit("/settings/email").await.says(WARNING);
    site.clock.advance(2 * DAY);
    let later = site.guest();
    later.submit("/login", &fields).await.location();
    later
        .visit("/settings/email")
        .await
        .says_not("your previous address");
    assert_eq!(site.guest().visit(&undo).await.status, StatusCode::GONE);
}

fn limited_to(limits: &str) -> Setup {
    Setup {
        limits: limits.parse().unwrap(),
        ..Setup::default()
    }
}

#[tokio::test]
async fn a_tag_is_no_mailbox_of_its_own() {
    let site = limited_to("sign_up.address=off").build().await;
    for number in 0..14 {
        let address = format!("Mailbox+{number}@example.net");
        sign_up(&site, &format!("user-{number}"), &address).await;
    }
    assert_eq!(site.mails().await.len(), 3);
    // Other mailboxes get theirs.
    for address in ["mail.box@example.net", "mailbox-1@example.net"] {
        sign_up(&site, &address[..6].replace('.', "-"), address).await;
        assert_eq!(site.mail().await.to, address);
    }
}

#[tokio::test]
async fn mails_are_counted_by_where_they_are_asked_for() {
    let site = limited_to("mail.address=3/1d, mail.recipient=off")
        .build()
        .await;
    for number in 0..2 {
        let address = format!("user-{number}@example.net");
        sign_up(&site, &format!("user-{number}"), &address).await;
    }
    // Whether somebody has the address or not.
    let ask = async |from: &str, address: &str| {
        let guest = site.guest_from(from);
        guest.submit("/forgot", &[("email", address)]).await
    };
    ask("192.0.2.1", "nobody@example.net").await.location();
    for address in ["user-0@example.net", "nobody@example.net"] {
        let refused = ask("192.0.2.1", address).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        refused.says(&format!("value=\"{address}\""));
    }
    let fields = [
        ("username", "user-3"),
        ("email", "user-3@example.net"),
        ("password", PASSWORD),
    ];
    let refused = site.guest().submit("/signup", &fields).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("value=\"user-3@example.net\"");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    // Without an address no mail is sent, and elsewhere it is another count.
    let member = site.member("user-4").await;
    let change = member
        .submit("/settings/email", &[("email", "user-4@example.net")])
        .await;
    assert_eq!(change.status, StatusCode::TOO_MANY_REQUESTS);
    change.says("value=\"user-4@example.net\"");
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE pending_email LIKE 'user-4%'")
            .await,
        0
    );
    ask("192.0.2.2", "user-1@example.net").await.location();
    assert_eq!(site.mails().await.len(), 3);
    site.clock.advance(wait * 1000);
    sign_up(&site, "user-3", "user-3@example.net").await;
}

#[tokio::test]
async fn mails_of_the_whole_site_are_counted_together() {
    let site = limited_to("mail.site=3/1h").build().await;
    for number in 1..=3 {
        let guest = site.guest_from(&format!("192.0.2.{number}"));
        let address = format!("user-{number}@example.net");
        guest
            .submit("/forgot", &[("email", &address)])
            .await
            .location();
    }
    let guest = site.guest_from("192.0.2.4");
    let refused = guest
        .submit("/forgot", &[("email", "ann@example.net")])
        .await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "1200");
    site.clock.advance(HOUR / 3);
    guest
        .submit("/forgot", &[("email", "ann@example.net")])
        .await
        .location();
}
