//! Keeps the webview in its place: it shows our own pages and goes nowhere.

use holdall_app::view::settings::GetSettings;
use holdall_app::{App, Task};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::utils::config::WindowConfig;
use tauri::{AppHandle, Manager, Runtime, Url, WebviewWindow};

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
///
/// Where the person wants it and the system can do it, screenshots and shared screens do not show them from the first moment on.
pub fn private<R: Runtime>(mut context: tauri::Context<R>, app: &App) -> tauri::Context<R> {
    let hidden = wants_to_be_hidden(app);
    context.config_mut().app.windows.iter_mut().for_each(|window| keep_private(window, hidden));
    context
}

fn keep_private(window: &mut WindowConfig, hidden: bool) {
    window.incognito = cfg!(not(target_os = "linux"));
    window.content_protected = hidden;
}

/// Does what the person chose about screenshots and shared screens. Linux has no such thing, and its settings say so.
pub fn hide_from_capture<R: Runtime>(window: &WebviewWindow<R>, app: &App) {
    // A window that is just closing may refuse; then there is nothing to hide.
    let _ = window.set_content_protected(wants_to_be_hidden(app));
}

fn wants_to_be_hidden(app: &App) -> bool {
    // A failure must not show more than was asked for.
    app.run(GetSettings {}, &Task::silent()).map_or(true, |view| view.settings.hidden_from_capture)
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
    fn k07_the_window_asks_to_be_hidden_from_its_first_moment_as_the_person_chose() {
        let dir = tempfile::tempdir().expect("a folder");
        let settings_file = dir.path().join("settings.json");
        for (chosen, hidden) in [("{}", true), (r#"{"hidden_from_capture":false}"#, false), (r#"{"hidden_from_capture":true}"#, true)] {
            std::fs::write(&settings_file, chosen).expect("writes");
            let config = holdall_app::Config { settings_file: settings_file.clone(), ..holdall_app::Config::from_environment() };
            let app = App::open(config).expect("starts");
            let mut window = WindowConfig::default();
            keep_private(&mut window, wants_to_be_hidden(&app));
            assert_eq!(window.content_protected, hidden, "{chosen}");
        }
    }

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
