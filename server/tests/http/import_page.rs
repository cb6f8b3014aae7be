//! `/admin/import`: a table of users, checked first, and then imported by whoever manages users.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::harness::{Answer, Browser, DAY, Site, site, site_with_schema};

const HERE: &str = "/admin/import";

/// A field that its owner changes.
const BIO: &str = r#"[[group]]
key = "about"
label = "About"
[[field]]
key = "bio"
group = "about"
label = "Bio"
type = "text"
max = 100
"#;

async fn users(site: &Site) -> i64 {
    site.ask("SELECT count(*) FROM users").await
}

/// The plan for a table.
async fn check(by: &Browser, table: &str) -> Answer {
    let page = by.submit(HERE, &[("text", table), ("invite", "yes")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.summary());
    page
}

/// The users that a plan would create, as its form names them.
fn planned(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("name=\"planned\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

async fn import(by: &Browser, table: &str, planned: &str) -> Answer {
    let form = [
        ("text", table),
        ("match", "username"),
        ("invite", "yes"),
        ("planned", planned),
        ("apply", "yes"),
    ];
    by.submit(HERE, &form).await
}

const TABLE: &str = "User name;E-mail;Bio;role;email_confirmed\r\n\
    bob;bob@example.org;\"Two\nlines; é\";editor;yes\r\n\
    ann;;Not hers;;\r\n\
    x y;y@example.org;;;\r\n\
    carla;nonsense;;king;\r\n\
    ;dora@example.org;;;\r\n\
    ;Dora@example.org;;;\r\n";

#[tokio::test]
async fn a_table_is_checked_and_then_imported_as_checked() {
    let site = site().await;
    site.member("ann").await;
    let admin = site.member_as("admin").await;
    admin.visit(HERE).await.says("Recognise existing users by");

    let page = check(&admin, TABLE).await;
    page.says("To be created: 2 users");
    page.says("bob@example.org");
    page.says("Already here, and left unchanged: 1 user");
    page.says("Will not be imported: 3 rows");
    page.says("Line 5:");
    page.says("role: the schema has no role “king”");
    page.says("email: line 7 has the same value");
    // The rejected rows, to be corrected in a spreadsheet.
    page.says("download=\"rejected.csv\"");
    page.says("%22reason%22%2C%22User%20name%22");
    assert_eq!(users(&site).await, 2, "checking has changed something");

    let plan = planned(&page);
    let done = import(&admin, TABLE, &plan).await;
    assert_eq!(done.location(), "/admin/import?created=2&rejected=3");
    let said = admin.visit(done.location()).await;
    said.says("Imported: 2 users. Not imported: 3 rows.");
    let bob = admin.visit("/u/bob").await;
    bob.says("lines; é");
    // Whatever the table says, an address is nobody's until its owner has confirmed it.
    let confirmed = "SELECT count(*) FROM users
        WHERE email IS NOT NULL AND username IN ('bob', 'dora')";
    assert_eq!(site.ask(confirmed).await, 0);
    let mut to: Vec<String> = site.mails().await.into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, ["bob@example.org", "dora@example.org"]);
    // Who did it is in the audit log and in the history.
    let by_admin = "SELECT count(*) FROM events WHERE kind = 'created'
        AND actor_id = (SELECT id FROM users WHERE role = 'admin')";
    assert_eq!(site.ask(by_admin).await, 2);
    let by_admin = "SELECT count(*) FROM profile_changes
        WHERE user_id = (SELECT id FROM users WHERE username = 'bob') AND item = 'bio'
            AND actor_id = (SELECT id FROM users WHERE role = 'admin')";
    assert_eq!(site.ask(by_admin).await, 1);

    // Sent again, nobody would be created.
    let again = import(&admin, TABLE, &plan).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.says("Nothing was imported, because something has changed");
    again.says("To be created: 0 users");
    assert_eq!(users(&site).await, 4);
}

#[tokio::test]
async fn nobody_imports_more_than_they_may_give() {
    let number = r#"[[field]]
key = "number"
group = "about"
label = "Number"
type = "text"
max = 9
edit = ["board"]
[[field]]
key = "email"
group = "about"
label = "Office"
type = "text"
max = 99
edit = ["board"]
"#;
    let roles = "[roles.reader]\n[roles.clerk]\nmay = [\"manage_users\"]\n\
        [roles.board]\nmay = [\"manage_users\", \"edit_profiles\"]\n";
    let site = site_with_schema(&format!("{roles}{BIO}{number}")).await;
    let clerk = site.member_as("clerk").await;
    let page = check(
        &clerk,
        "username,role,bio\nann,board,Hi\nbob,clerk,Hi\nzoe,,Hi\n",
    )
    .await;
    page.says("To be created: 2 users");
    page.says("role: you may not give the role “board”");
    // The column of the account, and not the field of that name.
    check(&clerk, "username,email\nann,ann@example.org\n")
        .await
        .says("To be created: 1 user<");
    for column in ["number", "Number", "fields.email", "password_hash"] {
        let table = format!("username,{column}\nann,x\n");
        let page = check(&clerk, &table).await;
        page.says("You may not import the column");
        let done = import(&clerk, &table, "1").await;
        assert_eq!(done.status, StatusCode::CONFLICT);
    }
    let board = site.member_as("board").await;
    check(&board, "username,number,role\nann,7,board\n")
        .await
        .says("To be created: 1 user<");
    assert_eq!(users(&site).await, 2);
    let reader = site.member("reader").await;
    assert_eq!(reader.visit(HERE).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        import(&reader, "username\nann\n", "1").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(users(&site).await, 3);
}

#[tokio::test]
async fn the_password_is_asked_for_again() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.clock.advance(DAY);
    let plan = planned(&check(&admin, "username\nann\n").await);
    let asked = import(&admin, "username\nann\n", &plan).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    asked.says("current_password");
    asked.says("Import 1 user<");
    assert_eq!(users(&site).await, 1);
}

#[tokio::test]
async fn a_file_that_is_no_table_says_what_to_do() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let send = |file: &[u8]| {
        let head =
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"t.csv\"\r\n\r\n";
        let body = [head.as_bytes(), file, b"\r\n--cut--\r\n"].concat();
        let request = Request::post(HERE)
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .body(Body::from(body))
            .unwrap();
        admin.send(request)
    };
    let wide: Vec<u8> = "\u{feff}username\tbio\r\nann\tÄrger\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    send(&wide).await.says("To be created: 1 user<");
    let many: String = (0..1001).map(|number| format!("user-{number}\n")).collect();
    let large = format!("username,bio\nann,{}\n", "x".repeat(256 * 1024));
    for (file, expected) in [
        (
            &b"username,bio\nann,M\xfcller\n"[..],
            "Line 2 is not UTF-8.",
        ),
        (b"", "Choose a file whose first line names the columns"),
        (b"username,shoe\nann,4\n", "The column “shoe” is unknown"),
        (
            b"bio\nHello\n",
            "neither a column username nor a column email",
        ),
        (b"username,avatar\nann,x\n", "Pictures cannot be imported"),
        (
            b"username,fields.avatar\nann,x\n",
            "Pictures cannot be imported",
        ),
        (b"PK\x03\x04\x14\0\x06\0", "Line 1 is not UTF-8."),
        (b"username,bio\nann\n", "The number of cells in line 2 is 1"),
        (
            format!("username\n{many}").as_bytes(),
            "more than 1000 rows",
        ),
        (large.as_bytes(), "larger than 256 KiB"),
    ] {
        let page = send(file).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{expected}");
        page.says(expected);
        page.says_not("To be created");
    }
}

#[tokio::test]
async fn a_row_without_a_role_gets_one_that_may_be_given() {
    let roles = "[roles.reader]\nmay = [\"read_events\"]\n\
        [roles.clerk]\nmay = [\"manage_users\"]\n";
    let site = site_with_schema(&format!("{roles}{BIO}")).await;
    let clerk = site.member_as("clerk").await;
    let page = check(&clerk, "username,role\nann,reader\nbob,\nzoe,clerk\n").await;
    page.says("Line 2:");
    page.says("Line 3:");
    page.says("To be created: 1 user<");
}

#[tokio::test]
async fn a_link_goes_once_to_an_address_and_never_to_that_of_another_user() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("vic").await;
    site.run(
        "UPDATE users SET email = 'vic@example.org', email_key = 'vic@example.org'
         WHERE username = 'vic'",
    )
    .await
    .unwrap();
    let table =
        "username,email\nann,one@example.org\nbob,one@example.org\nimpostor,vic@example.org\n";
    let plan = planned(&check(&admin, table).await);
    let done = import(&admin, table, &plan).await;
    assert_eq!(done.location(), "/admin/import?created=3&rejected=0");
    let to: Vec<String> = site.mails().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["one@example.org"]);
}

#[tokio::test]
async fn of_several_imports_of_one_table_one_is_done() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let names: String = (0..250).map(|number| format!("user-{number}\n")).collect();
    let table = format!("username\n{names}");
    let plan = planned(&check(&admin, &table).await);
    let import = || import(&admin, &table, &plan);
    let (one, two, three) = tokio::join!(import(), import(), import());
    let done = [one, two, three];
    let done: Vec<_> = done
        .iter()
        .filter(|answer| answer.status == StatusCode::SEE_OTHER)
        .collect();
    assert_eq!(done.len(), 1);
    assert_eq!(done[0].location(), "/admin/import?created=250&rejected=0");
    assert_eq!(users(&site).await, 251);
}
