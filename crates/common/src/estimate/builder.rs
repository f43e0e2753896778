//! The knobs of an estimator: methods that set one field each and hand the estimator on.

/// Declares the setters of fields, `name: type`, each with its documentation.
macro_rules! setters {
    ($($(#[$documentation:meta])* $name:ident: $type:ty,)+) => {
        $(
            $(#[$documentation])*
            pub fn $name(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            }
        )+
    };
}

pub(super) use setters;
