//! Stands for the room nn.
