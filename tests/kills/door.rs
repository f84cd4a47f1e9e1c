//! The simulated service on loopback ports, one request at a time per connection, with a trap: at one moment of one call somebody
//! dies. Answers come at once; only the recorders take their time, ten times as fast as the world.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread;
use std::time::Duration;

use reelwatch::agora::transport::{HttpRequest, HttpResponse, Method};
use reelwatch::sim::{Journal, Scenario, SimCloud, What};
use reelwatch::worker::clock::{Clock, Speed};

/// Simulated milliseconds per millisecond.
const SPEED: u32 = 10;

/// When, within a call, the program dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The request is here, and nothing was done yet.
    Arrived,
    /// The service has acted, and no answer has left.
    Acted,
    /// The answer has left; whether the program has read it is open.
    Answered,
}

/// What kills, where and when.
pub struct Trap {
    pub call: &'static str,
    pub moment: Moment,
    pub kill: Box<dyn FnOnce() + Send>,
}

struct Inside {
    cloud: Mutex<SimCloud>,
    clock: Clock,
    trap: Mutex<Option<(Trap, mpsc::Sender<()>)>>,
}

/// The service, as long as this value lives.
pub struct Door {
    inside: Arc<Inside>,
    bases: Vec<String>,
    scenario: Scenario,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Door {
    pub fn open(scenario: Scenario, seed: u64) -> Self {
        let clock = Clock::start(Speed::new(SPEED).expect("in range"));
        let cloud = SimCloud::new(scenario.clone(), seed, clock.now().as_millis());
        let inside = Arc::new(Inside { cloud: Mutex::new(cloud), clock, trap: Mutex::new(None) });
        let listen = |domain| {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this computer");
            let base = format!("http://{}", listener.local_addr().expect("its address"));
            let inside = Arc::clone(&inside);
            // It ends with the process: nobody connects any more once the test is over.
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let inside = Arc::clone(&inside);
                    thread::spawn(move || inside.serve(domain, stream));
                }
            });
            base
        };
        let bases = (0..scenario.project.domains.len()).map(listen).collect();
        Self { inside, bases, scenario }
    }

    /// Sets the trap; whoever holds the receiver hears when it has closed.
    pub fn set(&self, trap: Trap) -> mpsc::Receiver<()> {
        let (sender, receiver) = mpsc::channel();
        *lock(&self.inside.trap) = Some((trap, sender));
        receiver
    }

    /// What really happened so far.
    pub fn journal(&self) -> Journal {
        lock(&self.inside.cloud).journal(self.now_ms())
    }

    pub fn now_ms(&self) -> i64 {
        self.inside.clock.now().as_millis()
    }

    /// Settings that lead here, with the shortest waits that are allowed.
    pub fn settings(&self) -> String {
        let project = &self.scenario.project;
        let mut text = format!(
            "[project]\nname = \"p\"\napp_id = {:?}\ndomains = {:?}\n\n[policy]\npoll_every = \"5s\"\nverify_after = \"1s\"\n\
             verify = [\"1s\"]\n\n[profile.one.recording]\nchannel_type = \"live_broadcast\"\nmax_idle_time = 300\n\n\
             [profile.one.storage]\nvendor = 1\nregion = 0\nbucket = \"b\"\naccess_key = {{ env = \"KEY\" }}\n\
             secret_key = {{ env = \"KEY\" }}\n",
            project.app_id, self.bases
        );
        for channel in &self.scenario.channels {
            let (name, main, backup) = (&channel.cname, channel.main_uid, channel.backup_uid);
            text.push_str(&format!(
                "\n[[channel]]\nname = {name:?}\nuid = {main}\nbackup_uid = {backup}\nprofile = \"one\"\n"
            ));
        }
        text
    }

    /// The variables that the settings name.
    pub fn variables(&self) -> [(&'static str, String); 3] {
        let project = &self.scenario.project;
        [
            (reelwatch::settings::CUSTOMER_KEY, project.customer_id.clone()),
            (reelwatch::settings::CUSTOMER_SECRET, project.customer_secret.clone()),
            ("KEY", "simulated".to_owned()),
        ]
    }
}

impl Inside {
    /// One exchange. A client that is killed in between breaks the connection, which is its own affair.
    fn serve(&self, domain: usize, stream: TcpStream) {
        let Some((call, request)) = read(&stream) else { return };
        if self.spring(&call, Moment::Arrived) {
            return;
        }
        let reply = lock(&self.cloud).handle(domain, &request, self.clock.now().as_millis());
        let What::Response(response) = reply.what else { return };
        if self.spring(&call, Moment::Acted) {
            return;
        }
        if write(&stream, &response).is_ok() {
            self.spring(&call, Moment::Answered);
        }
    }

    /// Kills, if this is the moment. Once closed, the trap is gone.
    fn spring(&self, call: &str, moment: Moment) -> bool {
        let mut trap = lock(&self.trap);
        if !trap.as_ref().is_some_and(|(trap, _)| trap.call == call && trap.moment == moment) {
            return false;
        }
        let Some((trap, told)) = trap.take() else { return false };
        (trap.kill)();
        // Nobody listens any more only when the test has failed already.
        let _ = told.send(());
        true
    }
}

/// The request and the name of its call.
fn read(stream: &TcpStream) -> Option<(String, HttpRequest)> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut parts = first.split_whitespace();
    let method = match parts.next()? {
        "GET" => Method::Get,
        _ => Method::Post,
    };
    let path = parts.next()?.to_owned();
    let (mut authorization, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = value.to_owned(),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let call = path.rsplit('/').next()?.to_owned();
    let body = (method == Method::Post).then_some(body);
    let timeout = Duration::MAX;
    Some((call, HttpRequest { method, base: String::new(), path, authorization: authorization.into(), body, timeout }))
}

fn write(mut stream: &TcpStream, HttpResponse { status, body }: &HttpResponse) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(body)?;
    stream.flush()
}
