//! The segments and scans of a JPEG (ITU-T T.81, annex B), found and normalised.

const START: [u8; 2] = [0xFF, 0xD8];
const END: [u8; 2] = [0xFF, 0xD9];
const ONES: [u8; 2] = [0xFF, 0x00];

/// A number of bytes that exceeds the read-ahead of any decoder.
const AHEAD: usize = 32;

/// The beginning of a file.
pub(super) fn start() -> Vec<u8> {
    START.to_vec()
}

/// Ends a file, after bits with which no code can begin.
pub(super) fn end(file: &mut Vec<u8>) {
    file.extend(ONES.repeat(AHEAD));
    file.extend(END);
}

/// A part of a JPEG.
pub(super) enum Part<'a> {
    /// A segment other than a scan, with its marker.
    Segment(u8, &'a [u8]),
    /// The header of a scan, and its coded data.
    Scan(&'a [u8], &'a [u8]),
}

pub(super) struct Parts<'a> {
    pub parts: Vec<Part<'a>>,
    /// True if there was an end marker.
    has_end: bool,
}

/// The coding of the coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    Sequential,
    Progressive,
}

/// The header of the frame (T.81, B.2.2).
pub(super) struct Frame {
    pub process: Process,
    width: u16,
    height: u16,
    pub components: Vec<Component>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    pub id: u8,
    across: u8,
    down: u8,
    pub table: u8,
}

pub(super) mod code {
    pub const SEQUENTIAL: [u8; 2] = [0xC0, 0xC1];
    pub const PROGRESSIVE: u8 = 0xC2;
    pub const HUFFMAN: u8 = 0xC4;
    pub const END: u8 = 0xD9;
    pub const SCAN: u8 = 0xDA;
    pub const QUANTISATION: u8 = 0xDB;
    pub const RESTARTS: u8 = 0xDD;
}

impl<'a> Parts<'a> {
    /// Reads all parts, skipping any bytes between them, as viewers do. `None` if there is no
    /// scan.
    pub fn read(file: &'a [u8]) -> Option<Parts<'a>> {
        let mut parts = Vec::new();
        let mut has_end = false;
        let mut rest = file.strip_prefix(&START)?;
        while let Some((marker, behind)) = next_marker(rest) {
            match marker {
                code::END => {
                    has_end = true;
                    break;
                }
                // Markers without a length, such as a late restart.
                0x01 | 0xD0..=0xD8 => {
                    rest = behind;
                    continue;
                }
                _ => {}
            }
            let Some((body, behind)) = segment(behind) else {
                break;
            };
            if marker == code::SCAN {
                let (data, behind) = behind.split_at(end_of_scan(behind));
                let data = if behind.is_empty() {
                    written(data)
                } else {
                    data
                };
                parts.push(Part::Scan(body, data));
                rest = behind;
            } else {
                parts.push(Part::Segment(marker, body));
                rest = behind;
            }
        }
        let is_scan = |part: &Part<'_>| matches!(part, Part::Scan(..));
        parts
            .iter()
            .any(is_scan)
            .then_some(Parts { parts, has_end })
    }

    /// The header of the one frame; `None` if there are more, or another kind.
    pub fn frame(&self) -> Option<Frame> {
        let mut frame = None;
        for part in &self.parts {
            let &Part::Segment(marker, body) = part else {
                continue;
            };
            let process = match marker {
                one if code::SEQUENTIAL.contains(&one) => Process::Sequential,
                code::PROGRESSIVE => Process::Progressive,
                _ => continue,
            };
            if frame.is_some() {
                return None;
            }
            frame = Some(Frame::read(process, body)?);
        }
        frame
    }

    fn scans(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.parts.iter().filter_map(|part| match part {
            Part::Scan(header, data) => Some((*header, *data)),
            Part::Segment(..) => None,
        })
    }

    /// Returns whether the first scan has all components, as in files from cameras.
    pub fn begins_with_all_of(&self, frame: &Frame) -> bool {
        let first = self.scans().next().and_then(|(header, _)| header.first());
        first.is_some_and(|count| usize::from(*count) == frame.components.len())
    }

    /// Returns whether a progressive picture has all its refinements. A file with an end marker
    /// may leave out the finest.
    pub fn is_complete(&self, frame: &Frame) -> bool {
        // For each component, the coefficients whose last bit is present.
        let mut known = vec![0_u64; frame.components.len()];
        for (header, _) in self.scans() {
            let Some(scan) = ScanHeader::read(header) else {
                return false;
            };
            for id in scan.components() {
                let place = frame.components.iter().position(|known| known.id == id);
                let Some(known) = place.and_then(|place| known.get_mut(place)) else {
                    return false;
                };
                for coefficient in scan.from..=scan.to.min(63) {
                    if self.has_end || scan.is_last_bit {
                        *known |= 1 << coefficient;
                    }
                }
            }
        }
        match self.has_end {
            true => known.iter().all(|known| known & 1 == 1),
            false => known.iter().all(|known| *known == u64::MAX),
        }
    }

    /// The normalised file: the last scan that the pixels need is followed by one bits and the
    /// end marker.
    pub fn in_order(&self, frame: &Frame) -> Vec<u8> {
        let scans = match frame.process {
            Process::Sequential => 1,
            Process::Progressive => self.scans().count(),
        };
        let mut file = start();
        let mut written = 0;
        for part in &self.parts {
            match part {
                Part::Segment(marker, body) => push_segment(&mut file, *marker, body),
                Part::Scan(header, data) => {
                    push_segment(&mut file, code::SCAN, header);
                    file.extend_from_slice(data);
                    written += 1;
                }
            }
            if written == scans {
                break;
            }
        }
        // zune-jpeg requires a marker after the first scan of a progressive picture.
        if frame.process == Process::Sequential || scans > 1 {
            end(&mut file);
        } else {
            file.extend(END);
        }
        file
    }
}

/// The next marker, and the bytes after it.
fn next_marker(mut rest: &[u8]) -> Option<(u8, &[u8])> {
    loop {
        let start = rest.iter().position(|byte| *byte == 0xFF)?;
        rest = rest.get(start..)?;
        // A marker may be preceded by fill bytes, which equal its first byte.
        let length = rest.iter().position(|byte| *byte != 0xFF)?;
        let marker = *rest.get(length)?;
        rest = rest.get(length + 1..)?;
        if marker != 0 {
            return Some((marker, rest));
        }
    }
}

/// The body of the segment after a marker, and the bytes after that.
fn segment(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u16::from_be_bytes([*rest.first()?, *rest.get(1)?]);
    let body = rest.get(2..usize::from(length))?;
    Some((body, rest.get(usize::from(length)..)?))
}

/// The end of the coded data of a scan: a marker other than a restart, or the fill bytes
/// before it.
fn end_of_scan(data: &[u8]) -> usize {
    let mut at = 0;
    while let Some(start) = data.get(at..).and_then(|rest| {
        let start = rest.iter().position(|byte| *byte == 0xFF)?;
        Some(at + start)
    }) {
        at = start;
        while data.get(at) == Some(&0xFF) {
            at += 1;
        }
        match data.get(at) {
            Some(0x00 | 0xD0..=0xD7) => at += 1,
            _ => return start,
        }
    }
    data.len()
}

/// Cuts off the zeros that an interrupted download has reserved but never written. Coded data
/// may contain zeros, but hardly that many.
fn written(data: &[u8]) -> &[u8] {
    const RESERVED: usize = 4096;

    let zeros = data.iter().rev().take_while(|byte| **byte == 0).count();
    match zeros {
        // The first zero may belong to the byte before it.
        RESERVED.. => data.get(..data.len() - zeros + 1).unwrap_or(data),
        _ => data,
    }
}

pub(super) fn push_segment(file: &mut Vec<u8>, marker: u8, body: &[u8]) {
    // The body was read with a 16-bit length, so the length fits.
    let length = u16::try_from(body.len() + 2).unwrap_or_default();
    file.extend([0xFF, marker]);
    file.extend(length.to_be_bytes());
    file.extend_from_slice(body);
}

impl Frame {
    fn read(process: Process, body: &[u8]) -> Option<Frame> {
        let [8, h1, h2, w1, w2, count, rest @ ..] = body else {
            // Browsers show only 8 bits per component.
            return None;
        };
        let components: Vec<Component> = rest
            .chunks_exact(3)
            .take(usize::from(*count))
            .map(|part| Component {
                id: part[0],
                across: part[1] >> 4,
                down: part[1] & 15,
                table: part[2],
            })
            .collect();
        let sampled = |component: &Component| {
            (1..=4).contains(&component.across) && (1..=4).contains(&component.down)
        };
        let frame = Frame {
            process,
            width: u16::from_be_bytes([*w1, *w2]),
            height: u16::from_be_bytes([*h1, *h2]),
            components,
        };
        let is_sound = frame.components.len() == usize::from(*count)
            && matches!(count, 1 | 3 | 4)
            && frame.components.iter().all(sampled);
        is_sound.then_some(frame)
    }

    pub fn size(&self) -> (u32, u32) {
        (u32::from(self.width), u32::from(self.height))
    }

    /// The size of one component (T.81, A.1.1).
    pub fn size_of(&self, component: Component) -> (u16, u16) {
        let part = |whole: u16, factor: u8, most: Option<u8>| {
            let samples = u32::from(whole) * u32::from(factor);
            let samples = samples.div_ceil(u32::from(most.unwrap_or(1)));
            u16::try_from(samples).unwrap_or(u16::MAX)
        };
        let across = self.components.iter().map(|other| other.across).max();
        let down = self.components.iter().map(|other| other.down).max();
        (
            part(self.width, component.across, across),
            part(self.height, component.down, down),
        )
    }
}

/// The header of a scan (T.81, B.2.3).
struct ScanHeader<'a> {
    components: &'a [u8],
    from: u8,
    to: u8,
    is_last_bit: bool,
}

impl<'a> ScanHeader<'a> {
    fn read(header: &'a [u8]) -> Option<ScanHeader<'a>> {
        let count = usize::from(*header.first()?);
        let components = header.get(1..1 + 2 * count)?;
        let [from, to, bits, ..] = header.get(1 + 2 * count..)? else {
            return None;
        };
        Some(ScanHeader {
            components,
            from: *from,
            to: *to,
            is_last_bit: bits & 15 == 0,
        })
    }

    fn components(&self) -> impl Iterator<Item = u8> {
        self.components.chunks_exact(2).map(|part| part[0])
    }
}
