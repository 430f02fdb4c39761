//! What platforms share.
