//! The page `/admin/users/{username}/sees`: a profile as that user sees it, for those who help
//! them. It shows no more than the user sees, and no more than the helper's own role sees.

use leptos::prelude::*;

use super::{
    guard::for_manager,
    rules::{Area, Party, can_see_as},
};
use crate::{
    account::types::{
        managed::{AccountState, ManagedAccount},
        user::User,
        username::Username,
    },
    backend::backend,
    error::AppError,
    location::{path_param, query_param},
    profile::{
        card::view::{HeadingLevel, ProfileCard, ProfileView},
        rules::{access, schema::Right},
    },
    text,
    ui::{Described, Input, Notice, Page, Still, Width, load_page},
};

/// The name of the control for the username of the profile.
const PROFILE: &str = "profile";

/// `/admin/users/{username}/sees`
#[component]
pub fn SeesPage() -> impl IntoView {
    let username = path_param("username");
    let asked = query_param(PROFILE).unwrap_or_default();
    let here = format!("/admin/users/{username}/sees");
    for_manager(Area::Users, &here, move |helper| {
        load_page(async move {
            let backend = backend();
            if !backend.schema.may(&helper.role, Right::HelpUsers) {
                return Err(AppError::NotFound);
            }
            let account = backend.management.account(&username).await?;
            let account = account.ok_or(AppError::NotFound)?;
            if account.state != AccountState::Active || !reaches(&helper, &account) {
                return Err(AppError::Forbidden);
            }
            let asked = asked.trim().trim_start_matches('@').to_owned();
            let shown = shown(&helper, &account, &asked).await?;
            Ok(page(&account, asked, shown))
        })
    })
}

fn reaches(helper: &User, account: &ManagedAccount) -> bool {
    let schema = backend().schema.clone();
    let helper = Party {
        id: helper.id,
        role: &helper.role,
    };
    let member = Party {
        id: account.id,
        role: schema.effective_role(account.role.as_deref()),
    };
    can_see_as(&schema, helper, member, None)
}

/// The result of the request.
enum Shown {
    /// No profile was asked for.
    Nothing,
    /// The member's own profile, which is private.
    Own,
    /// A profile that the member does not see, or that does not exist.
    Unseen,
    Profile(Box<ProfileView>),
}

async fn shown(helper: &User, account: &ManagedAccount, asked: &str) -> Result<Shown, AppError> {
    let backend = backend();
    let key = Username::key_of(asked);
    if key.is_empty() {
        return Ok(Shown::Nothing);
    }
    if key == Username::key_of(&account.username) {
        return Ok(Shown::Own);
    }
    let profile = backend.profiles.find_profile(asked).await?;
    // A former name finds the profile as well. The event in the log names its owner.
    let owner = profile
        .as_ref()
        .map_or(asked, |profile| &profile.owner.username);
    let viewer = backend.oversight.see_as(helper, &account.username, owner);
    let viewer = viewer.await?;
    let visible = profile.and_then(|profile| {
        // A former name may also have found the member's own profile.
        access::visible_to(&backend.schema, &profile, &viewer).filter(|visible| !visible.own)
    });
    Ok(match visible {
        Some(visible) => Shown::Profile(Box::new(ProfileView::of(&backend.schema, &visible))),
        None => Shown::Unseen,
    })
}

fn page(account: &ManagedAccount, asked: String, shown: Shown) -> AnyView {
    let name = &account.username;
    let described = Described {
        name: PROFILE.to_owned(),
        label: text::whose_profile().to_owned(),
        hint: text::see_as_lead().to_owned(),
        ..Described::default()
    };
    let title = text::see_as(name);
    let heading = || {
        let title = title.clone();
        view! { <h1>{title}</h1> }
    };
    let answer = match shown {
        Shown::Nothing => heading().still(),
        Shown::Own => view! { {heading()} <p class="error">{text::own_eyes()}</p> }.still(),
        Shown::Unseen => {
            let words = text::not_seen_by(name, &asked);
            view! { {heading()} <p>{words}</p> }.still()
        }
        Shown::Profile(profile) => {
            let empty = profile.sections.is_empty();
            view! {
                <Notice words=text::seen_as(name)/>
                <div class="card card-profile">
                    <ProfileCard profile=*profile level=HeadingLevel::Page/>
                    {empty.then(|| view! { <p class="hint">{text::nothing_yet()}</p> })}
                </div>
            }
            .still()
        }
    };
    let back = format!("/admin/users/{name}");
    let (named, action) = (format!("@{name}"), format!("{back}/sees"));
    let content = view! {
        {answer}
        <form class="search" method="get" action=action>
            <Input described value=asked autocomplete="off" spellcheck=false/>
            <button class="button">{text::show_profile()}</button>
        </form>
        <p class="actions"><a class="button button-quiet" href=back><bdi>{named}</bdi></a></p>
    }
    .still();
    view! { <Page title=title.clone() width=Width::Column private=true>{content}</Page> }.still()
}
