//! Texts of the page frame, the welcome page, the appearance, and words that all
//! forms share.

use crate::text::words::words;

words! {
    skip_to_content: "Skip to content",
    main_navigation: "Main",
    optional: "(optional)",
    comma: ", ",
    problem: "There is a problem",
    error_prefix: "Error: ",

    appearance: "Appearance",
    colours_and_language: "Theme and language",
    appearance_lead: "Choose how this site looks on this device.",
    appearance_saved: "Appearance saved.",
    save_appearance: "Save appearance",
    site_language: "Language",
    theme: "Theme",
    theme_system: "System",
    theme_light: "Light",
    theme_dark: "Dark",

    welcome_title: "A page that says who you are",
    welcome_lead: "Sign up to get your own profile. Share as much as you like, and change it at any time.",
}

/// Benefits on the welcome page, each with an explanation.
pub fn welcome_points() -> [(&'static str, &'static str); 3] {
    [
        (
            "Yours from the start",
            "Your profile is created along with your account. There is nothing to set up.",
        ),
        (
            "Nothing you type is lost",
            "A form that cannot be saved comes back as you filled it in, and shows you what to fix.",
        ),
        (
            "Fast on any device",
            "Pages work without JavaScript, on slow connections and on small screens.",
        ),
    ]
}

/// Last line of an email.
pub fn mail_foot(site: &str) -> String {
    format!("You received this email because of an account or a request on {site}.")
}
