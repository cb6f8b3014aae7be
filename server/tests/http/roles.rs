//! Roles: what an editor's profile has, and whose profiles an editor edits.

use axum::http::StatusCode;

use crate::harness::{PASSWORD, site};

#[tokio::test]
async fn a_roles_own_field_comes_and_goes_with_the_role_and_keeps_its_value() {
    let site = site().await;
    let ann = site.member("ann").await;
    let field = [("responsible_for", "The harbour")];
    let refused = ann.submit("/profile/edit", &field).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("this field is not part of the form");
    ann.visit("/profile/edit").await.says_not("responsible_for");

    site.set_role("ann", "editor").await;
    ann.visit("/profile/edit")
        .await
        .says("name=\"responsible_for\"");
    ann.save(&field).await;
    site.guest().visit("/u/ann").await.says("The harbour");

    site.set_role("ann", "reader").await;
    for path in ["/profile", "/profile/edit", "/profile/history", "/u/ann"] {
        ann.visit(path).await.says_not("The harbour");
    }
    ann.submit("/profile/edit", &[("bio", "Saved meanwhile")])
        .await;

    site.set_role("ann", "editor").await;
    site.guest().visit("/u/ann").await.says("The harbour");
}

#[tokio::test]
async fn an_editor_edits_others_as_far_as_the_schema_lets_them() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit(
        "/profile/edit",
        &[("bio", "Ann's"), ("birth_date", "1990-02-03")],
    )
    .await;
    let editor = site.member_as("editor").await;
    editor.visit("/u/ann").await.says("href=\"/u/ann/edit\"");
    let form = editor.visit("/u/ann/edit").await;
    form.says("action=\"/u/ann/edit\"");
    form.says("Ann's</textarea>");
    form.says_not("birth_date");
    form.says_not("value=\"members\"");
    form.says_not("name=\"bio.audience\"");
    let refused = editor
        .submit("/u/ann/edit", &[("bio", &"x".repeat(2001))])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Bio: shorten it");
    refused.says("action=\"/u/ann/edit\"");
    for (name, value) in [
        ("birth_date", "1991-01-01"),
        ("bio.audience", "me"),
        ("profile.audience", "me"),
    ] {
        let refused = editor.submit("/u/ann/edit", &[(name, value)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let saved = editor
        .submit(
            "/u/ANN/edit",
            &[("bio", "Mended"), ("username", "ann"), ("version", "2")],
        )
        .await;
    assert_eq!(saved.location(), "/u/ann?saved");
    ann.visit("/profile").await.says("Mended");
    // The own profile is at its own address.
    assert_eq!(
        editor
            .submit("/u/editor/edit", &[("bio", "Me")])
            .await
            .location(),
        "/profile?saved"
    );
}

#[tokio::test]
async fn a_form_for_one_profile_is_not_saved_on_another() {
    let site = site().await;
    site.member("ann").await;
    site.member("bob").await;
    let editor = site.member_as("editor").await;
    let answer = editor
        .submit("/u/ann/edit", &[("bio", "For Bob"), ("username", "bob")])
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(
        site.ask("SELECT count(*) FROM profiles WHERE version > 1")
            .await,
        0
    );
}

#[tokio::test]
async fn a_guest_is_sent_to_log_in_and_comes_back_to_the_form() {
    let site = site().await;
    site.member("ann").await;
    site.member_as("editor").await;
    let guest = site.guest();
    let to = guest.visit("/u/ann/edit").await;
    assert_eq!(to.location(), "/login?next=/u/ann/edit");
    let form = [
        ("username", "editor"),
        ("password", PASSWORD),
        ("next", "/u/ann/edit"),
    ];
    assert_eq!(
        guest.submit("/login", &form).await.location(),
        "/u/ann/edit"
    );
}

#[tokio::test]
async fn a_role_that_the_schema_does_not_have_counts_as_the_first() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.member("bob").await;
    site.run("UPDATE users SET role = 'emperor' WHERE username = 'ann'")
        .await
        .unwrap();
    assert_eq!(ann.visit("/u/bob/edit").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_signs_up_with_a_role() {
    let site = site().await;
    let form = [
        ("username", "eve"),
        ("password", PASSWORD),
        ("role", "admin"),
    ];
    site.guest().submit("/signup", &form).await;
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE role IS NOT NULL")
            .await,
        0
    );
}
