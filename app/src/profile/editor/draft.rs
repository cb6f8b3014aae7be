//! A profile while it is edited: the input, its errors, and the preview.

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

/// The initial values of a draft, on both sides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Start {
    pub schema: Schema,
    pub viewer: Viewer,
    pub owner: User,
    /// Everything that the viewer sees, as if it were on the form: the browser decodes forms
    /// anyway.
    pub saved_form: Form,
    pub refusal: Refusal,
    pub today: Date,
}

/// The state of the form.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum State {
    Editing,
    Saving,
    /// The form was not saved, for a reason other than a rule of a field.
    Failed(Vec<Problem>),
}

/// A profile while it is edited.
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
    /// The kind of viewer that the preview is for: a key of `view_as`.
    pub view_as: String,
    /// True if there is unsaved input.
    pub unsaved: bool,
}

impl Draft {
    /// Creates the draft of a form that was just opened or rejected.
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

    /// Returns whether the owner edits the profile.
    pub fn is_own(&self) -> bool {
        matches!(&self.viewer, Viewer::Member(user) if *user == self.owner)
    }

    /// Updates the draft from the form.
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

    /// Handles the submission: starts saving, or records the rules that are broken.
    pub fn check(&mut self) {
        let broken = Patch::parse(&self.schema, &self.typed, self.today).err();
        self.state = if broken.is_none() {
            State::Saving
        } else {
            State::Editing
        };
        self.violations = broken.unwrap_or_default();
    }

    /// Removes the errors that have been corrected. Never adds one.
    pub fn recheck(&mut self) {
        if !self.violations.is_empty() {
            let still = Patch::parse(&self.schema, &self.typed, self.today).err();
            self.violations.keep_only(&still.unwrap_or_default());
        }
    }

    /// Records that the server has rejected the form.
    pub fn reject(&mut self, refusal: Refusal) {
        self.violations = refusal.violations;
        self.state = match refusal.failure.is_empty() {
            true => State::Editing,
            false => State::Failed(refusal.failure),
        };
    }

    /// Returns whether no error is known.
    pub fn is_clean(&self) -> bool {
        self.state == State::Editing && self.violations.is_empty()
    }

    /// Returns the entries of the error summary.
    pub fn problems(&self) -> Vec<Problem> {
        let mut all = match &self.state {
            State::Failed(problems) => problems.clone(),
            State::Editing | State::Saving => Vec::new(),
        };
        all.extend(problems(None, &self.violations, |name| self.label(name)));
        all
    }

    /// Returns the label of a control, or of the item of which it chooses a side.
    pub fn label(&self, control: &str) -> Option<String> {
        item_label(&self.schema, choice_name(control).unwrap_or(control))
    }

    /// Returns the card of the profile as it would be saved, as the selected viewer would see it;
    /// `None` if it is hidden from them.
    pub fn card(&self) -> Option<ProfileView> {
        let profile = self.profile();
        // Only the owner can preview the profile as others see it.
        let other = viewer_as(&self.schema, &self.view_as, &self.owner);
        let other = other.filter(|_| self.is_own());
        let viewer = other.as_ref().unwrap_or(&self.viewer);
        let visible = access::visible_to(&self.schema, &profile, viewer)?;
        Some(ProfileView::of(&self.schema, &visible))
    }

    /// Returns the profile as it would be saved: items that are not on the form are taken from
    /// `saved_form`, and invalid values are left out.
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
        // Added one by one: `collect` sorts first, which takes two kilobytes of wasm each.
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

/// Renders the card of a draft, or a note that others do not see the profile.
pub(super) fn view_preview(card: Option<ProfileView>) -> impl IntoView {
    match card {
        Some(profile) => Either::Left(view! { <ProfileCard profile level=HeadingLevel::Preview/> }),
        None => Either::Right(text::hidden_from_them()),
    }
}
