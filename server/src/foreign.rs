//! Data from elsewhere: tables and databases of users, read into validated values and imported.
//!
//! | file | content |
//! |---|---|
//! | `names` | usernames of other programs, converted to ours |
//! | `values` | field values of other programs, converted to those of our forms |
//! | `sheet` | tables of users, in the formats that spreadsheet programs write |
//! | `people` | the users of a table |
//! | `import` | the import of users, or a dry run of it |
//! | `django` | users and profiles of a Django project |

pub mod django;
pub mod import;
pub mod names;
pub mod people;
pub mod sheet;
pub mod values;
