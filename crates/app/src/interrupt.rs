//! Being asked to end by the system: Ctrl-C on a terminal, SIGTERM, or on Windows a terminal that is closed or a computer that ends.

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

#[cfg(windows)]
fn listen(asked: impl Fn()) -> io::Result<()> {
    use tokio::signal::windows;
    tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
        let (mut c, mut pause, mut close) = (windows::ctrl_c()?, windows::ctrl_break()?, windows::ctrl_close()?);
        let mut shutdown = windows::ctrl_shutdown()?;
        loop {
            tokio::select! {
                _ = c.recv() => {}
                _ = pause.recv() => {}
                // After these the system gives some seconds, and then ends the program whatever it does.
                _ = close.recv() => {}
                _ = shutdown.recv() => {}
            }
            asked();
        }
    })
}
