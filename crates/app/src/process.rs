//! What the system may show of this process to others.

/// Which program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    CommandLine,
    /// Its memory stays readable to the person's own programs on Linux: the portal that shows file dialogs looks at the process that asks,
    /// and shows nothing if it may not.
    Window,
}

/// Keeps the process's memory out of core dumps and crash reports and, on Linux where the face allows it, out of other programs' reach.
/// Call it first thing.
pub fn harden(face: Face) {
    #[cfg(unix)]
    {
        let nothing = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
        // A system that refuses has stricter rules already.
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, nothing);
    }
    #[cfg(target_os = "linux")]
    if face == Face::CommandLine {
        let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
    #[cfg(windows)]
    {
        use windows_sys::Win32::System::Diagnostics::Debug::{SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode};
        // A crash would else be handed to Windows Error Reporting, which may keep or send parts of the memory.
        // SAFETY: sets a flag of this process and touches no memory.
        unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = face;
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    /// The command line hides its memory; its own story is in the journeys.
    #[test]
    fn k06_the_window_stays_open_to_the_portal_and_leaves_no_core_dump() {
        harden(Face::Window);
        assert_eq!(dumpable_behavior().expect("Linux tells"), DumpableBehavior::Dumpable);
        let core = getrlimit(Resource::Core);
        assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
    }
}
