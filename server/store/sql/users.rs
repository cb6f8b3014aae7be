//! Statements of the table `users`.

use app::{account::types::user::UserId, text::Language};
use async_trait::async_trait;

use super::failed;
use crate::engine::{Connection, broken_index};
use store::{
    SecretHash,
    failure::Result,
    users::{Login, NewUser, RoleCount, Status, UserRow, Users},
};

/// A row of the statements that read a password.
struct LoginRow {
    id: i64,
    password_hash: Option<String>,
    password_version: i64,
}

impl LoginRow {
    fn read(self) -> Login {
        Login {
            user: UserId(self.id),
            password_hash: self.password_hash,
            password_version: self.password_version,
        }
    }
}

impl Connection {
    /// Forgets the password hash of another program, if a user has one of ours. Their row in
    /// `users` is locked by then.
    async fn forget_imported_password(&mut self, user: UserId) -> Result<()> {
        sqlx::query!("DELETE FROM imported_passwords WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("users.forget_imported_password"))
    }
}

#[async_trait]
impl Users for Connection {
    async fn add_user(&mut self, user: NewUser) -> Result<Option<UserId>> {
        let (email, email_key) = user.email.unzip();
        let form = user.form.as_ref().map(|hash| &hash[..]);
        let added = sqlx::query_scalar!(
            "INSERT INTO users
                 (username, username_key, pending_email, pending_key, pending_version,
                 password_hash, sign_up_form_hash, created_at, pending_at, waits_since)
             SELECT $1, $2, $3, $4, 1, $5, $6, $7, $7, $8
             WHERE NOT EXISTS (SELECT 1 FROM former_names WHERE name_key = $2)
             RETURNING id AS \"id!\"",
            user.username,
            user.username_key,
            email,
            email_key,
            user.password_hash,
            form,
            user.created_at,
            user.waits_since,
        )
        .fetch_optional(&mut **self)
        .await;
        match added {
            Ok(id) => Ok(id.map(UserId)),
            Err(error) if broken_index(&error).as_deref() == Some("users_username_key") => Ok(None),
            Err(error) => Err(failed("users.add_user")(error)),
        }
    }

    async fn find_login(&mut self, name_key: &str) -> Result<Option<Login>> {
        let row = sqlx::query_as!(
            LoginRow,
            "SELECT id, coalesce(password_hash,
                     (SELECT hash FROM imported_passwords WHERE user_id = users.id))
                     AS \"password_hash?\", password_version
             FROM users
             WHERE id = coalesce(
                     (SELECT id FROM users WHERE username_key = $1),
                     (SELECT id FROM users WHERE email_key = $1),
                     (SELECT user_id FROM former_names WHERE name_key = $1))
                 AND status = 'active'",
            name_key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("users.find_login"))?;
        Ok(row.map(LoginRow::read))
    }

    async fn find_password(&mut self, user: UserId) -> Result<Option<Login>> {
        let row = sqlx::query_as!(
            LoginRow,
            "SELECT id, coalesce(password_hash,
                     (SELECT hash FROM imported_passwords WHERE user_id = users.id))
                     AS \"password_hash?\", password_version
             FROM users
             WHERE id = $1 AND status = 'active'",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("users.find_password"))?;
        Ok(row.map(LoginRow::read))
    }

    async fn is_username_taken(&mut self, username_key: &str) -> Result<bool> {
        sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM users WHERE username_key = $1)
                 OR EXISTS (SELECT 1 FROM former_names WHERE name_key = $1) AS \"taken!: bool\"",
            username_key
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("users.is_username_taken"))
    }

    async fn was_created_by(
        &mut self,
        username_key: &str,
        form: &SecretHash,
        since: i64,
    ) -> Result<bool> {
        let form = &form[..];
        sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM users
                            WHERE id = coalesce(
                                    (SELECT id FROM users WHERE username_key = $1),
                                    (SELECT user_id FROM former_names WHERE name_key = $1))
                                AND sign_up_form_hash = $2 AND created_at > $3)
             AS \"created!: bool\"",
            username_key,
            form,
            since
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("users.was_created_by"))
    }

    async fn rehash_password(&mut self, user: UserId, old: &str, new: &str) -> Result<bool> {
        let done = sqlx::query!(
            "UPDATE users SET password_hash = $1
             WHERE id = $2 AND coalesce(password_hash,
                 (SELECT hash FROM imported_passwords WHERE user_id = $2)) = $3",
            new,
            user.0,
            old,
        )
        .execute(&mut **self)
        .await
        .map_err(failed("users.rehash_password"))?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.forget_imported_password(user).await?;
        Ok(true)
    }

    async fn change_password(&mut self, user: UserId, old: &str, new: &str) -> Result<bool> {
        let done = sqlx::query!(
            "UPDATE users SET password_hash = $1, password_version = password_version + 1
             WHERE id = $2 AND coalesce(password_hash,
                 (SELECT hash FROM imported_passwords WHERE user_id = $2)) = $3",
            new,
            user.0,
            old,
        )
        .execute(&mut **self)
        .await
        .map_err(failed("users.change_password"))?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.forget_imported_password(user).await?;
        Ok(true)
    }

    async fn reset_password(&mut self, user: UserId, hash: Option<&str>) -> Result<()> {
        sqlx::query!(
            "UPDATE users SET password_hash = $1, password_version = password_version + 1
             WHERE id = $2",
            hash,
            user.0
        )
        .execute(&mut **self)
        .await
        .map_err(failed("users.reset_password"))?;
        self.forget_imported_password(user).await
    }

    async fn find_user(&mut self, username_key: &str) -> Result<Option<UserRow>> {
        let row = sqlx::query!(
            "SELECT id, role, status, version FROM users JOIN profiles ON user_id = id
             WHERE id = coalesce(
                 (SELECT id FROM users WHERE username_key = $1),
                 (SELECT user_id FROM former_names WHERE name_key = $1))",
            username_key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("users.find_user"))?;
        Ok(row.map(|row| UserRow {
            id: UserId(row.id),
            role: row.role,
            status: match row.status == "disabled" {
                true => Status::Disabled,
                false => Status::Active,
            },
            version: row.version.unsigned_abs(),
        }))
    }

    async fn role_of(&mut self, user: UserId) -> Result<Option<Option<String>>> {
        sqlx::query_scalar!(
            "SELECT role FROM users
             WHERE id = $1 AND status = 'active' AND leaves_at IS NULL AND waits_since IS NULL",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("users.role_of"))
    }

    async fn set_role(&mut self, user: UserId, role: &str) -> Result<()> {
        sqlx::query!("UPDATE users SET role = $1 WHERE id = $2", role, user.0)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("users.set_role"))
    }

    async fn set_status(&mut self, user: UserId, status: Status) -> Result<()> {
        let status = match status {
            Status::Active => "active",
            Status::Disabled => "disabled",
        };
        sqlx::query!(
            "UPDATE users SET status = $1, leaves_at = NULL WHERE id = $2",
            status,
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("users.set_status"))
    }

    async fn note_login(&mut self, user: UserId, language: Language, now: i64) -> Result<()> {
        let language = language.tag();
        sqlx::query!(
            "UPDATE users SET last_login_at = $1, language = $2 WHERE id = $3",
            now,
            language,
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("users.note_login"))
    }

    async fn language_of(&mut self, user: UserId) -> Result<Option<Language>> {
        let tag = sqlx::query_scalar!("SELECT language FROM users WHERE id = $1", user.0)
            .fetch_optional(&mut **self)
            .await
            .map_err(failed("users.language_of"))?;
        Ok(tag.flatten().and_then(|tag| Language::parse(&tag)))
    }

    async fn count_roles(&mut self, user: UserId, roles: &[&str]) -> Result<RoleCount> {
        let mut count = RoleCount {
            own: false,
            others: 0,
        };
        for role in roles {
            let row = sqlx::query!(
                "SELECT count(*) AS \"all!\", count(*) FILTER (WHERE id = $1) AS \"own!\"
                 FROM users
                 WHERE role = $2 AND status = 'active' AND leaves_at IS NULL
                   AND waits_since IS NULL",
                user.0,
                role,
            )
            .fetch_one(&mut **self)
            .await
            .map_err(failed("users.count_roles"))?;
            count.own |= row.own > 0;
            count.others += row.all - row.own;
        }
        Ok(count)
    }

    async fn count_users(&mut self) -> Result<i64> {
        sqlx::query_scalar!("SELECT count(*) AS \"count!\" FROM users")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("users.count_users"))
    }
}
