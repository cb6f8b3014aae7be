//! The profile and its editor.

pub const PROFILE: &str = "Profile";
pub const YOUR_PROFILE: &str = "Your profile";
pub const EDIT_PROFILE: &str = "Edit profile";
pub const SAVE_PROFILE: &str = "Save profile";
pub const SAVING: &str = "Saving …";
pub const SAVED: &str = "Your profile is saved.";
pub const CANCEL: &str = "Cancel";
pub const PREVIEW: &str = "Preview";
pub const PREVIEW_HINT: &str = "How your profile looks with what is in the form now.";
pub const SEE_AS_OTHERS: &str = "Your public page";
pub const NOTHING_YET: &str = "Nothing here yet.";
pub const STILL_EMPTY: &str = "Still empty";
pub const YES: &str = "Yes";
pub const NO: &str = "No";
pub const NOT_SAID: &str = "Not said";
pub const CHOOSE: &str = "Choose one";

/// "Maya Lind's profile"
pub fn profile_of(name: &str) -> String {
    format!("{name}’s profile")
}

/// A limit, as it stands below a field before anything is typed.
pub fn up_to(max: usize) -> String {
    format!("Up to {} characters.", thousands(max))
}

/// The limit while somebody types.
pub fn room_left(length: usize, max: usize) -> String {
    match (max.checked_sub(length), length.saturating_sub(max)) {
        (Some(1), _) => "1 character left.".to_owned(),
        (Some(left), _) => format!("{} characters left.", thousands(left)),
        (None, 1) => "1 character too many.".to_owned(),
        (None, over) => format!("{} characters too many.", thousands(over)),
    }
}

/// Digits in groups of three from 10,000 on.
fn thousands(number: usize) -> String {
    match number {
        0..10_000 => number.to_string(),
        _ => format!("{},{:03}", thousands(number / 1000), number % 1000),
    }
}
