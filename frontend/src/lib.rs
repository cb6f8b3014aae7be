//! The browser's half: the islands of `app`, and the function that wakes them.
//! `app::shell` writes the few lines that call it.

use app::text::Language;
use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the reactive runtime; after it the islands can be hydrated.
#[wasm_bindgen]
pub fn hydrate() {
    app::text::set_locale(language_of_page());
    leptos::mount::hydrate_islands();
}

/// The language of the page around the islands, which is theirs too.
fn language_of_page() -> Language {
    let page = leptos::prelude::document().document_element();
    let tag = page.and_then(|page| page.get_attribute("lang"));
    tag.and_then(|tag| Language::parse(&tag))
        .unwrap_or_default()
}
