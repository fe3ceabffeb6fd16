//! Keeps the webview in its place: it shows our own pages and goes nowhere.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager, Runtime, Url};

/// The webview navigates only within the app. A page that somehow asks for anything else is refused.
pub fn stay_inside<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("stay-inside").on_navigation(|_, url| is_ours(url)).build()
}

fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // Windows serves the app's own files from this name.
        "http" | "https" => {
            url.host_str() == Some("tauri.localhost") || (cfg!(not(feature = "custom-protocol")) && url.host_str() == Some("localhost"))
        }
        "about" => url.path() == "blank",
        _ => false,
    }
}

/// Lets the web views of Windows and macOS write neither what they show nor what is typed to the disk. The one of Linux keeps no forms and
/// none of our pages, and the tests could not drive it in this way.
pub fn private<R: Runtime>(mut context: tauri::Context<R>) -> tauri::Context<R> {
    for window in &mut context.config_mut().app.windows {
        window.incognito = cfg!(not(target_os = "linux"));
    }
    context
}

/// Brings the window of the first instance to the front when a second one is started.
pub fn focus<R: Runtime>(handle: &AppHandle<R>) {
    if let Some(window) = handle.get_webview_window("main") {
        // Each may fail on a window that is just closing; then there is nothing to bring forward.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// WebKitGTK's GPU buffers cost about 80 MB and fail on machines without a GPU; our pages need none.
pub fn prefer_light_rendering() {
    #[cfg(target_os = "linux")]
    if std::env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_none() {
        // SAFETY: called first thing in `main`, before any other thread exists.
        unsafe { std::env::set_var("WEBKIT_DISABLE_DMABUF_RENDERER", "1") };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_shown() {
        let ours = |text: &str| is_ours(&text.parse().expect("a URL"));
        assert!(ours("tauri://localhost/index.html"));
        for foreign in [
            "https://example.com/",
            "http://tauri.evil.com/",
            "http://tauri.localhost.evil.com/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://evil/",
        ] {
            assert!(!ours(foreign), "{foreign}");
        }
    }
}
