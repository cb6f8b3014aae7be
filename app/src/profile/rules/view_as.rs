//! "View as": one's own profile as another viewer sees it.
//!
//! This module only determines the [`Viewer`]. As always, `access` decides what that viewer sees.

use super::schema::Schema;
use crate::{account::types::user::User, text, viewer::Viewer};

/// The key of the owner.
pub const ME: &str = "me";
const GUEST: &str = "guest";
/// The key of a member who has just signed up.
const MEMBER: &str = "member";

/// The name of the query parameter, and of the links' data attribute.
pub const VIEW_AS: &str = "as";

/// Returns keys and labels: a guest, a member, each further role, and the owner.
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

/// Returns the viewer with this key, or `None` if there is none.
pub fn viewer_as(schema: &Schema, key: &str, owner: &User) -> Option<Viewer> {
    let stranger = |role: &str| Viewer::Member(User::stranger(role));
    match key {
        GUEST => Some(Viewer::Guest),
        MEMBER => Some(stranger(schema.effective_role(None))),
        ME => Some(Viewer::Member(owner.clone())),
        role => schema.role(role).map(|role| stranger(&role.key)),
    }
}
