//! A profile while somebody edits it: what is typed, what is wrong with it, and how the profile
//! would look.

use leptos::{either::Either, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    account::types::user::User,
    error::Violations,
    form::Form,
    profile::{
        card::view::{HeadingLevel, ProfileCard, ProfileView},
        rules::{
            access,
            audience::{Audience, Audiences, WHOLE, audience_of},
            choice::choice_name,
            date::Date,
            describe::item_label,
            patch::Patch,
            profile::{Listing, Profile, Values},
            schema::{Field, Schema},
            view_as::{self, viewer_as},
        },
    },
    text,
    ui::{Problem, Refusal, problems},
    viewer::Viewer,
};

/// The values that a draft begins with, on both sides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Start {
    pub schema: Schema,
    pub viewer: Viewer,
    pub owner: User,
    /// All that the viewer sees, as if it were on the form: a form is what the
    /// browser can read anyway.
    pub saved_form: Form,
    pub refusal: Refusal,
    pub today: Date,
}

/// The state of the form.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum State {
    Editing,
    Saving,
    /// The form was not saved, for a reason that is not a rule of a field.
    Failed(Vec<Problem>),
}

/// A profile while somebody edits it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub schema: Schema,
    viewer: Viewer,
    owner: User,
    saved_form: Form,
    today: Date,
    pub typed: Form,
    pub violations: Violations,
    pub state: State,
    /// The kind of viewer for whom the preview is shown: a key of `view_as`.
    pub view_as: String,
    /// Something is typed that is not saved.
    pub unsaved: bool,
}

impl Draft {
    /// Draft as the form shows it that was just opened, or just rejected.
    pub fn of(start: Start, typed: Form) -> Draft {
        let mut draft = Draft {
            schema: start.schema,
            viewer: start.viewer,
            owner: start.owner,
            saved_form: start.saved_form,
            today: start.today,
            typed,
            violations: Violations::default(),
            state: State::Editing,
            view_as: view_as::ME.to_owned(),
            unsaved: false,
        };
        draft.reject(start.refusal);
        draft
    }

    /// Returns whether it is edited by its owner.
    pub fn is_own(&self) -> bool {
        matches!(&self.viewer, Viewer::Member(user) if *user == self.owner)
    }

    /// Takes what is on the form.
    pub fn read(&mut self, typed: Form) {
        self.typed = typed;
        let picture = self.schema.picture_field().map(|field| field.key.as_str());
        let differs = |name: &str| {
            let said = |form: &Form| -> Vec<String> {
                let values = form.all(name).filter(|value| !value.is_empty());
                values.map(str::to_owned).collect()
            };
            // The picture is saved by its own form.
            self.schema.owns(name)
                && choice_name(name).is_none()
                && Some(name) != picture
                && said(&self.typed) != said(&self.saved_form)
        };
        self.unsaved = self.typed.names().any(differs);
    }

    /// On submit: saving, or the rules that are broken.
    pub fn check(&mut self) {
        let broken = Patch::parse(&self.schema, &self.typed, self.today).err();
        self.state = if broken.is_none() {
            State::Saving
        } else {
            State::Editing
        };
        self.violations = broken.unwrap_or_default();
    }

    /// While correcting: only what is still broken of what was.
    pub fn recheck(&mut self) {
        if !self.violations.is_empty() {
            let still = Patch::parse(&self.schema, &self.typed, self.today).err();
            self.violations.keep_only(&still.unwrap_or_default());
        }
    }

    /// The server refused it.
    pub fn reject(&mut self, refusal: Refusal) {
        self.violations = refusal.violations;
        self.state = match refusal.failure.is_empty() {
            true => State::Editing,
            false => State::Failed(refusal.failure),
        };
    }

    /// Returns whether nothing is known to be wrong.
    pub fn is_clean(&self) -> bool {
        self.state == State::Editing && self.violations.is_empty()
    }

    /// The lines of the summary.
    pub fn problems(&self) -> Vec<Problem> {
        let mut all = match &self.state {
            State::Failed(problems) => problems.clone(),
            State::Editing | State::Saving => Vec::new(),
        };
        all.extend(problems(None, &self.violations, |name| self.label(name)));
        all
    }

    /// The label of a control, or of what it chooses a side of.
    pub fn label(&self, control: &str) -> Option<String> {
        item_label(&self.schema, choice_name(control).unwrap_or(control))
    }

    /// The card of the profile as it would be saved, as the chosen viewer would see it;
    /// `None` if it is hidden from them.
    pub fn card(&self) -> Option<ProfileView> {
        let profile = self.profile();
        // Only the owner's own editor can show the profile as others see it.
        let other = viewer_as(&self.schema, &self.view_as, &self.owner);
        let other = other.filter(|_| self.is_own());
        let viewer = other.as_ref().unwrap_or(&self.viewer);
        let visible = access::visible_to(&self.schema, &profile, viewer)?;
        Some(ProfileView::of(&self.schema, &visible))
    }

    /// The profile as it would be saved: items that are not on the form are taken from
    /// `saved_form`, and values that break a rule are left out.
    fn profile(&self) -> Profile {
        let value = |field: &Field| {
            let typed = field.read(&self.typed, self.today).ok()?;
            let value = typed.or_else(|| field.read(&self.saved_form, self.today).ok()?)?;
            Some((field.key.clone(), value?))
        };
        let audience = |key: &str| {
            let name = audience_of(key);
            let chosen = self.typed.get(&name).or(self.saved_form.get(&name))?;
            Some((key.to_owned(), Audience::parse(chosen)?))
        };
        let keys = self.schema.fields().map(|field| field.key.as_str());
        // One by one: `collect` sorts first, which is two kilobytes of wasm each.
        let (mut values, mut audiences) = (Values::new(), Audiences::new());
        values.extend(self.schema.fields().filter_map(value));
        audiences.extend(keys.chain([WHOLE]).filter_map(audience));
        Profile {
            owner: self.owner.clone(),
            version: 0,
            values,
            audiences,
            listing: Listing::default(),
        }
    }
}

/// The card of a draft, or what others see instead.
pub(super) fn view_preview(card: Option<ProfileView>) -> impl IntoView {
    match card {
        Some(profile) => Either::Left(view! { <ProfileCard profile level=HeadingLevel::Preview/> }),
        None => Either::Right(text::hidden_from_them()),
    }
}
