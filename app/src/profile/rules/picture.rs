//! The picture of a profile.
//!
//! A picture is a value like any other: access, history, undo and merging know nothing of pixels.
//! The pixels are in the store, by the hash of their bytes; they are made by `server/src/media.rs`.

use serde::{Deserialize, Serialize};

use super::{length::within, violation::Violation};

/// A picture in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The SHA-256 of the largest size, as 64 hexadecimal digits. It is set only by `parse`, `new`
    /// and `of_parts`, so that it is safe in a URL.
    hash: String,
    /// The alternative text, which describes the picture; may be empty.
    pub alt: String,
}

/// The key of the field of the picture, which is also the name of its control and a part of its
/// path.
pub const AVATAR: &str = "avatar";

/// The path of the form for a picture, and of the page with that form.
pub const AVATAR_PATH: &str = "/profile/avatar";

/// The name of the control for the alternative text. No key of a schema contains a dot.
pub const ALT: &str = "avatar.alt";

impl Picture {
    /// The sizes that are kept, in pixels per side.
    pub const SIZES: [u32; 3] = [512, 256, 64];

    /// The maximum length of the alternative text, in grapheme clusters.
    pub const MAX_ALT: usize = 250;

    /// The maximum size of a file, in MiB: enough for a photo of 50 megapixels.
    pub const MAX_MIB: usize = 16;

    /// The maximum number of pixels, in units of 2^20: cameras sold with 50 megapixels have
    /// slightly more.
    pub const MAX_MEGAPIXELS: u32 = 50;

    /// The number of bytes from which [`has_head`](Picture::has_head) recognises a format.
    pub const HEAD: usize = 12;

    /// Returns whether a file begins like one in an accepted format: JPEG, PNG, GIF,
    /// WebP or BMP. Browsers show more formats; a picture that will be rejected in
    /// the end should not be cropped first.
    pub fn has_head(file: &[u8]) -> bool {
        let starts: [&[u8]; 4] = [b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"GIF8", b"BM"];
        let is_webp = file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP");
        is_webp || starts.iter().any(|start| file.starts_with(start))
    }

    /// The number of days for which an earlier picture can be restored.
    pub const KEPT_DAYS: u32 = 30;

    pub fn new(hash: &[u8; 32], alt: String) -> Picture {
        let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Picture { hash, alt }
    }

    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Returns the path of the picture in one size.
    pub fn src(&self, size: u32) -> String {
        format!("/avatars/{}/{size}", self.hash)
    }

    /// Returns the text that `parse` reads back, for the hidden control.
    pub fn print(&self) -> String {
        format!("{} {}", self.hash, self.alt).trim_end().to_owned()
    }

    /// Parses a hash, followed by the alternative text.
    pub fn parse(text: &str) -> Result<Picture, Violation> {
        let (hash, alt) = text.split_once(' ').unwrap_or((text, ""));
        Picture::of_parts(hash, within(alt.trim(), Picture::MAX_ALT)?)
            .ok_or(Violation::NoLongerValid)
    }

    /// Creates a picture, or returns `None` if `hash` is not a hash.
    pub(crate) fn of_parts(hash: &str, alt: String) -> Option<Picture> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let hash = (hash.len() == 64 && hash.bytes().all(digit)).then(|| hash.to_owned())?;
        Some(Picture { hash, alt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_hash_and_words() {
        let hash = "0123456789abcdef".repeat(4);
        let plain = Picture::parse(&hash).unwrap();
        assert_eq!((plain.hash(), plain.alt.as_str()), (hash.as_str(), ""));
        assert_eq!(Picture::parse(&plain.print()), Ok(plain));
        let told = Picture::parse(&format!("{hash}  At the sea ")).unwrap();
        assert_eq!(told.alt, "At the sea");
        for none in [
            "",
            "abc",
            &hash.to_uppercase(),
            &format!("../{}", &hash[3..]),
        ] {
            assert_eq!(
                Picture::parse(none),
                Err(Violation::NoLongerValid),
                "{none}"
            );
        }
        let long = format!("{hash} {}", "a".repeat(Picture::MAX_ALT + 1));
        assert_eq!(
            Picture::parse(&long),
            Err(Violation::TooLong(Picture::MAX_ALT))
        );
    }
}
