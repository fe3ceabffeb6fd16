//! What desktops on Linux say on D-Bus: the screen was locked, the computer is about to sleep.

use std::sync::Arc;

use zbus::MatchRule;
use zbus::blocking::{Connection, MessageIterator};
use zbus::message::Type;

/// Interface and signal. Each carries `true` when it begins, or nothing.
const OF_THE_SESSION: &[(&str, &str)] = &[
    ("org.freedesktop.ScreenSaver", "ActiveChanged"),
    ("org.gnome.ScreenSaver", "ActiveChanged"),
    ("org.cinnamon.ScreenSaver", "ActiveChanged"),
    ("org.mate.ScreenSaver", "ActiveChanged"),
];
const OF_THE_SYSTEM: &[(&str, &str)] = &[("org.freedesktop.login1.Session", "Lock"), ("org.freedesktop.login1.Manager", "PrepareForSleep")];

/// Calls `lock` from threads of its own.
pub fn listen(lock: impl Fn() + Send + Sync + 'static) {
    let lock = Arc::new(lock);
    // A machine without one of the buses has no such signals; the idle lock works all the same.
    for (bus, signals) in [(Connection::session(), OF_THE_SESSION), (Connection::system(), OF_THE_SYSTEM)] {
        let Ok(bus) = bus else { continue };
        for (interface, member) in signals {
            let (bus, lock) = (bus.clone(), lock.clone());
            // A bus that goes away ends the thread, and the session with it.
            std::thread::spawn(move || follow(&bus, interface, member, &*lock));
        }
    }
}

fn follow(bus: &Connection, interface: &str, member: &str, lock: impl Fn()) -> zbus::Result<()> {
    let rule = MatchRule::builder().msg_type(Type::Signal).interface(interface)?.member(member)?.build();
    for message in MessageIterator::for_match_rule(rule, bus, None)? {
        if message?.body().deserialize::<bool>().unwrap_or(true) {
            lock();
        }
    }
    Ok(())
}
