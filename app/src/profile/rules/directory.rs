//! The members' directory: who may open it, what is searched for, what is found.

use super::{
    access::VisibleProfile,
    audience::Audience,
    kind::{Kind, SelectOption},
    schema::Field,
};
use crate::viewer::Viewer;

/// The people who may open the directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DirectoryRule {
    /// There is none.
    Off,
    #[default]
    Members,
    Everyone,
}

impl DirectoryRule {
    pub fn admits(self, viewer: &Viewer) -> bool {
        match self {
            DirectoryRule::Off => false,
            DirectoryRule::Members => matches!(viewer, Viewer::Member(_)),
            DirectoryRule::Everyone => true,
        }
    }
}

/// The members that a page of the directory shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberSearch {
    /// Words, each of which stands in a name or in a field that is searched.
    pub text: String,
    /// The key of a field, and of its option.
    pub choices: Vec<(String, String)>,
    /// The first letter of the name; any if empty.
    pub letter: String,
    /// The end of the page before; empty for the first.
    pub after: String,
}

/// A page of the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberPage {
    pub members: Vec<VisibleProfile>,
    /// The end of this page; `None` behind the last member.
    pub next: Option<String>,
}

/// The options of a field by which the directory can be filtered; none of other fields.
pub fn filter_options(field: &Field) -> &[SelectOption] {
    match &field.kind {
        Kind::Choice { options } | Kind::Choices { options, .. } if field.search => options,
        _ => &[],
    }
}

/// Returns whether the directory can know that field of anybody, for this viewer.
pub fn may_filter(field: &Field, viewer: &Viewer) -> bool {
    let widest = match field.audience.locked {
        true => field.audience.default,
        false => Audience::Everyone,
    };
    match widest {
        Audience::Everyone => true,
        Audience::Members => matches!(viewer, Viewer::Member(_)),
        Audience::Me => false,
    }
}
