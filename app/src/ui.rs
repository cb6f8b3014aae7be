//! Components that know no feature. `/design` shows them all (`design.rs`).

mod badge;
mod date_input;
mod error_page;
mod error_summary;
mod field;
mod footer;
mod initials;
mod link_card;
pub mod live_form;
mod moment;
mod notice;
mod packed;
mod page;
mod password;
mod save;
mod tags;
mod text_area;
mod tick;

pub use badge::Badge;
pub use date_input::DateInput;
pub use error_page::ErrorPage;
pub use error_summary::{ERROR_SUMMARY, ErrorSummary, Problem, problems};
pub use field::{Described, Fieldset, FileInput, Input, Select, control_id};
pub use footer::Footer;
pub use initials::{INITIALS_COLOURS, Initials};
pub use link_card::LinkCard;
pub use moment::Moment;
pub use notice::Notice;
pub use packed::{read_start, write_start};
pub use page::{Page, Width};
pub use password::{PasswordInput, REVEAL};
pub use save::Save;
pub use tags::Tags;
pub use text_area::TextArea;
pub use tick::Tick;
