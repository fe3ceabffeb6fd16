//! A disk that fails on demand. This program's own `write`, `fsync`, `rename`… stand in front of the system's, so every call of
//! SQLite and of Rust alike can be counted, refused, cut short, or be the last one the process makes.
#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

/// What happens to the call that is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The disk cannot do it, this once.
    Refused,
    /// The person's share of the disk is used up, from here on.
    Quota,
    /// The disk lets itself only be read, from here on: systems do that to a disk that fails.
    ReadOnly,
    /// The disk is full from here on: nothing that needs space succeeds.
    Full,
    /// A write takes only half of what it was given.
    Short,
    /// The process is killed before the call.
    Killed,
}

const CREATE: c_int = 0o100;
const EMPTY: c_int = 0o1000;
const FOR_WRITING: c_int = 0o3;
const EIO: c_int = 5;
const ENOSPC: c_int = 28;
const EROFS: c_int = 30;
const EDQUOT: c_int = 122;
const OFF: u64 = u64::MAX;

static ROOT: RwLock<Vec<u8>> = RwLock::new(Vec::new());
static CHOSEN: AtomicU64 = AtomicU64::new(OFF);
static FAULT: AtomicU64 = AtomicU64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);
static WATCHED: [AtomicBool; 4096] = [const { AtomicBool::new(false) }; 4096];

/// From now on, the calls that touch something below `root` are counted, and the one of this number (from 0) fails.
pub fn arm(root: &Path, chosen: u64, fault: Fault) {
    *ROOT.write().expect("no panic while held") = root.as_os_str().as_encoded_bytes().to_vec();
    FAULT.store(fault as u64, Ordering::SeqCst);
    CALLS.store(0, Ordering::SeqCst);
    CHOSEN.store(chosen, Ordering::SeqCst);
}

/// Ends it. Returns how many calls were counted.
pub fn disarm() -> u64 {
    CHOSEN.store(OFF, Ordering::SeqCst);
    CALLS.load(Ordering::SeqCst)
}

/// One call that changed something below the root, for playing it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    Create { file: PathBuf, empty: bool },
    Write { file: PathBuf, at: u64, bytes: Vec<u8> },
    Resize { file: PathBuf, size: u64 },
    Sync { file: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
    Remove { path: PathBuf },
    MakeDir { path: PathBuf },
}

static FILES: Mutex<BTreeMap<c_int, PathBuf>> = Mutex::new(BTreeMap::new());
static LOG: Mutex<Option<Vec<Op>>> = Mutex::new(None);

/// Counts as [`arm`] does, without any fault, and writes down every change.
pub fn record(root: &Path) {
    *LOG.lock().expect("no panic while held") = Some(Vec::new());
    arm(root, NEVER, Fault::Refused);
}

/// Ends it. Returns the changes in their order.
pub fn recorded() -> Vec<Op> {
    disarm();
    LOG.lock().expect("no panic while held").take().unwrap_or_default()
}

fn note(op: impl FnOnce() -> Option<Op>) {
    if CHOSEN.load(Ordering::Relaxed) == NEVER
        && let Ok(mut log) = LOG.lock()
        && let Some(log) = log.as_mut()
    {
        log.extend(op());
    }
}

fn file_of(fd: c_int) -> Option<PathBuf> {
    FILES.lock().ok()?.get(&fd).cloned()
}

/// # Safety
/// `path` must be NUL-terminated.
unsafe fn path_of(path: *const c_char) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: as the caller promises.
    std::ffi::OsStr::from_bytes(unsafe { CStr::from_ptr(path) }.to_bytes()).into()
}

/// Counting only.
pub const NEVER: u64 = OFF - 1;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Read,
    /// Needs space on the disk.
    Write,
    /// Changes something, and needs no space.
    Change,
    Other,
}

/// What is to become of this call: the error's number, or `Some(0)` for a short write.
fn fate(call: Call) -> Option<c_int> {
    let chosen = CHOSEN.load(Ordering::Relaxed);
    if chosen == OFF {
        return None;
    }
    let number = CALLS.fetch_add(1, Ordering::SeqCst);
    let is = |fault: Fault| FAULT.load(Ordering::Relaxed) == fault as u64;
    let lasting = match call {
        Call::Write if is(Fault::Full) => Some(ENOSPC),
        Call::Write if is(Fault::Quota) => Some(EDQUOT),
        Call::Write | Call::Change if is(Fault::ReadOnly) => Some(EROFS),
        _ => None,
    };
    if number >= chosen && lasting.is_some() {
        return lasting;
    }
    if number != chosen {
        return None;
    }
    if is(Fault::Killed) {
        // SAFETY: takes no pointers; the process ends here.
        unsafe { kill(getpid(), 9) };
    }
    match call {
        Call::Write if is(Fault::Short) => Some(0),
        _ if is(Fault::Refused) => Some(EIO),
        _ => None,
    }
}

fn below_root(path: *const c_char) -> bool {
    if path.is_null() || CHOSEN.load(Ordering::Relaxed) == OFF {
        return false;
    }
    // SAFETY: the caller of the system's function promises a NUL-terminated path.
    let path = unsafe { CStr::from_ptr(path) }.to_bytes();
    ROOT.read().is_ok_and(|root| path.starts_with(&root))
}

fn watched(fd: c_int) -> bool {
    usize::try_from(fd).ok().and_then(|fd| WATCHED.get(fd)).is_some_and(|w| w.load(Ordering::Relaxed))
}

fn watch(fd: c_int, whether: bool) {
    if let Some(w) = usize::try_from(fd).ok().and_then(|fd| WATCHED.get(fd)) {
        w.store(whether, Ordering::Relaxed);
    }
}

fn refuse(error: c_int) -> c_int {
    // SAFETY: the address of this thread's error number, which is always valid.
    unsafe { *__errno_location() = error };
    -1
}

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn __errno_location() -> *mut c_int;
    fn kill(pid: c_int, signal: c_int) -> c_int;
    fn getpid() -> c_int;
    fn lseek(fd: c_int, by: i64, from: c_int) -> i64;
}

/// The system's own function of this name.
macro_rules! real {
    ($name:literal, $type:ty) => {{
        static FOUND: AtomicU64 = AtomicU64::new(0);
        let mut at = FOUND.load(Ordering::Relaxed);
        if at == 0 {
            // RTLD_NEXT is -1: the next one after this program.
            at = dlsym(-1isize as *mut c_void, $name.as_ptr()) as u64;
            FOUND.store(at, Ordering::Relaxed);
        }
        std::mem::transmute::<*const c_void, $type>(at as *const c_void)
    }};
}

fn opens(flags: c_int) -> Call {
    match flags {
        _ if flags & CREATE != 0 => Call::Write,
        _ if flags & FOR_WRITING != 0 => Call::Change,
        _ => Call::Other,
    }
}

macro_rules! opening {
    ($($name:ident $text:literal),*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
            // SAFETY: passed on as they came; `mode` is ignored where it was not given.
            unsafe {
                let ours = below_root(path);
                if ours && let Some(error) = fate(opens(flags)).filter(|e| *e != 0) {
                    return refuse(error);
                }
                let fd = real!($text, unsafe extern "C" fn(*const c_char, c_int, c_uint) -> c_int)(path, flags, mode);
                if fd >= 0 {
                    watch(fd, ours);
                    if ours {
                        let file = path_of(path);
                        note(|| (flags & (CREATE | EMPTY) != 0).then(|| Op::Create { file: file.clone(), empty: flags & EMPTY != 0 }));
                        FILES.lock().expect("no panic while held").insert(fd, file);
                    }
                }
                fd
            }
        }
    )*};
}
opening!(open c"open", open64 c"open64");

macro_rules! on_file {
    ($($name:ident $text:literal $call:ident ($($arg:ident : $type:ty),*) size $size:ident;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(fd: c_int, bytes: *mut c_void, $size: usize $(, $arg: $type)*) -> isize {
            // SAFETY: passed on as they came, at most with a smaller size.
            unsafe {
                let whole = real!($text, unsafe extern "C" fn(c_int, *mut c_void, usize $(, $type)*) -> isize);
                if watched(fd) && matches!(Call::$call, Call::Write) {
                    let at = [$($arg,)* lseek(fd, 0, 1)][0].unsigned_abs();
                    let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), $size).to_vec();
                    note(|| Some(Op::Write { file: file_of(fd)?, at, bytes }));
                }
                match if watched(fd) { fate(Call::$call) } else { None } {
                    Some(0) => whole(fd, bytes, $size.div_ceil(2) $(, $arg)*),
                    Some(error) => refuse(error) as isize,
                    None => whole(fd, bytes, $size $(, $arg)*),
                }
            }
        }
    )*};
}
on_file! {
    write c"write" Write () size n;
    pwrite c"pwrite" Write (at: i64) size n;
    pwrite64 c"pwrite64" Write (at: i64) size n;
    read c"read" Read () size n;
    pread c"pread" Read (at: i64) size n;
    pread64 c"pread64" Read (at: i64) size n;
}

macro_rules! on_descriptor {
    ($($name:ident $text:literal $call:ident ($($arg:ident : $type:ty),*) $op:expr;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(fd: c_int $(, $arg: $type)*) -> c_int {
            if watched(fd) {
                note(|| file_of(fd).map(|file| $op(file $(, $arg)*)));
            }
            // SAFETY: passed on as they came.
            unsafe {
                match if watched(fd) { fate(Call::$call) } else { None }.filter(|e| *e != 0) {
                    Some(error) => refuse(error),
                    None => real!($text, unsafe extern "C" fn(c_int $(, $type)*) -> c_int)(fd $(, $arg)*),
                }
            }
        }
    )*};
}
on_descriptor! {
    fsync c"fsync" Other () |file| Op::Sync { file };
    fdatasync c"fdatasync" Other () |file| Op::Sync { file };
    ftruncate c"ftruncate" Change (size: i64) |file, size: i64| Op::Resize { file, size: size.unsigned_abs() };
    ftruncate64 c"ftruncate64" Change (size: i64) |file, size: i64| Op::Resize { file, size: size.unsigned_abs() };
}

#[unsafe(no_mangle)]
unsafe extern "C" fn close(fd: c_int) -> c_int {
    if watched(fd) {
        watch(fd, false);
        FILES.lock().expect("no panic while held").remove(&fd);
    }
    // SAFETY: passed on as it came.
    unsafe { real!(c"close", unsafe extern "C" fn(c_int) -> c_int)(fd) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: passed on as they came.
    unsafe {
        if below_root(from) {
            note(|| Some(Op::Rename { from: path_of(from), to: path_of(to) }));
        }
        match if below_root(from) { fate(Call::Change) } else { None }.filter(|e| *e != 0) {
            Some(error) => refuse(error),
            None => real!(c"rename", unsafe extern "C" fn(*const c_char, *const c_char) -> c_int)(from, to),
        }
    }
}

macro_rules! on_path {
    ($($name:ident $text:literal $call:ident ($($arg:ident : $type:ty),*) $op:ident;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(path: *const c_char $(, $arg: $type)*) -> c_int {
            // SAFETY: passed on as they came.
            unsafe {
                if below_root(path) {
                    note(|| Some(Op::$op { path: path_of(path) }));
                }
                match if below_root(path) { fate(Call::$call) } else { None }.filter(|e| *e != 0) {
                    Some(error) => refuse(error),
                    None => real!($text, unsafe extern "C" fn(*const c_char $(, $type)*) -> c_int)(path $(, $arg)*),
                }
            }
        }
    )*};
}
on_path! {
    unlink c"unlink" Change () Remove;
    mkdir c"mkdir" Write (mode: c_uint) MakeDir;
    rmdir c"rmdir" Change () Remove;
}
