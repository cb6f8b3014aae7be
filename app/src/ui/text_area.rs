//! The only `<textarea>` of the house; `server/tests/tidy.rs` sees to that.
//!
//! Leptos 0.8 does not escape the children of a textarea when it renders on the
//! server, so `</textarea><script>` in a bio would run. The text goes in as
//! escaped `inner_html` instead. Remove when Leptos escapes it.

use leptos::prelude::*;

use super::field::{Described, Field};

#[component]
pub fn TextArea(described: Described, value: String) -> impl IntoView {
    let control = described.attributes();
    view! {
        <Field described>
            <textarea
                id=control.id
                name=control.name
                rows="6"
                dir="auto"
                aria-describedby=control.described_by
                aria-invalid=control.invalid
                inner_html=content(&value)
            ></textarea>
        </Field>
    }
}

/// Escaped, after a line break that the HTML parser drops (WHATWG HTML
/// §13.2.6.4.7): without it, it would drop the first line break of the text.
fn content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}
