//! How figures read: grouped, rounded so that they do not flicker, in their fitting unit.

use minijinja::Environment;

/// A rate in two digits or whole numbers, so that it does not flicker.
pub(super) fn rate(per_second: f64) -> String {
    if per_second <= 0.0 {
        "0".to_owned()
    } else if per_second < 10.0 {
        format!("{per_second:.1}")
    } else {
        let digits = per_second.log10().floor() as i32;
        let unit = 10_f64.powi((digits - 1).max(0));
        grouped(((per_second / unit).round() * unit) as i64)
    }
}

/// A length of time in its largest fitting unit, as the page's script writes it too.
pub(super) fn span(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    let (count, unit) = match seconds {
        s if s < 100.0 => (s, "s"),
        s if s < 100.0 * 60.0 => (s / 60.0, "min"),
        s if s < 48.0 * 3600.0 => (s / 3600.0, "h"),
        s => (s / 86_400.0, "d"),
    };
    format!("{} {unit}", count.floor())
}

/// A number with commas between its thousands.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What the templates may call.
pub(super) fn filters(environment: &mut Environment<'static>) {
    environment.add_filter("grouped", |number: i64| grouped(number));
    // Milliseconds.
    environment.add_filter("span", |milliseconds: i64| span(milliseconds as f64 / 1000.0));
    environment.add_filter("urlencode", |text: String| -> String {
        form_urlencoded::byte_serialize(text.as_bytes()).collect()
    });
    environment
        .add_filter("plural", |count: i64, one: String, many: String| if count == 1 { one } else { many });
}

/// The points of a curve 120 wide and 32 high.
pub(super) fn curve(values: &[f64]) -> Option<String> {
    let top = values.iter().copied().fold(1.0, f64::max);
    let step = 120.0 / (values.len().max(2) - 1) as f64;
    let point =
        |(at, value): (usize, &f64)| format!("{:.1},{:.1}", at as f64 * step, 30.0 - 28.0 * value / top);
    (values.len() > 1).then(|| values.iter().enumerate().map(point).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0.0, 0.04, 3.12, 12.4, 849.0, 12_345.0].map(rate),
            ["0", "0.0", "3.1", "12", "850", "12,000"]
        );
        assert_eq!(
            [-3.0, 0.9, 99.9, 100.0, 3600.0, 6000.0, 172_799.0, 172_800.0].map(span),
            ["0 s", "0 s", "99 s", "1 min", "60 min", "1 h", "47 h", "2 d"]
        );
    }

    #[test]
    fn a_curve_needs_two_points_and_stays_in_its_frame() {
        assert_eq!(curve(&[1.0]), None);
        assert_eq!(curve(&[0.0, 50.0, 100.0]).unwrap(), "0.0,30.0 60.0,16.0 120.0,2.0");
    }
}
