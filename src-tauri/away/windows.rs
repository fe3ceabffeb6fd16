//! What Windows says to a window: the session was locked or left, the computer is about to sleep.

use std::cell::OnceCell;
use std::ptr;

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::RemoteDesktop::{NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DispatchMessageW, GetMessageW, MSG, PBT_APMSUSPEND, RegisterClassW, WM_POWERBROADCAST,
    WM_WTSSESSION_CHANGE, WNDCLASSW, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOCK,
};
use windows_sys::core::{PCWSTR, w};

const NAME: PCWSTR = w!("HoldallAway");

thread_local! {
    /// What the window of this thread calls.
    static LOCK: OnceCell<Box<dyn Fn()>> = const { OnceCell::new() };
}

/// Calls `lock` from a thread of its own.
pub fn listen(lock: impl Fn() + Send + 'static) {
    std::thread::spawn(move || follow(lock, |_| ()));
}

/// Makes a window that nobody sees, hands it to `made`, and stays with it. A system that gives none leaves the lock to the clock.
fn follow(lock: impl Fn() + 'static, made: impl FnOnce(HWND)) {
    if LOCK.with(|own| own.set(Box::new(lock))).is_err() {
        return;
    }
    // SAFETY: the names are literals that end with a NUL, the class and the messages live through the calls that use them, and the
    // window belongs to this thread, which stays with it to the end.
    unsafe {
        let program = GetModuleHandleW(ptr::null());
        RegisterClassW(&WNDCLASSW { lpfnWndProc: Some(hear), hInstance: program, lpszClassName: NAME, ..Default::default() });
        // An ordinary window that is never shown: one for messages alone is not told of sleep.
        let window = CreateWindowExW(0, NAME, NAME, 0, 0, 0, 0, 0, ptr::null_mut(), ptr::null_mut(), program, ptr::null());
        if window.is_null() {
            return;
        }
        WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION);
        made(window);
        let mut message = MSG::default();
        while GetMessageW(&mut message, ptr::null_mut(), 0, 0) > 0 {
            DispatchMessageW(&message);
        }
    }
}

unsafe extern "system" fn hear(window: HWND, message: u32, what: WPARAM, more: LPARAM) -> LRESULT {
    if is_away(message, what) {
        LOCK.with(|lock| {
            if let Some(lock) = lock.get() {
                lock();
            }
        });
    }
    // SAFETY: what the system handed over is handed back as it came.
    unsafe { DefWindowProcW(window, message, what, more) }
}

/// Whether a message says that nobody is there from now on.
fn is_away(message: u32, what: WPARAM) -> bool {
    let what = u32::try_from(what).unwrap_or_default();
    match message {
        WM_WTSSESSION_CHANGE => [WTS_SESSION_LOCK, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT].contains(&what),
        WM_POWERBROADCAST => what == PBT_APMSUSPEND,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use windows_sys::Win32::UI::WindowsAndMessaging::{PBT_APMRESUMEAUTOMATIC, PostMessageW, WTS_SESSION_UNLOCK};

    use super::*;

    #[test]
    fn k01_a_locked_session_and_sleep_are_heard_by_a_window_that_nobody_sees() {
        let ((heard, hears), (made, window)) = (mpsc::channel(), mpsc::channel());
        std::thread::spawn(move || {
            follow(move || heard.send(()).expect("the test listens"), |window| made.send(window as usize).expect("the test waits"));
        });
        let soon = Duration::from_secs(30);
        let window = window.recv_timeout(soon).expect("a window") as HWND;
        let say = |message, what: u32| {
            // SAFETY: the window lives as long as its thread, which ends with the test's process; the message holds no pointers.
            assert_ne!(unsafe { PostMessageW(window, message, what as WPARAM, 0) }, 0);
        };
        // What begins no absence comes first: were it heard, there would be more than three.
        say(WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK);
        say(WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC);
        say(WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK);
        say(WM_WTSSESSION_CHANGE, WTS_REMOTE_DISCONNECT);
        say(WM_POWERBROADCAST, PBT_APMSUSPEND);
        for n in 1..=3 {
            hears.recv_timeout(soon).unwrap_or_else(|_| panic!("the {n}. was not heard"));
        }
        assert!(hears.recv_timeout(Duration::from_millis(200)).is_err(), "only those");
    }
}
