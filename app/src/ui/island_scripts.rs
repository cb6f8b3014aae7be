//! The tags that bring a page's islands to life, and only that page's.
//!
//! Leptos' own `HydrationScripts` reads a file on every request, puts the nonce
//! into `crossorigin`, and comes out on pages without islands too. Here a page
//! that has an island says so, and any other page is forbidden by its content
//! security policy to run a script at all.

use leptos::prelude::*;
use std::sync::Arc;

use crate::backend::answer;

/// The addresses of the built files. They carry a hash, so they never change.
#[derive(Clone)]
pub struct IslandFiles {
    pub script: Arc<str>,
    pub wasm: Arc<str>,
    pub style: Arc<str>,
}

/// Loads the wasm and hydrates every island of the page it stands on.
#[component]
pub fn IslandScripts() -> impl IntoView {
    let nonce = answer().script_nonce();
    let IslandFiles { script, wasm, .. } = expect_context();
    let start = format!(
        "import init,* as app from{script:?};\
         await init({{module_or_path:{wasm:?}}});\
         app.hydrate();\
         for(const island of document.querySelectorAll('leptos-island'))app[island.dataset.component](island);\
         document.documentElement.dataset.hydrated=''"
    );
    view! {
        <link rel="modulepreload" href=script.to_string() nonce=nonce.clone()/>
        <link rel="preload" href=wasm.to_string() r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=nonce>{start}</script>
    }
}
