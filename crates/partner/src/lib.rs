//! Reference partner server and demo partners
