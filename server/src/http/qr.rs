//! QR codes (ISO/IEC 18004), as SVG.

use qrcode::{Color, QrCode, types::QrError};
use std::fmt::Write;

/// The quiet zone in modules, without which cameras do not find the code (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// Draws the code black on white in every theme: few cameras read an inverted one.
pub fn draw(text: &str) -> Result<String, QrError> {
    let code = QrCode::new(text)?;
    let (width, squares) = (code.width(), code.to_colors());
    let size = width + 2 * QUIET_ZONE;
    let mut dark = String::new();
    for (y, row) in squares.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(PartialEq::eq) {
            let length = run.len();
            if run[0] == Color::Dark {
                let _ = write!(
                    dark,
                    "M{} {}h{length}v1h-{length}z",
                    x + QUIET_ZONE,
                    y + QUIET_ZONE
                );
            }
            x += length;
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/>\
         <path d=\"{dark}\"/></svg>"
    ))
}
