//! Imports through the app's own commands, on a real vault.

mod again;
mod at_once;
mod both_ways;
mod locked;
mod overlapping;
mod rereading;
mod similar;
mod trials;
