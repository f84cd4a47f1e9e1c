//! The simulated operator of a demo: does at its time what the scenario says, by the same commands as a person, and only where
//! no person was quicker. It sees the same pictures and knows nothing of the simulated cloud.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use super::Trouble;
use crate::monitor::event::StopWait;
use crate::monitor::io::Command;
use crate::monitor::phase::State;
use crate::monitor::snapshot::ChannelView;
use crate::sim::scenario::{Act, Action};
use crate::worker::handle::{Handle, Unheard};

/// How long to wait when the worker has too much to do, in the world's time.
const BUSY_WAIT: Duration = Duration::from_millis(50);

/// Somebody who works. Goes home when dropped.
pub struct Operator {
    home: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Operator {
    /// Begins to work through `acts`, which are in order of time and count from now.
    pub fn begin(acts: Vec<Act>, handle: Handle) -> Result<Self, Trouble> {
        let runtime = super::runtime()?;
        let (home, called) = oneshot::channel();
        let thread = thread::Builder::new().name("simulated-operator".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = work(acts, handle) => {}
                    // An error means that nobody is left to call, which is an end, too.
                    _ = called => {}
                }
            });
        })?;
        Ok(Self { home: Some(home), thread: Some(thread) })
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        drop(self.home.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

async fn work(acts: Vec<Act>, handle: Handle) {
    let began = handle.now();
    for act in acts {
        let due = began + Duration::from_millis(act.t.0);
        tokio::time::sleep(handle.clock().until(due)).await;
        for name in &act.channels {
            let snapshot = handle.snapshot();
            let view = snapshot.channels.iter().find(|view| view.cname.as_str() == name);
            let Some(command) = view.and_then(|view| command(act.action, view)) else { continue };
            if tell(&handle, command).await.is_err() {
                return;
            }
        }
    }
}

async fn tell(handle: &Handle, command: Command) -> Result<(), Unheard> {
    loop {
        match handle.send(command.clone()) {
            Ok(()) => return Ok(()),
            Err(Unheard::Busy) => tokio::time::sleep(BUSY_WAIT).await,
            Err(Unheard::Gone) => return Err(Unheard::Gone),
        }
    }
}

/// The command for a deed, unless it is done already or the state forbids it.
fn command(action: Action, view: &ChannelView) -> Option<Command> {
    let denials = &view.denials;
    let (denial, command) = match action {
        Action::Start => (denials.start, Command::Start(view.id)),
        Action::Stop => (denials.stop, Command::Stop(view.id, StopWait::ForUpload)),
        Action::Restart if view.state == State::Recording => return None,
        Action::Restart => (denials.restart, Command::Restart(view.id)),
    };
    denial.is_none().then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::ids::ChannelId;
    use crate::ui::testing::{idle, lost, recording, restarting};

    #[test]
    fn what_a_person_did_already_is_not_done_again() {
        let id = ChannelId(1);
        assert_eq!(command(Action::Start, &idle(1, "a")), Some(Command::Start(id)));
        assert_eq!(command(Action::Start, &recording(1, "a")), None);
        assert_eq!(command(Action::Restart, &lost(1, "a")), Some(Command::Restart(id)));
        assert_eq!(command(Action::Restart, &recording(1, "a")), None, "it was brought back");
        assert_eq!(command(Action::Restart, &restarting(1, "a")), None, "it is on its way");
        assert_eq!(command(Action::Stop, &idle(1, "a")), None);
        assert_eq!(command(Action::Stop, &recording(1, "a")), Some(Command::Stop(id, StopWait::ForUpload)));
    }
}
