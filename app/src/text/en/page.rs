//! The frame around every page, the welcome page, and the forms' shared words.

pub const SITE: &str = "Silhouette";
pub const SKIP_TO_CONTENT: &str = "Skip to content";
pub const MAIN_NAVIGATION: &str = "Main";
pub const OPTIONAL: &str = "(optional)";
pub const PROBLEM: &str = "There is a problem";
pub const ERROR_PREFIX: &str = "Error: ";

pub const WELCOME_TITLE: &str = "A page that says who you are";
pub const WELCOME_LEAD: &str = "Sign up, and you have a profile. Say as much as you like, \
     change it whenever you like.";
pub const WELCOME_POINTS: [(&str, &str); 3] = [
    (
        "Yours from the start",
        "Your profile is made together with your account. Nothing to set up, nothing to ask for.",
    ),
    (
        "Nothing you typed is lost",
        "A form that cannot be saved comes back as you left it, with what to mend beside it.",
    ),
    (
        "Light on any device",
        "Pages arrive finished. They work without scripts, on a slow line, on a small screen.",
    ),
];

/// A page's `<title>`.
pub fn page_title(page: &str, refused: bool) -> String {
    let prefix = if refused { ERROR_PREFIX } else { "" };
    format!("{prefix}{page} · {SITE}")
}
