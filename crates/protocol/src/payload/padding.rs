use crate::limits::PARCEL_MINIMUM;

/// The length a plaintext of `length` bytes is padded to: Padmé, at least [`PARCEL_MINIMUM`].
///
/// Padmé (Nikitin et al., PoPETs 2019, §4) lets lengths differ only in their leading bits: it leaks O(log log n) bits and
/// costs at most 12 %.
pub fn padded_length(length: usize) -> usize {
    let length = length.max(PARCEL_MINIMUM);
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1usize << (exponent - kept)) - 1;
    (length + mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_lengths() {
        for (length, padded) in [(0, 4096), (1, 4096), (4096, 4096), (4097, 4352), (100_000, 100_352), (1 << 20, 1 << 20)] {
            assert_eq!(padded_length(length), padded, "{length}");
        }
    }

    proptest! {
        #[test]
        fn never_shorter_never_much_longer_and_stable(length in 0usize..5_000_000) {
            let padded = padded_length(length);
            prop_assert!(padded >= length);
            prop_assert!(padded <= PARCEL_MINIMUM.max(length + length * 12 / 100));
            prop_assert_eq!(padded_length(padded), padded);
        }
    }
}
