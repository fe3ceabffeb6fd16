//! The one way from the webview to the app: a command by name, its progress, its pauses and its cancellation.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use holdall_app::view::{ErrorView, ProgressView};
use holdall_app::{App, Task};
use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};

use crate::window;

/// Requests larger than this are refused before they are read: nothing a person types comes near it.
const MAX_REQUEST_BYTES: usize = 4 << 20;

pub struct Bridge {
    app: Arc<App>,
    jobs: Mutex<HashMap<String, Task>>,
}

impl Bridge {
    pub fn new(app: Arc<App>) -> Self {
        Self { app, jobs: Mutex::default() }
    }

    fn start(&self, job: &str, progress: Channel<ProgressView>) -> Task {
        let task = Task::reporting(move |p| {
            // A closed window no longer listens; the work itself decides whether to go on.
            let _ = progress.send(p.into());
        });
        self.jobs().insert(job.to_owned(), task.clone());
        task
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, HashMap<String, Task>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs one command of `holdall_app::command::NAMES` off the window's thread.
#[tauri::command]
pub async fn call(
    shown: WebviewWindow,
    bridge: State<'_, Bridge>,
    name: String,
    request: String,
    job: String,
    progress: Channel<ProgressView>,
) -> Result<String, ErrorView> {
    if request.len() > MAX_REQUEST_BYTES {
        return Err(holdall_app::AppError::request_too_large().view());
    }
    let task = bridge.start(&job, progress);
    let app = bridge.app.clone();
    let settings_change = name == "settings.set";
    let answer = tauri::async_runtime::spawn_blocking(move || app.call(&name, &request, &task)).await;
    bridge.jobs().remove(&job);
    if settings_change {
        window::hide_from_capture(&shown, &bridge.app);
    }
    match answer {
        Ok(answer) => answer.map_err(|error| error.view()),
        Err(_) => Err(holdall_app::AppError::stopped_unexpectedly().view()),
    }
}

/// Lets a running command stand still, or go on.
#[tauri::command]
pub fn pause(bridge: State<'_, Bridge>, job: String, paused: bool) {
    if let Some(task) = bridge.jobs().get(&job) {
        if paused { task.pause() } else { task.resume() }
    }
}

/// Asks a running command to stop. One that has ended already is no error.
#[tauri::command]
pub fn cancel(bridge: State<'_, Bridge>, job: String) {
    if let Some(task) = bridge.jobs().get(&job) {
        task.cancel();
    }
}
