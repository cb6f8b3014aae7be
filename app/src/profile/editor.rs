//! The forms of a profile and of its picture, and their islands.
//!
//! | file | content |
//! |---|---|
//! | `form` | `ProfileEditor`: the form as the server renders it |
//! | `state` | `FormState`: what its controls contain, freshly opened or rejected |
//! | `control` | the HTML control of a field, by its kind; fields that the viewer cannot change; audiences. Rendered only by the server |
//! | `conflict` | the choice between the two sides of a conflict |
//! | `draft` | `Draft`: the input, its errors, and the preview |
//! | `island` | `EditorIsland`, with one signal: shows the draft as it changes, and sends it |
//! | `sign_up` | the fields that sign-up asks for |
//! | `picture_form` | the form for the picture |
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
