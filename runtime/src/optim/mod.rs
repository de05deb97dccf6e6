//! Stands for the room optim.
