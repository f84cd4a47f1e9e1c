//! What a profile may be called: the name stands in a settings file and on the screen, and channels name it.

/// Longest name.
const LONGEST: usize = 64;

/// The rule that a name breaks, if it breaks it.
pub fn broken_rule(name: &str) -> Option<&'static str> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let good = (1..=LONGEST).contains(&name.len()) && name.bytes().all(fits);
    (!good).then_some("A name has 1 to 64 letters a-z A-Z, digits, - and _")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_1_to_64_plain_characters() {
        for good in ["a", "Evening_classes-2", &"n".repeat(64)] {
            assert_eq!(broken_rule(good), None, "{good}");
        }
        for bad in ["", "a b", "a.b", "ä", "\"a\"", &"n".repeat(65)] {
            assert!(broken_rule(bad).is_some(), "{bad}");
        }
    }
}
