//! Time as the benchmarks take it: a core's own time for rates and for what is set beside R, so that other work on the
//! machine does not count; the wall clock for what two threads gain.

use std::time::{Duration, Instant};

/// CPU time of the calling thread from Linux's scheduler; elsewhere the wall clock stands in.
fn thread_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn core_seconds(work: impl FnOnce()) -> f64 {
    let (wall, before) = (Instant::now(), thread_time());
    work();
    match (before, thread_time()) {
        (Some(before), Some(after)) => (after - before).as_secs_f64(),
        _ => wall.elapsed().as_secs_f64(),
    }
}

/// Shortest run that the scheduler's ticks measure well.
const LONG_ENOUGH_SECONDS: f64 = 0.5;

/// Seconds of one core that `work` takes, the mean of as many rounds as it needs after one to warm up.
pub fn seconds_each(work: impl Fn()) -> f64 {
    work();
    let mut rounds = 1u32;
    loop {
        let seconds = core_seconds(|| (0..rounds).for_each(|_| work()));
        if seconds >= LONG_ENOUGH_SECONDS {
            return seconds / f64::from(rounds);
        }
        rounds = rounds.saturating_mul(2);
    }
}

/// How many times as much two threads do in the same time on the wall as one.
pub fn gain_of_two(work: impl Fn() + Sync) -> f64 {
    let timed = |threads: usize| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(&work);
            }
        });
        start.elapsed().as_secs_f64()
    };
    2.0 * timed(1) / timed(2)
}
