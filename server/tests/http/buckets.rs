//! Buckets of tries, as the database counts them.

use app::error::AppError;
use store::{bucket::Bucket, limits::Tries};

use crate::harness::{Site, site};

const HOUR: i64 = 60 * 60 * 1000;

/// A bucket of `count` tries within a time in milliseconds.
fn bucket(who: u8, count: i64, period: i64) -> Bucket {
    Bucket {
        rule: "test",
        who: [who; 16],
        interval: period / count,
        period,
    }
}

async fn count(site: &Site, bucket: &Bucket, now: i64) -> Result<(), AppError> {
    let tries = Tries {
        buckets: vec![bucket.clone()],
        now,
    };
    let count = site
        .store
        .write_singly(tries, |tx, tries| Box::pin(tries.count(tx)));
    count.await
}

#[tokio::test]
async fn a_bucket_takes_its_count_at_once_and_then_one_an_interval() {
    let site = site().await;
    let bucket = bucket(0, 10, 60_000);
    for _ in 0..10 {
        count(&site, &bucket, 5).await.unwrap();
    }
    for (now, seconds) in [(5, 6), (5_005, 1)] {
        let refused = count(&site, &bucket, now).await;
        assert_eq!(refused, Err(AppError::TooMany { seconds }), "{now}");
    }
    count(&site, &bucket, 6_005).await.unwrap();
    assert!(count(&site, &bucket, 6_005).await.is_err());
    // Long after, all of it again, and no more than all of it.
    for _ in 0..10 {
        count(&site, &bucket, 1_000_000).await.unwrap();
    }
    assert!(count(&site, &bucket, 1_000_000).await.is_err());
}

#[tokio::test]
async fn what_a_clock_that_was_ahead_has_written_locks_nobody_out() {
    let site = site().await;
    let now = 1_000 * HOUR;
    let minute = HOUR / 60;
    // How far the clock was ahead, how often something was tried then, and the
    // minutes until the next try is free once the clock is right. `None`: at once.
    for (who, (ahead, tries, wait)) in (0..).zip([
        (0, 10, Some(6)),
        // Set back a little, as by a time server: as full as it was.
        (1, 10, Some(7)),
        (4 * minute, 10, Some(10)),
        (4 * minute, 1, None),
        (30 * minute, 1, None),
        (30 * minute, 5, Some(6)),
        // Beyond what a try at this time could leave.
        (30 * minute, 10, None),
        (HOUR, 1, None),
        (3 * HOUR, 10, None),
        (365 * 24 * HOUR, 1, None),
        (365 * 24 * HOUR, 10, None),
    ]) {
        let bucket = bucket(who, 10, HOUR);
        for _ in 0..tries {
            count(&site, &bucket, now + ahead).await.unwrap();
        }
        let asked = count(&site, &bucket, now).await;
        match wait {
            None => assert!(asked.is_ok(), "{ahead} {tries}: {asked:?}"),
            Some(minutes) => {
                let Err(AppError::TooMany { seconds }) = asked else {
                    panic!("{ahead} {tries}: {asked:?}");
                };
                assert_eq!(seconds.div_ceil(60), minutes, "{ahead} {tries}");
                // Whoever waits as long as they are told gets through.
                let later = now + i64::from(seconds) * 1000;
                let asked = count(&site, &bucket, later).await;
                assert!(asked.is_ok(), "{ahead} {tries}: {asked:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_a_little_again_and_again_frees_no_full_bucket() {
    let site = site().await;
    let bucket = bucket(0, 10, 60_000);
    for _ in 0..10 {
        count(&site, &bucket, 1_000_000).await.unwrap();
    }
    for back in [1, 10, 1_000, 60_000, 200_000, 300_000] {
        let refused = count(&site, &bucket, 1_000_000 - back).await;
        assert!(refused.is_err(), "{back}");
    }
}

/// Of sixty-four at once, twenty.
#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_takes_as_many_tries_at_once_as_it_has_room_for() {
    let site = site().await;
    let bucket = bucket(0, 20, HOUR);
    let counted = futures_util::future::join_all((0..64).map(|_| count(&site, &bucket, HOUR)));
    let counted = counted.await.into_iter().filter(Result::is_ok).count();
    assert_eq!(counted, 20);
}

/// What asks before counting, and what counts, agree on when a bucket is full.
#[tokio::test]
async fn a_full_bucket_is_full_to_whoever_asks_first() {
    let site = site().await;
    let bucket = bucket(0, 3, 60_000);
    for now in [
        0, 1, 30_000, 30_000, 60_000, 70_000, 75_000, 200_000, 100_000,
    ] {
        let mut reader = site.store.reader().await.unwrap();
        let free_at = reader.free_at(&bucket).await.unwrap();
        let asked = bucket.check(free_at, now);
        assert_eq!(asked, count(&site, &bucket, now).await, "{now}");
    }
}
