//! Stands for the room recurrent.
