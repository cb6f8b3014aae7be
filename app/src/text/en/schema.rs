//! English texts of the schema: its page, and the report on the effects of another one. The
//! commands print the report too.

use super::number::number;
use crate::{
    profile::rules::{audience::Audience, schema_change::Finding},
    text::words::words,
};

words! {
    schema_built_in: "The built-in schema is in use.",
    schema_checked_only: "On this page, you can only check another schema. To change the one in use, edit its file and send SIGHUP to the program.",
    schema_seen_by: "Visible to",
    schema_changed_by: "Can be changed by",
    schema_profiles_of: "Only in profiles of",
    schema_values: "Values",
    schema_owner: "its owner",
    schema_nobody: "nobody",
    schema_counted_in_newest: "Values are counted in the newest 1000 profiles. A check counts all of them.",
    schema_other: "Another schema",
    schema_other_lead: "It is checked against all profiles first. Nothing changes until you have read what it would do.",
    schema_text: "Text of the schema",
    schema_text_hint: "A complete profile.toml, at most 256 KiB.",
    schema_file: "Or a file",
    schema_file_hint: "If you choose one, it is checked instead of the text.",
    schema_check: "Check",
    schema_apply: "Apply this schema",
    schema_applied: "The new schema is in use.",
    schema_download: "Download profile.toml",
    schema_would: "What it would do",
    schema_is_harmless: "Nothing would become invalid, hidden, or visible to more people.",
    schema_is_not_harmless: "The changes are listed above. No schema deletes stored values.",
    no_such_field_any_more: "not in the new schema",
    schema_same: "This schema is already in use.",
    schema_read: "I have read what it would do.",
    schema_out_of_reach: "You cannot apply it: it grants or removes a right that your role does not have, or changes whether users with such a right need a second factor.",
    schema_replaced: "Another schema was applied after you opened this page, so yours was not. Yours has been checked again.",
    schema_unread: "Nothing has been applied yet. Read what it would do, and select the box to confirm that you have.",
    schema_too_long: "This is longer than 256 KiB. Shorten it.",
    schema_too_many_profiles: "There are too many profiles to check on this page. Use the command: silhouette schema apply FILE",
    schema_applied_badge: "In use",
    schema_revisions: "Revisions",
    schema_no_revisions: "None yet. Every schema that is applied here or by command is kept.",
    schema_take_back: "Check and restore",
    schema_compare_current: "Compare with the one in use",
    schema_older: "Older revisions",
    schema_same_texts: "Both texts are the same.",
    schema_lines_left_out: "…",
}

/// Source of a schema that is read from a file.
pub fn schema_from_file(path: &str) -> String {
    format!("The schema is read from a file on the server, {path}.")
}

pub fn schema_revision(id: i64) -> String {
    if id == 0 {
        return "The built-in schema".to_owned();
    }
    format!("Revision {id}")
}

pub fn schema_revision_in_force(id: i64) -> String {
    format!("Revision {id} is in use.")
}

pub fn schema_taken_back_to(id: i64) -> String {
    if id == 0 {
        return "restores the built-in schema".to_owned();
    }
    format!("restores revision {id}")
}

/// Heading of the lines that differ: those of the first are missing in the second.
pub fn schema_from_to(old: &str, new: &str) -> String {
    format!("From “{old}” to “{new}”")
}

/// Mistake in a schema. Its reason is English in every language.
pub fn schema_mistake(line: usize, reason: &str) -> String {
    format!("Line {line}: {reason}")
}

/// Number of profiles that have a value of a field.
pub fn profiles_with_value(values: u64, profiles: u64) -> String {
    let profiles = number(profiles);
    match values {
        1 => format!("1 of {profiles} profiles has a value"),
        values => format!("{} of {profiles} profiles have a value", number(values)),
    }
}

/// Audience of a field: the default, or if it is locked, the only one.
pub fn schema_audience(audience: Audience, locked: bool) -> &'static str {
    match (audience, locked) {
        (Audience::Everyone, false) => "everyone, unless its owner chooses otherwise",
        (Audience::Members, false) => "members, unless its owner chooses otherwise",
        (Audience::Me, false) => "its owner, unless they choose otherwise",
        (Audience::Everyone, true) => "everyone",
        (Audience::Members, true) => "members",
        (Audience::Me, true) => "its owner",
    }
}

/// Effect of another schema, and how often it occurs.
pub fn schema_finding(finding: &Finding, count: u64) -> String {
    let count = number(count);
    match finding {
        Finding::Invalid(why) => format!("would become invalid: {count}. {why}"),
        Finding::Unreadable => {
            format!("would be hidden, because the new type cannot read them: {count}")
        }
        Finding::WithoutRole => {
            format!("would be hidden, because the owner’s role does not have the field: {count}")
        }
        Finding::Narrower => {
            format!("would be hidden from some people who see them now: {count}")
        }
        Finding::Wider => format!("would be visible to more people than now: {count}"),
        Finding::Missing => {
            format!("profiles that would need a value at the next save: {count}")
        }
        Finding::Gone => format!("would be hidden: {count}"),
        Finding::Role { from, to } => {
            format!("users whose role would change from {from} to {to}: {count}")
        }
        Finding::WiderProfile => {
            format!("profiles that would be visible to more people than now: {count}")
        }
        Finding::NarrowerProfile => {
            format!("profiles that would be visible to fewer people than now: {count}")
        }
        Finding::Given { role, right } => format!("the role {role} would get the right {right}"),
        Finding::Taken { role, right } => format!("the role {role} would lose the right {right}"),
        Finding::SecondRequired(role) => {
            format!("users of the role {role} would have to set up a second factor")
        }
        Finding::SecondOptional(role) => {
            format!("users of the role {role} would no longer need a second factor")
        }
        Finding::NoManager => {
            "nobody could manage users any more, so it cannot be applied".to_owned()
        }
    }
}
