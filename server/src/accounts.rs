//! Decides what happens to accounts: who gets in, by what, and what a change takes.
//!
//! A function here takes who asks ([`requester::Requester`]) and the time as arguments.
//! It reads, decides and writes in one transaction of the [`Store`]; what must be
//! counted before that is counted by a `Limiter`. It knows neither HTTP nor SQL.
//!
//! | file | what it decides |
//! |---|---|
//! | `requester` | who asks: client and session |
//! | `sign_up` | whether somebody becomes a user |
//! | `log_in` | whether a name and a password belong together |
//! | `second` | what shows a second factor; the second step of a login |
//! | `factors`, `lost` | second factors: added, removed; removed for who has lost them |
//! | `codes`, `passkeys` | codes of apps and recovery codes; what passkeys are asked |
//! | `webauthn` | whether the answer of a passkey holds |
//! | `password` | changing the password of a user who is logged in |
//! | `session` | how long a session lasts, when its id changes, which one counts |
//! | `email` | addresses: given, confirmed, taken back; passwords set by a link |
//! | `invitations` | who may invite in which role, and whether an invitation still holds |
//! | `joining` | which links of invitations work, and what joining by one takes |
//! | `links` | which links in mails work, and for how long |
//! | `notices` | mails to users, and how many of them |
//! | `deletion` | closing an account, keeping it after all, erasing it in time |
//! | `approval` | who waits becomes a member, or goes; who is told of them |
//! | `management` | what the operator and managers do to the accounts of others |
//! | `names` | which name a user gets, and how long the one before stays theirs |
//! | `oversight` | what those read who may read along |
//! | `listing` | which accounts a list of users shows |
//! | `bulk` | the same act on many accounts, as a plan first |
//! | `roles` | roles and disabling; the last manager stays |
//! | `admission` | the one door for new users |
//! | `arrivals` | users who come from elsewhere: who is there already, and what comes with the others |
//! | `schema` | which schema counts, and what another one takes |
//! | `activity` | what users read of the audit log |
//! | `export` | everything about a user, as files |

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

/// Everything that decisions about accounts need.
#[derive(Clone)]
pub struct Accounts {
    pub store: Store,
    pub passwords: Passwords,
    pub limiter: Limiter,
    /// Says which role counts for the one that is stored, and what it may do.
    pub schema: Arc<Schema>,
    pub email_rule: EmailRule,
    pub second_rule: SecondRule,
    /// Hours until the second factors of somebody who has lost them are removed; 0 for at once.
    pub factor_reset_hours: u32,
    pub key: SiteKey,
    /// The name of the site.
    pub site_name: Arc<str>,
    /// `None` where there can be no passkeys.
    pub relying_party: Option<Arc<RelyingParty>>,
    pub sign_up_rule: Arc<SignUpRule>,
    /// Days until a closed account is erased; 0 erases at once.
    pub grace_days: u32,
}
