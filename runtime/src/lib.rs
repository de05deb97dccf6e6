//! recurve
