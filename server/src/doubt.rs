//! Protection against a wrong clock, before data is erased for good because of it.
//!
//! A machine that starts with a wrong clock could otherwise erase data within a second that
//! should be kept for weeks. So a time far from the last one that the site has seen is doubted
//! until the site has run with it for a day. By then someone has noticed the wrong clock, or
//! the time is right after all and the site was off.

use app::profile::rules::date::DAY_MS;
use store::watch::ClockState;

/// The largest step, forward or back, after which a clock is still believed; covers a restart
/// or a night offline.
const STEP_MS: i64 = DAY_MS;

/// The time for which the site has to run with a doubted clock until the clock is believed.
pub const WATCH_MS: i64 = DAY_MS;

/// The state of a clock that is believed.
pub fn begin(now: i64) -> ClockState {
    ClockState {
        believed_at: now,
        doubted_at: None,
        watched_ms: 0,
    }
}

/// Records a reading of the clock, `now`. Since the previous reading the site has run for
/// `ran_ms`, measured by a monotonic clock.
pub fn look(seen: ClockState, now: i64, ran_ms: i64) -> ClockState {
    if near(seen.believed_at, now) {
        return begin(now);
    }
    let watched_ms = match seen.doubted_at {
        Some(doubted_at) if near(doubted_at, now) => seen.watched_ms.saturating_add(ran_ms.max(0)),
        _ => 0,
    };
    if watched_ms >= WATCH_MS {
        return begin(now);
    }
    ClockState {
        doubted_at: Some(now),
        watched_ms,
        ..seen
    }
}

fn near(one: i64, other: i64) -> bool {
    one.abs_diff(other) <= STEP_MS.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60 * 1000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const NOW: i64 = 1_795_348_800_000;

    /// Takes a reading every ten minutes, for `ms` milliseconds.
    fn run(mut seen: ClockState, from: i64, ms: i64) -> ClockState {
        for step in 1..=ms / (10 * MINUTE) {
            seen = look(seen, from + step * 10 * MINUTE, 10 * MINUTE);
        }
        seen
    }

    #[test]
    fn a_clock_that_jumped_is_believed_after_a_day_of_running_with_it() {
        // (how far it jumped, for how long the site ran with it, is it believed)
        for (jump, ran, believed) in [
            (0, 0, true),
            (10 * MINUTE, 0, true),
            (DAY, 0, true),
            (-DAY, 0, true),
            (DAY + 1, 0, false),
            (-DAY - 1, 0, false),
            (3652 * DAY, 0, false),
            (3652 * DAY, 23 * HOUR, false),
            (3652 * DAY, 24 * HOUR, true),
            (-NOW, 23 * HOUR, false),
            (-NOW, 24 * HOUR, true),
            (i64::MAX - NOW, 0, false),
        ] {
            let seen = look(begin(NOW), NOW + jump, 0);
            let seen = run(seen, NOW + jump, ran);
            assert_eq!(seen.is_believed(), believed, "{jump} {ran}: {seen:?}");
        }
    }

    #[test]
    fn starting_again_neither_ends_a_doubt_nor_begins_it_anew() {
        let wrong = NOW + 3652 * DAY;
        let mut seen = begin(NOW);
        // A program that restarts over and over never adds running time.
        for start in 0..1000 {
            seen = look(seen, wrong + start * MINUTE, 0);
            assert!(!seen.is_believed());
        }
        let seen = run(seen, wrong + 1000 * MINUTE, 20 * HOUR);
        let again = look(seen, wrong + 1000 * MINUTE + 21 * HOUR, 0);
        assert!(!again.is_believed());
        let seen = run(again, wrong + 1000 * MINUTE + 21 * HOUR, 4 * HOUR);
        assert!(seen.is_believed(), "{seen:?}");
    }

    #[test]
    fn a_clock_that_is_set_right_again_is_believed_at_once() {
        let wrong = look(begin(NOW), NOW + 3652 * DAY, 0);
        assert_eq!(look(wrong, NOW + HOUR, HOUR), begin(NOW + HOUR));
    }

    #[test]
    fn another_wrong_time_begins_a_doubt_of_its_own() {
        let wrong = NOW + 100 * DAY;
        let seen = run(look(begin(NOW), wrong, 0), wrong, 23 * HOUR);
        let other = run(look(seen, wrong + 50 * DAY, 0), wrong + 50 * DAY, 2 * HOUR);
        assert!(!other.is_believed(), "{other:?}");
    }
}
