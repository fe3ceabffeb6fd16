//! Being asked to end by the system: Ctrl-C on a terminal, or SIGTERM.

use std::io;

/// Calls `asked` each time, from a thread of its own. From now on, none of it ends the program by itself.
pub fn on_interrupt(asked: impl Fn() + Send + 'static) {
    std::thread::spawn(move || {
        // A system that gives no way to listen keeps its own: the program ends at once, which leaves nothing half done either.
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        let _ = runtime.block_on(listen(asked));
    });
}

#[cfg(unix)]
async fn listen(asked: impl Fn()) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    loop {
        let told = tokio::select! {
            told = interrupt.recv() => told,
            told = terminate.recv() => told,
        };
        match told {
            Some(()) => asked(),
            None => return Ok(()),
        }
    }
}

#[cfg(not(unix))]
async fn listen(asked: impl Fn()) -> io::Result<()> {
    loop {
        tokio::signal::ctrl_c().await?;
        asked();
    }
}
