//! Slice, preview, grant, receipt, withdrawal, delivery and proof
