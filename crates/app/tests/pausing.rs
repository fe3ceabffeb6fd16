//! Long work that is paused: it stands still, goes on, ends at once when cancelled, and never keeps a locked vault open.

#[path = "../src/testing.rs"]
mod testing;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use holdall_app::view::backup::MakeBackup;
use holdall_app::view::home::GetHome;
use holdall_app::view::import::{CommitImport, Imported, ListImports};
use holdall_app::{AppError, Progress, Run, Task};
use testing::Desk;

const ROWS: usize = 3000;
const HEADINGS: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags\n";

fn statement() -> String {
    let row = |i| format!("ID-{i},{:02}/03/2025,07:15:00,Card payment,Shop {i},,Food,-{i}.50,EUR,,,\n", i % 28 + 1);
    HEADINGS.to_owned() + &(0..ROWS).map(row).collect::<String>()
}

/// What steers a paused command, what it tells, and what comes of it.
type Paused<V> = (Task, Receiver<Progress>, JoinHandle<Result<V, AppError>>);

/// A command that pauses itself as soon as it has done some of a phase, and is seen to stand still.
fn paused<R: Run + Send>(desk: &Arc<Desk>, phase: &'static str, request: R) -> Paused<R::View>
where
    R::View: Send,
{
    let (tell, told) = channel();
    let own: Arc<OnceLock<Task>> = Arc::default();
    let once = AtomicBool::new(false);
    let task = Task::reporting({
        let own = own.clone();
        move |progress| {
            if progress.phase == phase
                && !progress.paused
                && let Some(task) = own.get()
                && !once.swap(true, Ordering::Relaxed)
            {
                task.pause();
            }
            let _ = tell.send(progress);
        }
    });
    assert!(own.set(task.clone()).is_ok());
    let work = std::thread::spawn({
        let (desk, task) = (desk.clone(), task.clone());
        move || desk.app.run(request, &task)
    });
    let still = std::iter::repeat_with(|| told.recv_timeout(Duration::from_secs(60)).expect("progress")).find(|p| p.paused);
    assert_eq!(still.map(|p| p.phase), Some(phase));
    assert!(told.recv_timeout(Duration::from_millis(200)).is_err(), "it goes on although it is paused");
    (task, told, work)
}

fn importing(desk: &Arc<Desk>) -> Paused<Imported> {
    let preview = desk.look(&desk.file("MonzoDataExport_1.csv", statement()), &[]);
    assert_eq!(preview.files[0].records, ROWS as u64);
    paused(desk, "reading", CommitImport { preview_id: preview.preview_id })
}

#[test]
fn k02_a_vault_that_is_locked_lets_paused_work_finish_and_closes() {
    let desk = Arc::new(Desk::new());
    let (_task, _told, work) = importing(&desk);
    assert!(desk.app.lock_now());
    assert_eq!(desk.fails(GetHome {}).code, "vault-locked", "nothing is shown while it finishes");
    // Opening waits until the work has let go of the vault.
    desk.unlock();
    work.join().expect("no panic").expect("the import");
    assert_eq!(desk.run(GetHome {}).records, ROWS as u64);
}

#[test]
fn b08_a_paused_import_is_cancelled_within_a_second_and_leaves_nothing() {
    let desk = Arc::new(Desk::new());
    let (task, _told, work) = importing(&desk);
    let asked = Instant::now();
    task.cancel();
    let error = work.join().expect("no panic").expect_err("cancelled");
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert_eq!(error.code, "cancelled");
    assert!(desk.run(ListImports {}).is_empty());
    assert_eq!(std::fs::read_dir(desk.home().join("vault/blobs")).map_or(0, Iterator::count), 0, "the original is gone as well");
}

#[test]
fn a_paused_backup_goes_on_where_it_stood() {
    let desk = Arc::new(Desk::new());
    desk.import(&desk.file("MonzoDataExport_1.csv", statement()), &[]);
    let folder = desk.home().join("backups").display().to_string();
    let (task, _told, work) = paused(&desk, "writing", MakeBackup { folder: Some(folder), only_if_due: false });
    task.resume();
    let made = work.join().expect("no panic").expect("a backup");
    assert!(made.backup.is_some());
}
