//! The window's shell: Tauri glue and nothing else.
//!
//! What the window shows is in `ui/`; what it does is in `holdall-app`. This package only carries requests between the two,
//! and keeps the webview in its place.

mod away;
mod bridge;
mod clipboard;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use holdall_app::App;
pub use holdall_app::WipedHeap;
use tauri::Manager as _;

/// Opens the window and returns when it is closed.
pub fn run() -> ExitCode {
    holdall_app::harden(holdall_app::Face::Window);
    window::prefer_light_rendering();
    let app = match App::open(holdall_app::Config::from_environment()) {
        Ok(app) => Arc::new(app),
        Err(error) => {
            let view = error.view();
            eprintln!("{} {}", view.title, view.what_to_do);
            return ExitCode::FAILURE;
        }
    };
    let bridge = bridge::Bridge::new(app.clone());
    let started = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|handle, _arguments, _folder| window::focus(handle)))
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::stay_inside())
        .manage(bridge)
        .manage(clipboard::Clipboard::default())
        .setup({
            let app = app.clone();
            move |program| {
                away::watch(app, program.handle().clone());
                Ok(())
            }
        })
        .invoke_handler(tauri::generate_handler![bridge::call, bridge::cancel, bridge::pause, clipboard::copy])
        .build(window::private(tauri::generate_context!(), &app));
    match started {
        Ok(program) => {
            program.run(move |handle, event| {
                if matches!(event, tauri::RunEvent::Exit) {
                    handle.state::<clipboard::Clipboard>().forget_now();
                    app.close();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!(
                "The window could not be opened: {error}. On Linux, check that WebKitGTK 4.1 is installed and a display is available."
            );
            ExitCode::FAILURE
        }
    }
}
