//! The forms of a profile and of its picture, and their islands.
//!
//! | file | content |
//! |---|---|
//! | `form` | `ProfileEditor`: the form as the server renders it |
//! | `state` | `FormState`: what its controls contain, freshly opened or rejected |
//! | `control` | the HTML control of a field, by its kind; fields that somebody else fills in; audiences. Rendered by the server only |
//! | `conflict` | the two sides of a conflict, to choose from |
//! | `draft` | `Draft`: what is typed, what is wrong with it, and the preview |
//! | `island` | `EditorIsland`, with one signal: shows the draft as it changes, and sends it |
//! | `sign_up` | the fields that sign-up asks for |
//! | `picture_form` | the form of the picture |
//! | `crop` | `CropIsland`: choosing, cropping and uploading a picture |

mod conflict;
pub mod control;
mod crop;
mod draft;
pub mod form;
mod island;
pub mod picture_form;
pub mod sign_up;
pub mod state;
