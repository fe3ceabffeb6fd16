//! A layout that the person explained: remembered, forgotten, and given away without anything of theirs.

#[path = "../src/testing.rs"]
mod testing;

use holdall_app::view::definition::{ForgetDefinition, ListDefinitions, PreviewDefinition, SaveDefinition};
use holdall_app::view::import::FileOutcome;
use testing::Desk;

const TABLE: &str =
    "Tag;Wofür;Anderes;Soviel;Konto 12345678\n03.04.2025;Brotkanarie;-4,00;-3,50;x\n17.04.2025;Lohnkanarie;-1,20;1.200,00;y\n";
const ANSWERS: &[(&str, &str)] = &[("date", "1"), ("amount", "4")];

#[test]
fn a_layout_that_was_explained_is_listed_used_again_and_forgotten() {
    let desk = Desk::new();
    assert!(desk.run(ListDefinitions {}).is_empty());
    desk.import(&desk.file("Umsatz.csv", TABLE), ANSWERS);
    desk.import(&desk.file("Umsatz (1).csv", TABLE.replace("03.04", "04.04")), &[]);
    let all = desk.run(ListDefinitions {});
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((all[0].imports, all[0].file_name.as_str()), (2, "Umsatz (1).csv"));
    let columns: Vec<String> = all[0].columns.iter().map(|c| format!("{}={}", c.heading, c.role)).collect();
    assert_eq!(columns[..4], ["tag=date", "wofür=unknown", "anderes=other", "soviel=amount"]);

    let id = all[0].definition_id.clone();
    assert!(desk.run(ForgetDefinition { definition_id: id.clone() }).is_empty());
    assert_eq!(desk.fails(ForgetDefinition { definition_id: id }).code, "not-found");
    let asked = desk.look(&desk.file("Umsatz (2).csv", TABLE.replace("03.04", "05.04")), &[]);
    assert_eq!(asked.files[0].outcome, FileOutcome::Question, "the answers are asked for anew");
    desk.import(&desk.file("Umsatz (2).csv", TABLE.replace("03.04", "05.04")), ANSWERS);
    assert_eq!(desk.run(ListDefinitions {})[0].imports, 1, "and are remembered from then on");
}

#[test]
fn a_layout_is_given_away_as_a_whole_folder_with_nothing_of_the_person() {
    let desk = Desk::new();
    desk.import(&desk.file("Umsatz Nora 12345678.csv", TABLE), ANSWERS);
    let definition = |vendor_name: &str| PreviewDefinition {
        definition_id: desk.run(ListDefinitions {})[0].definition_id.clone(),
        vendor_name: vendor_name.to_owned(),
        vendor: None,
        file_name: None,
    };
    assert_eq!(desk.fails(definition("銀行")).code, "bad-request");
    let shown = desk.run(definition("My Bank"));
    assert_eq!(shown.left_out, [5], "a heading with an account's number stays at home");
    let dir = desk.home().join("vendors");
    let save = |name: &str| SaveDefinition { dir: dir.display().to_string(), definition: definition(name) };
    let saved = desk.run(save("My Bank"));
    assert_eq!(saved.dir, dir.join("my-bank").display().to_string());
    for file in &shown.files {
        let text = std::fs::read_to_string(dir.join(&file.path)).expect("a file that was written");
        assert_eq!(text, file.text, "what was shown is what was written");
        for canary in ["kanarie", "12345678", "Nora", "03.04.2025", "17.04.2025", "3,50", "1.200"] {
            assert!(!text.contains(canary), "{canary} is in {}", file.path);
        }
    }
    let names: Vec<&str> = shown.files.iter().map(|f| f.path.as_str()).collect();
    let folder = ["vendor.toml", "account/export.toml", "account/sample.csv", "account/sample.csv.expected"];
    assert_eq!(names, folder.map(|name| format!("my-bank/{name}")), "all that a vendor's folder must have");
    assert_eq!(desk.fails(save("My Bank")).code, "cannot-write", "nothing is ever overwritten");
}
