//! "View as": one's own profile with the eyes of others.
//!
//! It only names a [`Viewer`]; what that viewer sees is decided where it always
//! is, in `access`.

use super::schema::Schema;
use crate::{account::types::user::User, text, viewer::Viewer};

/// The owner's own eyes.
pub const ME: &str = "me";
const GUEST: &str = "guest";
/// Somebody who has just signed up.
const MEMBER: &str = "member";

/// The name of the query parameter, and of the links' data attribute.
pub const VIEW_AS: &str = "as";

/// Keys with labels: a guest, a member, each further role, oneself.
pub fn kinds(schema: &Schema) -> impl Iterator<Item = (&str, String)> {
    let roles = schema.roles.iter().skip(1);
    [
        (GUEST, text::a_guest().to_owned()),
        (MEMBER, text::a_member().to_owned()),
    ]
    .into_iter()
    .chain(roles.map(|role| (role.key.as_str(), role.label.clone())))
    .chain([(ME, text::me().to_owned())])
}

/// The viewer of that key; `None` for a key that nobody has.
pub fn viewer_as(schema: &Schema, key: &str, owner: &User) -> Option<Viewer> {
    let stranger = |role: &str| Viewer::Member(User::stranger(role));
    match key {
        GUEST => Some(Viewer::Guest),
        MEMBER => Some(stranger(schema.effective_role(None))),
        ME => Some(Viewer::Member(owner.clone())),
        role => schema.role(role).map(|role| stranger(&role.key)),
    }
}
