#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
//! Starts the window.

/// The window lives long and locks the vault in between: what was in it must not stay in memory.
#[global_allocator]
static HEAP: holdall_desktop::WipedHeap = holdall_desktop::WipedHeap;

fn main() -> std::process::ExitCode {
    holdall_desktop::run()
}
