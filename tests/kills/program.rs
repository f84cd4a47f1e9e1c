//! The built program as an operator over SSH has it: commands go in, lines come out, and it may be killed at any moment.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::kills::check::Folder;
use crate::kills::door::Door;

/// Ends a test that hangs; nothing is waited for so long.
pub const LIMIT: Duration = Duration::from_secs(60);

/// `reelwatch watch --commands` on one folder.
pub struct Program {
    child: Arc<Mutex<Child>>,
    commands: ChildStdin,
    lines: mpsc::Receiver<String>,
    /// Everything it said so far.
    said: Vec<String>,
}

impl Program {
    pub fn start(folder: &Folder, door: &Door, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reelwatch"));
        command
            .args(["watch", "--commands", "--settings", "settings.toml", "--data-dir", "data"])
            .current_dir(folder.path())
            .env_clear()
            .envs(door.variables())
            .envs(environment.iter().copied())
            .env("HOME", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (out, err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let commands = child.stdin.take().expect("piped");
        let (sender, lines) = mpsc::channel();
        let errors = sender.clone();
        thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        thread::spawn(move || BufReader::new(err).lines().map_while(Result::ok).try_for_each(|line| errors.send(line)));
        Self { child: Arc::new(Mutex::new(child)), commands, lines, said: Vec::new() }
    }

    /// Types a line. A program that is dead by now hears it no more.
    pub fn say(&mut self, line: &str) {
        let _ = writeln!(self.commands, "{line}");
    }

    /// Waits for a line that holds this.
    pub fn wait_for(&mut self, part: &str) {
        loop {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => {
                    let found = line.contains(part);
                    self.said.push(line);
                    if found {
                        return;
                    }
                }
                Err(_) => panic!("{part:?} was not said: {:#?}", self.said),
            }
        }
    }

    /// Whether it says this before it dies.
    #[cfg(feature = "failpoints")]
    pub fn says(&mut self, part: &str) -> bool {
        while let Ok(line) = self.lines.recv_timeout(LIMIT) {
            let found = line.contains(part);
            self.said.push(line);
            if found {
                return true;
            }
        }
        false
    }

    /// Asks it to end in order.
    #[cfg(feature = "failpoints")]
    pub fn interrupt(&self) {
        let id = self.child.lock().unwrap_or_else(PoisonError::into_inner).id();
        assert!(Command::new("kill").args(["-INT", &id.to_string()]).status().expect("kill is there").success());
    }

    /// Everything it said until now.
    pub fn said(&mut self) -> &[String] {
        self.said.extend(self.lines.try_iter());
        &self.said
    }

    /// What kills it: SIGKILL, which no program hears coming.
    pub fn killer(&self) -> Box<dyn FnOnce() + Send> {
        let child = Arc::clone(&self.child);
        Box::new(move || {
            let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
        })
    }

    pub fn kill(mut self) {
        self.killer()();
        self.ended();
    }

    /// Waits until it is dead; everything it said.
    pub fn ended(&mut self) -> Vec<String> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner).wait().expect("it ends");
        // Both pipes are closed now, so this comes to an end.
        self.said.extend(self.lines.iter());
        std::mem::take(&mut self.said)
    }
}

impl Drop for Program {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}
