//! Times, sizes and rates, in words.

use std::fmt;
use std::path::Path;
use std::time::Duration;

/// Times of the same thing.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort();
        let at = |share: usize| sorted[(sorted.len() - 1) * share / 100];
        write!(f, "p50 {:.2?}, p99 {:.2?}, most {:.2?}", at(50), at(99), at(100))
    }
}

/// The bytes of a database with its write-ahead log.
pub struct Size(u64);

impl Size {
    /// Of this one.
    pub fn of(path: &Path) -> Self {
        let of = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        Self(of(path) + of(&path.with_extension("db-wal")))
    }

    /// The number of bytes.
    pub const fn bytes(&self) -> u64 {
        self.0
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB", self.0 / 1_000_000)
    }
}

/// So many in that time.
pub fn per_second(many: usize, time: Duration) -> String {
    format!("{:.0} a second, {many} in {time:.1?}", many as f64 / time.as_secs_f64())
}

/// The most memory this process has held, as Linux tells it.
pub fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find(|line| line.starts_with("VmHWM:"));
    most.map_or("not told on this system".to_owned(), |line| line["VmHWM:".len()..].trim().to_owned())
}

/// One line of the result.
pub fn say(what: &str, figure: &str) {
    println!("{what:<48} {figure}");
}
