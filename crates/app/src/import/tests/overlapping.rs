//! Files that tell the same, looked at together: what is shown before is what is stored after.

use crate::testing::{Desk, as_text};
use crate::view::import::{CommitImport, Preview, PreviewImport};

/// Flights with these numbers.
fn flights(numbers: std::ops::Range<u32>) -> String {
    let row = |n| {
        format!(
            "2025-03-01,LX{n},Zurich / Kloten (ZRH/LSZH),Lisbon / Portela (LIS/LPPT),07:15:00,09:20:00,02:50:00,Swiss (LX/SWR),,,,,,,,,,,\n"
        )
    };
    crate::testing::FLIGHTS.to_owned() + &numbers.map(row).collect::<String>()
}

/// New and already here, file by file.
fn told(preview: &Preview) -> Vec<(u64, u64)> {
    preview.files.iter().map(|file| (file.verdicts.new, file.verdicts.already_here)).collect()
}

fn stored(desk: &Desk, preview: Preview) -> (u64, u64) {
    let imports = desk.run(CommitImport { preview_id: preview.preview_id }).imports;
    let sum = |count: fn(&crate::view::VerdictsView) -> u64| imports.iter().map(|import| count(&import.verdicts)).sum();
    (sum(|v| v.new), sum(|v| v.already_here))
}

#[test]
fn two_files_chosen_together_show_what_they_share_as_already_here() {
    let desk = Desk::new();
    let files = [("first.csv", 1..11), ("second.csv", 6..16)].map(|(name, days)| as_text(&desk.file(name, flights(days))));
    let preview = desk.run(PreviewImport { paths: files.to_vec(), answers: Vec::new(), password: None });
    assert_eq!(told(&preview), [(10, 0), (5, 5)]);
    assert_eq!(stored(&desk, preview), (15, 5));
    assert_eq!(desk.find("").len(), 15);
}

#[test]
fn so_do_the_files_of_an_archive() {
    let desk = Desk::new();
    let files = [("a/first.csv", 1..11), ("b/second.csv", 6..16), ("c/third.csv", 1..16)].map(|(name, days)| (name, flights(days)));
    let archive = desk.archive("all.zip", None, &files.each_ref().map(|(name, text)| (*name, text.as_bytes())));
    let preview = desk.look(&archive, &[]);
    assert_eq!(told(&preview), [(10, 0), (5, 5), (0, 15)]);
    assert_eq!(stored(&desk, preview), (15, 20));
    assert_eq!(told(&desk.look(&archive, &[])), [(0, 10), (0, 10), (0, 15)]);
}
