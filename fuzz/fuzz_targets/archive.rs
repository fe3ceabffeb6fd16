#![no_main]

// Recognition of every entry is the work of `any`; here the container itself is what is damaged.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        holdall_fuzz::read_as(None, "a.zip", data);
    }
});
