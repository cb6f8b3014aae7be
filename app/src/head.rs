//! The metadata of a page, for the `<head>` of its document.

use std::sync::{Arc, Mutex};

/// The metadata of a page, for its `<head>`.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub title: String,
    /// `true` to keep the page out of search engines.
    pub noindex: bool,
    /// The link preview, for a page that is meant to be shared.
    pub share: Option<LinkPreview>,
}

/// The preview of a link to a page that is meant to be shared.
#[derive(Debug, Clone, Default)]
pub struct LinkPreview {
    /// The canonical URL of the page.
    pub url: String,
    /// The Open Graph type.
    pub kind: &'static str,
    /// The title without the name of the site.
    pub title: String,
    pub description: String,
    /// The URL of a square image of 512 pixels, and its description.
    pub image: Option<(String, String)>,
    /// The schema.org description of the page, as JSON-LD.
    pub structured: Option<String>,
    /// The path of the content as a vCard.
    pub card: Option<String>,
}

/// The script of a page. If a page needs none, its content security policy does not allow any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    #[default]
    None,
    /// A few inline lines that reveal a password, and prevent double submits.
    Form,
    /// These lines, and some more that ask for a passkey.
    Passkey,
    /// An island: the wasm.
    Island,
}

/// The slot in which the page being rendered leaves its head and its script.
#[derive(Clone, Default)]
pub struct HeadSlot(Arc<Mutex<(Head, Script)>>);

impl HeadSlot {
    pub fn put(&self, head: Head) {
        if let Ok(mut slot) = self.0.lock() {
            slot.0 = head;
        }
    }

    /// Requests a script. Called by the component that needs it, so that no page can forget to.
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
