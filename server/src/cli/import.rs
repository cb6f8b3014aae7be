//! Users who come from elsewhere, by command: `silhouette user import`, `silhouette import`.
//!
//! | file | what |
//! |---|---|
//! | `sheet` | a table of users |
//! | `django` | a Django project |
//! | `report` | the file that says what did not come |

pub(super) mod django;
mod report;
pub(super) mod sheet;

use app::account::types::username::Username;
use std::{
    error::Error,
    process::ExitCode,
    time::{Duration, Instant},
};

use super::outcome::failed;
use crate::{accounts::arrivals::Outcome, foreign::names::Names, log};
use store::Store;

/// The exit status of an import that is done, but for something that the report names.
const NOT_ALL: u8 = 3;

/// Time between two messages about the progress.
const TELL: Duration = Duration::from_secs(2);

/// The usernames of those who are here, former ones too.
async fn taken(store: &Store) -> Result<Names, Box<dyn Error>> {
    const PAGE: u32 = 1000;
    let (mut names, mut after) = (Names::default(), String::new());
    loop {
        let mut reader = store.reader().await.map_err(failed)?;
        let page = reader.accounts("", &after, PAGE).await;
        let page = page.map_err(failed)?;
        let Some(last) = page.last() else {
            let former = reader.all_former_names().await.map_err(failed)?;
            former.into_iter().for_each(|name| names.take(name));
            return Ok(names);
        };
        after = Username::key_of(&last.username);
        page.iter()
            .for_each(|account| names.take(Username::key_of(&account.username)));
    }
}

/// The progress of an import, told every two seconds.
struct Progress {
    total: usize,
    done: usize,
    told: Instant,
}

impl Progress {
    fn of(total: usize) -> Progress {
        Progress {
            total,
            done: 0,
            told: Instant::now(),
        }
    }

    fn add(&mut self, count: usize) {
        self.done += count;
        if self.told.elapsed() >= TELL {
            self.told = Instant::now();
            log::line(&format!("{} of {} users …", self.done, self.total));
        }
    }
}

/// The number of users with each outcome.
#[derive(Debug, Default)]
struct Tally {
    created: usize,
    updated: usize,
    skipped: usize,
    gone: usize,
    refused: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Created { .. } => self.created += 1,
            Outcome::Updated(_) => self.updated += 1,
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Gone => self.gone += 1,
            Outcome::NameTaken | Outcome::LastManager => self.refused += 1,
        }
    }

    /// The sentence at the end.
    fn print(&self, is_dry: bool) -> String {
        let would = if is_dry { "would be " } else { "" };
        let parts = [
            (self.created, format!("{would}created")),
            (self.updated, format!("{would}updated")),
            (self.skipped, "already here, left unchanged".to_owned()),
            (
                self.gone,
                "erased here since an earlier import, not imported again".to_owned(),
            ),
            (self.refused, format!("{would}rejected")),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        match parts.is_empty() {
            true => "no users".to_owned(),
            false => format!("users: {}", parts.join(", ")),
        }
    }
}

/// The reason that a user did not come, or that something of them did not.
fn reasons(outcome: &Outcome) -> Vec<(&'static str, &'static str)> {
    match outcome {
        Outcome::Created {
            is_address_taken,
            is_former_name_taken,
            ..
        } => {
            let address = (
                "email",
                "another user has confirmed this address, so it stays unconfirmed for this one",
            );
            let name = (
                "username",
                "another user of this site has this name; this user can log in only with the new one",
            );
            let notes = [
                is_address_taken.then_some(address),
                is_former_name_taken.then_some(name),
            ];
            notes.into_iter().flatten().collect()
        }
        Outcome::NameTaken => vec![("username", "another user of this site has this username")],
        Outcome::LastManager => vec![(
            "role",
            "the new role would leave nobody who may manage users; give `manage_users` to somebody else first",
        )],
        Outcome::Updated(_) | Outcome::Skipped(_) | Outcome::Gone => Vec::new(),
    }
}

/// The exit status, by whether everything came.
fn ended(is_all: bool) -> ExitCode {
    match is_all {
        true => ExitCode::SUCCESS,
        false => NOT_ALL.into(),
    }
}
