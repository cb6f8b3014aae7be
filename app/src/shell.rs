//! The HTML document around every page.
//!
//! The page is rendered first, and says on the way what its head needs
//! ([`Head`]); then the document is written around it. Leptos' own way, with
//! leptos_meta, writes titles unescaped and loses what a page says after it has
//! waited for data.

use leptos::prelude::*;
use std::sync::{Arc, Mutex};

use crate::{backend::answer, routes::App};

/// The addresses of the built files. They carry a hash, so they never change.
#[derive(Clone)]
pub struct SiteFiles {
    pub script: Arc<str>,
    pub wasm: Arc<str>,
    pub style: Arc<str>,
}

/// What a page says of itself, for the `<head>`.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub title: String,
    /// Not for search engines.
    pub noindex: bool,
    /// It has an island, and with it a script. Any other page is forbidden by
    /// its content security policy to run one.
    pub island: bool,
}

/// Where the page being rendered leaves its [`Head`].
#[derive(Clone, Default)]
pub struct HeadSlot(Arc<Mutex<Head>>);

impl HeadSlot {
    pub fn put(&self, head: Head) {
        if let Ok(mut slot) = self.0.lock() {
            *slot = head;
        }
    }

    fn take(&self) -> Head {
        self.0
            .lock()
            .map(|mut slot| std::mem::take(&mut *slot))
            .unwrap_or_default()
    }
}

/// What stands in the body: the page of the requested path.
pub fn body() -> impl IntoView {
    provide_context(HeadSlot::default());
    view! { <App/> }
}

/// The document around a body that has been rendered, in the context it was
/// rendered in.
pub fn document(body: String) -> String {
    let head = expect_context::<HeadSlot>().take();
    let SiteFiles { style, .. } = expect_context();
    view! {
        <!DOCTYPE html>
        <html lang="en" dir="ltr">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{head.title}</title>
                {head.noindex.then(|| view! { <meta name="robots" content="noindex"/> })}
                <link rel="stylesheet" href=style/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {head.island.then(scripts)}
            </head>
            <body inner_html=body></body>
        </html>
    }
    .to_html()
}

/// Loads the wasm and hydrates every island of the page.
///
/// The script asks for both files at once. A `preload` link for the wasm would
/// make a browser without script load it too, for nothing. Leptos' own
/// `HydrationScripts` has one, reads a file on every request, and puts the nonce
/// into `crossorigin`.
fn scripts() -> impl IntoView {
    let nonce = answer().script_nonce();
    let SiteFiles { script, wasm, .. } = expect_context();
    let start = format!(
        "const wasm=fetch({wasm:?}),app=await import({script:?});\
         await app.default({{module_or_path:wasm}});\
         app.hydrate();\
         for(const island of document.querySelectorAll('leptos-island'))app[island.dataset.component](island);\
         document.documentElement.dataset.hydrated=''"
    );
    view! {
        <link rel="modulepreload" href=script nonce=nonce.clone()/>
        <script type="module" nonce=nonce>{start}</script>
    }
}
