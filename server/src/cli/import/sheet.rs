//! `silhouette user import`: users of a table, a row each.

use app::profile::rules::schema::Schema;
use clap::{Args, ValueEnum};
use std::{
    error::Error,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::Store;

use super::{Progress, Tally, ended, reasons, report::Report, taken};
use crate::{
    accounts::arrivals::{
        AT_ONCE, ArrivalRules, Incoming, MatchBy, OnMatch, Outcome, bring, foresee,
    },
    cli::{
        outcome::{Done, describe},
        terminal::say,
        user::account::Site,
    },
    clock::Clock,
    config::DataFlags,
    foreign::{
        people::{Columns, People, REASON, Refused},
        sheet::Sheet,
    },
    log,
    schema_check::today,
};

#[derive(Debug, Args)]
pub struct Import {
    /// The table, as CSV; - for standard input. Its first line names the columns: username, email,
    /// email_confirmed, role, status, created_at, last_login_at, listed, in_directory,
    /// password_hash, fields of the schema by key or label, and audiences such as bio.audience.
    file: PathBuf,
    /// Read COLUMN as NAME; with an empty NAME, leave it out. Can be repeated.
    #[arg(long, value_name = "COLUMN=NAME")]
    map: Vec<String>,
    /// Recognise existing users by this.
    #[arg(long = "match", value_enum, default_value = "username")]
    match_by: By,
    /// Skip existing users, or update their role and the fields that the table has; empty cells
    /// change nothing.
    #[arg(long, value_enum, default_value = "skip")]
    on_match: On,
    /// Treat the addresses of the table as confirmed.
    #[arg(long)]
    emails_confirmed: bool,
    /// Email a link to choose a password to everybody who is imported without one.
    #[arg(long)]
    invite: bool,
    /// Change nothing; report the result that an import would have.
    #[arg(long)]
    dry_run: bool,
    /// A file for the rejected rows, with a column of reasons before them: to be corrected and
    /// imported again.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    flags: DataFlags,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Username,
    Email,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum On {
    Skip,
    Update,
}

/// Runs the command.
pub async fn import(asked: Import) -> Done {
    let file = read(&asked.file)?;
    let name = asked.file.display();
    let sheet =
        Sheet::read(&file).map_err(|error| format!("{name}: {error}. Nothing is changed"))?;
    let site = Site::open_by(asked.flags).await?;
    let columns = Columns::of(&sheet.head, &asked.map, &site.schema)
        .map_err(|error| format!("{name}: {error}. Nothing is changed"))?;
    let kept = |head: &&String| !head.eq_ignore_ascii_case(REASON);
    let head = [REASON]
        .into_iter()
        .chain(sheet.head.iter().filter(kept).map(String::as_str));
    let mut report = Report::new(asked.report.as_deref(), head)?;
    let people = People {
        schema: &site.schema,
        columns: &columns,
        today: today(),
        are_confirmed: asked.emails_confirmed,
    };
    let rules = ArrivalRules {
        source: "table".to_owned(),
        match_by: match asked.match_by {
            By::Username => MatchBy::Username,
            By::Email => MatchBy::Email,
        },
        on_match: match asked.on_match {
            On::Skip => OnMatch::Skip,
            On::Update => OnMatch::Update,
        },
        invites: asked.invite,
    };
    let read = people.read(&sheet, taken(&site.store).await?);
    let run = Run {
        store: &site.store,
        schema: Arc::clone(&site.schema),
        rules: Arc::new(rules),
        is_dry: asked.dry_run,
    };
    let (tally, refused) = run.rows(read).await?;
    for (at, reasons) in refused {
        let row = &sheet.rows[at];
        let cells = sheet
            .head
            .iter()
            .zip(&row.cells)
            .filter(|(head, _)| kept(head));
        let cells = cells.map(|(_, cell)| cell.as_str());
        let reason = reasons.join("; ");
        log::line(&format!("line {}: {reason}", row.line));
        report.row([reason.as_str()].into_iter().chain(cells));
    }
    let is_all = report.is_empty();
    let written = report.write()?;
    site.store.close().await;
    let mut text = tally.print(asked.dry_run);
    if let Some(file) = written {
        text += &format!(". {file} has the rejected rows, each with its reason");
    }
    say(format_args!("{text}.\n"));
    Ok(ended(is_all))
}

fn read(file: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()).into())
}

/// Rows by their number in the table, each with what is wrong with it.
type Wrong = Vec<(usize, Vec<String>)>;

struct Run<'a> {
    store: &'a Store,
    schema: Arc<Schema>,
    rules: Arc<ArrivalRules>,
    is_dry: bool,
}

impl Run<'_> {
    /// Brings the rows that can be read, a hundred at a time. Returns those that did not come.
    async fn rows(
        &self,
        rows: Vec<Result<Incoming, Refused>>,
    ) -> Result<(Tally, Wrong), Box<dyn Error>> {
        let (mut tally, mut wrong) = (Tally::default(), Wrong::new());
        let mut progress = Progress::of(rows.len());
        let mut right = Vec::new();
        for (at, row) in rows.into_iter().enumerate() {
            match row {
                Ok(user) => right.push((at, user)),
                Err(refused) => {
                    tally.refused += 1;
                    progress.add(1);
                    wrong.push((at, refused.reasons));
                }
            }
        }
        let now = Clock::system().now();
        for batch in right.chunks(AT_ONCE) {
            let users: Vec<Incoming> = batch.iter().map(|(_, user)| user.clone()).collect();
            let outcomes = match self.is_dry {
                true => foresee(self.store, &self.rules, &users).await,
                false => bring(self.store, &self.rules, users, &self.schema, now).await,
            };
            let outcomes = outcomes.map_err(describe)?;
            for ((at, user), outcome) in batch.iter().zip(&outcomes) {
                tally.add(outcome);
                let said = reasons(outcome).into_iter();
                let said: Vec<String> = said
                    .map(|(item, reason)| format!("{item}: {reason}"))
                    .collect();
                match outcome {
                    // Notes about somebody who was imported.
                    Outcome::Created { .. } => {
                        for note in said {
                            log::line(&format!("{}: {note}", user.username.as_str()));
                        }
                    }
                    _ if said.is_empty() => {}
                    _ => wrong.push((*at, said)),
                }
            }
            progress.add(batch.len());
        }
        wrong.sort_by_key(|(at, _)| *at);
        Ok((tally, wrong))
    }
}
