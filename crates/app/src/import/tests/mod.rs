//! Imports through the app's own commands, on a real vault.

mod rereading;
mod similar;
mod trials;
