//! What is under way now, so that locking can let it finish, and the system can end it.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::{Task, lock};

/// The tasks of commands that have not ended yet.
#[derive(Default)]
pub struct Running(Mutex<Tasks>);

#[derive(Default)]
struct Tasks {
    next: u64,
    by_number: HashMap<u64, Task>,
    /// The program is ending: what comes now is cancelled from the start.
    ending: bool,
}

impl Running {
    /// Notes a task until the answer is dropped.
    pub fn enter(&self, task: &Task) -> Entered<'_> {
        let mut tasks = lock(&self.0);
        tasks.next += 1;
        if tasks.ending {
            task.cancel();
        }
        let number = tasks.next;
        tasks.by_number.insert(number, task.clone());
        Entered { running: self, number }
    }

    /// Lets everything go on that was paused.
    pub fn resume_all(&self) {
        lock(&self.0).by_number.values().for_each(Task::resume);
    }

    /// Asks everything to stop, also what would come next, and says whether there was anything.
    pub fn cancel_all(&self) -> bool {
        let mut tasks = lock(&self.0);
        tasks.ending = true;
        tasks.by_number.values().for_each(Task::cancel);
        !tasks.by_number.is_empty()
    }
}

pub struct Entered<'r> {
    running: &'r Running,
    number: u64,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        lock(&self.running.0).by_number.remove(&self.number);
    }
}
