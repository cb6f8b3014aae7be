//! The rules of a profile: pure, without I/O, the same on both sides. In reading order:
//!
//! | file | content |
//! |---|---|
//! | `schema` | the fields of a site, and what each role may do; reading and filling controls |
//! | `kind` | `Kind::parse`, the only way from text to a value |
//! | `length`, `choice` | the length of a text; the controls that answer a conflict |
//! | `value`, `stored_value` | `Value` and its text (`print`); its JSON (`to_json`, `from_json`) |
//! | `date`, `typed_date` | a calendar date without a time; a date as people type it |
//! | `picture`, `crop` | the hash and description of a picture; the square cut out of one |
//! | `violation` | the ways in which a value can break a rule |
//! | `audience` | the audience of a field or a profile; the names of items |
//! | `access` | the only place that decides who sees and changes what |
//! | `directory` | who may open the members' directory, its searches and their results |
//! | `view_as` | the viewer that "view as" uses |
//! | `profile` | a stored profile, as the rules read it |
//! | `document` | its items as JSON, including those that are not in the schema |
//! | `patch` | a save, item by item: keep, clear or set; the answers to conflicts |
//! | `merge` | three-way merge, item by item |
//! | `snapshot` | a profile with its later changes |
//! | `save` | `Patch::decide`: is a save allowed, what does it change and conflict with |
//! | `author`, `history` | past changes with both sides; `rewind` to an earlier version; `undo` |
//! | `describe` | an item in words, for conflicts and the history |
//! | `schema_change` | the effects of another schema, and who may apply it |
//! | `line_diff` | the lines in which two texts differ |
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
