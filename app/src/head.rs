//! The metadata of a page, for the `<head>` of its document.

use std::sync::{Arc, Mutex};

/// The metadata of a page, for its `<head>`.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub title: String,
    /// Not for search engines.
    pub noindex: bool,
    /// The link preview, for a page that is made to be shared.
    pub share: Option<LinkPreview>,
}

/// A page that is made to be shared.
#[derive(Debug, Clone, Default)]
pub struct LinkPreview {
    /// Its one address.
    pub url: String,
    /// Open Graph's type.
    pub kind: &'static str,
    /// Its name without that of the site.
    pub title: String,
    pub description: String,
    /// A square of 512 pixels, and what it shows.
    pub image: Option<(String, String)>,
    /// Schema.org's words for it, as JSON-LD.
    pub structured: Option<String>,
    /// The path of the content as a vCard.
    pub card: Option<String>,
}

/// The script of a page. A page that needs none is forbidden by its content
/// security policy to run one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    #[default]
    None,
    /// Shows a password, and takes a double click for one; a few lines in the page.
    Form,
    /// Asks for a passkey, too; some more lines.
    Passkey,
    /// An island: the wasm.
    Island,
}

/// The slot where the page being rendered leaves its head and its script.
#[derive(Clone, Default)]
pub struct HeadSlot(Arc<Mutex<(Head, Script)>>);

impl HeadSlot {
    pub fn put(&self, head: Head) {
        if let Ok(mut slot) = self.0.lock() {
            slot.0 = head;
        }
    }

    /// Called by the component that needs the script, so that no page forgets it.
    pub fn need(&self, script: Script) {
        if let Ok(mut slot) = self.0.lock() {
            slot.1 = slot.1.max(script);
        }
    }

    pub(crate) fn take(&self) -> (Head, Script) {
        self.0
            .lock()
            .map(|mut slot| std::mem::take(&mut *slot))
            .unwrap_or_default()
    }
}
