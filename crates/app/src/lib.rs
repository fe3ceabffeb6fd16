//! The use cases: one API for every front end.
//!
//! A command is a request and a view ([`view`]), listed once in [`command`]'s table; the window calls it by name through
//! [`App::call`], the command line through [`App::run`]. This room introduces importer, vault and sharing to each other;
//! it must not know Tauri, the terminal, SQL, ciphers or sockets.

pub mod command;
pub mod view;
