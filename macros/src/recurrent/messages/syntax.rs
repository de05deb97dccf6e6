//! Messages of the phase `syntax`.

use crate::messages::messages;

messages! {}
