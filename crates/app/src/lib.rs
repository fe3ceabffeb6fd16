//! The use cases: one API for every front end
