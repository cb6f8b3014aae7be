//! The floor: the pages that are measured, by hand, on a database of Silhouette.
//! `twin ADDRESS DATABASE`
//!
//! It does what a profile page cannot do without: it looks the session up by its hash, reads
//! the profile, and writes escaped HTML; a save is a transaction that is flushed to the disk.
//! SQLite runs in the thread of the request. There are no rules, no languages, no layers.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{cell::RefCell, sync::Arc};

const FIELDS: [&str; 4] = ["first_name", "last_name", "bio", "location"];

type Fields = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    username: String,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "edit.html")]
struct EditPage {
    username: String,
    fields: Fields,
}

#[derive(Deserialize)]
struct Saved {
    first_name: String,
    last_name: String,
    bio: String,
    location: String,
}

thread_local! {
    static DATABASE: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// Runs `work` on the connection of this thread.
fn with<T>(path: &str, work: impl FnOnce(&mut Connection) -> T) -> T {
    DATABASE.with_borrow_mut(|database| {
        let connection = database.get_or_insert_with(|| {
            let connection = Connection::open(path).unwrap();
            let pragmas = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;";
            connection.execute_batch(pragmas).unwrap();
            connection
        });
        work(connection)
    })
}

/// The user of a session that is in force.
fn member(connection: &Connection, headers: &HeaderMap) -> Option<(i64, String)> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let id = cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix("session="))?;
    let hash = Sha256::digest(URL_SAFE_NO_PAD.decode(id).ok()?);
    let mut statement = connection
        .prepare_cached(
            "SELECT users.id, username FROM sessions JOIN users ON users.id = user_id
             WHERE id_hash = ?1 AND status = 'active'",
        )
        .unwrap();
    let row = statement.query_row([&hash[..]], |row| Ok((row.get(0)?, row.get(1)?)));
    row.optional().unwrap()
}

fn fields(connection: &Connection, user: i64) -> Fields {
    let mut statement = connection
        .prepare_cached("SELECT fields FROM profiles WHERE user_id = ?1")
        .unwrap();
    let stored: String = statement.query_row([user], |row| row.get(0)).unwrap();
    let stored: serde_json::Map<_, _> = serde_json::from_str(&stored).unwrap();
    let text = |name: &str| {
        let value = stored.get(name).and_then(|value| value.as_str());
        (name.to_owned(), value.unwrap_or_default().to_owned())
    };
    FIELDS.into_iter().map(text).collect()
}

fn own(path: &str, headers: &HeaderMap) -> Option<(String, Fields)> {
    with(path, |connection| {
        let (user, username) = member(connection, headers)?;
        Some((username, fields(connection, user)))
    })
}

async fn profile(State(path): State<Arc<str>>, headers: HeaderMap) -> Response {
    match own(&path, &headers) {
        Some((username, fields)) => html(&ProfilePage { username, fields }),
        None => Redirect::to("/login").into_response(),
    }
}

async fn edit(State(path): State<Arc<str>>, headers: HeaderMap) -> Response {
    match own(&path, &headers) {
        Some((username, fields)) => html(&EditPage { username, fields }),
        None => Redirect::to("/login").into_response(),
    }
}

async fn public(State(path): State<Arc<str>>, Path(name): Path<String>) -> Response {
    let found = with(&path, |connection| {
        let mut statement = connection
            .prepare_cached("SELECT id FROM users WHERE username_key = ?1 AND status = 'active'")
            .unwrap();
        let user = statement.query_row([&name], |row| row.get(0)).optional();
        user.unwrap().map(|user| fields(connection, user))
    });
    match found {
        Some(fields) => html(&ProfilePage {
            username: name,
            fields,
        }),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn save(
    State(path): State<Arc<str>>,
    headers: HeaderMap,
    Form(saved): Form<Saved>,
) -> Response {
    let is_saved = with(&path, |connection| {
        let transaction = rusqlite::TransactionBehavior::Immediate;
        let transaction = connection.transaction_with_behavior(transaction).unwrap();
        let Some((user, _)) = member(&transaction, &headers) else {
            return false;
        };
        let fields = serde_json::json!({
            "first_name": saved.first_name,
            "last_name": saved.last_name,
            "bio": saved.bio,
            "location": saved.location,
        });
        let update = "UPDATE profiles SET fields = ?1, version = version + 1 WHERE user_id = ?2";
        let mut statement = transaction.prepare_cached(update).unwrap();
        statement.execute((fields.to_string(), user)).unwrap();
        drop(statement);
        transaction.commit().unwrap();
        true
    });
    Redirect::to(if is_saved { "/profile" } else { "/login" }).into_response()
}

fn html(page: &impl Template) -> Response {
    Html(page.render().unwrap()).into_response()
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, address, database] = &arguments[..] else {
        panic!("usage: twin ADDRESS DATABASE");
    };
    let router = Router::new()
        .route("/profile", get(profile))
        .route("/profile/edit", get(edit).post(save))
        .route("/u/{name}", get(public))
        .with_state(Arc::from(database.as_str()));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}
