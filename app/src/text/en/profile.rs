//! Texts of the profile and its editor.

use super::number::{characters, number};
use crate::{
    profile::rules::{audience::Audience, author::Author, date::Date},
    text::words::words,
};

words! {
    profile: "Profile",
    your_profile: "Your profile",
    edit_profile: "Edit profile",
    save_profile: "Save profile",
    saving: "Saving…",
    saved: "Profile saved.",
    saved_other: "Profile saved.",
    cancel: "Cancel",
    preview: "Preview",
    preview_hint: "How the profile will look after saving.",
    public_address: "Public profile",
    privacy: "Privacy",
    nothing: "Empty",
    unreadable: "A value that this site can no longer read",
    filled_in_by_others: "Someone else fills this in for you.",
    not_yours_to_change: "You can see this, but you cannot edit it.",
    not_kept: "Not saved: fields you can no longer edit",
    not_kept_hint: "You typed this in fields that you can no longer edit. Copy what you need.",
    role: "Role",
    nothing_yet: "Nothing here yet.",
    still_empty: "Still empty",
    yes: "Yes",
    no: "No",
    not_said: "Prefer not to say",
    save_contact: "Save as contact",
    qr_code: "QR code",
    unsaved: "You have unsaved changes.",
    choose: "Choose an option",

    view_as: "View as",
    a_guest: "Guest",
    a_member: "Member",
    me: "Me",
    as_others: "This is what they see. Anything missing is hidden from them.",
    hidden_from_them: "They see “Page not found”.",

    seen_by: "Visible to",
    who_sees_profile: "Who can see your profile",
    who_sees_profile_hint: "Nobody else can tell that you have a profile. No field is visible to more people than this.",

    conflict_title: "Choose what to keep",
    before: "Before",
    after: "After",
    yours: "Your version",
    yours_elsewhere: "Version saved in another window",
    kept_too: "The profile was changed while you were editing. These changes were saved as well:",

    history: "History",
    history_lead: "Every change to your profile. Only you can see this page.",
    no_history: "No changes yet.",
    older: "Older changes",
    undo: "Undo",
    undone: "Change undone.",
    undo_conflict: "This was changed again after you opened the page. Check it below, and undo it if you still want to.",
    cannot_undo: "This cannot be undone.",

    value_erased: "Deleted",
    value_too_old: "No longer kept",
    erase_value: "Delete from history",
    erase_lead: "This permanently deletes the value everywhere in your history. The history still shows that there was a change, when, and by whom. Your profile stays as it is.",
    erase_which: "What to delete",
    erase_still: "This is what your profile says now. To remove it there too, edit your profile.",
    erased_notice: "Value deleted from your history.",
}

pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Everyone",
        Audience::Members => "Members",
        Audience::Me => "Only me",
    }
}

/// Roles that see a field regardless of its audience.
pub fn and_always(roles: &str) -> String {
    format!("and always: {roles}")
}

/// Option for who sees the whole profile.
pub fn whole_audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Everyone",
        Audience::Members => "Members: anyone who is logged in",
        Audience::Me => "Only me: hide the profile",
    }
}

/// Name of a field's audience in the history and in a conflict.
pub fn who_sees(label: &str) -> String {
    format!("Who can see {label}")
}

/// Heading of the other side of a conflict.
pub fn theirs(by: Option<&str>) -> String {
    match by {
        Some(username) => format!("Version by @{username}"),
        None => "Version by the site operator or a former member".to_owned(),
    }
}

/// Someone else's change that a save kept.
pub fn kept(label: &str, author: &str) -> String {
    format!("{label}, {author}")
}

/// Author of a change, as told to the user named `reader`.
pub fn author(author: &Author, reader: &str) -> String {
    match author {
        Author::User(username) if username == reader => "by you".to_owned(),
        Author::User(username) => format!("by @{username}"),
        Author::Former => "by a former member".to_owned(),
        Author::Operator => "by the site operator".to_owned(),
    }
}

/// Accessible name of the undo button.
pub fn undo_what(label: &str) -> String {
    format!("Undo: {label}")
}

/// Accessible name of the link that deletes a value from the history.
pub fn erase_what(label: &str) -> String {
    format!("Delete from history: {label}")
}

/// Link to a change whose value is truncated.
pub fn whole_value(label: &str) -> String {
    format!("Show all of {label}")
}

/// Number of times a value occurs in the history.
pub fn places(places: u64) -> String {
    match places {
        1 => "In 1 place in the history.".to_owned(),
        places => format!("In {} places in the history.", number(places)),
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

/// Description of a profile page for link previews, if the profile has no better text.
pub fn profile_at(name: &str, site: &str) -> String {
    format!("{name} on {site}")
}

/// Alternative text of a QR code.
pub fn qr_code_of(address: &str) -> String {
    format!("QR code for {address}")
}

/// Month in which the account was created.
pub fn member_since(day: Date) -> String {
    format!("Member since {}", super::date::month_and_year(day))
}

/// Character limit shown below a field before anything is typed.
pub fn up_to(max: usize) -> String {
    format!("Up to {}.", characters(max))
}

/// Characters left, or too many, while someone types.
pub fn room_left(length: usize, max: usize) -> String {
    match (max.checked_sub(length), length.saturating_sub(max)) {
        (Some(left), _) => format!("{} left.", characters(left)),
        (None, over) => format!("{} too many.", characters(over)),
    }
}

words! {
    change_picture: "Change picture",
    picture_file: "Picture file",
    picture_limits: "JPEG, PNG, WebP, GIF or BMP, up to 16 MB and 50 megapixels. It is cropped to the largest square in the middle. Where and when it was taken is not stored.",
    picture_ways: "You can also drop or paste a picture here.",
    picture_leaves: "Saving the picture reloads this page. Save your changes below first.",
    picture_elsewhere: "The picture has its own form above.",
    picture_of_others: "You can remove the picture above.",
    alt: "Picture description",
    alt_hint: "For people who cannot see the picture. Leave it empty if your name says enough.",
    save_picture: "Save picture",
    picture_saved: "Picture saved.",
    remove_picture: "Remove picture",
    remove_picture_hint: "You can restore it from the history for 30 days. After that, it is permanently deleted.",
    picture_erased: "This picture was deleted. Previous pictures are kept for 30 days.",
    uploading: "Uploading the picture",
    upload_cancelled: "Upload cancelled. Your picture was not changed.",
    crop: "Crop area",
    crop_hint: "Drag the picture, or move the crop area with the arrow keys. Zoom with plus and minus.",
    zoom: "Zoom",
    move_left: "Move left",
    move_right: "Move right",
    move_up: "Move up",
    move_down: "Move down",
    rotate: "Rotate",
    reset: "Reset",
}

/// Picture in a list of changes.
pub fn picture(alt: &str) -> String {
    if alt.is_empty() {
        "A picture".to_owned()
    } else {
        format!("A picture: {alt}")
    }
}
