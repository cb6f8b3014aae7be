//! The list of users as a file: everything that `/admin/users` lists, as CSV. It is read piece by
//! piece while it is sent, so its size does not matter.

use app::{
    account::types::{
        managed::{AccountPage, AccountSearch, ManagedAccount},
        user::User,
    },
    admin::{
        rules::{Area, can_open},
        search::Asked,
    },
    error::AppError,
    profile::rules::schema::Schema,
    viewer::Viewer,
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream::unfold;
use std::io;

use crate::{
    accounts::{Accounts, requester::Requester},
    clock::{Clock, rfc3339},
    csv::line,
    http::reject,
    slots::Slots,
};

/// Maximum number of concurrent downloads; a user may have one.
const AT_ONCE: usize = 4;
/// Number of accounts that are read at once.
const PIECE: usize = 500;

/// The columns, also used by `silhouette user list`.
pub const COLUMNS: [&str; 6] = [
    "username",
    "email",
    "role",
    "status",
    "created_at",
    "last_login_at",
];

/// The state of the download.
#[derive(Clone)]
pub struct UserListExporter {
    accounts: Accounts,
    clock: Clock,
    slots: Slots,
}

impl UserListExporter {
    pub fn new(accounts: Accounts, clock: Clock) -> UserListExporter {
        UserListExporter {
            accounts,
            clock,
            slots: Slots::new(AT_ONCE, 1),
        }
    }
}

/// `/admin/users.csv`, with the filters and the order of the page.
pub async fn download(State(exporter): State<UserListExporter>, request: Request) -> Response {
    let extensions = request.extensions();
    let manager = match extensions.get() {
        Some(Viewer::Member(user)) => user.clone(),
        _ => return reject(AppError::NotLoggedIn),
    };
    let UserListExporter {
        accounts,
        clock,
        slots,
    } = exporter;
    if !can_open(&accounts.schema, &manager.role, Area::Users) {
        return reject(AppError::NotFound);
    }
    let asked = Asked::of_query(request.uri().query().unwrap_or_default());
    let Ok((search, _)) = asked.read(&accounts.schema, &manager) else {
        return reject(AppError::BadRequest);
    };
    let Some(slot) = slots.take(manager.id, 1) else {
        return reject(AppError::Busy);
    };
    let by = Requester {
        client: extensions.get().cloned(),
        session: extensions.get().copied(),
    };
    let mut rest = Rest {
        search: Some(search),
        accounts,
        clock,
        manager,
    };
    // Read the first piece before sending the head, so that a failure becomes an error response
    // instead of an empty file.
    let first = match rest.next().await {
        Ok(page) => page.unwrap_or_default(),
        Err(error) => return reject(error),
    };
    let now = rest.clock.now();
    if let Err(error) = rest
        .accounts
        .note_list_export(rest.manager.id, &by, now)
        .await
    {
        return reject(error);
    }
    let begun = line(COLUMNS) + &rest.print(first);
    let body = unfold(
        (Some(begun), rest, slot),
        |(begun, mut rest, slot)| async move {
            if let Some(text) = begun {
                return Some((Ok(text), (None, rest, slot)));
            }
            let text = match rest.next().await {
                Ok(Some(page)) => Ok(rest.print(page)),
                Ok(None) => return None,
                // Break the connection, so that a partial file is not taken for the whole.
                Err(_) => Err(io::Error::other("the list was cut off")),
            };
            Some((text, (None, rest, slot)))
        },
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"users.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// The part that is still to be read; without a search at the end.
struct Rest {
    search: Option<AccountSearch>,
    accounts: Accounts,
    clock: Clock,
    manager: User,
}

impl Rest {
    async fn next(&mut self) -> Result<Option<AccountPage>, AppError> {
        // Stop after a failure.
        let Some(mut search) = self.search.take() else {
            return Ok(None);
        };
        let now = self.clock.now();
        let page = self.accounts.accounts(&search, PIECE, now).await?;
        if let Some(next) = &page.next {
            search.after = Some(next.clone());
            self.search = Some(search);
        }
        Ok(Some(page))
    }

    fn print(&self, page: AccountPage) -> String {
        let print = |account| csv_line(&self.accounts.schema, &account);
        page.accounts.into_iter().map(print).collect()
    }
}

/// Formats an account as a line of CSV.
pub fn csv_line(schema: &Schema, account: &ManagedAccount) -> String {
    let (created, last_login) = (
        rfc3339(account.created_at),
        account.last_login_at.map(rfc3339).unwrap_or_default(),
    );
    line([
        &*account.username,
        account.email.as_deref().unwrap_or_default(),
        schema.effective_role(account.role.as_deref()),
        account.state.word(),
        &created,
        &last_login,
    ])
}
