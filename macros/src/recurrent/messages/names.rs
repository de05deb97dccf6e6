//! Messages of the phase `names`.

use crate::messages::messages;

messages! {}
