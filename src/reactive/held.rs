//! A value whose type is forgotten, so that all signals are of one type to the framework.

use send_wrapper::SendWrapper;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// A value of some type. Copies are the same value.
#[derive(Clone)]
pub(super) struct Held(SendWrapper<Rc<dyn Any>>);

impl Held {
    pub(super) fn new<T: 'static>(value: T) -> Self {
        Self(SendWrapper::new(Rc::new(RefCell::new(value))))
    }

    /// Reads it as what it is. Whoever holds it remembers the type.
    pub(super) fn look<T: 'static, U>(&self, see: impl FnOnce(&T) -> U) -> U {
        see(&self.cell::<T>().borrow())
    }

    pub(super) fn change<T: 'static, U>(&self, act: impl FnOnce(&mut T) -> U) -> U {
        act(&mut self.cell::<T>().borrow_mut())
    }

    pub(super) fn copy<T: Clone + 'static>(&self) -> T {
        self.cell::<T>().borrow().clone()
    }

    fn cell<T: 'static>(&self) -> &RefCell<T> {
        match self.any().downcast_ref() {
            Some(cell) => cell,
            None => of_another_type(),
        }
    }

    /// Once for all types.
    #[inline(never)]
    fn any(&self) -> &dyn Any {
        &**self.0
    }
}

#[cold]
fn of_another_type() -> ! {
    unreachable!("a signal holds what its type says")
}
