//! Time stamps of generated files.

use std::fmt;

/// A second of UTC as file names write it (`20240131235959`). Ordered by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

impl Timestamp {
    /// Reads `YYYYMMDDHHMMSS`. `None` when it is no such moment.
    pub fn parse(text: &str) -> Option<Timestamp> {
        if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = |from: usize, to: usize| text[from..to].parse::<u8>().ok();
        let stamp = Timestamp {
            year: text[..4].parse().ok()?,
            month: number(4, 6)?,
            day: number(6, 8)?,
            hour: number(8, 10)?,
            minute: number(10, 12)?,
            second: number(12, 14)?,
        };
        let valid = (1..=12).contains(&stamp.month)
            && (1..=days_in(stamp.year, stamp.month)).contains(&stamp.day)
            && stamp.hour < 24
            && stamp.minute < 60
            && stamp.second < 60;
        valid.then_some(stamp)
    }

    /// The second that is `seconds` after the beginning of 1970, UTC.
    pub fn from_unix(seconds: u64) -> Timestamp {
        let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
        let (mut year, mut month) = (1970, 1);
        loop {
            let length = u64::from(days_in(year, month));
            if days < length || year == u16::MAX {
                break;
            }
            days -= length;
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        let [hour, minute, second] = [rest / 3600, rest / 60 % 60, rest % 60].map(|part| part as u8);
        Timestamp { year, month, day: days as u8 + 1, hour, minute, second }
    }

    /// One second later.
    pub fn next(&self) -> Timestamp {
        let mut next = self.clone();
        next.second += 1;
        if next.second == 60 {
            (next.second, next.minute) = (0, next.minute + 1);
        }
        if next.minute == 60 {
            (next.minute, next.hour) = (0, next.hour + 1);
        }
        if next.hour == 24 {
            (next.hour, next.day) = (0, next.day + 1);
        }
        if next.day > days_in(next.year, next.month) {
            (next.day, next.month) = (1, next.month + 1);
        }
        if next.month == 13 {
            (next.month, next.year) = (1, next.year + 1);
        }
        next
    }

    /// The stamp to begin with at `now`: later than every file there is, so that two runs within one second never
    /// give two files the same stamp.
    pub fn first<'a>(now: Timestamp, paths: impl IntoIterator<Item = &'a str>) -> Timestamp {
        let stamps = paths.into_iter().filter_map(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            Timestamp::parse(name.get(..14)?)
        });
        match stamps.max() {
            Some(last) if last >= now => last.next(),
            _ => now,
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timestamp { year, month, day, hour, minute, second } = self;
        write!(formatter, "{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stamp: &str, next: &str) {
        assert_eq!(Timestamp::parse(stamp).map(|stamp| stamp.next().to_string()).as_deref(), Some(next));
    }

    #[test]
    fn a_second_later() {
        check("20240101000000", "20240101000001");
        check("20240228235959", "20240229000000");
        check("21000228235959", "21000301000000");
        check("20231231235959", "20240101000000");
        assert_eq!(Timestamp::parse("20230229000000"), None);
        assert_eq!(Timestamp::parse("2023022900000"), None);
    }

    #[test]
    fn the_first_stamp_is_later_than_every_file() {
        let now = Timestamp::parse("20240101000000").expect("a stamp");
        let first = |paths: &[&str]| Timestamp::first(now.clone(), paths.iter().copied()).to_string();
        assert_eq!(first(&["priv/repo/migrations/20231231000000_a.exs", "priv/x/initial.json"]), "20240101000000");
        assert_eq!(first(&["priv/repo/migrations/20240101000007_a.exs"]), "20240101000008");
    }
}
