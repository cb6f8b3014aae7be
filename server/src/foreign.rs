//! Data from elsewhere: tables and databases of users, read into values that the rules have
//! passed, and imported.
//!
//! | file | what |
//! |---|---|
//! | `names` | usernames that other programs allow, as ours |
//! | `values` | texts of other programs, as the forms of ours have them |
//! | `sheet` | tables of users, in the spellings of spreadsheets |
//! | `people` | users of a table |
//! | `import` | an import: who comes |
//! | `django` | users and profiles of a Django project |

pub mod django;
pub mod import;
pub mod names;
pub mod people;
pub mod sheet;
pub mod values;
