//! Panics of a paper's code become errors that say where.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Message and place of the panic that this thread is unwinding from, while it runs a paper's code.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// What `work` returns, or the message of its error or panic. A panic is told with its place and kept off the terminal.
pub(crate) fn catch<T>(work: impl FnOnce() -> anyhow::Result<T>) -> Result<T, String> {
    keep_off_the_terminal();
    let outer = CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(payload) => {
            let kept = PANIC.with(|slot| slot.borrow_mut().take());
            Err(kept.unwrap_or_else(|| text(payload.as_ref())))
        }
    }
}

fn keep_off_the_terminal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CATCHING.get() {
                return usual(info);
            }
            let place = info.location().map(|at| format!("{}:{}: ", at.file(), at.line()));
            let message = format!("{}{}", place.unwrap_or_default(), text(info.payload()));
            PANIC.with(|slot| *slot.borrow_mut() = Some(message));
        }));
    });
}

fn text(payload: &(dyn Any + Send)) -> String {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_string(),
        (_, Some(text)) => text.clone(),
        _ => "no message".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::catch;

    #[test]
    fn errors_and_panics_are_messages() {
        assert_eq!(catch(|| Ok(3)), Ok(3));
        assert_eq!(catch(|| -> anyhow::Result<()> { anyhow::bail!("no luck") }), Err("no luck".to_string()));
        let number = 14;
        let message = catch(|| -> anyhow::Result<()> { panic!("number {number}") }).unwrap_err();
        assert!(message.contains("panics.rs:") && message.ends_with(": number 14"), "{message}");
    }

    #[test]
    fn the_place_is_that_of_the_caller() {
        let table = tables::Table::from_csv("a\n1\n").unwrap();
        let line = line!() + 1;
        let message = catch(|| Ok(table.mean("b"))).unwrap_err();
        assert!(message.contains(&format!("panics.rs:{line}: no column `b`; the columns are a")), "{message}");
    }
}
