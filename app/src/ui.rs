//! Components that do not depend on any feature. `/design` shows them all (`design.rs`).
//!
//! | file | content |
//! |---|---|
//! | `page`, `footer` | the frame of every page, which also leaves its `Head`; language and theme as buttons |
//! | `field`, `text_area`, `date_input`, `tick` | a control with its label, hint and error; the only `<textarea>`; a date in three controls; a checkbox or radio button |
//! | `password`, `form.js` | a password with a button that reveals it; the inline lines that do so, warn about Caps Lock, and prevent double submits |
//! | `passkey`, `passkey.js` | the button that asks for a passkey, and the lines that do so |
//! | `save` | the end of a form: its button and a way out |
//! | `error_summary`, `error_page` | why a form was rejected, with links to its controls; the page for an `AppError`, with the form to send again |
//! | `still` | a view that nothing will change, as its HTML |
//! | `notice`, `badge`, `tags`, `timestamp`, `link_card`, `initials`, `loading` | small parts of pages |
//! | `live_form` | for islands: listen to a form, read it, send it, distinguish the server's answer from a proxy's, submit natively, show words, errors and views, move the focus |
//! | `opened` | the mark that keeps a browser from restoring older input into a newer form |
//! | `refusal` | why a form was rejected, in a form for islands |
//! | `packed` | the initial state of an island, in a form that takes little code to read |

mod badge;
mod date_input;
mod error_page;
mod error_summary;
mod field;
mod footer;
mod initials;
mod link_card;
pub mod live_form;
mod loading;
mod notice;
mod opened;
mod packed;
mod page;
mod passkey;
mod password;
mod refusal;
mod save;
mod still;
mod tags;
mod text_area;
mod tick;
mod timestamp;

pub use badge::Badge;
pub use date_input::DateInput;
pub use error_page::ErrorPage;
pub use error_summary::{ERROR_SUMMARY, ErrorSummary, Problem, problems};
pub use field::{Described, Fieldset, FileInput, Input, Select, control_id};
pub use footer::Footer;
pub use initials::{INITIALS_COLOURS, Initials};
pub use link_card::LinkCard;
pub use loading::load_page;
pub use notice::{Notice, query_notice};
pub use opened::opened_on;
pub use packed::{read_start, write_start};
pub use page::{Page, Width};
pub use passkey::{PASSKEY_SCRIPT, PasskeyButton};
pub use password::{FORM_SCRIPT, PasswordInput};
pub use refusal::Refusal;
pub use save::Save;
pub use still::{Inner, Still};
pub use tags::Tags;
pub use text_area::TextArea;
pub use tick::Tick;
pub use timestamp::Timestamp;
