//! The HTML document around every page.
//!
//! The page is rendered first, and leaves what its head needs in [`Head`](crate::head::Head); then
//! the document is written around it. Leptos' own solution, leptos_meta, writes titles unescaped,
//! and loses what a page sets after it has waited for data.

use leptos::prelude::*;
use std::sync::Arc;

use crate::{
    backend::{backend, response},
    error::AppError,
    head::{HeadSlot, LinkPreview, Script},
    look::{Theme, theme},
    routes::Page,
    text,
    ui::{ErrorPage, FORM_SCRIPT, PASSKEY_SCRIPT, Still},
};

/// The paths of the built files. They contain a hash, so the files never change.
#[derive(Clone)]
pub struct SiteFiles {
    pub script: Arc<str>,
    pub wasm: Arc<str>,
    pub style: Arc<str>,
}

/// The style that is inlined in the head of every page. The content security policy contains its
/// hash.
#[derive(Clone)]
pub struct InlineStyle(pub Arc<str>);

impl InlineStyle {
    /// Builds the style. `accent` is CSS for the operator's colour, or empty.
    pub fn new(accent: &str) -> InlineStyle {
        InlineStyle(format!("{TRANSITIONS}{accent}").into())
    }
}

/// A cross-fade between pages, in browsers that support it. In the style sheet it would come too
/// late: a browser that has already started a transition cancels it, and logs an error on its
/// console.
const TRANSITIONS: &str =
    "@media(prefers-reduced-motion:no-preference){@view-transition{navigation:auto}}";

/// Renders the content of the body: the page, or the error page if there is no page or the context
/// contains an [`AppError`].
pub fn body(page: Option<Page>) -> AnyView {
    provide_context(HeadSlot::default());
    match (use_context::<AppError>(), page) {
        (None, Some(page)) => page(),
        (error, _) => {
            let error = error.unwrap_or(AppError::NotFound);
            view! { <ErrorPage error/> }.still()
        }
    }
}

/// Renders the document around a body. Call it in the context in which the body was rendered.
pub fn document(body: String, files: &SiteFiles, inline: &InlineStyle) -> String {
    let (head, script) = expect_context::<HeadSlot>().take();
    let (language, theme) = (text::language(), theme());
    let chosen = (theme != Theme::System).then(|| theme.key());
    let site = backend().site.clone();
    let described = head.share.as_ref().map(|share| share.description.clone());
    let description = described.or_else(|| site.tagline.clone());
    let description = description.unwrap_or_else(|| text::welcome_title().to_owned());
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() dir=language.direction() data-theme=chosen>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=theme.color_scheme()/>
                <title>{head.title}</title>
                <meta name="description" content=description/>
                {head.noindex.then(|| view! { <meta name="robots" content="noindex"/> })}
                <style inner_html=inline.0.to_string()></style>
                <link rel="stylesheet" href=files.style.to_string()/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {head.share.map(|share| share_tags(share, &site.name))}
                {match script {
                    Script::None | Script::Form | Script::Passkey => None,
                    Script::Island => Some(island_script(files)),
                }}
            </head>
            <body inner_html=body + &form_script(script)></body>
        </html>
    }
    .to_html()
}

/// Renders the tags for programs that show link previews (Open Graph), and for search engines
/// (schema.org).
fn share_tags(share: LinkPreview, site: &str) -> impl IntoView + use<> {
    let LinkPreview {
        url,
        kind,
        title,
        description,
        image,
        structured,
        card,
    } = share;
    let meta = |property: &'static str, content: String| {
        leptos::html::meta()
            .content(content)
            .attr("property", property)
    };
    let image = image.map(|(src, alt)| {
        let alt = (!alt.is_empty()).then(|| meta("og:image:alt", alt));
        (
            meta("og:image", src),
            meta("og:image:width", "512".to_owned()),
            meta("og:image:height", "512".to_owned()),
            alt,
        )
    });
    // A `<` could end the script.
    let structured = structured.map(|json| json.replace('<', "\\u003c"));
    view! {
        <link rel="canonical" href=url.clone()/>
        {card.map(|href| view! { <link rel="alternate" type="text/vcard" href=href/> })}
        {meta("og:type", kind.to_owned())}
        {meta("og:site_name", site.to_owned())}
        {meta("og:title", title)}
        {meta("og:description", description)}
        {meta("og:url", url)}
        {image}
        <meta name="twitter:card" content="summary"/>
        {structured.map(|json| view! { <script type="application/ld+json" inner_html=json></script> })}
    }
}

/// Loads the wasm and hydrates all islands of the page.
///
/// The script requests both files at once. With a `preload` link, browsers without script would
/// load the wasm in vain. Leptos' own `HydrationScripts` uses one, reads a file on every request,
/// and puts the nonce into `crossorigin`.
fn island_script(files: &SiteFiles) -> impl IntoView + use<> {
    let nonce = response().script_nonce();
    let SiteFiles { script, wasm, .. } = files.clone();
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

/// Returns the inline script, for the end of the body, where the controls already exist. The page's
/// content security policy contains its hash.
fn form_script(script: Script) -> String {
    match script {
        Script::Form => {
            response().allow_script(FORM_SCRIPT);
            format!("<script>{FORM_SCRIPT}</script>")
        }
        Script::Passkey => {
            response().allow_script(PASSKEY_SCRIPT);
            format!("<script>{PASSKEY_SCRIPT}</script>")
        }
        Script::None | Script::Island => String::new(),
    }
}
