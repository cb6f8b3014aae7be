//! Decisions about accounts: who can log in, by which means, and what changes require.
//!
//! A function takes the requester ([`requester::Requester`]) and the time as arguments. It reads,
//! decides and writes in one transaction of the [`Store`]; attempts that count even if it fails are
//! charged by a `Limiter` before that. It knows neither HTTP nor SQL.
//!
//! | file | decides about |
//! |---|---|
//! | `requester` | the client and session of a request |
//! | `sign_up` | sign-up |
//! | `log_in` | login with a name and a password |
//! | `second` | the second step of a login; authenticating again |
//! | `factors`, `lost` | adding and removing second factors; removing lost ones |
//! | `codes`, `passkeys` | codes of apps and recovery codes; challenges for passkeys |
//! | `webauthn` | responses of passkeys |
//! | `password` | changing the password of a logged-in user |
//! | `session` | lifetime and ids of sessions |
//! | `email` | entering, confirming and recovering addresses; passwords set by a link |
//! | `invitations` | who may invite in which role, and which invitations are valid |
//! | `joining` | joining by an invitation |
//! | `links` | which emailed links work, and for how long |
//! | `notices` | emails to users, and their number |
//! | `deletion` | closing, reopening and erasing an account |
//! | `approval` | approving and refusing new users; the daily email about them |
//! | `management` | actions of the operator and managers on other accounts |
//! | `names` | usernames, and for how long former names are kept |
//! | `oversight` | details of an account, the audit log, "see as" |
//! | `listing` | lists of users |
//! | `bulk` | actions on many accounts, with a plan first |
//! | `roles` | assigning roles; disabling accounts; keeping the last manager |
//! | `admission` | who can become a user |
//! | `arrivals` | imported users: which exist already, and what the others get |
//! | `schema` | which schema is in use, and applying another one |
//! | `activity` | the audit log of a user |
//! | `export` | the data export |

pub mod activity;
pub mod admission;
pub mod approval;
pub mod arrivals;
pub mod bulk;
pub mod codes;
pub mod deletion;
pub mod email;
pub mod export;
pub mod factors;
pub mod invitations;
pub mod joining;
pub mod links;
pub mod listing;
pub mod log_in;
pub mod lost;
pub mod management;
pub mod names;
pub mod notices;
pub mod oversight;
pub mod passkeys;
pub mod password;
pub mod requester;
pub mod roles;
pub mod schema;
pub mod second;
pub mod session;
pub mod sign_up;
pub(crate) mod webauthn;

use app::{
    account::types::{email::EmailRule, second::SecondRule, sign_up_rule::SignUpRule},
    profile::rules::schema::Schema,
};
use std::sync::Arc;

use crate::{limits::limiter::Limiter, password::Passwords, site_key::SiteKey};
use store::Store;
use webauthn::RelyingParty;

/// The context of decisions about accounts.
#[derive(Clone)]
pub struct Accounts {
    pub store: Store,
    pub passwords: Passwords,
    pub limiter: Limiter,
    /// Defines the effective role of a user, and its rights.
    pub schema: Arc<Schema>,
    pub email_rule: EmailRule,
    pub second_rule: SecondRule,
    /// The delay before lost second factors are removed, in hours; 0 removes them at once.
    pub factor_reset_hours: u32,
    pub key: SiteKey,
    /// The name of the site.
    pub site_name: Arc<str>,
    /// `None` if passkeys are not possible.
    pub relying_party: Option<Arc<RelyingParty>>,
    pub sign_up_rule: Arc<SignUpRule>,
    /// The delay before a closed account is erased, in days; 0 erases it at once.
    pub grace_days: u32,
}
