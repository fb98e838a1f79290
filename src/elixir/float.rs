//! Floats as Elixir 1.18 prints them.

/// `to_string/1` of a float: the shortest digits that give it back, in the shorter of plain and scientific notation
/// (Erlang's `float_to_binary(value, [:short])`): `1.0e3`, but `1234.5`.
pub fn float_text(value: f64) -> String {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let count = digits.len() as i32;
    let point = exponent + 1;
    let text = if value == 0.0 {
        "0.0".to_owned()
    } else if 0 < point && point < count {
        format!("{}.{}", &digits[..point as usize], &digits[point as usize..])
    } else {
        let exponent_text = exponent.to_string();
        let cost = exponent_text.len() as i32 + if count == 1 { 3 } else { 2 };
        let plain =
            if point <= 0 { 2 - point <= cost } else { point - count + 2 <= cost && value.abs() < 2f64.powi(53) };
        match (plain, point <= 0) {
            (true, true) => format!("0.{}{digits}", "0".repeat(-point as usize)),
            (true, false) => format!("{digits}{}.0", "0".repeat((point - count) as usize)),
            (false, _) => format!("{}.{}e{exponent_text}", &digits[..1], if count == 1 { "0" } else { &digits[1..] }),
        }
    };
    format!("{sign}{text}")
}

/// `inspect/1` of a float: like [`float_text`], but whole numbers below 10^16 are written out (`1000.0`).
pub fn inspect_float(value: f64) -> String {
    if (1.0..1.0e16).contains(&value.abs()) && value.fract() == 0.0 { format!("{value:.1}") } else { float_text(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_elixir_prints_them() {
        let check = |value: f64, text: &str| assert_eq!(float_text(value), text);
        check(0.0, "0.0");
        check(1.0, "1.0");
        check(-1.5, "-1.5");
        check(100.0, "100.0");
        check(1000.0, "1.0e3");
        check(1234567.0, "1234567.0");
        check(1.0e10, "1.0e10");
        check(0.1, "0.1");
        check(0.001, "0.001");
        check(0.0001, "0.0001");
        check(0.00001, "1.0e-5");
        check(0.000123, "1.23e-4");
        check(9007199254740992.0, "9.007199254740992e15");
        check(9007199254740991.0, "9007199254740991.0");
        check(0.00123, "0.00123");
        check(123456.789, "123456.789");
        check(1.25e-9, "1.25e-9");
    }

    #[test]
    fn inspected_floats_write_whole_numbers_out() {
        let check = |value: f64, text: &str| assert_eq!(inspect_float(value), text);
        check(0.0, "0.0");
        check(1000.0, "1000.0");
        check(-2.0, "-2.0");
        check(1.0e15, "1000000000000000.0");
        check(1.0e16, "1.0e16");
        check(0.00001, "1.0e-5");
        check(1234.5, "1234.5");
    }
}
