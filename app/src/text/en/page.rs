//! The frame around every page, the welcome page, how pages look, and the forms'
//! shared words.

use crate::text::words;

words! {
    skip_to_content: "Skip to content",
    main_navigation: "Main",
    optional: "(optional)",
    comma: ", ",
    problem: "There is a problem",
    error_prefix: "Error: ",

    appearance: "Appearance",
    colours_and_language: "Colours and language",
    appearance_lead: "How this site looks on this device.",
    appearance_saved: "It looks like this from now on.",
    save_appearance: "Save appearance",
    site_language: "Language",
    theme: "Colours",
    theme_system: "Like the device",
    theme_light: "Light",
    theme_dark: "Dark",

    welcome_title: "A page that says who you are",
    welcome_lead: "Sign up, and you have a profile. Say as much as you like, change it whenever you like.",
}

/// What one gets, each with an explanation.
pub fn welcome_points() -> [(&'static str, &'static str); 3] {
    [
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
    ]
}

/// The last line of a mail.
pub fn mail_foot(site: &str) -> String {
    format!("Sent by {site}, because of an account or a request there.")
}
