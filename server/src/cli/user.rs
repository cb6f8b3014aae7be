//! `silhouette user`: management of users by the operator.
//!
//! | file | what |
//! |---|---|
//! | `account` | finding accounts and roles |
//! | `create` | `create`, `link` |
//! | `list` | `list`, `show` |
//! | `approval` | `approve`, `refuse` |
//! | `change` | `role`, `disable`, `enable` |
//! | `rename` | `rename` |
//! | `sessions` | `sessions` |
//! | `factors` | `factors` |
//! | `erase` | `erase` |
//! | `export` | `export` |

pub(super) mod account;
mod approval;
mod change;
mod create;
mod erase;
mod export;
mod factors;
mod list;
mod rename;
mod sessions;

use clap::Subcommand;

use super::{
    import::sheet::{Import, import},
    invitation::{Invite, invite},
    outcome::Done,
};
use crate::config::{self, AccountFlags, DataFlags};
use approval::{approve, refuse};
use change::{set_disabled, set_role};
use create::{Create, create_user, link};
use erase::erase;
use export::{Export, export};
use factors::{reset, show_factors};
use list::{ListForm, State, list, show};
use rename::rename;
use sessions::{end_all_sessions, end_session, list_sessions};

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create a user, and their profile.
    Create(Create),
    /// Invite someone to sign up, by email or with a link that is printed.
    Invite(Invite),
    /// List all users: username, role, status, and when they signed up and last logged in.
    List {
        /// Only users with this role.
        #[arg(long)]
        role: Option<String>,
        /// Only users with this status.
        #[arg(long)]
        status: Option<State>,
        /// Print an array of JSON objects.
        #[arg(long)]
        json: bool,
        /// Print a table for a spreadsheet.
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Show the account of a user.
    Show {
        /// The username.
        name: String,
        /// Print a JSON object.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Import users from a table, such as one made by `user export`.
    ///
    /// Rows with mistakes are rejected and listed with the reasons. Exits with 3 if there are any.
    Import(Import),
    /// Print all users with their profiles: as a table, as JSON, or as a fixture for Django.
    ///
    /// Pictures are not included; a backup has them.
    Export(Export),
    /// Approve a user who is waiting for approval.
    Approve {
        /// The username.
        name: String,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Refuse a user who is waiting for approval, and erase the account.
    ///
    /// Prints what will be erased, and asks for confirmation. The user is told by email before the
    /// account is erased.
    Refuse {
        /// The username.
        name: String,
        /// The reason, which the user can read in the email.
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
        /// Do not ask for confirmation.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Change a user's role, starting with their next request.
    Role {
        /// The username.
        name: String,
        /// A role that the schema defines.
        role: String,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Change a user's username.
    ///
    /// For a year, the profile's old address redirects to the new one, the user can still log in
    /// with the old name, and nobody else can take it. The user is told by email.
    Rename {
        /// The username.
        name: String,
        /// The new username.
        new: String,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Print a password reset link for a user.
    ///
    /// It works once, within three days. Links printed earlier are revoked.
    Link {
        /// The username.
        name: String,
        #[command(flatten)]
        flags: AccountFlags,
    },
    /// List where a user is logged in, or log them out.
    Sessions {
        /// The username.
        name: String,
        /// End the session with this id.
        #[arg(long, value_name = "ID", conflicts_with_all = ["end_all", "json"])]
        end: Option<String>,
        /// End all sessions, and forget the browsers that the user has logged in with.
        #[arg(long, conflicts_with = "json")]
        end_all: bool,
        /// Print an array of JSON objects.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Show a user's second factors, or remove them if the user has lost them.
    Factors {
        /// The username.
        name: String,
        /// Remove all second factors. The user is told by email, and can cancel the removal until
        /// it happens.
        #[arg(long, conflicts_with = "json")]
        reset: bool,
        /// Hours until they are removed; 0 removes them at once. [default: the setting
        /// factor_reset_hours]
        #[arg(long, value_name = "HOURS", requires = "reset", value_parser = config::factor_reset_hours)]
        after: Option<u32>,
        /// Print a JSON object.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Lock a user out: log them out at once, and hide their profile.
    Disable {
        /// The username.
        name: String,
        /// The reason, which the user can read in their activity once they are enabled again.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Let a disabled user log in again.
    Enable {
        /// The username.
        name: String,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Erase a user and everything about them, at once and for good.
    ///
    /// Prints what will be erased, and asks for confirmation.
    Erase {
        /// The username.
        name: String,
        /// Do not ask for confirmation.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
}

/// Runs a command.
pub async fn run(command: UserCommand) -> Done {
    match command {
        UserCommand::Create(create) => create_user(create).await,
        UserCommand::Invite(asked) => invite(asked).await,
        UserCommand::List {
            role,
            status,
            json,
            csv,
            flags,
        } => {
            let form = match (json, csv) {
                (true, _) => ListForm::Json,
                (false, true) => ListForm::Csv,
                (false, false) => ListForm::Table,
            };
            list(role, status, form, flags).await
        }
        UserCommand::Import(asked) => import(asked).await,
        UserCommand::Export(asked) => export(asked).await,
        UserCommand::Show { name, json, flags } => show(&name, json, flags).await,
        UserCommand::Approve { name, flags } => approve(&name, flags).await,
        UserCommand::Refuse {
            name,
            reason,
            yes,
            flags,
        } => refuse(&name, reason, yes, flags).await,
        UserCommand::Role { name, role, flags } => set_role(&name, &role, flags).await,
        UserCommand::Rename { name, new, flags } => rename(&name, &new, flags).await,
        UserCommand::Link { name, flags } => link(&name, flags).await,
        UserCommand::Sessions {
            name,
            end,
            end_all,
            json,
            flags,
        } => match (end, end_all) {
            (Some(id), _) => end_session(&name, &id, flags).await,
            (None, true) => end_all_sessions(&name, flags).await,
            (None, false) => list_sessions(&name, json, flags).await,
        },
        UserCommand::Factors {
            name,
            reset: true,
            after,
            flags,
            ..
        } => reset(&name, after, flags).await,
        UserCommand::Factors {
            name, json, flags, ..
        } => show_factors(&name, json, flags).await,
        UserCommand::Disable {
            name,
            reason,
            flags,
        } => set_disabled(&name, true, reason, flags).await,
        UserCommand::Enable { name, flags } => set_disabled(&name, false, None, flags).await,
        UserCommand::Erase { name, yes, flags } => erase(&name, yes, flags).await,
    }
}
