//! The pages of a profile.
//!
//! | file | content |
//! |---|---|
//! | `own` | `/profile` |
//! | `public` | `/u/{username}` |
//! | `members` | `/members` |
//! | `edit` | `/profile/edit`, `/u/{username}/edit` |
//! | `picture` | `/profile/avatar` |
//! | `history`, `change` | `/profile/history`, paged by changes and bytes; one change in full |
//! | `erase` | `/profile/history/erase`: what will be erased, before it is |
//! | `saved` | the notice after a save |
//! | `load` | loading a profile for a page |

mod change;
pub mod edit;
pub mod erase;
pub mod history;
mod load;
pub mod members;
pub mod own;
pub mod picture;
pub mod public;
mod saved;
