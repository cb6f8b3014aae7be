//! The square that is cut out of a picture.

/// The name of the control that contains the [`Crop`].
pub const CROP: &str = "avatar.crop";

/// The square that is cut out of a picture, which is first shown upright as its camera held it,
/// then turned, and then cut.
///
/// Lengths are in ten-thousandths, so that the browser and the server cut the same square. The
/// centre is relative to the width and height of the turned picture, the side to the shorter of the
/// two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    x: i32,
    y: i32,
    side: i32,
    /// Clockwise quarter turns.
    turns: u8,
}

/// The directions in which a crop can be nudged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nudge {
    Left,
    Right,
    Up,
    Down,
}

const FULL: i32 = 10_000;

/// A square in pixels. Its edges need not be whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    pub left: f64,
    pub top: f64,
    pub side: f64,
}

impl Default for Crop {
    /// Returns the largest square, in the middle of the picture.
    fn default() -> Crop {
        Crop {
            x: FULL / 2,
            y: FULL / 2,
            side: FULL,
            turns: 0,
        }
    }
}

impl Crop {
    /// The smallest side: an eighth of the shorter side of the picture.
    pub const MIN_SIDE: i32 = FULL / 8;
    pub const MAX_SIDE: i32 = FULL;

    /// Parses the output of `print`. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Crop> {
        let mut numbers = text.split(' ').map(|number| number.parse::<i32>().ok());
        let mut within = |range: std::ops::RangeInclusive<i32>| {
            numbers
                .next()
                .flatten()
                .filter(|number| range.contains(number))
        };
        let crop = Crop {
            x: within(0..=FULL)?,
            y: within(0..=FULL)?,
            side: within(Crop::MIN_SIDE..=Crop::MAX_SIDE)?,
            turns: u8::try_from(within(0..=3)?).ok()?,
        };
        numbers.next().is_none().then_some(crop)
    }

    pub fn print(self) -> String {
        let Crop { x, y, side, turns } = self;
        format!("{x} {y} {side} {turns}")
    }

    pub fn side(self) -> i32 {
        self.side
    }

    /// Returns the number of clockwise quarter turns.
    pub fn turns(self) -> u8 {
        self.turns
    }

    /// Returns the centre as fractions of the width and height of the turned picture.
    pub fn centre(self) -> (f64, f64) {
        (part(self.x), part(self.y))
    }

    /// Returns the crop with another side around the same centre, kept inside the picture.
    #[must_use]
    pub fn zoomed(self, side: i32, size: (u32, u32)) -> Crop {
        let side = side.clamp(Crop::MIN_SIDE, Crop::MAX_SIDE);
        Crop { side, ..self }.inside(size)
    }

    /// Returns the crop moved by fractions of its side, kept inside the picture. `size` is that of
    /// the upright picture, before turning.
    #[must_use]
    pub fn moved(self, right: f64, down: f64, size: (u32, u32)) -> Crop {
        let (width, height) = self.turned_size(size);
        let side = part(self.side) * width.min(height);
        let by = |parts: f64, whole: f64| (parts * side / whole * f64::from(FULL)).round() as i32;
        Crop {
            x: self.x.saturating_add(by(right, width)),
            y: self.y.saturating_add(by(down, height)),
            ..self
        }
        .inside(size)
    }

    /// Returns the crop moved by a twentieth of its side, kept inside the picture.
    #[must_use]
    pub fn nudged(self, nudge: Nudge, size: (u32, u32)) -> Crop {
        let (right, down) = match nudge {
            Nudge::Left => (-0.05, 0.0),
            Nudge::Right => (0.05, 0.0),
            Nudge::Up => (0.0, -0.05),
            Nudge::Down => (0.0, 0.05),
        };
        self.moved(right, down, size)
    }

    /// Returns the crop with one more quarter turn, around the same spot of the picture.
    #[must_use]
    pub fn turned(self, size: (u32, u32)) -> Crop {
        Crop {
            x: FULL - self.y,
            y: self.x,
            turns: (self.turns + 1) % 4,
            ..self
        }
        .inside(size)
    }

    /// Returns the square on the upright picture, before turning.
    pub fn square(self, size: (u32, u32)) -> Square {
        let (mut x, mut y) = self.inside(size).centre();
        for _ in 0..self.turns {
            // Turn back by a quarter.
            (x, y) = (y, 1.0 - x);
        }
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        let side = part(self.side) * width.min(height);
        let start = |centre: f64, whole: f64| {
            (centre * whole - side / 2.0).clamp(0.0, (whole - side).max(0.0))
        };
        Square {
            left: start(x, width),
            top: start(y, height),
            side,
        }
    }

    /// Returns the crop moved so that the whole square is inside the picture.
    fn inside(self, size: (u32, u32)) -> Crop {
        let (width, height) = self.turned_size(size);
        let half = part(self.side) * width.min(height) / 2.0;
        let within = |centre: i32, whole: f64| {
            let least = ((half / whole * f64::from(FULL)).ceil() as i32).min(FULL / 2);
            centre.clamp(least, FULL - least)
        };
        Crop {
            x: within(self.x, width),
            y: within(self.y, height),
            ..self
        }
    }

    fn turned_size(self, (width, height): (u32, u32)) -> (f64, f64) {
        // Do not divide by zero if a picture has no pixels.
        let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
        match self.turns % 2 {
            0 => (width, height),
            _ => (height, width),
        }
    }
}

fn part(number: i32) -> f64 {
    f64::from(number) / f64::from(FULL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crop() -> impl Strategy<Value = Crop> {
        (0..=FULL, 0..=FULL, Crop::MIN_SIDE..=FULL, 0..4u8).prop_map(|(x, y, side, turns)| Crop {
            x,
            y,
            side,
            turns,
        })
    }

    fn size() -> impl Strategy<Value = (u32, u32)> {
        (1..9000u32, 1..9000u32)
    }

    #[test]
    fn the_default_is_the_largest_square_in_the_middle() {
        for (size, left, top, side) in [
            ((400, 300), 50.0, 0.0, 300.0),
            ((300, 400), 0.0, 50.0, 300.0),
            ((7, 7), 0.0, 0.0, 7.0),
            ((1, 1), 0.0, 0.0, 1.0),
        ] {
            let square = Square { left, top, side };
            assert_eq!(Crop::default().square(size), square, "{size:?}");
            // The result does not depend on the turns.
            let turned = Crop::default().turned(size).turned(size).turned(size);
            assert_eq!(turned.square(size), square, "{size:?}");
        }
    }

    #[test]
    fn a_turned_square_is_where_it_looks() {
        // The left half of a wide picture; once turned, it is the upper half.
        let size = (200, 100);
        let left = Crop::default().moved(-1.0, 0.0, size);
        assert_eq!(left.square(size).left, 0.0);
        assert_eq!(left.turned(size).centre(), (0.5, 0.25));
        assert_eq!(left.turned(size).square(size), left.square(size));
        // Up on the turned picture is left on the upright one.
        let up = Crop::default().turned(size).nudged(Nudge::Up, size);
        assert_eq!(up.square(size).left, 45.0);
    }

    #[test]
    fn what_is_no_crop_is_none() {
        for text in [
            "",
            "1 2",
            "5000 5000 10000 4",
            "5000 5000 10001 0",
            "-1 0 10000 0",
            "5000 5000 1 0",
            "5000 5000 10000 0 0",
            "NaN 5000 10000 0",
            "5000  5000 10000 0",
        ] {
            assert_eq!(Crop::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_crop_is_printed_and_read_again(crop in crop()) {
            prop_assert_eq!(Crop::parse(&crop.print()), Some(crop));
        }

        #[test]
        fn a_square_is_always_on_the_picture(crop in crop(), size in size()) {
            let Square { left, top, side } = crop.square(size);
            prop_assert!(side > 0.0 && left >= 0.0 && top >= 0.0);
            prop_assert!(left + side <= f64::from(size.0) + 1e-6);
            prop_assert!(top + side <= f64::from(size.1) + 1e-6);
        }

        #[test]
        fn four_turns_are_none(crop in crop(), size in size()) {
            let crop = crop.inside(size);
            let mut turned = crop;
            for _ in 0..4 {
                turned = turned.turned(size);
            }
            // Rounding at an edge may move the centre by one.
            prop_assert!((turned.x - crop.x).abs() <= 1 && (turned.y - crop.y).abs() <= 1);
            prop_assert_eq!((turned.side, turned.turns), (crop.side, crop.turns));
        }
    }
}
