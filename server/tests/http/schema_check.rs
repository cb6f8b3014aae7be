//! `silhouette schema` and `silhouette user role`, as an operator runs them.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use server::accounts::schema::refresh;

use crate::database::with_json;
use crate::harness::{PROGRAM, Site, in_project, site, site_with_schema};

fn silhouette(site: &Site, arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(PROGRAM)
        .current_dir(folder.path())
        .env_remove("RUST_LOG")
        .args(arguments)
        .arg("--database")
        .arg(site.database_name())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn schema(toml: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), toml).unwrap();
    file
}

fn check(site: &Site, path: &Path) -> (Option<i32>, String, String) {
    silhouette(site, &["schema", "check", path.to_str().unwrap()])
}

async fn ann_and_bob() -> Site {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit(
        "/profile/edit",
        &[
            ("bio", "A long story"),
            ("location", "Kiel"),
            ("phone_number", "+49 431 8800"),
        ],
    )
    .await;
    ann.submit("/profile/edit", &[("location.audience", "me")])
        .await;
    site.member("bob")
        .await
        .submit("/profile/edit", &[("bio", "Short")])
        .await;
    site
}

#[tokio::test]
async fn a_schema_that_changes_nothing_is_harmless() {
    let site = ann_and_bob().await;
    let (status, said, _) = check(&site, &in_project("profile.toml"));
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("bio: 2 of 2 profiles have a value"), "{said}");
    assert!(
        said.contains("birth_date: 0 of 2 profiles have a value"),
        "{said}"
    );
    assert!(
        said.contains("Nothing would become invalid, hidden, or visible to more people."),
        "{said}"
    );
}

const STRICTER: &str = r#"
[roles.reader]
[roles.coach]
[[group]]
key = "g"
label = "G"
[[field]]
key = "bio"
group = "g"
type = "text"
label = "Bio"
max = 5
required = true
[[field]]
key = "location"
group = "g"
type = "text"
label = "Location"
max = 100
lock_audience = true
[[field]]
key = "phone_number"
group = "g"
type = "phone"
label = "Phone"
roles = ["coach"]
"#;

#[tokio::test]
async fn a_stricter_schema_is_told_field_by_field_and_nothing_is_dropped() {
    let site = ann_and_bob().await;
    site.set_role("bob", "editor").await;
    // No schema has had this one for long; it is no news.
    let shoe = with_json("fields", "shoe", "43");
    site.run(&format!("UPDATE profiles SET fields = {shoe}"))
        .await
        .unwrap();
    let birth = with_json("fields", "birth_date", "\"1990-02-03\"");
    site.run(&format!(
        "UPDATE profiles SET fields = {birth} WHERE user_id = 1"
    ))
    .await
    .unwrap();
    let before = site.ask("SELECT sum(length(fields)) FROM profiles").await;
    let file = schema(STRICTER);
    let (status, said, _) = check(&site, file.path());
    assert_eq!(status, Some(3), "{said}");
    for words in [
        "would become invalid: 1. Bio: shorten it to 5 characters or fewer",
        "location: 1 of 2 profiles has a value",
        "would be visible to more people than now: 1",
        "would be hidden, because the owner’s role does not have the field: 1",
        "birth_date: not in the new schema",
        "would be hidden: 1",
        "users whose role would change from editor to reader: 1",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains("shoe"), "{said}");
    assert_eq!(
        site.ask("SELECT sum(length(fields)) FROM profiles").await,
        before
    );
}

#[tokio::test]
async fn a_value_of_another_type_is_told() {
    let site = ann_and_bob().await;
    let file = schema(&STRICTER.replace(
        "type = \"text\"\nlabel = \"Bio\"\nmax = 5\nrequired = true",
        "type = \"number\"\nlabel = \"Bio\"",
    ));
    let (status, said, _) = check(&site, file.path());
    assert_eq!(status, Some(3), "{said}");
    assert!(
        said.contains("would be hidden, because the new type cannot read them: 2"),
        "{said}"
    );
}

#[tokio::test]
async fn what_more_people_would_see_is_told() {
    let site = ann_and_bob().await;
    let built_in = fs::read_to_string(in_project("profile.toml")).unwrap();
    for (old, new, words) in [
        (
            "label.en = \"Location\"",
            "label.en = \"Location\"\nview = [\"admin\"]",
            "would be visible to more people than now: 1",
        ),
        // Ann's is for herself, until a lock says otherwise.
        (
            "label.en = \"Location\"",
            "label.en = \"Location\"\nlock_audience = true",
            "would be visible to more people than now: 1",
        ),
        (
            "audience = \"members\"",
            "audience = \"everyone\"\nlock_audience = true",
            "would be visible to more people than now: 1",
        ),
    ] {
        let file = schema(&built_in.replacen(old, new, 1));
        let (status, said, _) = check(&site, file.path());
        assert_eq!(status, Some(3), "{new}: {said}");
        assert!(said.contains(words), "{new}: {said}");
    }
    // To whom everybody belongs, a role adds nobody.
    let file = schema(&built_in.replacen(
        "label.en = \"Bio\"",
        "label.en = \"Bio\"\nview = [\"admin\"]",
        1,
    ));
    assert_eq!(check(&site, file.path()).0, Some(0));
    // A wider default alone shows nothing that was entered before.
    let file = schema(&built_in.replacen("audience = \"members\"", "audience = \"everyone\"", 1));
    assert_eq!(check(&site, file.path()).0, Some(0));
    let hidden = with_json("audiences", "profile", "\"me\"");
    site.run(&format!(
        "UPDATE profiles SET audiences = {hidden} WHERE user_id = 2"
    ))
    .await
    .unwrap();
    let file = schema(&format!("[profile]\nlock_audience = true\n{built_in}"));
    let (status, said, _) = check(&site, file.path());
    assert_eq!(status, Some(3));
    assert!(
        said.contains("profiles that would be visible to more people than now: 1"),
        "{said}"
    );
}

#[tokio::test]
async fn what_would_be_hidden_from_somebody_is_told() {
    let site = ann_and_bob().await;
    let built_in = fs::read_to_string(in_project("profile.toml")).unwrap();
    let locked = "label.en = \"Bio\"\naudience = \"me\"\nlock_audience = true\nview = [\"editor\", \"admin\"]";
    let whole = format!("[profile]\naudience = \"me\"\nlock_audience = true\n{built_in}");
    let first = built_in.replacen("[roles.reader]", "[roles.visitor]\n[roles.reader]", 1);
    for (schema_text, words) in [
        (
            built_in.replacen("label.en = \"Bio\"", locked, 1),
            "hidden from some people who see them now: 2",
        ),
        (
            whole,
            "profiles that would be visible to fewer people than now: 2",
        ),
        // Another first role is another role for everybody who was given none.
        (
            first,
            "users whose role would change from reader to visitor: 2",
        ),
    ] {
        let file = schema(&schema_text);
        let (status, said, error) = check(&site, file.path());
        assert_eq!(status, Some(3), "{words}: {said}{error}");
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[tokio::test]
async fn what_cannot_be_checked_says_why() {
    let site = site().await;
    let file = schema("[[group]]\nkey = \"g\"\nlabel = \"G\"\ncolour = 1\n");
    let (status, _, error) = check(&site, file.path());
    assert_eq!(status, Some(1));
    assert!(error.contains(":4: unknown field `colour`"), "{error}");
    let (status, _, error) = check(&site, Path::new("/nowhere/at-all.toml"));
    assert_eq!(status, Some(1));
    assert!(error.contains("cannot read the schema"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .current_dir(folder.path())
        .args(["schema", "check"])
        .arg(in_project("profile.toml"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("there is no database data/silhouette.db"),
        "{error}"
    );
    site.run("DELETE FROM _sqlx_migrations WHERE version > 1")
        .await
        .unwrap();
    let (status, _, error) = check(&site, &in_project("profile.toml"));
    assert_eq!(status, Some(1));
    assert!(error.contains("older Silhouette"), "{error}");
}

#[tokio::test]
async fn the_schemas_in_the_docs_are_sound_and_a_change_of_one_is_told() {
    let mut found = 0;
    for entry in fs::read_dir(in_project("docs/schemas")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        found += 1;
        let text = fs::read_to_string(&path).unwrap();
        let site = site_with_schema(&text).await;
        let ann = site.member("ann").await;
        let form = [
            ("bio", "Hello"),
            ("languages", "de"),
            ("skills", "helm"),
            ("name", "Ann"),
            ("first_name", "Ann"),
            ("last_name", "Lind"),
        ];
        // Each schema has some of them.
        let form = form
            .iter()
            .filter(|(key, _)| text.contains(&format!("key = \"{key}\"")));
        let saved = ann
            .submit("/profile/edit", &form.copied().collect::<Vec<_>>())
            .await;
        assert_eq!(saved.location(), "/profile?saved", "{}", path.display());
        let in_force = ["--schema", path.to_str().unwrap()];
        let check = |file: &Path| {
            let arguments = [
                "schema",
                "check",
                file.to_str().unwrap(),
                in_force[0],
                in_force[1],
            ];
            silhouette(&site, &arguments)
        };
        let (status, said, error) = check(&path);
        assert_eq!(status, Some(0), "{}: {said}{error}", path.display());
        assert!(said.contains("1 of 1 profiles has a value"), "{said}");
        let (status, said, error) = check(&in_project("profile.toml"));
        assert_eq!(status, Some(3), "{}: {said}{error}", path.display());
    }
    assert_eq!(found, 3);
}

#[tokio::test]
async fn a_schema_is_applied_by_a_command_and_printed() {
    let site = ann_and_bob().await;
    let built_in = fs::read_to_string(in_project("profile.toml")).unwrap();
    let (status, said, _) = silhouette(&site, &["schema", "print"]);
    assert_eq!((status, said), (Some(0), built_in.clone()));
    let more = format!(
        "{built_in}\n[[field]]\nkey = \"shoe\"\ngroup = \"about\"\ntype = \"number\"\nlabel = \"Shoe\"\n"
    );
    let file = schema(&more);
    let path = file.path().to_str().unwrap();
    let (status, said, error) = silhouette(&site, &["schema", "apply", path]);
    assert_eq!(status, Some(0), "{said}{error}");
    assert!(said.ends_with("is now in use, as revision 1.\n"), "{said}");
    assert!(error.contains("Nothing would become invalid"), "{error}");
    assert_eq!(silhouette(&site, &["schema", "print"]).1, more);
    // As the running site does every second.
    assert!(refresh(&site.store, &site.schemas).await.unwrap());
    site.member("cid").await.save(&[("shoe", "43")]).await;
    let by = "SELECT count(*) FROM schema_revisions WHERE by_operator AND applied_by IS NULL";
    assert_eq!(site.ask(by).await, 1);
    let (status, _, error) = silhouette(&site, &["schema", "apply", path]);
    assert_eq!(status, Some(0));
    assert!(error.contains("already in use"), "{error}");

    let file = schema(&format!(
        "[roles.admin]\nmay = [\"manage_users\"]\n{STRICTER}"
    ));
    let path = file.path().to_str().unwrap();
    let (status, _, error) = silhouette(&site, &["schema", "apply", path]);
    assert_eq!(status, Some(2), "{error}");
    assert!(
        error.contains("location: 1 of 3 profiles has a value"),
        "{error}"
    );
    assert!(error.contains("pass --yes"), "{error}");
    let pinned = ["schema", "apply", path, "--yes", "--schema", path];
    let (status, _, error) = silhouette(&site, &pinned);
    assert_eq!(status, Some(1));
    assert!(error.contains("takes precedence"), "{error}");
    let (status, said, error) = silhouette(&site, &["schema", "apply", path, "--yes"]);
    assert_eq!(status, Some(0), "{said}{error}");
    let (_, _, error) = silhouette(&site, &["user", "role", "ann", "editor"]);
    assert!(
        error.contains("the schema defines admin, reader, coach"),
        "{error}"
    );
    let broken = schema("[[field]]");
    let (status, _, error) =
        silhouette(&site, &["schema", "apply", broken.path().to_str().unwrap()]);
    assert_eq!(status, Some(1));
    assert!(error.contains(":1: "), "{error}");
}

#[tokio::test]
async fn no_command_takes_the_last_managers_right() {
    let site = ann_and_bob().await;
    site.set_role("ann", "admin").await;
    let file = schema(STRICTER);
    let path = file.path().to_str().unwrap();
    let (status, _, error) = silhouette(&site, &["schema", "apply", path, "--yes"]);
    assert_eq!(status, Some(1));
    assert!(
        error.contains("someone has to be able to manage users"),
        "{error}"
    );
    assert_eq!(site.ask("SELECT count(*) FROM schema_revisions").await, 0);
}

#[tokio::test]
async fn a_role_is_given_by_a_command() {
    let site = site().await;
    let ann = site.member("Ann").await;
    let (status, said, _) = silhouette(&site, &["user", "role", "ann", "editor"]);
    assert_eq!(
        (status, said.as_str()),
        (Some(0), "ann now has the role editor (was reader).\n")
    );
    ann.visit("/profile/edit").await.says("responsible_for");
    let (_, said, _) = silhouette(&site, &["user", "role", "ann", "editor"]);
    assert_eq!(said, "ann already has the role editor.\n");
    for (arguments, words) in [
        (
            ["user", "role", "nobody", "editor"],
            "there is no user \"nobody\"",
        ),
        (
            ["user", "role", "ann", "emperor"],
            "the schema defines reader, editor, admin",
        ),
    ] {
        let (status, _, error) = silhouette(&site, &arguments);
        assert_eq!(status, Some(1));
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(
        site.ask("SELECT count(*) FROM profile_changes WHERE by_operator")
            .await,
        1
    );
}
