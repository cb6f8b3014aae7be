//! What the browser loads: the islands of `app`, and the function that wakes
//! them. `app::shell` writes the few lines that call it.

use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the reactive runtime; after it the islands can be hydrated.
#[wasm_bindgen]
pub fn hydrate() {
    // Named, so that the linker keeps the islands that `app` exports.
    let _ = app::App;
    leptos::mount::hydrate_islands();
}
