//! Components that know no feature.

mod error_page;
mod error_summary;
mod field;
mod initials;
pub mod live_form;
mod packed;
mod page;
mod text_area;

pub use error_page::ErrorPage;
pub use error_summary::{ERROR_SUMMARY, ErrorSummary, Problem, problems};
pub use field::{Described, Fieldset, FileInput, Input, Select, control_id};
pub use initials::{INITIALS_COLOURS, Initials};
pub use packed::{read_start, write_start};
pub use page::{Page, Width};
pub use text_area::TextArea;
