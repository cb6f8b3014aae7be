//! The two statements of a save. An engine puts them together as it is quickest with it, so they are
//! built when they are used, and checked by the tests.

use sqlx::QueryBuilder;
use store::{
    changes::{ChangeAuthor, NewChange},
    profiles::NextVersion,
};

use crate::driver::Driver;

/// Adds the statement that writes the next version of a profile, if the profile is still the one
/// before.
pub fn update_profile(sql: &mut QueryBuilder<Driver>, next: &NextVersion<'_>) {
    let before = next.before;
    sql.push("UPDATE profiles SET version = version + 1, fields = ")
        .push_bind(next.fields.to_owned())
        .push(", audiences = ")
        .push_bind(next.audiences.to_owned())
        .push(", updated_at = ")
        .push_bind(next.now)
        .push(" WHERE user_id = ")
        .push_bind(before.id)
        .push(" AND version = ")
        .push_bind(before.version)
        .push(" AND fields = ")
        .push_bind(before.fields.clone())
        .push(" AND audiences = ")
        .push_bind(before.audiences.clone())
        .push(" AND (SELECT role FROM users WHERE users.id = user_id) IS NOT DISTINCT FROM ")
        .push_bind(before.role.clone());
}

/// Adds the statement that adds changes, if a condition holds.
pub fn insert_changes(
    sql: &mut QueryBuilder<Driver>,
    changes: &[NewChange<'_>],
    condition: &'static str,
) {
    sql.push(
        "INSERT INTO profile_changes (user_id, version, item, old, new, actor_id, by_operator, at)
         SELECT * FROM (",
    );
    sql.push_values(changes, |mut row, change| {
        let (actor, by_operator) = match change.by {
            ChangeAuthor::User(user) => (Some(user.0), false),
            ChangeAuthor::Operator => (None, true),
        };
        row.push_bind(change.owner.0)
            .push_bind(change.version.cast_signed())
            .push_bind(change.item.to_owned())
            .push_bind(change.old.clone())
            .push_bind(change.new.clone())
            .push_bind(actor)
            .push_bind(by_operator)
            .push_bind(change.now);
    });
    sql.push(") AS added WHERE ").push(condition);
}
