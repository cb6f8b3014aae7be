//! The members' directory: who may open it, its searches and their results.

use super::{
    access::VisibleProfile,
    audience::Audience,
    kind::{Kind, SelectOption},
    schema::Field,
};
use crate::viewer::Viewer;

/// The viewers who may open the directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DirectoryRule {
    /// The site has no directory.
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

/// A search in the directory, and the page of its results to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberSearch {
    /// Words, each of which has to occur in the name or in a searched field.
    pub text: String,
    /// Filters: the key of a field, and the key of one of its options.
    pub choices: Vec<(String, String)>,
    /// The first letter of the name, or empty for any.
    pub letter: String,
    /// The end of the previous page, or empty for the first page.
    pub after: String,
}

/// A page of the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberPage {
    pub members: Vec<VisibleProfile>,
    /// The end of this page, or `None` if it is the last.
    pub next: Option<String>,
}

/// Returns the options by which the directory can be filtered; empty unless the field is a choice
/// that can be searched.
pub fn filter_options(field: &Field) -> &[SelectOption] {
    match &field.kind {
        Kind::Choice { options } | Kind::Choices { options, .. } if field.search => options,
        _ => &[],
    }
}

/// Returns whether `viewer` may filter the directory by this field: only if its widest possible
/// audience includes them.
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
