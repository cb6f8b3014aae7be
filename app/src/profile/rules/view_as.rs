//! "View as": one's own profile with the eyes of others.
//!
//! It only names a [`Viewer`]; what that viewer sees is decided where it always
//! is, in `access`.

use leptos::prelude::*;

use super::schema::Schema;
use crate::{account::types::model::User, text, viewer::Viewer};

/// The owner's own eyes.
pub const ME: &str = "me";
const GUEST: &str = "guest";
/// Somebody who has just signed up.
const MEMBER: &str = "member";

/// The name of the query parameter, and of the links' data attribute.
pub const VIEW_AS: &str = "as";

/// Keys with labels: a guest, a member, each further role, oneself.
fn kinds(schema: &Schema) -> impl Iterator<Item = (&str, String)> {
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

/// The links from one to the other. They work without script; the editor takes
/// the click and switches its preview.
#[component]
pub fn ViewAs(
    schema: Schema,
    current: String,
    /// Where a link opens: beside a form that it must not take away.
    #[prop(optional)]
    target: Option<&'static str>,
) -> impl IntoView {
    let links: Vec<_> = kinds(&schema)
        .map(|(key, label)| {
            let here = (key == current).then_some("true");
            let href = match key {
                ME => "/profile".to_owned(),
                key => format!("/profile?{VIEW_AS}={key}"),
            };
            view! { <li><a href=href data-as=key.to_owned() target=target aria-current=here>{label}</a></li> }
        })
        .collect();
    view! {
        <nav class="view-as" aria-label=text::view_as()>
            <span aria-hidden="true">{text::view_as()}</span>
            <ul>{links}</ul>
        </nav>
    }
}
