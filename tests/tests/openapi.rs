//! The contract as a machine reads it: a linter takes the OpenAPI document that a running mock server gives.
use mock_server::Config;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::Command,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_linter_accepts_the_openapi_document() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = tempfile::tempdir().unwrap();
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        data: data.path().to_owned(),
        dist: None,
        forms: root.join("forms"),
        auto: None,
        origins: vec![],
    };
    let running = mock_server::start(config).await.unwrap();
    let mut linter = Command::new("node");
    linter.arg(root.join("tests/openapi.mjs")).arg(format!("http://localhost:{port}/openapi.json"));
    let judged = tokio::task::spawn_blocking(move || linter.output()).await.unwrap();
    running.stop().await;
    let judged = judged.expect("node is missing: `cargo xtask test` says how to get it");
    let said = format!("{}{}", String::from_utf8_lossy(&judged.stdout), String::from_utf8_lossy(&judged.stderr));
    assert!(judged.status.success(), "{said}");
}
