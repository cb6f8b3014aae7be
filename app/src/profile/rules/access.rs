//! The rules of who sees what, and who may change what. They are here and nowhere else.
//!
//! The functions are pure: everything that the rules depend on is in their arguments, so the pages,
//! saving, "view as" and the live preview in the browser all call the same functions. Anything that
//! is not allowed here is denied.

use super::{
    audience::{Audience, Audiences, WHOLE, audience_key},
    profile::{Profile, Values},
    schema::{Field, Right, Schema},
    violation::Violation,
};
use crate::{account::types::user::User, viewer::Viewer};

/// A profile as one viewer may see it.
///
/// Only [`visible_to`] creates one, and profile data leaves the server only in this form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleProfile {
    pub owner: User,
    pub version: u64,
    /// `true` if the viewer is the owner.
    pub own: bool,
    pub values: Values,
    /// The audiences of the fields that the viewer sees, and of the whole profile.
    ///
    /// Only the owner gets the real ones; for any other viewer, all are [`Audience::Everyone`].
    pub audiences: Audiences,
}

/// Returns the part of a profile that `viewer` sees, or `None` if `viewer` may not know that the
/// profile exists.
pub fn visible_to(schema: &Schema, profile: &Profile, viewer: &Viewer) -> Option<VisibleProfile> {
    let whole = whole_audience(schema, &profile.audiences);
    if !can_see(whole, viewer, &profile.owner) {
        return None;
    }
    let own = is_owner(viewer, &profile.owner);
    let told = |audience| if own { audience } else { Audience::Everyone };
    let mut values = Values::new();
    let mut audiences = Audiences::from([(WHOLE.to_owned(), told(whole))]);
    for field in schema.fields() {
        let audience = field_audience(field, &profile.audiences);
        if !can_view(field, audience, viewer, &profile.owner) {
            continue;
        }
        audiences.insert(field.key.clone(), told(audience));
        if let Some(value) = profile.values.get(&field.key) {
            values.insert(field.key.clone(), value.clone());
        }
    }
    Some(VisibleProfile {
        owner: profile.owner.clone(),
        version: profile.version,
        own,
        values,
        audiences,
    })
}

/// Returns whether the profile of a user with the owner's role has the field at all.
pub fn has(field: &Field, owner: &User) -> bool {
    field.roles.is_empty() || field.roles.contains(&owner.role)
}

/// Returns whether `viewer` may know that the profile exists.
///
/// Roles make no difference here: hiding the whole profile hides it from everyone but its owner.
pub fn can_see(whole: Audience, viewer: &Viewer, owner: &User) -> bool {
    is_owner(viewer, owner) || admits(whole, viewer)
}

/// Returns whether `viewer` sees the field on a profile that they can see.
pub fn can_view(field: &Field, audience: Audience, viewer: &Viewer, owner: &User) -> bool {
    has(field, owner)
        && (is_owner(viewer, owner)
            || admits(audience, viewer)
            || role(viewer).is_some_and(|role| field.view.iter().any(|may| may == role)))
}

/// Returns whether `viewer` may change the field's value. No one can edit what they cannot see.
pub fn can_edit(
    schema: &Schema,
    field: &Field,
    audience: Audience,
    viewer: &Viewer,
    owner: &User,
) -> bool {
    let as_owner = field.edit.owner && is_owner(viewer, owner);
    let by_role = |role: &str| {
        schema.may(role, Right::EditProfiles) && field.edit.roles.iter().any(|may| may == role)
    };
    can_view(field, audience, viewer, owner) && (as_owner || role(viewer).is_some_and(by_role))
}

/// Returns whether `viewer` may choose the audience of the field.
pub fn can_choose_audience(field: &Field, viewer: &Viewer, owner: &User) -> bool {
    has(field, owner) && is_owner(viewer, owner) && !field.audience.locked
}

/// Returns whether `viewer` may choose the audience of the whole profile.
pub fn can_choose_whole(schema: &Schema, viewer: &Viewer, owner: &User) -> bool {
    is_owner(viewer, owner) && !schema.audience.locked
}

/// Returns whether `viewer` may open the editor of a profile.
///
/// The owner always may. Anyone else must be able to see the profile, and to edit at least one of
/// its fields.
pub fn can_open_editor(schema: &Schema, profile: &Profile, viewer: &Viewer) -> bool {
    let owner = &profile.owner;
    let editable = |field: &Field| {
        let audience = field_audience(field, &profile.audiences);
        can_edit(schema, field, audience, viewer, owner)
    };
    can_see(whole_audience(schema, &profile.audiences), viewer, owner)
        && (is_owner(viewer, owner) || schema.fields().any(editable))
}

/// Returns the schema without the fields that `viewer` does not see on this profile, for use in an
/// editor.
pub fn visible_schema(schema: &Schema, profile: &Profile, viewer: &Viewer) -> Schema {
    let mut visible = schema.clone();
    for group in &mut visible.groups {
        group.fields.retain(|field| {
            let audience = field_audience(field, &profile.audiences);
            can_view(field, audience, viewer, &profile.owner)
        });
    }
    visible
}

/// Returns whether `viewer` may read an item of a profile, in its current or an earlier version.
pub fn can_read_item(schema: &Schema, profile: &Profile, name: &str, viewer: &Viewer) -> bool {
    let owner = &profile.owner;
    let whole = whole_audience(schema, &profile.audiences);
    let field = |key| schema.field(key);
    can_see(whole, viewer, owner)
        && match audience_key(name) {
            Some(WHOLE) => is_owner(viewer, owner),
            Some(key) => {
                is_owner(viewer, owner) && field(key).is_some_and(|field| has(field, owner))
            }
            None => field(name).is_some_and(|field| {
                let audience = field_audience(field, &profile.audiences);
                can_view(field, audience, viewer, owner)
            }),
        }
}

/// Checks whether `viewer` may change an item of a profile.
///
/// # Errors
/// [`Violation::NotYours`] if `viewer` may not change the item; [`Violation::UnknownField`] if they
/// may not even see it, or if there is no such item.
pub fn check_change(
    schema: &Schema,
    profile: &Profile,
    name: &str,
    viewer: &Viewer,
) -> Result<(), Violation> {
    let owner = &profile.owner;
    let may = match audience_key(name) {
        Some(WHOLE) => can_choose_whole(schema, viewer, owner),
        Some(key) => {
            let field = schema.field(key).ok_or(Violation::UnknownField)?;
            can_choose_audience(field, viewer, owner)
        }
        None => {
            let field = schema.field(name).ok_or(Violation::UnknownField)?;
            let audience = field_audience(field, &profile.audiences);
            can_edit(schema, field, audience, viewer, owner)
        }
    };
    // A viewer who sees a field knows that it has an audience, even if not which one.
    let known = audience_key(name).unwrap_or(name);
    let visible = known == WHOLE || can_read_item(schema, profile, known, viewer);
    match (may, visible) {
        (true, _) => Ok(()),
        (false, true) => Err(Violation::NotYours),
        (false, false) => Err(Violation::UnknownField),
    }
}

/// Returns whether `viewer` sees the picture with this hash on the profile.
///
/// The owner also sees earlier pictures, as long as they are kept.
pub fn can_see_picture(schema: &Schema, profile: &Profile, hash: &str, viewer: &Viewer) -> bool {
    is_owner(viewer, &profile.owner)
        || visible_to(schema, profile, viewer).is_some_and(|visible| {
            schema
                .picture(&visible.values)
                .is_some_and(|picture| picture.hash() == hash)
        })
}

/// Returns the audience in effect for a field.
pub fn field_audience(field: &Field, chosen: &Audiences) -> Audience {
    field.audience.effective(chosen.get(&field.key).copied())
}

/// Returns the audience in effect for the whole profile.
pub fn whole_audience(schema: &Schema, chosen: &Audiences) -> Audience {
    schema.audience.effective(chosen.get(WHOLE).copied())
}

pub(crate) fn is_owner(viewer: &Viewer, owner: &User) -> bool {
    matches!(viewer, Viewer::Member(user) if user.id == owner.id)
}

fn admits(audience: Audience, viewer: &Viewer) -> bool {
    match audience {
        Audience::Everyone => true,
        Audience::Members => matches!(viewer, Viewer::Member(_)),
        Audience::Me => false,
    }
}

fn role(viewer: &Viewer) -> Option<&str> {
    match viewer {
        Viewer::Guest => None,
        Viewer::Member(user) => Some(&user.role),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::types::user::UserId,
        profile::rules::{
            audience::{Audience::*, AudienceRule},
            fixture,
            kind::Kind,
            schema::Editors,
            value::Value,
        },
    };

    fn user(id: i64, role: &str) -> User {
        User {
            id: UserId(id),
            username: format!("user{id}"),
            role: role.to_owned(),
        }
    }

    /// Every kind of viewer of the profile of user 1, who has `role`.
    fn viewers(role: &str) -> [Viewer; 5] {
        [
            Viewer::Guest,
            Viewer::Member(user(1, role)),
            Viewer::Member(user(2, "reader")),
            Viewer::Member(user(3, "editor")),
            Viewer::Member(user(4, "gone")),
        ]
    }

    fn subsets(roles: &[&str]) -> Vec<Vec<String>> {
        (0..1 << roles.len())
            .map(|bits: usize| {
                let chosen = roles
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| bits & (1 << i) != 0);
                chosen.map(|(_, role)| (*role).to_owned()).collect()
            })
            .collect()
    }

    /// Tests every combination against a second, plainer implementation of the rules: 3 audiences,
    /// locked or not, each chosen audience, each set of editors, of roles that view the field, and
    /// of roles that have it; each owner and each viewer.
    #[test]
    fn access_is_what_the_table_says() {
        let mut rows = 0;
        for (default, locked, chosen) in [Everyone, Members, Me]
            .into_iter()
            .flat_map(|default| [(default, false), (default, true)])
            .flat_map(|(d, l)| [None, Some(Everyone), Some(Members), Some(Me)].map(|c| (d, l, c)))
        {
            for editors in subsets(&["owner", "reader", "editor"]) {
                for view in subsets(&["reader", "editor"]) {
                    for roles in subsets(&["reader", "editor"]) {
                        let field = Field {
                            audience: AudienceRule { default, locked },
                            edit: Editors {
                                owner: editors.iter().any(|editor| editor == "owner"),
                                roles: editors.clone(),
                            },
                            view: view.clone(),
                            roles: roles.clone(),
                            ..Field::new("f", Kind::Bool)
                        };
                        let schema = fixture::schema(vec![field.clone()]);
                        for owner_role in ["reader", "editor"] {
                            let owner = user(1, owner_role);
                            for viewer in viewers(owner_role) {
                                rows += 1;
                                let audiences = chosen.map(|chosen| ("f".to_owned(), chosen));
                                let audience =
                                    field_audience(&field, &audiences.into_iter().collect());
                                let owns = viewer == Viewer::Member(owner.clone());
                                let role = match &viewer {
                                    Viewer::Guest => "",
                                    Viewer::Member(user) => &user.role,
                                };
                                let in_force = match (locked, chosen) {
                                    (true, _) | (false, None) => default,
                                    (false, Some(chosen)) => chosen,
                                };
                                let exists =
                                    roles.is_empty() || roles.iter().any(|r| r == owner_role);
                                let sees = exists
                                    && (owns
                                        || in_force == Everyone
                                        || in_force == Members && viewer != Viewer::Guest
                                        || view.iter().any(|r| r == role));
                                // Readers may not edit profiles, whatever the field allows.
                                let edits = sees
                                    && (owns && field.edit.owner
                                        || role == "editor"
                                            && editors.iter().any(|r| r == "editor"));
                                let row = format!("{field:?} {chosen:?} {owner_role} {viewer:?}");
                                assert_eq!(
                                    can_view(&field, audience, &viewer, &owner),
                                    sees,
                                    "{row}"
                                );
                                assert_eq!(
                                    can_edit(&schema, &field, audience, &viewer, &owner),
                                    edits,
                                    "{row}"
                                );
                                assert_eq!(
                                    can_choose_audience(&field, &viewer, &owner),
                                    exists && owns && !locked,
                                    "{row}"
                                );
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(rows, 24 * 8 * 4 * 4 * 2 * 5);
    }

    #[test]
    fn a_hidden_profile_is_there_for_its_owner_alone() {
        let owner = user(1, "reader");
        for (whole, expected) in [
            (Everyone, [true, true, true, true, true]),
            (Members, [false, true, true, true, true]),
            (Me, [false, true, false, false, false]),
        ] {
            let found = viewers("reader").map(|viewer| can_see(whole, &viewer, &owner));
            assert_eq!(found, expected, "{whole:?}");
        }
    }

    #[test]
    fn an_editor_without_a_field_to_edit_has_no_editor() {
        let mut bio = Field::new("bio", Kind::Bool);
        bio.edit.roles.push("editor".to_owned());
        let schema = fixture::schema(vec![bio]);
        for (audiences, expected) in [
            (vec![], [false, true, false, true, false]),
            (vec![("bio", Me)], [false, true, false, false, false]),
            (vec![("profile", Me)], [false, true, false, false, false]),
        ] {
            let profile = Profile {
                owner: user(1, "reader"),
                version: 1,
                values: Values::new(),
                audiences: audiences
                    .iter()
                    .map(|(key, audience)| ((*key).to_owned(), *audience))
                    .collect(),
                listing: Default::default(),
            };
            let open = viewers("reader").map(|viewer| can_open_editor(&schema, &profile, &viewer));
            assert_eq!(open, expected, "{audiences:?}");
        }
    }

    #[test]
    fn what_is_seen_holds_nothing_else() {
        let text = |key: &str| Field::new(key, Kind::Text { max: 9 });
        let schema = fixture::schema(vec![
            text("open"),
            text("closed"),
            Field {
                roles: vec!["editor".to_owned()],
                ..text("editors")
            },
        ]);
        let values = ["open", "closed", "editors", "unknown"];
        let profile = Profile {
            owner: user(1, "reader"),
            version: 1,
            values: values
                .map(|key| (key.to_owned(), Value::Text(key.to_owned())))
                .into(),
            audiences: [("closed".to_owned(), Me)].into(),
            listing: Default::default(),
        };
        for (viewer, expected) in viewers("reader").into_iter().zip([
            &["open"][..],
            &["closed", "open"],
            &["open"],
            &["open"],
            &["open"],
        ]) {
            let visible = visible_to(&schema, &profile, &viewer).unwrap();
            let keys: Vec<&str> = visible.values.keys().map(String::as_str).collect();
            assert_eq!(keys, expected, "{viewer:?}");
            let visible = visible_schema(&schema, &profile, &viewer);
            let fields: Vec<&str> = visible.fields().map(|field| field.key.as_str()).collect();
            assert!(fields.iter().all(|key| keys.contains(key)), "{viewer:?}");
        }
    }
}
