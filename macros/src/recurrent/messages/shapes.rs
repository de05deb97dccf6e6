//! Messages of the phase `shapes`.

use crate::messages::messages;

messages! {}
