//! Locks the vault when nobody is at the computer: after a while without a person, when the system locks its screen, and before it sleeps.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use holdall_app::App;
use tauri::{AppHandle, Manager};

use crate::clipboard::Clipboard;

/// Starts watching. Ends with the program.
pub fn watch(app: Arc<App>, handle: AppHandle) {
    #[cfg(target_os = "linux")]
    system::listen(&app, &handle);
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

/// What desktops on Linux say on D-Bus. On Windows and macOS, sleep is noticed by the clock (`App::lock_when_idle`).
#[cfg(target_os = "linux")]
mod system {
    use std::sync::Arc;

    use holdall_app::App;
    use tauri::AppHandle;
    use zbus::MatchRule;
    use zbus::blocking::{Connection, MessageIterator};
    use zbus::message::Type;

    /// Interface and signal. Each carries `true` when it begins, or nothing.
    const OF_THE_SESSION: &[(&str, &str)] = &[
        ("org.freedesktop.ScreenSaver", "ActiveChanged"),
        ("org.gnome.ScreenSaver", "ActiveChanged"),
        ("org.cinnamon.ScreenSaver", "ActiveChanged"),
        ("org.mate.ScreenSaver", "ActiveChanged"),
    ];
    const OF_THE_SYSTEM: &[(&str, &str)] =
        &[("org.freedesktop.login1.Session", "Lock"), ("org.freedesktop.login1.Manager", "PrepareForSleep")];

    pub fn listen(app: &Arc<App>, handle: &AppHandle) {
        // A machine without one of the buses has no such signals; the idle lock works all the same.
        for (bus, signals) in [(Connection::session(), OF_THE_SESSION), (Connection::system(), OF_THE_SYSTEM)] {
            let Ok(bus) = bus else { continue };
            for (interface, member) in signals {
                let (bus, app, handle) = (bus.clone(), app.clone(), handle.clone());
                std::thread::spawn(move || {
                    // A bus that goes away ends the thread, and the session with it.
                    let _ = follow(&bus, interface, member, || {
                        if app.lock_now() {
                            super::show_lock(&handle);
                        }
                    });
                });
            }
        }
    }

    fn follow(bus: &Connection, interface: &str, member: &str, lock: impl Fn()) -> zbus::Result<()> {
        let rule = MatchRule::builder().msg_type(Type::Signal).interface(interface)?.member(member)?.build();
        for message in MessageIterator::for_match_rule(rule, bus, None)? {
            if message?.body().deserialize::<bool>().unwrap_or(true) {
                lock();
            }
        }
        Ok(())
    }
}
