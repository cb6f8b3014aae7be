//! The profile and its editor.

use crate::profile::{Audience, Author};

pub const PROFILE: &str = "Profile";
pub const YOUR_PROFILE: &str = "Your profile";
pub const EDIT_PROFILE: &str = "Edit profile";
pub const SAVE_PROFILE: &str = "Save profile";
pub const SAVING: &str = "Saving …";
pub const SAVED: &str = "Your profile is saved.";
pub const SAVED_OTHER: &str = "The profile is saved.";
pub const CANCEL: &str = "Cancel";
pub const PREVIEW: &str = "Preview";
pub const PREVIEW_HINT: &str = "How it looks with what is in the form now.";
pub const PUBLIC_ADDRESS: &str = "Link to share";
pub const PRIVACY: &str = "Privacy";
pub const NOTHING: &str = "Nothing";
pub const UNREADABLE: &str = "A value that this site can no longer read";
pub const FILLED_IN_BY_OTHERS: &str = "Somebody else fills this in for you.";
pub const NOT_YOURS_TO_CHANGE: &str = "You can read this, and not change it.";
pub const NOT_KEPT: &str = "What has no place any more";
pub const NOT_KEPT_HINT: &str =
    "You typed this for fields that are no longer yours to change. Copy what you need.";
pub const ROLE: &str = "Role";
pub const NOTHING_YET: &str = "Nothing here yet.";
pub const STILL_EMPTY: &str = "Still empty";
pub const YES: &str = "Yes";
pub const NO: &str = "No";
pub const NOT_SAID: &str = "Not said";
pub const CHOOSE: &str = "Choose one";

pub const VIEW_AS: &str = "View as";
pub const A_GUEST: &str = "Guest";
pub const A_MEMBER: &str = "Member";
pub const ME: &str = "Me";
pub const AS_OTHERS: &str = "This is what they see. What is missing is hidden from them.";
pub const HIDDEN_FROM_THEM: &str = "They are told that there is no such page.";

pub const SEEN_BY: &str = "Seen by";
pub const WHO_SEES_PROFILE: &str = "Who sees your profile";
pub const WHO_SEES_PROFILE_HINT: &str =
    "To everybody else it is as if you had none. No field is seen by more than this.";

pub const CONFLICT_TITLE: &str = "Choose what to keep";
pub const BEFORE: &str = "Before";
pub const AFTER: &str = "After";
pub const YOURS: &str = "Yours";
pub const KEPT: &str = "It was changed while you edited. These changes are kept too:";

pub const HISTORY: &str = "History";
pub const HISTORY_LEAD: &str = "Every change to your profile. Only you see this page.";
pub const NO_HISTORY: &str = "No changes yet.";
pub const OLDER: &str = "Older changes";
pub const UNDO: &str = "Undo";
pub const UNDONE: &str = "The change is undone.";
pub const UNDO_CONFLICT: &str = "It was changed again since you opened this page. Look at it below, and undo it if you still want to.";
pub const CANNOT_UNDO: &str = "It cannot be undone.";

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

/// "Edit Maya Lind’s profile"
pub fn edit_profile_of(name: &str) -> String {
    format!("Edit {name}’s profile")
}

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

pub const CHANGE_PICTURE: &str = "Change your picture";
pub const PICTURE_FILE: &str = "Picture file";
pub const PICTURE_LIMITS: &str = "JPEG, PNG, WebP or GIF, up to 16 MB and 50 megapixels. The largest square in its middle is taken. Where and when it was made is not kept.";
pub const PICTURE_WAYS: &str = "You can also drop a picture here, or paste one.";
pub const PICTURE_LEAVES: &str =
    "Saving it opens this page anew. Save what you changed below before that.";
pub const PICTURE_ELSEWHERE: &str = "The picture has a form of its own, above.";
pub const PICTURE_OF_OTHERS: &str = "You can take the picture away, above.";
pub const ALT: &str = "What the picture shows";
pub const ALT_HINT: &str = "For people who cannot see it. Leave it empty if your name says enough.";
pub const SAVE_PICTURE: &str = "Save picture";
pub const PICTURE_SAVED: &str = "Your picture is saved.";
pub const REMOVE_PICTURE: &str = "Remove picture";
pub const REMOVE_PICTURE_HINT: &str =
    "It can be brought back from the history for 30 days. Then it is erased.";
pub const PICTURE_ERASED: &str = "This picture was erased: earlier ones are kept for 30 days.";
pub const UPLOADING: &str = "Sending the picture";
pub const UPLOAD_CANCELLED: &str = "You called it off. The picture from before is kept.";
pub const CROP: &str = "The part of the picture that is kept";
pub const CROP_HINT: &str =
    "Drag the picture, or move the part with the arrow keys. Plus and minus zoom.";
pub const ZOOM: &str = "Zoom";
pub const MOVE_LEFT: &str = "Move to the left";
pub const MOVE_RIGHT: &str = "Move to the right";
pub const MOVE_UP: &str = "Move up";
pub const MOVE_DOWN: &str = "Move down";
pub const ROTATE: &str = "Rotate";
pub const RESET: &str = "Reset";

/// A picture, in a list of changes.
pub fn picture(alt: &str) -> String {
    if alt.is_empty() {
        "A picture".to_owned()
    } else {
        format!("A picture: {alt}")
    }
}
