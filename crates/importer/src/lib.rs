//! Bytes of an export file to records
