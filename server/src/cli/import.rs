//! Imports of users: `silhouette user import`, `silhouette import`.
//!
//! | file | what |
//! |---|---|
//! | `sheet` | a table of users |
//! | `django` | a Django project |
//! | `report` | the file that lists what was left out or changed |

pub(super) mod django;
mod report;
pub(super) mod sheet;

use app::{account::types::user_table::RowMistake, text};
use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use crate::{accounts::arrivals::Outcome, foreign::import::Tally, log};

/// The exit status of an import that has left out or changed something.
const NOT_ALL: u8 = 3;

/// Minimum time between two progress messages.
const TELL: Duration = Duration::from_secs(2);

/// The progress of an import, printed at most every two seconds.
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

/// The summary at the end of an import.
fn print(tally: &Tally, is_dry: bool) -> String {
    let would = if is_dry { "would be " } else { "" };
    let parts = [
        (tally.created, format!("{would}created")),
        (tally.updated, format!("{would}updated")),
        (tally.skipped, "already present, left unchanged".to_owned()),
        (
            tally.gone,
            "erased since an earlier import, not imported again".to_owned(),
        ),
        (tally.refused, format!("{would}rejected")),
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

/// The reasons why a user was not imported, or not completely, each with the item concerned.
fn reasons(outcome: &Outcome) -> Vec<(String, String)> {
    let mistake = |mistake: &RowMistake| {
        let column = mistake.column().to_owned();
        vec![(column, text::row_advice(mistake))]
    };
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
            let owned = |(item, words): (&str, &str)| (item.to_owned(), words.to_owned());
            notes.into_iter().flatten().map(owned).collect()
        }
        Outcome::NameTaken => mistake(&RowMistake::NameTaken),
        Outcome::LastManager => mistake(&RowMistake::LastManager),
        Outcome::Updated(_) | Outcome::Skipped(_) | Outcome::Gone => Vec::new(),
    }
}

/// The exit status, by whether everything was imported.
fn ended(is_all: bool) -> ExitCode {
    match is_all {
        true => ExitCode::SUCCESS,
        false => NOT_ALL.into(),
    }
}
