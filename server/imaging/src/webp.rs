//! WebP (WebP Container Specification), read as viewers do.
//!
//! The decoder rejects a picture whose metadata is missing, although that does not matter here,
//! and trusts the lengths in a file. So it gets only the chunks of the first frame, and only if
//! they are valid.

/// Chunks of pixels and of colour profiles.
const NEEDED: [&[u8; 4]; 7] = [
    b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L",
];

/// The bits of VP8X that announce EXIF and XMP.
const METADATA: u8 = 0b1100;

/// Reduces a file to one frame without metadata. `None` if pixels are missing, or the file is
/// not safe to decode.
pub fn in_order(file: &[u8]) -> Option<Vec<u8>> {
    let mut kept = b"WEBP".to_vec();
    let mut has_frame = false;
    let mut rest = file.get(12..)?;
    while let Some((head, behind)) = rest.split_first_chunk::<8>() {
        let [name @ .., a, b, c, d] = head;
        let is_needed = NEEDED.contains(&name);
        let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        let Some(data) = behind.get(..length) else {
            // Truncated: this matters in the first frame, but not after it.
            match is_needed && !has_frame {
                true => return None,
                false => break,
            }
        };
        if is_needed && !has_frame {
            kept.extend_from_slice(head);
            let at = kept.len();
            kept.extend_from_slice(data);
            match (name, kept.get_mut(at)) {
                (b"VP8X", Some(flags)) => *flags &= !METADATA,
                (b"ANMF" | b"VP8 " | b"VP8L", _) => has_frame = true,
                _ => {}
            }
            if length % 2 == 1 {
                kept.push(0);
            }
        }
        rest = behind.get(length + length % 2..).unwrap_or_default();
    }
    let length = u32::try_from(kept.len()).ok()?.to_le_bytes();
    let kept = [b"RIFF", &length[..], &kept].concat();
    is_sound(&kept).then_some(kept)
}

/// Returns whether no frame of a WebP is larger than its canvas, and no chunk is longer than
/// the file. The decoder checks both only after it has allocated the memory. (WebP Container
/// Specification; RFC 6386 §9.1 for VP8; the lossless bitstream specification for VP8L.)
fn is_sound(file: &[u8]) -> bool {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
    };
    let length = file.get(4..8).map_or(0, number);
    let end = file.len().min(8 + length as usize);
    let mut canvas = (u32::MAX, u32::MAX);
    // Chunks, and those inside the frames of an animation.
    let mut rest = file.get(12..end).unwrap_or_default();
    while let [name @ .., a, b, c, d] = rest.get(..8).unwrap_or_default() {
        let length = number(&[*a, *b, *c, *d]) as usize;
        let Some(data) = rest.get(8..8 + length) else {
            return false;
        };
        let part = |from: usize, to: usize| data.get(from..to).map_or(0, number);
        let size = match name {
            b"VP8X" => {
                canvas = (part(4, 7) + 1, part(7, 10) + 1);
                canvas
            }
            b"ANMF" => (part(6, 9) + 1, part(9, 12) + 1),
            b"VP8 " => (part(6, 8) & 0x3FFF, part(8, 10) & 0x3FFF),
            b"VP8L" => {
                let bits = part(1, 5);
                ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
            }
            _ => (0, 0),
        };
        if size.0 > canvas.0 || size.1 > canvas.1 {
            return false;
        }
        // The head of a frame has 16 bytes; chunks follow.
        let skipped = match name {
            b"ANMF" => 8 + 16,
            _ => 8 + length + length % 2,
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    true
}
