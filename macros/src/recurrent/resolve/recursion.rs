//! Helpers are written out where they are called, so none may lead back to itself.

use super::Names;
use super::walk::HelperCall;
use crate::errors::Errors;
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::Cell;

/// A message names at most so many helpers of a circle.
const LONGEST_PATH: usize = 8;

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    Waiting,
    OnTheWay,
    Done,
}

/// Says which calls lead back to the helper that they stand in, one for each helper that is called again.
pub(super) fn check(errors: &mut Errors, cell: &Cell, names: &Names<'_>, calls: &[Vec<HelperCall>]) {
    let mut visits = vec![Visit::Waiting; calls.len()];
    let mut reported = vec![false; calls.len()];
    for first in 0..calls.len() {
        if visits[first] != Visit::Waiting {
            continue;
        }
        // the helpers on the way, each with the number of its calls that were looked at
        let mut way = vec![(first, 0)];
        visits[first] = Visit::OnTheWay;
        while let Some((helper, looked_at)) = way.last_mut() {
            let Some(call) = calls[*helper].get(*looked_at) else {
                visits[*helper] = Visit::Done;
                way.pop();
                continue;
            };
            *looked_at += 1;
            match visits[call.helper] {
                Visit::Done => {}
                Visit::Waiting => {
                    visits[call.helper] = Visit::OnTheWay;
                    way.push((call.helper, 0));
                }
                Visit::OnTheWay if std::mem::replace(&mut reported[call.helper], true) => {}
                Visit::OnTheWay => {
                    let circle = way.iter().map(|(helper, _)| *helper).skip_while(|helper| *helper != call.helper);
                    let message = message(names, &circle.collect::<Vec<_>>());
                    errors.error(cell.expressions[call.expression].place, message);
                }
            }
        }
    }
}

fn message(names: &Names<'_>, circle: &[usize]) -> String {
    let name = |helper: &usize| names.helpers[*helper].name;
    let [helper, others @ ..] = circle else { unreachable!("a circle has at least one helper") };
    if others.is_empty() {
        return messages::calls_itself(name(helper));
    }
    let mut path: Vec<String> = circle.iter().take(LONGEST_PATH).map(|helper| format!("`{}`", name(helper))).collect();
    if circle.len() > LONGEST_PATH {
        path.push("…".to_owned());
    }
    path.push(format!("`{}`", name(helper)));
    messages::call_each_other(name(helper), path.join(" → "))
}
