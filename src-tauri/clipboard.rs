//! What was copied out of the vault, taken off the clipboard again: when the vault locks, when the program ends, and a secret after half
//! a minute. Only if it still is what we put there.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tauri::{AppHandle, State};

const SECRET_STAYS: Duration = Duration::from_secs(30);

#[derive(Default)]
pub struct Clipboard(Mutex<Option<Kept>>);

struct Kept {
    text: String,
    /// Of a secret; anything else stays until the vault locks.
    until: Option<Instant>,
}

impl Clipboard {
    fn keep(&self, text: &str, secret: bool, now: Instant) {
        let until = secret.then(|| now + SECRET_STAYS);
        *self.kept() = Some(Kept { text: text.to_owned(), until });
    }

    /// A secret whose time is over.
    fn take_old(&self, now: Instant) -> Option<String> {
        let mut kept = self.kept();
        let is_over = kept.as_ref().and_then(|kept| kept.until).is_some_and(|until| now >= until);
        if is_over { kept.take().map(|kept| kept.text) } else { None }
    }

    fn take(&self) -> Option<String> {
        self.kept().take().map(|kept| kept.text)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Call it every second or so.
    pub fn forget_old(&self, handle: &AppHandle) {
        clear(handle, self.take_old(Instant::now()));
    }

    /// For when the vault was locked.
    pub fn forget(&self, handle: &AppHandle) {
        clear(handle, self.take());
    }

    /// For the end of the program, on its main thread.
    pub fn forget_now(&self) {
        if let Some(text) = self.take() {
            system::clear_now(&text);
        }
    }
}

fn clear(handle: &AppHandle, text: Option<String>) {
    if let Some(text) = text {
        // A program that is ending clears it on its own way out.
        let _ = handle.run_on_main_thread(move || system::clear(text));
    }
}

/// Puts text on the clipboard. A secret is also marked, so that programs that keep a history of the clipboard leave it out.
#[tauri::command]
pub fn copy(handle: AppHandle, clipboard: State<'_, Clipboard>, text: String, secret: bool) -> Result<(), ()> {
    clipboard.keep(&text, secret, Instant::now());
    handle.run_on_main_thread(move || system::put(text, secret)).map_err(|_| ())
}

#[cfg(target_os = "linux")]
mod system {
    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    use gtk::{Clipboard, TargetEntry, TargetFlags};

    /// What KDE's clipboard asks for; others have taken it over.
    const HINT: &str = "x-kde-passwordManagerHint";
    const TEXT: u32 = 0;
    const MARK: u32 = 1;

    fn clipboard() -> Clipboard {
        Clipboard::get(&SELECTION_CLIPBOARD)
    }

    pub fn put(text: String, secret: bool) {
        if !secret {
            return clipboard().set_text(&text);
        }
        let offer = |name, info| TargetEntry::new(name, TargetFlags::empty(), info);
        let offers = [offer("UTF8_STRING", TEXT), offer("text/plain;charset=utf-8", TEXT), offer("STRING", TEXT), offer(HINT, MARK)];
        clipboard().set_with_data(&offers, move |_, wanted, info| {
            if info == MARK {
                wanted.set(&Atom::intern(HINT), 8, b"secret");
            } else {
                wanted.set_text(&text);
            }
        });
    }

    pub fn clear(text: String) {
        clipboard().request_text(move |clipboard, found| {
            if found == Some(&text) {
                clipboard.set_text("");
            }
        });
    }

    pub fn clear_now(text: &str) {
        let clipboard = clipboard();
        if clipboard.wait_for_text().is_some_and(|found| found == text) {
            clipboard.set_text("");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    #[cfg(target_os = "macos")]
    use arboard::SetExtApple as _;
    #[cfg(windows)]
    use arboard::SetExtWindows as _;

    /// A clipboard that another program holds open gives nothing; then there is nothing of ours to see, either.
    fn with(work: impl FnOnce(&mut arboard::Clipboard) -> Result<(), arboard::Error>) {
        let _ = arboard::Clipboard::new().and_then(|mut clipboard| work(&mut clipboard));
    }

    pub fn put(text: String, secret: bool) {
        with(|clipboard| {
            let set = clipboard.set();
            #[cfg(windows)]
            let set = if secret { set.exclude_from_monitoring().exclude_from_cloud().exclude_from_history() } else { set };
            #[cfg(target_os = "macos")]
            let set = if secret { set.exclude_from_history() } else { set };
            #[cfg(not(any(windows, target_os = "macos")))]
            let _ = secret;
            set.text(text)
        });
    }

    pub fn clear(text: String) {
        clear_now(&text);
    }

    pub fn clear_now(text: &str) {
        with(|clipboard| if clipboard.get_text()? == text { clipboard.clear() } else { Ok(()) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k03_a_secret_is_taken_off_the_clipboard_after_half_a_minute_and_on_the_lock() {
        let clipboard = Clipboard::default();
        let start = Instant::now();
        clipboard.keep("K7QM", true, start);
        assert_eq!(clipboard.take_old(start + Duration::from_millis(29_999)), None);
        assert_eq!(clipboard.take_old(start + SECRET_STAYS).as_deref(), Some("K7QM"));
        assert_eq!(clipboard.take(), None, "it is ours no more");
        clipboard.keep("K7QM", true, start);
        assert_eq!(clipboard.take().as_deref(), Some("K7QM"));
    }

    #[test]
    fn k03_what_is_copied_next_begins_its_own_time() {
        let clipboard = Clipboard::default();
        let start = Instant::now();
        clipboard.keep("first", true, start);
        clipboard.keep("second", true, start + Duration::from_secs(20));
        assert_eq!(clipboard.take_old(start + Duration::from_secs(40)), None);
        clipboard.keep("an address", false, start);
        assert_eq!(clipboard.take_old(start + Duration::from_secs(86_400)), None);
        assert_eq!(clipboard.take().as_deref(), Some("an address"), "but the lock takes it");
    }
}
