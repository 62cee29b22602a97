//! A server that runs an example, the build that it serves and the backend behind it.
use crate::{
    files, post_build,
    servers::{self, Needed, SERVERS},
};
use axum::{
    Json, Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use mock_server::site::NAMES;
use reqwest::{Certificate, Client, ClientBuilder, header::HeaderMap};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    sync::mpsc,
};
use tokio_stream::wrappers::ReceiverStream;

/// The first thing that the backend's stream says.
pub(super) const NEWS: &str = "event: hello\ndata: {}\n\n";

/// How much of an upload the backend has, each time some of it arrives.
pub(super) type Pieces = mpsc::UnboundedReceiver<usize>;

/// Somebody who answers, whom the tests ask.
pub(super) struct Server {
    pub(super) dist: PathBuf,
    /// The packed copies that it sends.
    pub(super) packs: &'static [&'static str],
    origin: String,
    client: Client,
    /// Ends with this, and so does what it was told.
    _running: Option<(Child, tempfile::TempDir)>,
}

/// What was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    async fn of(answer: reqwest::Response) -> Self {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Self { status, headers, body: answer.bytes().await.unwrap().to_vec() }
    }

    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or_default()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Server {
    /// Our own, which has no backend behind it.
    pub(super) fn ours(origin: String, dist: &Path) -> Self {
        let client = client().build().unwrap();
        Self { dist: dist.to_owned(), packs: &["br", "gzip"], origin, client, _running: None }
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.client.get(format!("{}{path}", self.origin));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Answer::of(request.send().await.unwrap()).await
    }

    /// What is read as it comes.
    pub(super) async fn opens(&self, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{path}", self.origin)).header("accept-encoding", "gzip, br");
        tokio::time::timeout(Duration::from_secs(10), request.send()).await.expect("a stream begins at once").unwrap()
    }

    /// Sends a body of so many bytes piece by piece.
    pub(super) fn sends(&self, path: &str, length: usize) -> (mpsc::Sender<Vec<u8>>, BoxFuture<'static, Answer>) {
        let (sender, pieces) = mpsc::channel(1);
        let pieces = ReceiverStream::new(pieces).map(Ok::<Vec<u8>, Infallible>);
        let request = self.client.patch(format!("{}{path}", self.origin)).header("content-length", length);
        let answer = tokio::spawn(request.body(reqwest::Body::wrap_stream(pieces)).send());
        (sender, async move { Answer::of(answer.await.unwrap().unwrap()).await }.boxed())
    }
}

/// A build as small as can be: a file of each kind, and of each name that the rules are tried with.
pub(super) fn build() -> tempfile::TempDir {
    let folder = folder_with_a_space();
    // A server that root starts reads as nobody.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for name in NAMES.map(|(name, _)| name).into_iter().chain(["config.json", "icon.svg", "locales/en.txt"]) {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, format!("content of {name}\n").repeat(40)).unwrap();
    }
    post_build::compress(folder.path()).unwrap();
    folder
}

/// A backend that says what it was asked, and tells how much of an upload it has. Gives its port.
pub(super) async fn backend() -> (u16, Pieces) {
    let (tell, pieces) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let news = || async {
        let news = stream::iter([Ok::<_, Infallible>(NEWS)]).chain(stream::pending());
        ([("content-type", "text/event-stream"), ("cache-control", "no-store")], Body::from_stream(news))
    };
    let other = move |request: Request| echo(request, tell.clone());
    let router = Router::new().route("/api/v1/events", get(news)).fallback(other);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (port, pieces)
}

async fn echo(request: Request, tell: mpsc::UnboundedSender<usize>) -> Response {
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let path = request.uri().path_and_query().map(ToString::to_string);
    let (mut received, mut body) = (0, request.into_body().into_data_stream());
    while let Some(Ok(piece)) = body.next().await {
        received += piece.len();
        tell.send(received).ok();
    }
    let own = [("cache-control", "no-store"), ("content-security-policy", "default-src 'none'")];
    (own, Json(json!({ "path": path, "headers": headers, "received": received }))).into_response()
}

/// An example, and how its server is started with it.
#[derive(Clone, Copy)]
pub(super) struct Example {
    pub(super) file: &'static str,
    /// Its name among [`SERVERS`].
    pub(super) server: &'static str,
    packs: &'static [&'static str],
    /// What else is put in the place of what, beside folder, certificate and backend.
    changes: fn(&Place) -> Vec<(&'static str, String)>,
    /// What is written around it.
    around: fn(&Place) -> (String, String),
    /// What it is called with.
    arguments: fn(&Place) -> Vec<String>,
}

/// Where a server is tried.
pub(super) struct Place {
    /// The Debian that it is of.
    root: PathBuf,
    /// Its configuration, and what it writes.
    folder: PathBuf,
    http: u16,
    https: u16,
}

pub(super) const NGINX: Example = Example {
    file: "nginx.conf",
    server: "nginx",
    packs: &["gzip"],
    changes: |place| {
        vec![
            ("listen 80;", format!("listen 127.0.0.1:{};", place.http)),
            ("listen 443 ssl http2;", format!("listen 127.0.0.1:{} ssl http2;", place.https)),
        ]
    },
    around: |_| {
        let temporary =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|it| format!("{it}_temp_path {it};\n"));
        let begin = "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {}\nhttp {\naccess_log off;\n";
        (format!("{begin}{}", temporary.concat()), "}\n".into())
    },
    arguments: |place| {
        let folder = format!("{}/", place.folder.display());
        ["-e", "stderr", "-p", &folder, "-c", "server.conf"].map(str::to_owned).into()
    },
};

pub(super) const NGINX_WITH_BROTLI: Example = Example {
    server: "nginx with brotli",
    packs: &["br", "gzip"],
    changes: |place| [(NGINX.changes)(place), vec![("#brotli_static on;", "brotli_static on;".into())]].concat(),
    around: |place| {
        let (begin, end) = (NGINX.around)(place);
        let module = place.root.join(NGINX_WITH_BROTLI.needed().files[1]);
        (format!("load_module \"{}\";\n{begin}", module.display()), end)
    },
    ..NGINX
};

pub(super) const APACHE: Example = Example {
    file: "apache.conf",
    server: "Apache",
    packs: &["br", "gzip"],
    changes: |place| {
        let port = |port| format!("<VirtualHost 127.0.0.1:{port}>");
        vec![("<VirtualHost *:80>", port(place.http)), ("<VirtualHost *:443>", port(place.https))]
    },
    around: |place| {
        let modules = "mpm_event authz_core ssl http2 rewrite headers mime proxy proxy_http reqtimeout alias dir";
        let load = modules.split(' ').map(|name| {
            format!("LoadModule {name}_module \"{}/usr/lib/apache2/modules/mod_{name}.so\"\n", place.root.display())
        });
        let begin = format!(
            "ServerRoot \"{}\"\nDefaultRuntimeDir .\nPidFile apache.pid\nErrorLog /dev/stderr\nServerName localhost\n\
             User nobody\nGroup nogroup\nTypesConfig /dev/null\nListen 127.0.0.1:{}\nListen 127.0.0.1:{}\n",
            place.folder.display(),
            place.http,
            place.https
        );
        (begin + &load.collect::<String>(), String::new())
    },
    arguments: |place| vec!["-X".into(), "-f".into(), place.folder.join("server.conf").display().to_string()],
};

pub(super) const CADDY: Example = Example {
    file: "Caddyfile",
    server: "Caddy",
    packs: &["br", "gzip"],
    changes: |place| {
        let (certificate, key) = certificate();
        let site = format!("https://localhost:{} {{\n\ttls \"{certificate}\" \"{key}\"\n", place.https);
        vec![("\nhc.example.gov.cn {\n", format!("\n{site}"))]
    },
    around: |place| {
        let storage = format!("storage file_system \"{}\"", place.folder.display());
        let global =
            format!("{{\n\tadmin off\n\tauto_https disable_redirects\n\thttp_port {}\n\t{storage}\n}}\n", place.http);
        (global, String::new())
    },
    arguments: |_| ["run", "--config", "server.conf", "--adapter", "caddyfile"].map(str::to_owned).into(),
};

/// What stands in the examples for what is everybody's own.
const OWN: [&str; 4] = ["/etc/ssl/hc/fullchain.pem", "/etc/ssl/hc/privkey.pem", "/srv/hc", "127.0.0.1:9000"];

fn certificate() -> (String, String) {
    let path = |name: &str| files::root().join("xtask/fixtures").join(name).display().to_string();
    (path("localhost.certificate.pem"), path("localhost.key.pem"))
}

impl Example {
    /// What has to be here for it.
    pub(super) fn needed(&self) -> &'static Needed {
        SERVERS.iter().find(|server| server.name == self.server).unwrap()
    }

    /// Starts its server, for this folder of files and the backend at this port; nothing where that server is not.
    pub(super) async fn starts(&self, dist: &Path, backend: u16) -> Option<Server> {
        let root = servers::root_of(self.needed().files)?;
        let mut said = String::new();
        // Somebody else may have taken a port between the time that it was found free and the time that the server asks for it.
        for _ in 0..3 {
            match self.tries(&root, dist, backend).await {
                Ok(server) => return Some(server),
                Err(why) => said = why,
            }
        }
        panic!("{} does not start: {said}", self.file)
    }

    /// The same once. What it said, where it does not start.
    async fn tries(&self, root: &Path, dist: &Path, backend: u16) -> Result<Server, String> {
        let folder = folder_with_a_space();
        let [http, https] = free_ports().await;
        let place = Place { root: root.to_owned(), folder: folder.path().to_owned(), http, https };
        fs::write(place.folder.join("server.conf"), self.changed(&place, dist, backend)).unwrap();

        let libraries = place.root.join(format!("usr/lib/{}-linux-gnu", std::env::consts::ARCH));
        let said = place.folder.join("said.txt");
        let out = fs::File::create(&said).unwrap();
        let mut child = Command::new(place.root.join(self.needed().files[0]))
            .args((self.arguments)(&place))
            .current_dir(&place.folder)
            .env("LD_LIBRARY_PATH", libraries)
            .env("HOME", &place.folder)
            .stdout(out.try_clone().unwrap())
            .stderr(Stdio::from(out))
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", place.https)).await.is_err() {
            let ended = child.try_wait().unwrap();
            if ended.is_some() || Instant::now() >= until {
                return Err(format!("{ended:?}\n{}", fs::read_to_string(&said).unwrap()));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let authority = Certificate::from_pem(&fs::read(certificate().0).unwrap()).unwrap();
        let client = client().add_root_certificate(authority).build().unwrap();
        let origin = format!("https://localhost:{https}");
        Ok(Server { dist: dist.to_owned(), packs: self.packs, origin, client, _running: Some((child, folder)) })
    }

    /// The example with our paths and ports, and nothing else changed: what is to be changed must stand there.
    fn changed(&self, place: &Place, dist: &Path, backend: u16) -> String {
        let (certificate, key) = certificate();
        let quoted = |path: &dyn std::fmt::Display| format!("\"{path}\"");
        let ours = [quoted(&certificate), quoted(&key), quoted(&dist.display()), format!("127.0.0.1:{backend}")];
        let mut text = files::read(&files::root().join("docs/servers").join(self.file)).unwrap();
        for (from, to) in (self.changes)(place) {
            assert!(text.contains(from), "{} has no {from:?}", self.file);
            text = text.replace(from, &to);
        }
        for (from, to) in OWN.into_iter().zip(ours) {
            text = text.replace(from, &to);
        }
        let (begin, end) = (self.around)(place);
        format!("{begin}{text}{end}")
    }
}

/// Two ports that are free, and not the same.
async fn free_ports() -> [u16; 2] {
    // Both are held until both are known.
    let held = [TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap()];
    held.map(|listener| listener.local_addr().unwrap().port())
}

/// A folder whose name must be quoted, as many people's folders must be.
fn folder_with_a_space() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("hc site ").tempdir().unwrap()
}

/// Asks a server on this machine, and not a proxy; one that says nothing for a minute is not waited for.
fn client() -> ClientBuilder {
    Client::builder().no_proxy().connect_timeout(Duration::from_secs(10)).read_timeout(Duration::from_mins(1))
}
