#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    holdall_fuzz::allow_panics_of("calamine");
    if let Some(workbook) = holdall_fuzz::workbook(data) {
        holdall_fuzz::read_as(Some(("generic", "table")), "a.xlsx", &workbook);
    }
});
