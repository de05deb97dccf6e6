//! The entrance to `recurrent!`.

/// Recurrent cells written as their equations.
#[macro_export]
macro_rules! recurrent {
    ($($cells:tt)*) => {
        $crate::__private::recurrent! { [$crate] $($cells)* }
    };
}
