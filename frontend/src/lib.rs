//! The browser's part of the program: the islands of `app`, and the function that prepares their
//! hydration. `app::shell` renders the inline script that calls it.

use app::text::Language;
use wasm_bindgen::prelude::wasm_bindgen;

/// Sets the language, and prepares the reactive runtime. The islands can be hydrated afterwards.
#[wasm_bindgen]
pub fn hydrate() {
    app::text::set_locale(language_of_page());
    leptos::mount::hydrate_islands();
}

/// Returns the language of the page around the islands, which is also theirs.
fn language_of_page() -> Language {
    let page = leptos::prelude::document().document_element();
    let tag = page.and_then(|page| page.get_attribute("lang"));
    tag.and_then(|tag| Language::parse(&tag))
        .unwrap_or_default()
}
