//! The only `<textarea>` of the site, which `server/tests/tidy.rs` checks.
//!
//! Leptos 0.8 does not escape the children of a textarea when it renders on the server, so
//! `</textarea><script>` in a bio would run. The text is set as escaped `inner_html` instead.
//! Remove when Leptos escapes it.

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

/// Escapes the text, and puts a line break before it: the HTML parser drops the first line break of
/// a textarea (WHATWG HTML §13.2.6.4.7), which would otherwise be one of the text.
fn content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}
