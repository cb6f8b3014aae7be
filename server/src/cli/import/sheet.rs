//! `silhouette user import`: users from a table, one per row.

use app::text;
use clap::{Args, ValueEnum};
use std::{
    error::Error,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Progress, ended, print, reasons as notes, report::Report};
use crate::{
    accounts::{
        arrivals::{AT_ONCE, ArrivalRules, MatchBy, Mode, OnMatch},
        requester::Author,
    },
    cli::{
        outcome::{Done, describe},
        terminal::say,
        user::account::Site,
    },
    clock::Clock,
    config::DataFlags,
    foreign::{
        import::{Reasons, TableImport, taken},
        people::{Columns, People},
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
    /// Read COLUMN as NAME, or leave it out if NAME is empty. Can be repeated.
    #[arg(long, value_name = "COLUMN=NAME")]
    map: Vec<String>,
    /// The column by which existing users are recognised.
    #[arg(long = "match", value_enum, default_value = "username")]
    match_by: MatchColumn,
    /// Skip existing users, or update their role and the fields that the table has; empty cells
    /// change nothing.
    #[arg(long, value_enum, default_value = "skip")]
    on_match: Matched,
    /// Treat the email addresses in the table as confirmed.
    #[arg(long)]
    emails_confirmed: bool,
    /// Email everyone who is imported without a password a link to choose one.
    #[arg(long)]
    invite: bool,
    /// Change nothing; report what an import would do.
    #[arg(long)]
    dry_run: bool,
    /// A file for the rejected rows, with the reasons in the first column. Correct it, and import
    /// it again.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    flags: DataFlags,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MatchColumn {
    Username,
    Email,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Matched {
    Skip,
    Update,
}

/// Runs the command.
pub async fn import(asked: Import) -> Done {
    let file = read(&asked.file)?;
    let name = asked.file.display();
    let unchanged = |reason: &str| format!("{name}: {reason} Nothing was changed");
    let sheet = Sheet::read(&file);
    let sheet = sheet.map_err(|mistake| unchanged(&text::table_mistake(&mistake)))?;
    let site = Site::open_by(asked.flags).await?;
    let columns = Columns::of(&sheet.head, &asked.map, &site.schema)
        .map_err(|error| unchanged(&format!("{}.", error.to_string().trim_end_matches('.'))))?;
    let reasons = Reasons::of(&sheet);
    let mut report = Report::new(asked.report.as_deref(), reasons.head())?;
    let people = People {
        schema: &site.schema,
        columns: &columns,
        today: today(),
        are_confirmed: asked.emails_confirmed,
        may_give: &|_| true,
    };
    let rules = ArrivalRules {
        source: "table".to_owned(),
        match_by: match asked.match_by {
            MatchColumn::Username => MatchBy::Username,
            MatchColumn::Email => MatchBy::Email,
        },
        on_match: match asked.on_match {
            Matched::Skip => OnMatch::Skip,
            Matched::Update => OnMatch::Update,
        },
        invites: asked.invite,
        by: Author::Operator,
    };
    let names = taken(&site.store).await.map_err(describe)?;
    let read = people.read(&sheet, names);
    let import = TableImport {
        store: &site.store,
        schema: Arc::clone(&site.schema),
        rules: Arc::new(rules),
        mode: match asked.dry_run {
            true => Mode::Dry,
            false => Mode::Real,
        },
        at_once: AT_ONCE,
    };
    let mut progress = Progress::of(read.len());
    let now = Clock::system().now();
    let imported = import.rows(read, now, |count| progress.add(count)).await;
    let imported = imported.map_err(describe)?;
    for (user, outcome) in &imported.created {
        for (item, note) in notes(outcome) {
            log::line(&format!("{}: {item}: {note}", user.username.as_str()));
        }
    }
    for (at, why) in &imported.wrong {
        let row = reasons.row(*at, why);
        log::line(&format!("line {}: {}", sheet.rows[*at].line, row[0]));
        report.row(row.iter().map(String::as_str));
    }
    let is_all = report.is_empty();
    let written = report.write()?;
    site.store.close().await;
    let mut said = print(&imported.tally, asked.dry_run);
    if let Some(file) = written {
        said += &format!(". {file} has the rejected rows, each with its reason");
    }
    say(format_args!("{said}.\n"));
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
