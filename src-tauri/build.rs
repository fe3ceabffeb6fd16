fn main() {
    // Declared commands are denied to every window unless a capability names them.
    let commands = tauri_build::AppManifest::new().commands(&["call", "cancel", "copy", "pause"]);
    tauri_build::try_build(
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*").app_manifest(commands),
    )
    .expect("tauri-build reads tauri.conf.json and src-tauri/capabilities");
}
