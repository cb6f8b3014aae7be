//! The profile and its editor.

use super::number::characters;
use crate::{
    profile::rules::{audience::Audience, author::Author, date::Date},
    text::words,
};

words! {
    profile: "Profile",
    your_profile: "Your profile",
    edit_profile: "Edit profile",
    save_profile: "Save profile",
    saving: "Saving …",
    saved: "Your profile is saved.",
    saved_other: "The profile is saved.",
    cancel: "Cancel",
    preview: "Preview",
    preview_hint: "How it looks with what is in the form now.",
    public_address: "Public profile",
    privacy: "Privacy",
    nothing: "Nothing",
    unreadable: "A value that this site can no longer read",
    filled_in_by_others: "Somebody else fills this in for you.",
    not_yours_to_change: "You can read this, and not change it.",
    not_kept: "What has no place any more",
    not_kept_hint: "You typed this for fields that are no longer yours to change. Copy what you need.",
    role: "Role",
    nothing_yet: "Nothing here yet.",
    still_empty: "Still empty",
    yes: "Yes",
    no: "No",
    not_said: "Not said",
    save_contact: "Save as contact",
    qr_code: "QR code",
    unsaved: "There are changes that are not saved.",
    choose: "Choose one",

    view_as: "View as",
    a_guest: "Guest",
    a_member: "Member",
    me: "Me",
    as_others: "This is what they see. What is missing is hidden from them.",
    hidden_from_them: "They are told that there is no such page.",

    seen_by: "Seen by",
    who_sees_profile: "Who sees your profile",
    who_sees_profile_hint: "To everybody else it is as if you had none. No field is seen by more than this.",

    conflict_title: "Choose what to keep",
    before: "Before",
    after: "After",
    yours: "Yours",
    yours_elsewhere: "Saved in another window",
    kept_too: "It was changed while you edited. These changes are kept too:",

    history: "History",
    history_lead: "Every change to your profile. Only you see this page.",
    no_history: "No changes yet.",
    older: "Older changes",
    undo: "Undo",
    undone: "The change is undone.",
    undo_conflict: "It was changed again since you opened this page. Look at it below, and undo it if you still want to.",
    cannot_undo: "It cannot be undone.",

    value_erased: "Erased",
    value_too_old: "No longer kept",
    erase_value: "Erase from history",
    erase_lead: "Erasing removes the value from your history for good, wherever it appears there. That it was changed, when, and by whom stays on record. Your profile stays as it is.",
    erase_which: "What to erase",
    erase_still: "Your profile says this now. To remove it there too, edit your profile.",
    erased_notice: "The value is erased from your history.",
}

pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Everyone",
        Audience::Members => "Members",
        Audience::Me => "Only me",
    }
}

/// Roles that see a field whatever its audience.
pub fn and_always(roles: &str) -> String {
    format!("and always: {roles}")
}

/// A choice of who sees the profile as a whole.
pub fn whole_audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Everyone",
        Audience::Members => "Members: whoever is logged in",
        Audience::Me => "Only me: hide it",
    }
}

/// The name of an item in the history and in a conflict.
pub fn who_sees(label: &str) -> String {
    format!("Who sees {label}")
}

/// Above the other side of a conflict.
pub fn theirs(by: Option<&str>) -> String {
    match by {
        Some(username) => format!("By @{username}"),
        None => "By the operator, or by a former member".to_owned(),
    }
}

/// One of the changes that a save has kept.
pub fn kept(label: &str, author: &str) -> String {
    format!("{label}, {author}")
}

/// Whose change it is, told to the user of that name.
pub fn author(author: &Author, reader: &str) -> String {
    match author {
        Author::User(username) if username == reader => "by you".to_owned(),
        Author::User(username) => format!("by @{username}"),
        Author::Former => "by a former member".to_owned(),
        Author::Operator => "by the operator of this site".to_owned(),
    }
}

/// What the button says to who only hears it.
pub fn undo_what(label: &str) -> String {
    format!("Undo: {label}")
}

/// What the link says to who only hears it.
pub fn erase_what(label: &str) -> String {
    format!("Erase from history: {label}")
}

/// The link to a change whose value is cut short.
pub fn whole_value(label: &str) -> String {
    format!("Show all of {label}")
}

/// How often a value stands in the history.
pub fn places(places: u64) -> String {
    match places {
        1 => "In 1 place of the history.".to_owned(),
        places => format!("In {places} places of the history."),
    }
}

/// "Edit Maya Lind’s profile"
pub fn edit_profile_of(name: &str) -> String {
    format!("Edit {name}’s profile")
}

/// "Maya Lind's profile"
pub fn profile_of(name: &str) -> String {
    format!("{name}’s profile")
}

/// What a page about somebody says to programs that show a link to it, where the
/// profile has no text that says it better.
pub fn profile_at(name: &str, site: &str) -> String {
    format!("{name} on {site}")
}

/// What a picture shows that a phone reads an address from.
pub fn qr_code_of(address: &str) -> String {
    format!("QR code of {address}")
}

/// When the account was made.
pub fn member_since(day: Date) -> String {
    format!("Member since {}", super::date::month_and_year(day))
}

/// A limit, as it stands below a field before anything is typed.
pub fn up_to(max: usize) -> String {
    format!("Up to {}.", characters(max))
}

/// The limit while somebody types.
pub fn room_left(length: usize, max: usize) -> String {
    match (max.checked_sub(length), length.saturating_sub(max)) {
        (Some(left), _) => format!("{} left.", characters(left)),
        (None, over) => format!("{} too many.", characters(over)),
    }
}

words! {
    change_picture: "Change your picture",
    picture_file: "Picture file",
    picture_limits: "JPEG, PNG, WebP, GIF or BMP, up to 16 MB and 50 megapixels. The largest square in its middle is taken. Where and when it was made is not kept.",
    picture_ways: "You can also drop a picture here, or paste one.",
    picture_leaves: "Saving it opens this page anew. Save what you changed below before that.",
    picture_elsewhere: "The picture has a form of its own, above.",
    picture_of_others: "You can take the picture away, above.",
    alt: "What the picture shows",
    alt_hint: "For people who cannot see it. Leave it empty if your name says enough.",
    save_picture: "Save picture",
    picture_saved: "Your picture is saved.",
    remove_picture: "Remove picture",
    remove_picture_hint: "It can be brought back from the history for 30 days. Then it is erased.",
    picture_erased: "This picture was erased: earlier ones are kept for 30 days.",
    uploading: "Sending the picture",
    upload_cancelled: "You called it off. The picture from before is kept.",
    crop: "The part of the picture that is kept",
    crop_hint: "Drag the picture, or move the part with the arrow keys. Plus and minus zoom.",
    zoom: "Zoom",
    move_left: "Move to the left",
    move_right: "Move to the right",
    move_up: "Move up",
    move_down: "Move down",
    rotate: "Rotate",
    reset: "Reset",
}

/// A picture, in a list of changes.
pub fn picture(alt: &str) -> String {
    if alt.is_empty() {
        "A picture".to_owned()
    } else {
        format!("A picture: {alt}")
    }
}
