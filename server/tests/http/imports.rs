//! Users who come from elsewhere: from a table, and from a Django project that Django itself has
//! made (`server/tests/django/project.py`). And back.

use axum::http::StatusCode;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use tempfile::TempDir;

use crate::{
    commands::{Said, silhouette},
    files::copy_folder,
    harness::{PASSWORD, Site, in_project, site},
};

/// The Python that has Django. Without one (`./setup python`), there is nothing to import.
fn django() -> Option<String> {
    let python = env::var("TEST_PYTHON").ok();
    if python.is_none() {
        println!("skipped: TEST_PYTHON names no Python with Django; ./setup python installs one");
    }
    python
}

/// A copy of the project with one of its models. It is made once, and kept in `target/tmp`: that
/// takes seconds.
fn made(python: &str, model: &str) -> TempDir {
    let script = fs::read(in_project("server/tests/django/project.py")).unwrap();
    let key = Sha256::digest([python.as_bytes(), model.as_bytes(), &script].concat());
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(kept).unwrap();
    let first = key[..8].iter().map(|byte| format!("{byte:02x}"));
    let of_model = kept.join(format!("django-{}", first.collect::<String>()));
    if !of_model.exists() {
        let folder = tempfile::tempdir_in(kept).unwrap();
        project(python, "make", folder.path(), model);
        // Another process may have been faster.
        let _ = fs::rename(folder.path(), &of_model);
    }
    let copy = TempDir::new().unwrap();
    copy_folder(&of_model, copy.path());
    copy
}

/// Runs the project's program.
fn project(python: &str, command: &str, folder: &Path, model: &str) -> String {
    let script = in_project("server/tests/django/project.py");
    let output = Command::new(python)
        .arg(script)
        .arg(command)
        .arg(folder)
        .env("PROFILE", model)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn import_django(site: &Site, source: &Path, more: &[&str]) -> Said {
    let source = source.to_str().unwrap();
    let start = ["import", "django", source, "--role", "Editors=editor"];
    let end = ["--superuser", "admin"];
    silhouette(site, &[&start[..], more, &end].concat(), "")
}

/// Returns whether somebody can log in.
async fn logs_in(site: &Site, name: &str, password: &str) -> bool {
    let guest = site.guest();
    let form = [("username", name), ("password", password)];
    let answer = guest.submit("/login", &form).await;
    match answer.status {
        StatusCode::SEE_OTHER => true,
        StatusCode::UNPROCESSABLE_ENTITY => false,
        _ => panic!("{}", answer.summary()),
    }
}

fn path(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[tokio::test]
async fn everybody_of_a_django_project_logs_in_with_the_password_they_had() {
    let Some(python) = django() else { return };
    let folder = made(&python, "kuila");
    let site = site().await;
    let media = path(&folder, "media");
    let media = media.to_str().unwrap();
    let report = site.folder().join("report.csv");
    let report = report.to_str().unwrap();
    let dry = ["--media", media, "--dry-run"];
    let would = import_django(&site, &path(&folder, "dump.json"), &dry);
    assert_eq!(would.code, 3, "{}", would.stderr);
    assert!(would.stdout.starts_with("users: 18 would be created."));
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 0);

    let with_media = ["--media", media, "--report", report];
    let done = import_django(&site, &path(&folder, "dump.json"), &with_media);
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(
        done.stdout
            .starts_with("users: 18 created. Users whose password could not be imported: 2.")
    );
    let report = fs::read_to_string(report).unwrap();
    for row in [
        "\"70\",\"user_md5\",\"password\",\"\",\"a hash of this kind (MD5) is too weak to be kept",
        "\"100\",\"user.x@ex\",\"username\",\"user.x@ex\",\"renamed to user-x-ex\"",
        "\"170\",\"ed\",\"phone_number\",\"030 901820\",\"Phone number: start with + ",
        "\"100\",\"user.x@ex\",\"picture\",\"avatars/none.png\",\"Picture: choose a JPEG",
        "\"120\",\"Álvaro\",\"picture\",\"avatars/missing.png\",\"there is no such file",
        "\"\",\"\",\"group Beekeepers\",\"\",\"has no role here",
        "\"\",\"\",\"auth.profile.shoe_size\",\"\",\"has no field in the schema, so 18 values are not imported",
    ] {
        assert!(report.contains(row), "{row}\n{report}");
    }

    assert_eq!(
        site.ask("SELECT count(*) FROM imported_passwords").await,
        16
    );
    let people = fs::read(path(&folder, "people.json")).unwrap();
    let people: Value = serde_json::from_slice(&people).unwrap();
    let mut let_in = Vec::new();
    for person in people.as_array().unwrap() {
        let name = person["username"].as_str().unwrap();
        let password = person["password"].as_str().unwrap();
        // Somebody else has `marc`, and names are alike whatever their case.
        let typed = if name == "Marc" { "marc-2" } else { name };
        // Each refusal takes two seconds.
        if name == "user_scrypt" || name == "user_bcrypt" {
            assert!(!logs_in(&site, typed, "another password").await, "{name}");
        }
        if logs_in(&site, typed, password).await {
            let_in.push(name.to_owned());
        }
    }
    let refused = ["user_md5", "gone", "no_password"];
    let all = people.as_array().unwrap().iter();
    let expected: Vec<_> = all
        .map(|person| person["username"].as_str().unwrap())
        .filter(|name| !refused.contains(name))
        .collect();
    assert_eq!(let_in, expected);
    // Of those who have logged in, hashes of ours are kept.
    assert_eq!(site.ask("SELECT count(*) FROM imported_passwords").await, 1);
    assert!(logs_in(&site, "user_scrypt", "drei alte Brücken 6").await);

    assert_eq!(site.ask("SELECT count(*) FROM avatars").await, 5);
    let phones = "SELECT count(*) FROM profiles WHERE fields LIKE '%\"+4930901820\"%'";
    assert_eq!(site.ask(phones).await, 17);
    let boss =
        "SELECT created_at FROM users WHERE username = 'boss' AND role = 'admin' AND email IS NULL";
    assert_eq!(site.ask(boss).await, 1_579_003_200_000);
    let guest = site.guest();
    assert_eq!(guest.visit("/u/user-x-ex").await.status, StatusCode::OK);

    // Once more: nobody comes twice, and who has gone does not come back.
    site.run("DELETE FROM users WHERE username = 'marc'")
        .await
        .unwrap();
    let again = import_django(&site, &path(&folder, "dump.json"), &["--media", media]);
    let expected = "users: 17 already present, left unchanged, 1 erased since an earlier import, not imported again.\n";
    assert_eq!(again.stdout, expected);
}

#[tokio::test]
async fn every_source_of_a_django_project_brings_the_same() {
    let Some(python) = django() else { return };
    for (model, sources) in [
        (
            "plain",
            &["dump.json", "natural.json", "project.sqlite3"][..],
        ),
        ("kuila", &["dump.json", "keyless.json", "project.sqlite3"]),
    ] {
        let folder = made(&python, model);
        let media = path(&folder, "media");
        let media = media.to_str().unwrap();
        let mut brought = Vec::new();
        for source in sources {
            let site = site().await;
            let media = if model == "kuila" {
                &["--media", media][..]
            } else {
                &[]
            };
            import_django(&site, &path(&folder, source), media);
            let exported = silhouette(&site, &["user", "export", "--passwords"], "").well();
            // Where the source has no keys, whom the name leaves nothing of is called by it.
            brought.push(
                exported
                    .stdout
                    .replace("\"ed-17\"", "\"ed-170\"")
                    .replace("\"u-18\"", "\"u-180\""),
            );
        }
        assert!(brought[0].lines().count() > 18);
        assert!(
            brought.iter().all(|other| *other == brought[0]),
            "{model}: {brought:#?}"
        );
        let says = match model {
            "plain" => "\"I am O'Neil.\nTwo lines.\"",
            _ => "\"Ada\",\"O'Neil\"",
        };
        assert!(brought[0].contains(says), "{}", brought[0]);
    }
}

#[tokio::test]
async fn the_site_goes_back_to_django_and_everybody_logs_in_there() {
    let Some(python) = django() else { return };
    let folder = TempDir::new().unwrap();
    let site = site().await;
    for (name, role) in [("ann", "editor"), ("boss", "admin")] {
        site.member(name).await;
        site.set_role(name, role).await;
    }
    let maya = site.member("maya").await;
    maya.save(&[("first_name", "Maya"), ("phone_number", "+49 30 901820")])
        .await;
    let asked = [
        "user",
        "export",
        "--format",
        "django",
        "--superuser",
        "admin",
        "--profile",
        "auth.profile",
    ];
    let fixture = silhouette(&site, &asked, "").well();
    let objects: Vec<Value> = serde_json::from_str(&fixture.stdout).unwrap();
    let objects = objects.into_iter().map(|mut object| {
        if object["model"] == "auth.profile" {
            // The model of the recipe has no more fields than these.
            let fields = object["fields"].as_object_mut().unwrap();
            fields.retain(|key, _| ["user", "first_name", "phone_number"].contains(&key.as_str()));
        }
        object
    });
    let objects: Value = objects.collect();
    fs::write(path(&folder, "back.json"), objects.to_string()).unwrap();
    let passwords = serde_json::json!({ "ann": PASSWORD, "boss": PASSWORD, "maya": PASSWORD });
    fs::write(path(&folder, "passwords.json"), passwords.to_string()).unwrap();
    let found = project(&python, "check", folder.path(), "kuila");
    let found: Value = serde_json::from_str(&found).unwrap();
    for (name, group, superuser) in [("ann", "editor", false), ("boss", "admin", true)] {
        assert_eq!(found[name]["logs_in"], true, "{found}");
        assert_eq!(found[name]["groups"], serde_json::json!([group]), "{found}");
        assert_eq!(found[name]["superuser"], superuser, "{found}");
    }
    assert_eq!(found["maya"]["first_name"], "Maya");
    assert_eq!(found["maya"]["logs_in"], true);
}

/// As Django writes it: `make_password("correct horse", "saltsalt", "pbkdf2_sha256")`, with few
/// rounds, so that the time that it takes is none.
const FOREIGN: &str = "pbkdf2_sha256$1000$saltsalt$qQDPSZa3Ormyy9oK1Pu0ZLLwP2Svzmx3yu8OvDdq/J0=";

#[tokio::test]
async fn as_long_as_passwords_of_elsewhere_are_left_a_refusal_takes_as_long_for_all() {
    let site = site().await;
    site.member("ann").await;
    let table = format!("username,password_hash\nbob,{FOREIGN}\n");
    silhouette(&site, &["user", "import", "-"], &table).well();
    let mut times = Vec::new();
    for name in ["bob", "ann", "nobody"] {
        let start = Instant::now();
        assert!(!logs_in(&site, name, "a wrong password").await);
        times.push(start.elapsed());
    }
    // Each is some milliseconds of work, and then waits for the same moment.
    let is_held = |time: &Duration| *time >= Duration::from_millis(1990);
    assert!(times.iter().all(is_held), "{times:?}");
    assert!(logs_in(&site, "bob", "correct horse").await);
    assert_eq!(site.ask("SELECT count(*) FROM imported_passwords").await, 0);
}

#[tokio::test]
async fn what_is_exported_comes_back_as_it_was() {
    let old = site().await;
    let ann = old.member("ann").await;
    ann.save(&[
        ("bio", "=1+1, \"quoted\";\nand two lines"),
        ("phone_number", "+49 30 901820"),
        ("birth_date", "1990-02-03"),
        ("bio.audience", "me"),
    ])
    .await;
    old.member("Bob").await;
    old.set_role("Bob", "editor").await;
    silhouette(&old, &["user", "disable", "Bob"], "").well();
    let exported = silhouette(&old, &["user", "export", "--passwords"], "").well();

    let new = site().await;
    let done = silhouette(&new, &["user", "import", "-"], &exported.stdout).well();
    assert_eq!(done.stdout, "users: 2 created.\n");
    let again = silhouette(&new, &["user", "export", "--passwords"], "").well();
    assert_eq!(again.stdout, exported.stdout);
    assert!(logs_in(&new, "ann", PASSWORD).await);
    assert!(!logs_in(&new, "Bob", PASSWORD).await);

    // Without passwords, nobody gets in, and nothing of a hash is printed.
    let exported = silhouette(&old, &["user", "export", "--format", "json"], "").well();
    assert!(!exported.stdout.contains("argon2"));
    assert_eq!(
        exported.json()[0]["fields"]["bio"],
        "=1+1, \"quoted\";\nand two lines"
    );
}

#[tokio::test]
async fn rows_with_mistakes_are_named_and_the_others_come() {
    let site = site().await;
    site.member("ann").await;
    let report = site.folder().join("report.csv");
    let report = report.to_str().unwrap();
    let table = "\u{feff}User name;E-mail;Bio;Team;role\r\n\
        bob;bob@example.org;Hello;red;editor\r\n\
        ;carla.m@example.org;;red;\r\n\
        x y;nonsense;;red;king\r\n\
        bob;;;;\r\n\
        ann;;Not hers;;\r\n";
    let asked = ["user", "import", "-", "--map", "Team=", "--report", report];
    let dry = silhouette(
        &site,
        &["user", "import", "-", "--map", "Team=", "--dry-run"],
        table,
    );
    let expected =
        "users: 2 would be created, 1 already present, left unchanged, 2 would be rejected";
    assert_eq!(dry.stdout, format!("{expected}.\n"));
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
    let done = silhouette(&site, &asked, table);
    assert_eq!(done.code, 3, "{}", done.stderr);
    let expected = "users: 2 created, 1 already present, left unchanged, 2 rejected. ";
    assert!(done.stdout.starts_with(expected), "{}", done.stdout);
    for line in [
        "line 4: Email address: ",
        "role: the schema has no role “king”",
        "line 5: username: line 2 has the same value",
    ] {
        assert!(done.stderr.contains(line), "{}", done.stderr);
    }
    let carla = "SELECT count(*) FROM users WHERE username = 'carla-m' AND pending_email = 'carla.m@example.org'";
    assert_eq!(site.ask(carla).await, 1);

    // The report is the table once more: mended, it is imported.
    let written = fs::read_to_string(report).unwrap();
    assert!(
        written.starts_with("\u{feff}\"reason\",\"User name\",\"E-mail\""),
        "{written}"
    );
    let mended = written
        .replace("x y", "xy1")
        .replace("nonsense", "x@example.org");
    let mended = mended
        .replace("king", "reader")
        .replace("\"bob\"", "\"bob2\"");
    let again = silhouette(&site, &["user", "import", "-", "--map", "Team="], &mended).well();
    assert_eq!(again.stdout, "users: 2 created.\n");

    // Of who is here already, what comes is set, and what is empty stays.
    site.run("UPDATE profiles SET version = version")
        .await
        .unwrap();
    let table = "username,bio,location\nann,Of the table,\nbob,,Kiel\n";
    let update = ["user", "import", "-", "--on-match", "update"];
    let done = silhouette(&site, &update, table).well();
    assert_eq!(done.stdout, "users: 2 updated.\n");
    let bob = site.guest().visit("/u/bob").await;
    bob.says("Hello");
    bob.says("Kiel");
}

#[tokio::test]
async fn what_is_no_table_changes_nothing_and_says_why() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    drop(admin);
    for (arguments, table, says) in [
        (
            &[][..],
            "",
            "Choose a file whose first line names the columns",
        ),
        (&[], "name,age\nx,1\n", "The column “name” is unknown"),
        (
            &[],
            "username,avatar\nbob,x.png\n",
            "Pictures cannot be imported from a table",
        ),
        (
            &[],
            "username,bio\nbob\n",
            "The number of cells in line 2 is 1, and the number of columns in the first line is 2",
        ),
        (
            &["--map", "Name=username"],
            "username\nbob\n",
            "no column \"Name\"",
        ),
        (
            &[],
            "username,user name\nbob,bob\n",
            "Two columns hold username",
        ),
        (
            &[],
            "bio\nx\n",
            "neither a column username nor a column email",
        ),
    ] {
        let asked = [&["user", "import", "-"][..], arguments].concat();
        silhouette(&site, &asked, table).fails(1, says);
    }
    let half = site.folder().join("half.json");
    fs::write(&half, "[{\"model\": \"auth.user\",\n \"pk\": 1, \"fields\"").unwrap();
    import_django(&site, &half, &[]).fails(1, "half.json, line 2: ");
    fs::write(&half, "[]").unwrap();
    import_django(&site, &half, &[]).fails(1, "the source has no users");
    fs::write(&half, b"SQLite format 3\0, and nothing of one").unwrap();
    import_django(&site, &half, &[]).fails(1, "is a SQLite file that cannot be read");
    if site.database().exists() {
        import_django(&site, &site.database(), &[])
            .fails(1, "is not the database of a Django project");
    }
    let user = r#"[{"model": "auth.user", "pk": 1, "fields": {"username": "bob", "password": "",
        "last_login": null, "email": "", "is_active": true, "groups": []}}]"#;
    fs::write(&half, user).unwrap();
    import_django(&site, &half, &["--media", "nowhere"]).fails(1, "there is no folder nowhere");
    let unknown = ["--role", "Staff=king"];
    import_django(&site, &half, &unknown).fails(1, "there is no role \"king\"");
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
    // The last manager stays one, whatever a table says.
    let update = ["user", "import", "-", "--on-match", "update"];
    let table = "username,role\nadm,reader\n";
    site.run("UPDATE users SET username = 'adm', username_key = 'adm'")
        .await
        .unwrap();
    let refused = silhouette(&site, &update, table);
    assert_eq!(refused.code, 3, "{}", refused.stdout);
    assert!(refused.stderr.contains("nobody who can manage users"));
}

#[tokio::test]
async fn a_model_becomes_a_schema_with_which_its_values_come() {
    let Some(python) = django() else { return };
    let folder = made(&python, "kuila");
    let site = site().await;
    let schema = site.folder().join("profile.toml");
    let schema = schema.to_str().unwrap();
    let source = path(&folder, "project.sqlite3");
    let written = import_django(&site, &source, &["--write-schema", schema]).well();
    assert!(written.stdout.contains("is a schema for auth.profile"));
    let text = fs::read_to_string(schema).unwrap();
    for lines in [
        "key = \"avatar\"\ngroup = \"about\"\ntype = \"picture\"\nlabel = \"Avatar\"\naudience = \"members\"",
        "key = \"first_name\"\ngroup = \"about\"\ntype = \"text\"\nlabel = \"First name\"\naudience = \"members\"\nmax = 30",
        "key = \"phone_number\"\ngroup = \"about\"\ntype = \"phone\"",
        "key = \"shoe_size\"\ngroup = \"about\"\ntype = \"number\"",
    ] {
        assert!(text.contains(lines), "{text}");
    }
    let source = source.to_str().unwrap();
    let asked = [
        "import",
        "django",
        source,
        "--schema",
        schema,
        "--superuser",
        "admin",
    ];
    let done = silhouette(&site, &asked, "");
    assert!(
        done.stdout.starts_with("users: 18 created."),
        "{}",
        done.stderr
    );
    let sizes = "SELECT count(*) FROM profiles WHERE fields LIKE '%\"shoe_size\":42%'";
    assert_eq!(site.ask(sizes).await, 18);
}

#[tokio::test]
async fn users_keep_their_ids_where_nobody_has_one() {
    let Some(python) = django() else { return };
    let folder = made(&python, "plain");
    let site = site().await;
    let dump = path(&folder, "dump.json");
    import_django(&site, &dump, &["--keep-ids"]);
    let ids = "SELECT count(*) FROM users WHERE id % 10 = 0 AND id BETWEEN 10 AND 180";
    assert_eq!(site.ask(ids).await, 18);
    site.member("later").await;
    assert_eq!(
        site.ask("SELECT id FROM users WHERE username = 'later'")
            .await,
        181
    );
    let other = ["--keep-ids", "--source-name", "other"];
    import_django(&site, &dump, &other).fails(1, "this site has already used ids up to 181");
}

#[tokio::test]
async fn a_name_that_is_somebodys_address_logs_its_owner_in() {
    let site = site().await;
    let users = format!(
        r#"[{{"model": "auth.user", "pk": 1, "fields": {{"username": "victim@example.org",
            "password": "{FOREIGN}", "last_login": null, "email": "", "is_active": true, "groups": []}}}}]"#
    );
    let dump = site.folder().join("dump.json");
    fs::write(&dump, users).unwrap();
    import_django(&site, &dump, &[]);
    assert!(logs_in(&site, "victim@example.org", "correct horse").await);

    // Nor is it in an address of a page, where everybody would read it.
    let guest = site.guest();
    let page = guest.visit("/u/victim@example.org").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(guest.visit("/u/victim").await.status, StatusCode::OK);

    site.member("the-owner").await;
    site.run(
        "UPDATE users SET email = 'victim@example.org', email_key = 'victim@example.org'
         WHERE username = 'the-owner'",
    )
    .await
    .unwrap();
    assert!(logs_in(&site, "victim@example.org", PASSWORD).await);
    assert!(!logs_in(&site, "victim@example.org", "correct horse").await);
}

#[tokio::test]
async fn a_name_that_is_made_up_is_nobodys_who_is_here() {
    let site = site().await;
    site.member("anna").await;
    let table = "username,email,role\n,anna@example.org,editor\nbert,bert@example.org,\n,bert@example.com,editor\n";
    let update = ["user", "import", "-", "--on-match", "update"];
    let done = silhouette(&site, &update, table).well();
    assert_eq!(done.stdout, "users: 3 created.\n");
    for (name, role, expected) in [
        ("anna", "editor", 0),
        ("anna-2", "editor", 1),
        ("bert", "editor", 0),
        ("bert-2", "editor", 1),
    ] {
        let sql =
            format!("SELECT count(*) FROM users WHERE username = '{name}' AND role = '{role}'");
        assert_eq!(site.ask(&sql).await, expected, "{name}");
    }
}

#[tokio::test]
async fn an_address_is_confirmed_for_whom_allauth_has_seen_confirm_it() {
    let site = site().await;
    let user = |pk: u32, email: &str| {
        serde_json::json!({ "model": "auth.user", "pk": pk, "fields": {
            "username": format!("user{pk}"), "password": "!", "last_login": null, "email": email,
            "is_active": true, "groups": [] } })
    };
    let address = |pk: u32, user: u32, email: &str, verified: bool| {
        serde_json::json!({ "model": "account.emailaddress", "pk": pk, "fields": {
            "user": user, "email": email, "verified": verified, "primary": false } })
    };
    let objects = serde_json::json!([
        user(1, "victim@example.org"),
        user(2, "b@example.org"),
        address(1, 1, "victim@example.org", false),
        address(2, 2, "victim@example.org", true),
        address(3, 2, "b@example.org", true),
    ]);
    let dump = site.folder().join("dump.json");
    fs::write(&dump, objects.to_string()).unwrap();
    import_django(&site, &dump, &[]);
    let confirmed = "SELECT count(*) FROM users WHERE email IS NOT NULL";
    assert_eq!(site.ask(confirmed).await, 1);
    let his = "SELECT count(*) FROM users WHERE username = 'user2' AND email = 'b@example.org'";
    assert_eq!(site.ask(his).await, 1);
}

#[tokio::test]
async fn a_full_queue_tells_nobody_whose_password_is_of_elsewhere() {
    let site = site().await;
    site.member("ann").await;
    // As much work as is allowed, half a second for each.
    let slow = FOREIGN.replace("$1000$", "$2000000$");
    let table = format!("username,password_hash\nbob,{slow}\n");
    silhouette(&site, &["user", "import", "-"], &table).well();
    let is_busy = |name| {
        let guest = site.guest();
        async move {
            let form = [("username", name), ("password", "a wrong password")];
            guest.submit("/login", &form).await.status == StatusCode::SERVICE_UNAVAILABLE
        }
    };
    // More than there is room for, for as long as this takes.
    for _ in 0..19 {
        let mut tries = [(); 20].map(|()| is_busy("bob")).into_iter();
        tokio::spawn(async move {
            while let Some(again) = tries.next()
                && again.await
            {}
        });
    }
    // One of three may come at the moment at which there is room again, and waits for its turn.
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let [bob, ann, nobody] = ["bob", "ann", "nobody"].map(is_busy);
        let answers = async { tokio::join!(bob, ann, nobody) };
        let are_busy = tokio::time::timeout(Duration::from_secs(3), answers).await;
        if are_busy == Ok((true, true, true)) {
            return;
        }
    }
    panic!("the answers of a full queue tell whose password is of elsewhere");
}

#[tokio::test]
async fn an_address_that_somebody_with_a_passkey_gave_makes_them_nobody_else() {
    let site = site().await;
    site.member("mallory").await;
    // As they are once they log in with a passkey alone, and have typed the address of another.
    site.run(
        "UPDATE users SET password_hash = NULL, password_version = 2,
             pending_email = 'chief@example.org', pending_key = 'chief@example.org'
         WHERE username = 'mallory'",
    )
    .await
    .unwrap();
    let table = "username,email,role\nchief,chief@example.org,admin\n";
    let import = [
        "user",
        "import",
        "-",
        "--match",
        "email",
        "--on-match",
        "update",
    ];
    silhouette(&site, &import, table).well();
    let admins = "SELECT count(*) FROM users WHERE role = 'admin' AND username = 'chief'";
    assert_eq!(site.ask(admins).await, 1);
    let mallory = "SELECT count(*) FROM users WHERE username = 'mallory' AND role IS NULL";
    assert_eq!(site.ask(mallory).await, 1);
}
