//! Removes what nobody reads.

use super::{Program, Register};

pub(super) fn prune(program: Program) -> Program {
    let Program { mut instructions, mut next, mut outputs } = program;
    let mut needed = vec![false; instructions.len()];
    next.iter().chain(&outputs).for_each(|register| needed[register.index()] = true);
    for at in (0..instructions.len()).rev() {
        if needed[at] {
            instructions[at].call.operands().into_iter().for_each(|operand| needed[operand.index()] = true);
        }
    }
    let places = places(&needed);
    let moved = |register: &mut Register| *register = places[register.index()];
    next.iter_mut().chain(&mut outputs).for_each(moved);
    let mut kept = needed.iter();
    instructions.retain(|_| kept.next().copied().unwrap_or(false));
    for instruction in &mut instructions {
        instruction.call.operands_mut().into_iter().for_each(moved);
    }
    Program { instructions, next, outputs }
}

/// Where each register is when those that are not needed are gone.
fn places(needed: &[bool]) -> Vec<Register> {
    let mut count = 0;
    let place = |&needed: &bool| {
        let place = Register(count);
        count += u32::from(needed);
        place
    };
    needed.iter().map(place).collect()
}
