//! Lists of users: which accounts a list shows, and how many there are.
//!
//! If an index narrows the accounts to a few, all of those are read, and the filters, the order and
//! the number are exact. Otherwise, accounts are examined in the order of the list, up to a limit
//! per page. Neither cost depends on the number of users.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        managed::{
            AccountCount, AccountOrder, AccountPage, AccountSearch, AccountState, LastLogin,
            ManagedAccount, Place,
        },
        user::UserId,
        username::Username,
    },
    error::AppError,
    profile::rules::schema::Schema,
    unicode::plain,
};

use super::{Accounts, requester::Requester};
use crate::profiles::{
    directory::{Named, named},
    findable,
};
use store::{events::Event, failure::Result as Done, management::Among, tables::Tables};

/// The number of accounts examined for one page if no index narrows them. If few of them match, the
/// page is short, and links to the rest.
const LOOKED_AT: usize = 1500;

/// The number of accounts read at a time.
const AT_ONCE: u32 = 500;

/// The number of accounts that are no longer few: one more than are counted exactly.
const FEW: u32 = 1001;

/// The minimum length of a text that is searched for anywhere in a name or address, in letters.
const ANYWHERE: usize = 3;

/// The start of lists in descending order: a place after all others.
const LAST: (i64, &str) = (i64::MAX, "\u{10FFFF}");

impl Accounts {
    /// Returns a page of the accounts that match.
    pub async fn accounts(
        &self,
        search: &AccountSearch,
        limit: usize,
        now: i64,
    ) -> Result<AccountPage, AppError> {
        let mut reader = self.store.reader().await?;
        // Only members can be found by their display names; and a text with @ is an address.
        let has_names = search
            .state
            .is_none_or(|state| state == AccountState::Active)
            && !search.text.contains('@');
        let named = match has_names {
            true => {
                let who = findable(self.email_rule);
                named(&mut reader, &self.schema, who, &search.text).await?
            }
            false => Named::default(),
        };
        let filter = Filter::new(search, &self.schema, &named, now);
        let mut page = filter.page(&mut *reader, limit).await?;
        for account in &mut page.accounts {
            account.found_name = named.name_of(account.id).map(str::to_owned);
        }
        page.narrowed |= named.is_cut;
        page.count.is_least |= named.is_cut;
        Ok(page)
    }

    /// Records that a manager downloads a list of users.
    pub async fn note_list_export(
        &self,
        manager: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let event = Event::own(EventKind::UsersExported, manager, by.client.clone());
        let note = self.store.write(event, move |tx, event| {
            Box::pin(async move { tx.note(event, now).await })
        });
        note.await
    }
}

/// An index that can narrow the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Text,
    Role,
    NotActive,
    LastLogin(LastLogin),
    All,
}

/// The conditions of a list.
struct Filter<'a> {
    search: &'a AccountSearch,
    /// The text in the form in which names and addresses are compared.
    text: String,
    schema: &'a Schema,
    named: &'a Named,
    now: i64,
}

impl<'a> Filter<'a> {
    fn new(
        search: &'a AccountSearch,
        schema: &'a Schema,
        named: &'a Named,
        now: i64,
    ) -> Filter<'a> {
        Filter {
            search,
            text: plain(&search.text).to_lowercase(),
            schema,
            named,
            now,
        }
    }

    async fn page(&self, reader: &mut dyn Tables, limit: usize) -> Done<AccountPage> {
        let mut count = AccountCount {
            counted: 0,
            is_least: true,
        };
        for source in self.sources() {
            if self.count(reader, source).await? >= FEW as usize {
                let seen = match (source, self.search.state) {
                    (Source::NotActive, Some(state))
                        if self.is_alone(source) && state != AccountState::Waiting =>
                    {
                        let among = Among::NotActiveAs(state.word());
                        reader.count_accounts(among, FEW).await?
                    }
                    _ if self.is_alone(source) => FEW as usize,
                    _ => 0,
                };
                count.counted = count.counted.max(seen);
                continue;
            }
            let mut found = self.read(reader, source, None, FEW).await?;
            let is_all = found.len() < FEW as usize;
            if source == Source::Text {
                found.extend(self.named.accounts().cloned());
                found.sort_by_key(|account| account.id.0);
                found.dedup_by_key(|account| account.id);
            }
            found.retain(|account| self.lets(account));
            count.counted = count.counted.max(found.len());
            if is_all {
                let count = AccountCount {
                    counted: found.len(),
                    is_least: false,
                };
                let page = self.few(found, limit);
                return Ok(AccountPage { count, ..page });
            }
        }
        let page = self.many(reader, limit).await?;
        count.counted = count.counted.max(page.accounts.len());
        Ok(AccountPage { count, ..page })
    }

    fn is_anywhere(&self) -> bool {
        self.text.chars().count() >= ANYWHERE
    }

    fn lets(&self, account: &ManagedAccount) -> bool {
        let role = self.schema.effective_role(account.role.as_deref());
        let search = self.search;
        self.finds(account)
            && search.role.as_ref().is_none_or(|wanted| wanted == role)
            && search.state.is_none_or(|state| account.state == state)
            && search
                .last_login
                .is_none_or(|last| last.is_of(account, self.now))
    }

    fn finds(&self, account: &ManagedAccount) -> bool {
        if self.named.name_of(account.id).is_some() {
            return true;
        }
        let name = Username::key_of(&account.username);
        if !self.is_anywhere() {
            return name.starts_with(&self.text);
        }
        let has = |email: &String| Email::key_of(email).contains(&self.text);
        name.contains(&self.text) || account.email.as_ref().is_some_and(has)
    }

    /// Returns the role searched for, unless it is the default, which is the most common one.
    fn rare_role(&self) -> Option<&str> {
        let role = self.search.role.as_deref();
        role.filter(|role| *role != self.schema.effective_role(None))
    }

    fn is_not_active(&self) -> bool {
        self.search
            .state
            .is_some_and(|state| state != AccountState::Active)
    }

    /// Returns the indexes that can narrow the accounts to a few; [`Source::All`] does so on a
    /// small site.
    fn sources(&self) -> Vec<Source> {
        let search = self.search;
        let mut sources = Vec::new();
        sources.extend((!self.text.is_empty()).then_some(Source::Text));
        sources.extend(self.rare_role().map(|_| Source::Role));
        sources.extend(self.is_not_active().then_some(Source::NotActive));
        sources.extend(search.last_login.map(Source::LastLogin));
        if sources.is_empty() {
            sources.push(Source::All);
        }
        sources
    }

    /// Returns whether the index alone answers the search.
    fn is_alone(&self, source: Source) -> bool {
        let is_all = match source {
            Source::Text => !self.is_anywhere(),
            Source::Role | Source::All | Source::NotActive => true,
            // The other ranges include new users, who do not match.
            Source::LastLogin(last) => matches!(last, LastLogin::Lately | LastLogin::Never),
        };
        let has_common_role = self.search.role.is_some() && self.rare_role().is_none();
        let has_common_state = self.search.state.is_some() && !self.is_not_active();
        is_all && !has_common_role && !has_common_state && self.sources().len() == 1
    }

    /// Returns the number of accounts in an index, up to [`FEW`]; 0 if it is known only after
    /// reading them.
    async fn count(&self, reader: &mut dyn Tables, source: Source) -> Done<usize> {
        let among = match source {
            Source::Text if self.is_anywhere() => return Ok(0),
            Source::Text => Among::Names(&self.text),
            Source::Role => Among::Role(self.rare_role().unwrap_or_default()),
            Source::NotActive if self.search.state == Some(AccountState::Waiting) => Among::Waiting,
            Source::NotActive => Among::NotActive,
            Source::LastLogin(last) => {
                let (from, to) = last.range(self.now);
                Among::LastLogin(from, to)
            }
            Source::All => Among::Names(""),
        };
        reader.count_accounts(among, FEW).await
    }

    /// Returns accounts of an index, after a place if one is given.
    async fn read(
        &self,
        reader: &mut dyn Tables,
        source: Source,
        after: Option<&Place>,
        limit: u32,
    ) -> Done<Vec<ManagedAccount>> {
        let name = after.map_or("", |place| &place.username_key);
        match source {
            Source::Text if self.is_anywhere() && after.is_none() => {
                reader.accounts_containing(&self.text, limit).await
            }
            Source::Text => reader.accounts(&self.text, name, limit).await,
            Source::Role => {
                let role = self.rare_role().unwrap_or_default();
                reader.accounts_by_role(role, name, limit).await
            }
            Source::NotActive if self.search.state == Some(AccountState::Waiting) => {
                reader.accounts_waiting(name, limit).await
            }
            Source::NotActive => reader.accounts_not_active(name, limit).await,
            Source::LastLogin(last) => {
                let (from, to) = last.range(self.now);
                let (at, name) = match after {
                    Some(place) if place.at < to => (place.at, &*place.username_key),
                    _ => (to, ""),
                };
                let mut found = reader.accounts_by_login(at, name, limit).await?;
                found.retain(|account| account.last_login_at.unwrap_or_default() >= from);
                Ok(found)
            }
            Source::All => match self.search.order {
                AccountOrder::Username => reader.accounts("", name, limit).await,
                order => {
                    let (at, name) = after.map_or(LAST, |place| (place.at, &*place.username_key));
                    match order {
                        AccountOrder::SignedUp => {
                            reader.accounts_by_creation(at, name, limit).await
                        }
                        _ => reader.accounts_by_login(at, name, limit).await,
                    }
                }
            },
        }
    }

    /// Returns a page of the accounts, all of which were read.
    fn few(&self, mut found: Vec<ManagedAccount>, limit: usize) -> AccountPage {
        let order = self.search.order;
        if let Some(after) = &self.search.after {
            found.retain(|account| order.compare(&order.place(account), after).is_gt());
        }
        found.sort_by(|one, other| order.compare(&order.place(one), &order.place(other)));
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().map(|account| order.place(account));
        AccountPage {
            next: last.filter(|_| has_more),
            accounts: found,
            ..AccountPage::default()
        }
    }

    /// Returns a page of the accounts if there are too many to read them all.
    async fn many(&self, reader: &mut dyn Tables, limit: usize) -> Done<AccountPage> {
        let order = self.search.order;
        let mut page = AccountPage::default();
        let source = self.walked(reader, &mut page).await?;
        let (mut after, mut looked_at) = (self.search.after.clone(), 0);
        // With a start, `read` uses the index of names, which is in order, but finds only those
        // that begin with the text.
        let start = Place {
            at: 0,
            username_key: String::new(),
        };
        loop {
            let from = match (source, &after) {
                (Source::Text, None) => Some(&start),
                (_, after) => after.as_ref(),
            };
            // The first read is one row longer than the page: enough if every row matches.
            let at_once = match looked_at {
                0 => u32::try_from(limit + 1).unwrap_or(AT_ONCE),
                _ => AT_ONCE,
            };
            let rows = self.read(reader, source, from, at_once).await?;
            let is_last = rows.len() < at_once as usize;
            looked_at += rows.len();
            let rows = match source {
                Source::Text => self.with_named(rows, after.as_ref(), is_last),
                _ => rows,
            };
            for account in rows {
                let place = order.place(&account);
                if self.lets(&account) {
                    if page.accounts.len() == limit {
                        page.next = after;
                        return Ok(page);
                    }
                    page.accounts.push(account);
                }
                after = Some(place);
            }
            if is_last {
                return Ok(page);
            }
            if looked_at >= LOOKED_AT {
                page.next = after;
                return Ok(page);
            }
        }
    }

    /// Merges the rows after a place with the accounts found by their display names.
    fn with_named(
        &self,
        mut rows: Vec<ManagedAccount>,
        after: Option<&Place>,
        is_last: bool,
    ) -> Vec<ManagedAccount> {
        let order = self.search.order;
        let compare = |one: &Place, other: &Place| order.compare(one, other);
        let end = rows.last().map(|account| order.place(account));
        let is_here = |account: &&ManagedAccount| {
            let place = order.place(account);
            let is_behind = after.is_none_or(|after| compare(&place, after).is_gt());
            let is_before = end.as_ref().is_some_and(|end| compare(&place, end).is_le());
            is_behind && (is_last || is_before)
        };
        rows.extend(self.named.accounts().filter(is_here).cloned());
        rows.sort_by(|one, other| compare(&order.place(one), &order.place(other)));
        rows.dedup_by_key(|account| account.id);
        rows
    }

    /// Returns the index that provides the list in its order.
    async fn walked(&self, reader: &mut dyn Tables, page: &mut AccountPage) -> Done<Source> {
        let search = self.search;
        if search.order == AccountOrder::LastLogin {
            return Ok(search.last_login.map_or(Source::All, Source::LastLogin));
        }
        if search.order != AccountOrder::Username {
            return Ok(Source::All);
        }
        if !self.text.is_empty() {
            // Starting at the first name, the first match could be far away.
            let begins = reader.accounts(&self.text, "", 1).await?;
            if !self.is_anywhere() || !begins.is_empty() {
                page.narrowed = self.is_anywhere();
                return Ok(Source::Text);
            }
        }
        Ok(match (self.rare_role(), self.is_not_active()) {
            (Some(_), _) => Source::Role,
            (None, true) => Source::NotActive,
            (None, false) => Source::All,
        })
    }
}
