//! Messages of the phase `usage`.

use crate::messages::messages;

messages! {}
