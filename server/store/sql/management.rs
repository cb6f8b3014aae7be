//! Statements on accounts for those who manage users.

use app::account::types::managed::ManagedAccount;
use async_trait::async_trait;

use super::{account_row::AccountRow, failed};
use crate::engine::{Connection, accounts_containing};
use store::{
    directory::WordRange,
    failure::Result,
    management::{Among, Management},
    profiles::{Findable, ProfileRow},
};

/// A text behind all that begin with `start`, as texts are compared here: by code points.
fn behind(start: &str) -> String {
    format!("{start}{}", char::MAX)
}

#[async_trait]
impl Management for Connection {
    async fn count_accounts(&mut self, among: Among<'_>, limit: u32) -> Result<usize> {
        let limit = i64::from(limit);
        let count = match among {
            Among::Names(start) => {
                let end = behind(start);
                let count = sqlx::query_scalar!(
                    "SELECT count(*) AS \"count!: i64\" FROM (
                         SELECT 1 AS one FROM users
                         WHERE username_key >= $1 AND username_key < $2 LIMIT $3
                     ) AS found",
                    start,
                    end,
                    limit
                );
                count.fetch_one(&mut **self).await
            }
            Among::Role(role) => {
                let count = sqlx::query_scalar!(
                    "SELECT count(*) AS \"count!: i64\" FROM (
                         SELECT 1 AS one FROM users WHERE role = $1 LIMIT $2
                     ) AS found",
                    role,
                    limit
                );
                count.fetch_one(&mut **self).await
            }
            Among::NotActive => {
                let count = sqlx::query_scalar!(
                    "SELECT count(*) AS \"count!: i64\" FROM (
                         SELECT 1 AS one FROM users WHERE username_key >= ''
                           AND (status <> 'active' OR leaves_at IS NOT NULL) LIMIT $1
                     ) AS found",
                    limit
                );
                count.fetch_one(&mut **self).await
            }
            Among::NotActiveAs(state) => {
                let count = sqlx::query_scalar!(
                    "SELECT count(*) AS \"count!: i64\" FROM (
                         SELECT status, leaves_at, waits_since FROM users
                         WHERE username_key >= ''
                           AND (status <> 'active' OR leaves_at IS NOT NULL) LIMIT $1
                     ) AS found
                     WHERE CASE WHEN status <> 'disabled' THEN 'closed'
                                WHEN leaves_at IS NULL OR waits_since IS NULL THEN 'disabled'
                                ELSE 'refused' END = $2",
                    limit,
                    state
                );
                count.fetch_one(&mut **self).await
            }
            Among::Waiting => {
                let count = sqlx::query_scalar!(
                    "SELECT count(*) AS \"count!: i64\" FROM (
                         SELECT 1 AS one FROM users
                         WHERE username_key >= '' AND waits_since IS NOT NULL LIMIT $1
                     ) AS found",
                    limit
                );
                count.fetch_one(&mut **self).await
            }
            Among::LastLogin(from, before) => {
                let count = sqlx::query_scalar!(
                    "SELECT count(*) AS \"count!: i64\" FROM (
                         SELECT 1 AS one FROM users WHERE coalesce(last_login_at, 0) >= $1
                           AND coalesce(last_login_at, 0) < $2 LIMIT $3
                     ) AS found",
                    from,
                    before,
                    limit
                );
                count.fetch_one(&mut **self).await
            }
        };
        let count = count.map_err(failed("management.count_accounts"))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    async fn find_account(&mut self, username_key: &str) -> Result<Option<ManagedAccount>> {
        let row = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 waits_since, created_at, last_login_at
             FROM users
             WHERE id = coalesce(
                 (SELECT id FROM users WHERE username_key = $1),
                 (SELECT user_id FROM former_names WHERE name_key = $1))",
            username_key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("management.find_account"))?;
        Ok(row.map(AccountRow::read))
    }

    async fn accounts(
        &mut self,
        start: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let end = behind(start);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 waits_since, created_at, last_login_at
             FROM users
             WHERE username_key > $1 AND username_key >= $2 AND username_key < $3
             ORDER BY username_key LIMIT $4",
            after,
            start,
            end,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    async fn accounts_containing(&mut self, text: &str, limit: u32) -> Result<Vec<ManagedAccount>> {
        let rows = accounts_containing(self, text, i64::from(limit))
            .await
            .map_err(failed("management.accounts_containing"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    // As in `directory`, `CROSS JOIN` keeps SQLite from beginning with another table.
    async fn accounts_by_word(
        &mut self,
        range: WordRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(ManagedAccount, ProfileRow)>> {
        let confirmed_only = who == Findable::Confirmed;
        let (audience, limit) = (range.onlooker.key(), i64::from(limit));
        let (word, id) = range.after;
        let rows = sqlx::query!(
            "SELECT users.id, username, email, pending_email, role, status, leaves_at, waits_since,
                 users.created_at AS signed_up_at, last_login_at, version, fields, audiences,
                 listed AS \"listed: bool\", in_directory AS \"in_directory: bool\",
                 profiles.created_at, updated_at
             FROM directory_words CROSS JOIN users CROSS JOIN profiles
             WHERE audience = $1 AND (word, directory_words.user_id) > ($2, $3) AND word < $4
               AND users.id = directory_words.user_id AND profiles.user_id = users.id
               AND status = 'active' AND leaves_at IS NULL AND waits_since IS NULL AND (email IS NOT NULL OR NOT $5)
             ORDER BY word, directory_words.user_id LIMIT $6",
            audience,
            word,
            id,
            range.end,
            confirmed_only,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_by_word"))?;
        let rows = rows.into_iter().map(|row| {
            let profile = ProfileRow {
                id: row.id,
                username: row.username.clone(),
                role: row.role.clone(),
                version: row.version,
                fields: row.fields,
                audiences: row.audiences,
                listed: row.listed,
                in_directory: row.in_directory,
                created_at: row.created_at,
                updated_at: row.updated_at,
            };
            let account = AccountRow {
                id: row.id,
                username: row.username,
                email: row.email,
                pending_email: row.pending_email,
                role: row.role,
                status: row.status,
                leaves_at: row.leaves_at,
                waits_since: row.waits_since,
                created_at: row.signed_up_at,
                last_login_at: row.last_login_at,
            };
            (account.read(), profile)
        });
        Ok(rows.collect())
    }

    async fn accounts_by_role(
        &mut self,
        role: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 waits_since, created_at, last_login_at
             FROM users
             WHERE role = $2 AND username_key > $1
             ORDER BY username_key LIMIT $3",
            after,
            role,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_by_role"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    async fn accounts_not_active(
        &mut self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 waits_since, created_at, last_login_at
             FROM users
             WHERE username_key > $1 AND (status <> 'active' OR leaves_at IS NOT NULL)
             ORDER BY username_key LIMIT $2",
            after,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_not_active"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    async fn accounts_by_creation(
        &mut self,
        before: i64,
        username_key: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 waits_since, created_at, last_login_at
             FROM users
             WHERE (created_at, username_key) < ($1, $2)
             ORDER BY created_at DESC, username_key DESC LIMIT $3",
            before,
            username_key,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_by_creation"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    // Two statements: no engine finds a pair by an index of an expression and a column, and most
    // of a site may have never logged in.
    async fn accounts_by_login(
        &mut self,
        before: i64,
        username_key: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let most = i64::from(limit);
        let mut rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 waits_since, created_at, last_login_at
             FROM users
             WHERE coalesce(last_login_at, 0) = $1 AND username_key < $2
             ORDER BY username_key DESC LIMIT $3",
            before,
            username_key,
            most
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_by_login"))?;
        let most = most - i64::try_from(rows.len()).unwrap_or(most);
        if most > 0 {
            let earlier = sqlx::query_as!(
                AccountRow,
                "SELECT id, username, email, pending_email, role, status, leaves_at,
                     waits_since, created_at, last_login_at
                 FROM users
                 WHERE coalesce(last_login_at, 0) < $1
                 ORDER BY coalesce(last_login_at, 0) DESC, username_key DESC LIMIT $2",
                before,
                most
            );
            let earlier = earlier.fetch_all(&mut **self).await;
            rows.extend(earlier.map_err(failed("management.accounts_by_earlier_login"))?);
        }
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }
}
