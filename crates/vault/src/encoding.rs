//! Hexadecimal and Crockford's base 32: the two ways in which the vault writes bytes as text.

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

/// Crockford's alphabet: no I, L, O or U, so that nothing can be misread.
pub(crate) const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Five bits per character; the last one is padded with zero bits.
pub(crate) fn crockford(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut pending, mut bits) = (0u32, 0);
    for byte in bytes {
        pending = pending << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(CROCKFORD[(pending >> bits & 31) as usize] as char);
        }
        pending &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(CROCKFORD[(pending << (5 - bits) & 31) as usize] as char);
    }
    text
}

/// The value of a character as people type it: any case, `o` for 0, `i` and `l` for 1, full-width forms.
pub(crate) fn crockford_digit(typed: char) -> Option<u8> {
    // Full-width digits and letters stand at a fixed distance from ASCII.
    let plain = match typed {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(typed as u32 - 0xFEE0)?,
        other => other,
    };
    let upper = match plain.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    CROCKFORD.iter().position(|c| *c as char == upper).and_then(|p| u8::try_from(p).ok())
}

/// The inverse of [`crockford`] for exactly `N` bytes; padding bits must be zero.
pub(crate) fn uncrockford<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    if digits.len() != (N * 8).div_ceil(5) {
        return None;
    }
    let mut out = [0; N];
    let (mut pending, mut bits, mut at) = (0u32, 0, 0);
    for digit in digits {
        pending = pending << 5 | u32::from(*digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *out.get_mut(at)? = u8::try_from(pending >> bits & 0xFF).ok()?;
            at += 1;
        }
        pending &= (1 << bits) - 1;
    }
    (pending == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_round_trips() {
        assert_eq!(hex(&[0, 0x7f, 0xff]), "007fff");
        assert_eq!(unhex("007fff"), Some(vec![0, 0x7f, 0xff]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("zz"), None);
    }

    #[test]
    fn crockford_round_trips_at_every_length() {
        let bytes: [u8; 32] = std::array::from_fn(|i| (i * 37 + 5) as u8);
        let text = crockford(&bytes);
        assert_eq!(text.len(), 52);
        let digits: Vec<u8> = text.chars().filter_map(crockford_digit).collect();
        assert_eq!(uncrockford::<32>(&digits), Some(bytes));
        assert_eq!(uncrockford::<31>(&digits), None);
        // Padding that is not zero is another spelling of the same bytes: refused.
        let mut odd = digits;
        odd[51] |= 1;
        assert_eq!(uncrockford::<32>(&odd), None);
    }
}
