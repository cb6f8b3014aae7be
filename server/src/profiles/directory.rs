//! The members' directory: its index, and searches in it.
//!
//! The index has separate rows for each audience: a guest's search reads only the rows of what
//! everyone may see, a member's also those of what members may see. Results are then filtered by
//! `access` and checked against the search again, so that a wrong row of the index finds
//! nothing.
//!
//! Every change of the indexed data ends with [`reindex`], in the same transaction. Users who are
//! disabled, closed or unconfirmed are left out by the query
//! (`server/store/sql/directory.rs`).
//!
//! | file | content |
//! |---|---|
//! | `words` | normalised words for searching |
//! | `index` | the rows of a profile |

mod index;
mod words;

use app::{
    account::types::{
        managed::ManagedAccount,
        user::{User, UserId},
    },
    error::AppError,
    profile::rules::{
        access::{VisibleProfile, visible_to},
        directory::{MemberPage, MemberSearch},
        schema::Schema,
    },
    viewer::Viewer,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Profiles, findable, rows::read_profile};
pub use index::is_indexed;
use index::{IndexEntry, behind, choice, has_words, rows, rules, stand_in, stretches};
use store::{
    Reader, Store,
    directory::{NameRange, Onlooker, WordRange},
    failure::Result as Done,
    limits::Tries,
    profiles::{Findable, ProfileRow},
    tables::Tables,
};
use words::words;

/// Number of rows that are read at once, and at most for one page. A search with few matches
/// returns the place at which to continue.
const AT_ONCE: u32 = 50;
const LOOKED_AT: u32 = 1_000;

/// Number of profiles indexed in one transaction.
const INDEXED_AT_ONCE: u32 = 100;

/// Number of profiles between two log lines about the progress of the index.
const LOG_EVERY: u64 = 20_000;

/// Rewrites a user's rows of the index, in the transaction that changed the profile.
pub async fn reindex(tx: &mut dyn Tables, user: UserId, schema: &Schema) -> Done<()> {
    let wanted = match tx.profile_of(user).await? {
        Some(row) => rows(schema, &read_profile(&row, schema)?),
        None => return Ok(()),
    };
    if tx.index_rows(user).await? != wanted {
        tx.set_index_rows(user, &wanted).await?;
    }
    Ok(())
}

/// Returns whether a user's rows of the index match their profile.
pub async fn is_index_right(
    tables: &mut dyn Tables,
    user: UserId,
    schema: &Schema,
) -> Result<bool, AppError> {
    let Some(row) = tables.profile_of(user).await? else {
        return Ok(true);
    };
    // A profile that cannot be read has been logged.
    let Ok(profile) = read_profile(&row, schema) else {
        return Ok(true);
    };
    Ok(tables.index_rows(user).await? == rows(schema, &profile))
}

/// Brings the index in line with the schema, in batches: all users if it was built by another
/// schema, otherwise those added since. Returns the number of users checked.
pub async fn keep_index(store: &Store, schema: &Arc<Schema>) -> Result<u64, AppError> {
    let rules = rules(schema);
    let state = store.reader().await?.directory_state().await?;
    let is_new = state.as_ref().is_none_or(|(made_by, _)| *made_by != rules);
    let mut done = state.filter(|_| !is_new).map_or(0, |(_, done)| done);
    let mut count = 0;
    loop {
        let mut reader = store.reader().await?;
        let users = reader.users_behind(done, INDEXED_AT_ONCE).await?;
        drop(reader);
        let last = users.last().copied();
        if last.is_none() && !(is_new && count == 0) {
            break;
        }
        count += users.len() as u64;
        done = last.unwrap_or(done);
        let input = (users, rules.clone(), Arc::clone(schema));
        let batch = store.write(input, move |tx, (users, rules, schema)| {
            Box::pin(async move {
                for user in users {
                    reindex(tx, UserId(*user), schema).await?;
                }
                tx.set_directory_state(rules, done).await
            })
        });
        batch.await?;
        if last.is_none() {
            break;
        }
        if is_new && count % LOG_EVERY == 0 {
            tracing::info!(profiles = count, "indexing the members' directory");
        }
    }
    if is_new && count > 0 {
        tracing::info!(profiles = count, "the members' directory is indexed");
    }
    Ok(count)
}

/// Maximum number of rows that a search for a name reads.
const NAMES_READ: u32 = 500;

/// The users that a search for a name has found, with their names.
#[derive(Debug, Clone, Default)]
pub struct Named {
    found: BTreeMap<i64, (ManagedAccount, String)>,
    /// True if there may be more.
    pub is_cut: bool,
}

impl Named {
    pub fn accounts(&self) -> impl Iterator<Item = &ManagedAccount> {
        self.found.values().map(|(account, _)| account)
    }

    pub fn name_of(&self, user: UserId) -> Option<&str> {
        self.found.get(&user.0).map(|(_, name)| name.as_str())
    }
}

/// Finds the users in the directory whose display name, as members see it, has every word of a
/// text.
pub async fn named(
    reader: &mut Reader,
    schema: &Schema,
    who: Findable,
    text: &str,
) -> Result<Named, AppError> {
    let asked = words(text);
    let mut named = Named::default();
    let Some(longest) = asked.iter().max_by_key(|word| word.chars().count()) else {
        return Ok(named);
    };
    let member = stand_in(Onlooker::Members);
    let mut left = NAMES_READ;
    for (start, end) in stretches(longest) {
        for onlooker in [Onlooker::Everyone, Onlooker::Members] {
            let range = WordRange {
                onlooker,
                after: (&start, 0),
                end: &end,
            };
            let found = reader.accounts_by_word(range, who, left).await?;
            left = left.saturating_sub(u32::try_from(found.len()).unwrap_or(left));
            for (account, row) in found {
                // A profile that cannot be read has been logged, and must not hide others.
                let Ok(profile) = read_profile(&row, schema) else {
                    continue;
                };
                let visible = visible_to(schema, &profile, &member);
                let visible = visible.filter(|_| profile.listing.in_directory);
                let name = visible.and_then(|visible| schema.display_name(&visible.values));
                if let Some(name) = name.filter(|name| has_words(name, &asked)) {
                    named.found.insert(row.id, (account, name));
                }
            }
            if left == 0 {
                named.is_cut = true;
                return Ok(named);
            }
        }
    }
    Ok(named)
}

/// The end of a page of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Name(String),
    Word(String, i64),
}

impl Place {
    fn print(&self) -> String {
        let text = match self {
            Place::Name(key) => format!("n{key}"),
            Place::Word(word, user) => format!("w{user} {word}"),
        };
        URL_SAFE_NO_PAD.encode(text)
    }

    fn parse(token: &str) -> Option<Place> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        if text.contains('\0') {
            return None;
        }
        if let Some(key) = text.strip_prefix('n') {
            return Some(Place::Name(key.to_owned()));
        }
        let (user, word) = text.strip_prefix('w')?.split_once(' ')?;
        Some(Place::Word(word.to_owned(), user.parse().ok()?))
    }
}

/// A search, prepared for the index.
struct Question<'a> {
    schema: &'a Schema,
    viewer: &'a Viewer,
    onlooker: Onlooker,
    words: Vec<String>,
    choices: BTreeSet<String>,
    letter: String,
}

impl Question<'_> {
    /// The member as the viewer sees them, if the search matches. The viewer's own profile is
    /// shown as others see it.
    fn answer(
        &self,
        row: &ProfileRow,
        is_at: impl Fn(&IndexEntry) -> bool,
    ) -> Result<Option<VisibleProfile>, AppError> {
        let profile = read_profile(row, self.schema)?;
        let others = visible_to(self.schema, &profile, &stand_in(self.onlooker));
        let Some(others) = others.filter(|_| profile.listing.in_directory) else {
            return Ok(None);
        };
        let seen = IndexEntry::of(self.schema, &others);
        let is_meant = is_at(&seen)
            && seen.sort_key.starts_with(&self.letter)
            && self.words.iter().all(|word| seen.has(word))
            && self.choices.is_subset(&seen.choices);
        Ok(match is_meant {
            true if owns(self.viewer, &profile.owner) => Some(others),
            true => visible_to(self.schema, &profile, self.viewer),
            false => None,
        })
    }
}

impl Profiles {
    /// Sets whether search engines may list the profile, and whether the directory does; `None`
    /// leaves a setting unchanged.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    pub async fn set_listing(
        &self,
        owner: UserId,
        listed: Option<bool>,
        in_directory: Option<bool>,
        now: i64,
    ) -> Result<(), AppError> {
        let bucket = self.bucket_of(owner);
        let schema = Arc::clone(self.schemas.localized());
        self.store
            .write_counted(Tries::of([bucket], now), schema, move |tx, schema| {
                Box::pin(async move {
                    if let Some(listed) = listed {
                        tx.set_listed(owner, listed).await?;
                    }
                    if let Some(in_directory) = in_directory {
                        tx.set_in_directory(owner, in_directory).await?;
                        reindex(tx, owner, schema).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// A page of the members whom this viewer can find. `None` if the starting place is not valid
    /// for this search.
    pub async fn members(
        &self,
        viewer: &Viewer,
        search: &MemberSearch,
        limit: usize,
    ) -> Result<Option<MemberPage>, AppError> {
        let place = match search.after.as_str() {
            "" => None,
            token => match Place::parse(token) {
                None => return Ok(None),
                place => place,
            },
        };
        let asked = words(&search.text);
        if asked.is_empty() && !search.text.trim().is_empty() {
            return Ok(Some(MemberPage::default()));
        }
        let choices = search.choices.iter();
        let question = Question {
            schema: self.schemas.localized(),
            viewer,
            onlooker: onlooker(viewer),
            choices: choices.map(|(field, key)| choice(field, key)).collect(),
            letter: words(&search.letter).concat(),
            words: asked,
        };
        let longest = question
            .words
            .iter()
            .max_by_key(|word| word.chars().count());
        match longest.cloned() {
            Some(word) => self.by_word(&question, &word, place, limit).await,
            None => self.by_name(&question, place, limit).await,
        }
    }

    /// The initial letters of the names that this viewer can find.
    pub async fn initials(&self, viewer: &Viewer) -> Result<Vec<String>, AppError> {
        let mut reader = self.store.reader().await?;
        Ok(reader
            .initials(onlooker(viewer), findable(self.email_rule))
            .await?)
    }

    async fn by_name(
        &self,
        question: &Question<'_>,
        place: Option<Place>,
        limit: usize,
    ) -> Result<Option<MemberPage>, AppError> {
        let end = behind(&question.letter);
        let mut after = match place {
            None => question.letter.clone(),
            Some(Place::Name(key)) if question.letter <= key && key < end => key,
            Some(_) => return Ok(None),
        };
        let choice = question.choices.first().cloned().unwrap_or_default();
        let mut page = MemberPage::default();
        let mut reader = self.store.reader().await?;
        for _ in 0..LOOKED_AT / AT_ONCE {
            let range = NameRange {
                onlooker: question.onlooker,
                choice: &choice,
                after: &after,
                end: &end,
            };
            let found = reader.members_by_name(range, findable(self.email_rule), AT_ONCE);
            let found = found.await?;
            let is_last = found.len() < AT_ONCE as usize;
            for (key, row) in found {
                if let Some(member) = question.answer(&row, |seen| seen.sort_key == key)? {
                    if page.members.len() == limit {
                        page.next = Some(Place::Name(after).print());
                        return Ok(Some(page));
                    }
                    page.members.push(member);
                }
                after = key;
            }
            if is_last {
                return Ok(Some(page));
            }
        }
        page.next = Some(Place::Name(after).print());
        Ok(Some(page))
    }

    async fn by_word(
        &self,
        question: &Question<'_>,
        word: &str,
        place: Option<Place>,
        limit: usize,
    ) -> Result<Option<MemberPage>, AppError> {
        let mut after = match place {
            None => (String::new(), 0),
            Some(Place::Word(found, user))
                if stretches(word).any(|(start, _)| found.starts_with(&start)) =>
            {
                (found, user)
            }
            Some(_) => return Ok(None),
        };
        let mut page = MemberPage::default();
        let mut reader = self.store.reader().await?;
        for _ in 0..LOOKED_AT / AT_ONCE {
            let found = self
                .rows_by_word(&mut reader, question.onlooker, word, &after)
                .await?;
            if found.is_empty() {
                return Ok(Some(page));
            }
            for (at, row) in found {
                let is_at = |seen: &IndexEntry| seen.first(word) == Some(&at);
                if let Some(member) = question.answer(&row, is_at)? {
                    if page.members.len() == limit {
                        page.next = Some(Place::Word(after.0, after.1).print());
                        return Ok(Some(page));
                    }
                    page.members.push(member);
                }
                after = (at, row.id);
            }
        }
        page.next = Some(Place::Word(after.0, after.1).print());
        Ok(Some(page))
    }

    /// The next rows after a place, merged in order from each audience that the onlooker belongs
    /// to.
    async fn rows_by_word(
        &self,
        reader: &mut Reader,
        onlooker: Onlooker,
        word: &str,
        after: &(String, i64),
    ) -> Result<Vec<(String, ProfileRow)>, AppError> {
        let audiences = [Onlooker::Everyone, Onlooker::Members];
        for (start, end) in stretches(word) {
            let from = after.max(&(start, 0)).clone();
            if from.0 >= end {
                continue;
            }
            let mut found = Vec::new();
            for onlooker in audiences.into_iter().filter(|one| *one <= onlooker) {
                let range = WordRange {
                    onlooker,
                    after: (&from.0, from.1),
                    end: &end,
                };
                let rows = reader.members_by_word(range, findable(self.email_rule), AT_ONCE);
                found.extend(rows.await?);
            }
            found.sort_by(|(word, row), (other, next)| (word, row.id).cmp(&(other, next.id)));
            found.truncate(AT_ONCE as usize);
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }
}

fn owns(viewer: &Viewer, owner: &User) -> bool {
    matches!(viewer, Viewer::Member(user) if user.id == owner.id)
}

fn onlooker(viewer: &Viewer) -> Onlooker {
    match viewer {
        Viewer::Guest => Onlooker::Everyone,
        Viewer::Member(_) => Onlooker::Members,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for place in [
            Place::Name("ann bo\u{1}ann".to_owned()),
            Place::Word("1ann".to_owned(), 12),
        ] {
            assert_eq!(Place::parse(&place.print()), Some(place));
        }
        for wrong in ["", "ann", "bm9uZQ=", "%%", "eDE", "dzEyYW5u"] {
            let place = Place::parse(wrong);
            assert!(
                matches!(place, None | Some(Place::Name(_))),
                "{wrong}: {place:?}"
            );
        }
    }
}
