#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    holdall_fuzz::allow_panics_of(&["calamine", "cfb"]);
    holdall_fuzz::run("workbook", data);
});
