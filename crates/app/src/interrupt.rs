//! Being asked to end by the system: Ctrl-C on a terminal, or SIGTERM.

use std::io;

/// Calls `asked` each time, from a thread of its own. From now on, none of it ends the program by itself.
pub fn on_interrupt(asked: impl Fn() + Send + 'static) {
    // A system that gives no way to listen keeps its own: the program ends at once, which leaves nothing half done either.
    std::thread::spawn(move || listen(asked));
}

// Not tokio's: it panics where the system has no more file handles to give.
#[cfg(unix)]
fn listen(asked: impl Fn()) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    for _ in signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?.forever() {
        asked();
    }
    Ok(())
}

#[cfg(not(unix))]
fn listen(asked: impl Fn()) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        loop {
            tokio::signal::ctrl_c().await?;
            asked();
        }
    })
}
