//! Numbers of the library Decimal, as text.

/// What `Decimal.parse/1` reads in the whole of `text`, as `Decimal.to_string/1` prints it; `None` where it is no number
/// (`NaN` and infinity are none that a column can hold).
pub fn decimal_text(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let coefficient = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    Some(format!("{sign}{}", scientific(coefficient, exponent - fraction.len() as i64)))
}

/// What `Decimal.from_float/1` makes of a float that is written `text`.
pub fn decimal_of_float(text: &str) -> Option<String> {
    decimal_text(&text.replace(".0e", "e"))
}

fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number: i64 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    // The library takes no exponent beyond six thousand or so; what is larger is not read here either.
    (number < 6000).then_some(if text.starts_with('-') { -number } else { number })
}

/// Plain where the number has no positive exponent and at most five zeros behind the point; with `E` otherwise.
fn scientific(coefficient: &str, exponent: i64) -> String {
    let adjusted = exponent + coefficient.len() as i64 - 1;
    if exponent == 0 {
        return coefficient.to_owned();
    }
    if exponent < 0 && adjusted >= -6 {
        let width = (-exponent) as usize;
        let padded = format!("{coefficient:0>fill$}", fill = width + 1);
        let (whole, fraction) = padded.split_at(padded.len() - width);
        return format!("{whole}.{fraction}");
    }
    let (first, rest) = coefficient.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if adjusted < 0 { "" } else { "+" };
    format!("{first}{point}{rest}E{sign}{adjusted}")
}

#[cfg(test)]
mod tests {
    use super::{decimal_of_float, decimal_text};

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(decimal_text(text).as_deref(), expected, "{text}");
    }

    /// Recorded with Decimal 3.1.1.
    #[test]
    fn a_number_is_printed_as_the_library_prints_it() {
        check("1e3", Some("1E+3"));
        check("01.50", Some("1.50"));
        check(".5", Some("0.5"));
        check("+1.5", Some("1.5"));
        check("-0", Some("-0"));
        check("-0.00", Some("-0.00"));
        check("1.0E-10", Some("1.0E-10"));
        check("1E+5", Some("1E+5"));
        check("0E-7", Some("0E-7"));
        check("0.000001", Some("0.000001"));
        check("0.0000001", Some("1E-7"));
        check("5.", Some("5"));
        check("1.25e1", Some("12.5"));
        check("123456789012345678901234567890", Some("123456789012345678901234567890"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", ".", "1_000", " 1", "1 ", "NaN", "Infinity", "1e", "1e+", "--1", "1.2.3"] {
            check(text, None);
        }
    }

    #[test]
    fn a_float_loses_the_zero_before_its_exponent() {
        for (float, expected) in [("0.1", "0.1"), ("1.0e20", "1E+20"), ("1.0e-7", "1E-7"), ("1.5e300", "1.5E+300")] {
            assert_eq!(decimal_of_float(float).as_deref(), Some(expected), "{float}");
        }
    }
}
