#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| holdall_fuzz::read_as(Some(("google", "my-activity")), "MyActivity.json", data));
