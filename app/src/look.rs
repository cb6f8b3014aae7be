//! The look of the pages in a browser: their colours and their language.
//!
//! Both are kept in a cookie and not in the account: a phone in the sun and a screen at night need
//! different ones, and guests need them too. Without a cookie, the browser decides, with its colour
//! scheme and `Accept-Language`.

use leptos::prelude::use_context;

use crate::text::{self, Language};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// The colours that the device prefers.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    pub fn key(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub fn parse(key: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.key() == key)
    }

    pub fn label(self) -> &'static str {
        match self {
            Theme::System => text::theme_system(),
            Theme::Light => text::theme_light(),
            Theme::Dark => text::theme_dark(),
        }
    }

    /// Returns the value for CSS's `color-scheme`.
    pub fn color_scheme(self) -> &'static str {
        match self {
            Theme::System => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// Returns the theme of the page that is being rendered.
pub fn theme() -> Theme {
    use_context().unwrap_or_default()
}

/// The look that a user chose; `None` leaves a setting unchanged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LookChoice {
    pub theme: Option<Theme>,
    pub language: Option<Language>,
}

/// The names of the controls, and of the cookies.
pub const THEME: &str = "theme";
pub const LANGUAGE: &str = "language";

/// The path to which the forms for the look are sent.
pub const LOOK_PATH: &str = "/settings/appearance";
