//! A line-by-line diff of two texts: the longest common subsequence of what remains without the
//! lines that both begin and end with.

/// A line of one text, of the other, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    Both(&'a str),
    Old(&'a str),
    New(&'a str),
    /// Common lines that are far from any difference, and left out.
    LeftOut,
}

/// The number of common lines to show around each difference.
const AROUND: usize = 3;

/// The maximum number of pairs of lines to compare; beyond that, all remaining lines count as
/// different.
const MOST_PAIRS: usize = 4_000_000;

/// Returns the lines that differ, with some context, or nothing if all lines are the same.
pub fn diff<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old == new {
        return Vec::new();
    }
    let pairs = old.iter().zip(&new);
    let start = pairs.take_while(|(old, new)| old == new).count();
    let pairs = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = pairs.take_while(|(old, new)| old == new).count();
    let mut lines: Vec<Line<'_>> = old[..start].iter().map(|line| Line::Both(line)).collect();
    lines.extend(middle(
        &old[start..old.len() - end],
        &new[start..new.len() - end],
    ));
    lines.extend(old[old.len() - end..].iter().map(|line| Line::Both(line)));
    leave_out(&lines)
}

fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let width = new.len() + 1;
    if old.len().saturating_mul(width) > MOST_PAIRS {
        let old = old.iter().map(|line| Line::Old(line));
        return old.chain(new.iter().map(|line| Line::New(line))).collect();
    }
    // `common[i * width + j]` is the number of lines that `old[i..]` and `new[j..]` have in common.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = match old[i] == new[j] {
                true => common[(i + 1) * width + j + 1] + 1,
                false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let is_both = i < old.len() && j < new.len() && old[i] == new[j];
        let is_old = j == new.len()
            || i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1];
        if is_both {
            lines.push(Line::Both(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if is_old {
            lines.push(Line::Old(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
    lines
}

/// Replaces lines that are far from any difference by [`Line::LeftOut`].
fn leave_out<'a>(lines: &[Line<'a>]) -> Vec<Line<'a>> {
    let differs = |line: &Line<'_>| !matches!(line, Line::Both(_));
    let mut kept = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let near = number.saturating_sub(AROUND)..lines.len().min(number + AROUND + 1);
        if lines[near].iter().any(differs) {
            kept.push(*line);
        } else if kept.last() != Some(&Line::LeftOut) {
            kept.push(Line::LeftOut);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(old: &str, new: &str) -> String {
        let line = |line: &Line<'_>| match line {
            Line::Both(line) => format!(" {line}"),
            Line::Old(line) => format!("-{line}"),
            Line::New(line) => format!("+{line}"),
            Line::LeftOut => "…".to_owned(),
        };
        let lines: Vec<_> = diff(old, new).iter().map(line).collect();
        lines.join("|")
    }

    #[test]
    fn the_lines_that_differ_are_told_with_some_around_them() {
        for (old, new, expected) in [
            ("a\nb\nc", "a\nb\nc", ""),
            ("", "", ""),
            ("", "a", "+a"),
            ("a", "", "-a"),
            ("a\nb\nc", "a\nx\nc", " a|-b|+x| c"),
            ("a\nb", "b\na", "-a| b|+a"),
            (
                "1\n2\n3\n4\n5\n6\n7\n8\n9",
                "1\n2\n3\n4\n5\n6\n7\n8\nx",
                "…| 6| 7| 8|-9|+x",
            ),
            (
                "x\n2\n3\n4\n5\n6\n7\n8\n9",
                "1\n2\n3\n4\n5\n6\n7\n8\ny",
                "-x|+1| 2| 3| 4|…| 6| 7| 8|-9|+y",
            ),
            ("a\r\nb", "a\nb", ""),
        ] {
            assert_eq!(print(old, new), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn what_is_too_long_to_compare_differs_as_a_whole() {
        let text = |word: &str| {
            (0..3000)
                .map(|n| format!("{word} {n}\n"))
                .collect::<String>()
        };
        let (old, new) = (text("old"), text("new"));
        assert_eq!(diff(&old, &new).len(), 6000);
    }
}
