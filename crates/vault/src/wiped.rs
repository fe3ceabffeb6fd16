//! Memory that is wiped before it is given back: SQLite's, and on request the whole program's.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{Ordering, compiler_fence};

use rusqlite::ffi::{self, sqlite3_mem_methods};

/// An allocator for programs that hold a vault open: what is freed is overwritten with zeros first, so that neither records nor keys
/// stay behind in memory once they are let go.
///
/// ```
/// #[global_allocator]
/// static HEAP: holdall_vault::WipedHeap = holdall_vault::WipedHeap;
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct WipedHeap;

// SAFETY: everything is handed on to the system's allocator with the layout it came with; before a block is given back, it is
// overwritten within that layout. The default `realloc` moves by `alloc` and `dealloc`, so nothing stays where a block was.
unsafe impl GlobalAlloc for WipedHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe {
            wipe(at, layout.size());
            System.dealloc(at, layout);
        }
    }
}

/// # Safety
/// `size` bytes at `at` must be writable, and nobody else's.
unsafe fn wipe(at: *mut u8, size: usize) {
    // SAFETY: as the caller promises. The fence keeps the compiler from leaving out a write that nobody seems to read.
    unsafe { at.write_bytes(0, size) };
    compiler_fence(Ordering::SeqCst);
}

/// SQLite's own way to get and free blocks.
#[derive(Clone, Copy)]
struct Methods(sqlite3_mem_methods);

// SAFETY: it holds functions that SQLite itself calls from every thread, and a pointer that nobody here follows.
unsafe impl Send for Methods {}
// SAFETY: as above; it is never changed.
unsafe impl Sync for Methods {}

static METHODS: OnceLock<Methods> = OnceLock::new();

/// Lets SQLite wipe every block that it frees: pages in clear, statements, keys. Must come before anything else is asked of it.
/// Where SQLite runs already, it refuses, and nothing changes.
pub(crate) fn wipe_what_sqlite_frees() {
    let mut found = std::mem::MaybeUninit::<sqlite3_mem_methods>::zeroed();
    // SAFETY: both calls read or fill exactly one structure of this type; SQLite copies what it is given. All of its fields may be zero.
    unsafe {
        if ffi::sqlite3_config(ffi::SQLITE_CONFIG_GETMALLOC, found.as_mut_ptr()) != ffi::SQLITE_OK {
            return;
        }
        let found = METHODS.get_or_init(|| Methods(found.assume_init())).0;
        let wiping = sqlite3_mem_methods { xFree: Some(free), xRealloc: Some(realloc), ..found };
        ffi::sqlite3_config(ffi::SQLITE_CONFIG_MALLOC, &raw const wiping);
    }
}

unsafe extern "C" fn free(at: *mut c_void) {
    let Some((methods, size)) = METHODS.get().zip(size_of_block(at)) else { return };
    // SAFETY: SQLite frees a block that it has got from these methods, and which is as large as they say.
    unsafe {
        wipe(at.cast(), size);
        if let Some(free) = methods.0.xFree {
            free(at);
        }
    }
}

unsafe extern "C" fn realloc(at: *mut c_void, wanted: c_int) -> *mut c_void {
    let (Some(methods), Some(size)) = (METHODS.get(), size_of_block(at)) else { return std::ptr::null_mut() };
    let wanted_size = usize::try_from(wanted).unwrap_or(0);
    if wanted_size <= size {
        return at;
    }
    // SAFETY: a larger block of the same methods, filled with the smaller one's bytes, which is then wiped and freed.
    unsafe {
        let new = methods.0.xMalloc.map_or(std::ptr::null_mut(), |malloc| malloc(wanted));
        if !new.is_null() {
            std::ptr::copy_nonoverlapping(at.cast::<u8>(), new.cast(), size);
            free(at);
        }
        new
    }
}

fn size_of_block(at: *mut c_void) -> Option<usize> {
    let size = METHODS.get()?.0.xSize?;
    // SAFETY: SQLite hands only blocks of these methods to them.
    usize::try_from(unsafe { size(at) }).ok().filter(|_| !at.is_null())
}
