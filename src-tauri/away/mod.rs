//! Locks the vault when nobody is at the computer: after a while without a person, when the system locks its screen, and before it sleeps.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use holdall_app::App;
use tauri::{AppHandle, Manager};

use crate::clipboard::Clipboard;

#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(not(any(target_os = "macos", windows)), path = "linux.rs")]
mod system;

/// Starts watching, on the program's main thread. Ends with the program.
pub fn watch(app: Arc<App>, handle: AppHandle) {
    system::listen({
        let (app, handle) = (app.clone(), handle.clone());
        move || {
            if app.lock_now() {
                show_lock(&handle);
            }
        }
    });
    std::thread::spawn(move || {
        let (_never, tick) = mpsc::channel::<()>();
        let mut was_open = false;
        while tick.recv_timeout(Duration::from_secs(1)) == Err(mpsc::RecvTimeoutError::Timeout) {
            if app.lock_when_idle() {
                show_lock(&handle);
            }
            let clipboard = handle.state::<Clipboard>();
            let is_open = app.is_open();
            if was_open && !is_open {
                clipboard.forget(&handle);
            }
            was_open = is_open;
            clipboard.forget_old(&handle);
        }
    });
}

/// Loads the page anew, so that nothing of the vault stays in the webview's memory or on the screen.
fn show_lock(handle: &AppHandle) {
    handle.state::<Clipboard>().forget(handle);
    if let Some(window) = handle.get_webview_window("main") {
        // A window that is just closing shows nothing either.
        let _ = window.reload();
    }
}
