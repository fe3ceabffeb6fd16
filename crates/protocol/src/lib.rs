//! The wire: Data Grant Protocol messages, envelope, validation, state machines
