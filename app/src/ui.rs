//! Components that know no feature.

mod error_page;
mod error_summary;
mod field;
mod footer;
mod initials;
pub mod live_form;
mod packed;
mod page;
mod password;
mod text_area;
mod tick;

pub use error_page::ErrorPage;
pub use error_summary::{ERROR_SUMMARY, ErrorSummary, Problem, problems};
pub use field::{Described, Fieldset, FileInput, Input, Select, control_id};
pub use footer::Footer;
pub use initials::{INITIALS_COLOURS, Initials};
pub use packed::{read_start, write_start};
pub use page::{Page, Width};
pub use password::{PasswordInput, REVEAL};
pub use text_area::TextArea;
pub use tick::Tick;
