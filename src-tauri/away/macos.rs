//! What macOS says to programs: the screen was locked, another person took over, the computer is about to sleep.

use objc2::rc::Retained;
use objc2::{AnyThread, DefinedClass, define_class, msg_send, sel};
use objc2_app_kit::{NSWorkspace, NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillSleepNotification};
use objc2_foundation::{NSDistributedNotificationCenter, NSNotification, NSNotificationSuspensionBehavior, NSObject, ns_string};

define_class!(
    // SAFETY: NSObject asks nothing of its subclasses, and there is no `Drop`.
    #[unsafe(super(NSObject))]
    #[name = "HoldallAway"]
    #[ivars = Box<dyn Fn()>]
    struct Listener;

    impl Listener {
        #[unsafe(method(away:))]
        fn away(&self, _: &NSNotification) {
            self.ivars()();
        }
    }
);

/// Calls `lock` from the main thread, which must be the one that calls this.
pub fn listen(lock: impl Fn() + 'static) {
    let listener = Listener::alloc().set_ivars(Box::new(lock) as Box<dyn Fn()>);
    // SAFETY: `init` of NSObject has this form.
    let listener: Retained<Listener> = unsafe { msg_send![super(listener), init] };
    // SAFETY: the listener has the method that is named, which takes a notification; the two names of AppKit are constants.
    unsafe {
        // Also while another program is in front; the ordinary form waits until ours is.
        NSDistributedNotificationCenter::defaultCenter().addObserver_selector_name_object_suspensionBehavior(
            &listener,
            sel!(away:),
            Some(ns_string!("com.apple.screenIsLocked")),
            None,
            NSNotificationSuspensionBehavior::DeliverImmediately,
        );
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        for name in [NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillSleepNotification] {
            workspace.addObserver_selector_name_object(&listener, sel!(away:), Some(name), None);
        }
    }
    // Those two do not keep it; it is there as long as the program.
    std::mem::forget(listener);
}
