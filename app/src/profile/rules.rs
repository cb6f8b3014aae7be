//! The rules of a profile: pure, without I/O, the same on both sides. In reading order:
//!
//! | file | content |
//! |---|---|
//! | `schema` | `Schema`, `Role`, `Group`, `Field`: the fields of a site, and what each role may do; how a field reads and fills its controls |
//! | `kind`, `length`, `choice` | `Kind::parse`, the only way from text to a value; lengths; options |
//! | `value`, `stored_value` | `Value`, with its text (`print`); its JSON (`to_json`, `from_json`) |
//! | `date`, `typed_date` | a calendar date without a time; a date as people type it |
//! | `picture`, `crop` | the hash and description of a picture; the square cut out of one, the same arithmetic on both sides |
//! | `violation` | how a value can break a rule |
//! | `audience` | who a field or a profile is for; the names of items |
//! | `access` | the only place that decides who sees and changes what: `visible_to`, `can_read_item`, `check_change` |
//! | `directory` | who opens the members' directory, what is searched and found there |
//! | `view_as` | the viewer that "view as" borrows |
//! | `profile`, `document` | a stored profile, as the rules read it; its items as JSON, including those the schema does not know |
//! | `patch` | a save, item by item: keep, clear or set; the hidden controls; the answer to a conflict |
//! | `merge` | three-way, item by item |
//! | `snapshot`, `save` | a profile with its later changes; `Patch::decide`: is it allowed, what does it change, what does it conflict with |
//! | `author`, `history` | past changes with both sides; `rewind` to an earlier version; `undo`, which makes a patch |
//! | `describe` | an item in words, for conflicts and the history |
//! | `schema_change`, `line_diff` | what another schema would do, and who may put it in force; the lines in which two differ |
//! | `fixture` | small schemas for tests |

pub mod access;
pub mod audience;
pub mod author;
pub mod choice;
pub mod crop;
pub mod date;
pub mod describe;
pub mod directory;
pub mod document;
#[cfg(test)]
pub(crate) mod fixture;
pub mod history;
pub mod kind;
pub mod length;
pub mod line_diff;
pub mod merge;
pub mod patch;
pub mod picture;
pub mod profile;
pub mod save;
pub mod schema;
pub mod schema_change;
pub mod snapshot;
mod stored_value;
mod typed_date;
pub mod value;
pub mod view_as;
pub mod violation;
