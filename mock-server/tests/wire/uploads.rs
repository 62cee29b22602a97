//! Bytes: tus step by step, binding, hostile files, previews.
use crate::support::{Reply, Server, jpeg, key, metadata, sha256};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn an_upload_goes_on_from_any_byte_also_after_a_restart() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (bytes, document) = (jpeg(), key());
    let request = phone
        .tus(Method::POST, "/uploads")
        .header("Upload-Length", bytes.len())
        .header("Upload-Metadata", metadata(&id, &document, &bytes));
    let created = phone.send(request).await.expect(201);
    let place = created.header("location");
    assert!(created.header("upload-expires").ends_with("GMT"));
    let mut offset = 0;
    for end in [1, 1500, 1501, bytes.len()] {
        let piece = phone
            .tus(Method::PATCH, &place)
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
            .body(bytes[offset..end].to_vec());
        let reply = phone.send(piece).await.expect(204);
        assert_eq!(reply.header("upload-offset"), end.to_string());
        server.restart().await;
        let head = phone.send(phone.tus(Method::HEAD, &place)).await.expect(200);
        assert_eq!(
            (head.header("upload-offset"), head.header("upload-length")),
            (end.to_string(), bytes.len().to_string())
        );
        assert_eq!(head.header("cache-control"), "no-store");
        offset = end;
    }
    let bound = phone.bind(&id, &document, "#/documents.portrait", &place, &bytes).await.expect(201).json();
    assert_eq!((bound["state"].as_str(), bound["sha256"].as_str()), (Some("received"), Some(sha256(&bytes).as_str())));
    assert_eq!(phone.send(phone.tus(Method::HEAD, &place)).await.status, 404);
}

#[tokio::test]
async fn a_cut_connection_keeps_what_had_arrived() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (bytes, document) = (jpeg(), key());
    let place = phone.begin_upload(&id, &document, &bytes).await;
    let line = phone.begin_piece(&place, &bytes, 1000).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    drop(line);
    let mut offset = 0;
    for _ in 0..100 {
        offset = phone.offset(&place).await;
        if offset > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(offset, 1000);
    phone.piece(&place, offset, &bytes[offset..]).await.expect(204);
    phone.bind(&id, &document, "#/documents.portrait", &place, &bytes).await.expect(201);
}

#[tokio::test]
async fn each_wrong_step_has_its_status_and_moves_nothing() {
    use base64::Engine as _;
    let server = Server::new().await;
    let (phone, other) = (server.signed_in().await, server.signed_in().await);
    let id = phone.begin().await;
    let (bytes, document) = (jpeg(), key());
    let create = |length: usize| {
        phone
            .tus(Method::POST, "/uploads")
            .header("Upload-Length", length)
            .header("Upload-Metadata", metadata(&id, &document, &bytes))
    };
    assert_eq!(phone.send(create(20_000_000)).await.expect(413).slug(), "too-large");
    assert_eq!(phone.send(create(0)).await.expect(413).slug(), "too-large");
    let unversioned = phone.request(Method::POST, "/uploads").header("Upload-Length", 5);
    assert_eq!(phone.send(unversioned).await.expect(412).header("tus-version"), "1.0.0");
    let place = phone.send(create(bytes.len())).await.expect(201).header("location");
    let patch = |offset: usize, body: Vec<u8>| {
        phone
            .tus(Method::PATCH, &place)
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
            .body(body)
    };
    phone.send(patch(7, bytes[7..].to_vec())).await.expect(409);
    phone.send(patch(0, [&bytes[..], b"more"].concat())).await.expect(413);
    let sum = |bytes: &[u8]| {
        use sha2::Digest as _;
        base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(bytes))
    };
    let wrong =
        phone.send(patch(0, bytes.clone()).header("Upload-Checksum", format!("sha256 {}", sum(b"other")))).await;
    assert_eq!(wrong.expect(460).header("upload-offset"), "0");
    phone.send(patch(0, bytes.clone()).header("Upload-Checksum", format!("md5 {}", sum(&bytes)))).await.expect(400);
    let untyped = phone.tus(Method::PATCH, &place).header("Upload-Offset", 0).body(bytes.clone());
    phone.send(untyped).await.expect(415);
    assert_eq!(other.send(other.tus(Method::HEAD, &place)).await.status, 404);
    let right = phone.send(patch(0, bytes.clone()).header("Upload-Checksum", format!("sha256 {}", sum(&bytes)))).await;
    assert_eq!(right.expect(204).header("upload-offset"), bytes.len().to_string());
    phone.send(phone.tus(Method::DELETE, &place)).await.expect(204);
    phone.send(phone.tus(Method::HEAD, &place)).await.expect(404);
}

#[tokio::test]
async fn first_bytes_that_are_refused_cost_no_upload_or_leave_one_that_goes_on() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (bytes, document) = (jpeg(), key());
    let begin = async |length: usize, kind: &str, checksum: &str, bytes: &[u8]| {
        let request = phone.tus(Method::POST, "/uploads").header("Upload-Length", length).header("Content-Type", kind);
        let request = request.header("Upload-Metadata", metadata(&id, &document, bytes));
        let request = if checksum.is_empty() { request } else { request.header("Upload-Checksum", checksum) };
        phone.send(request.body(bytes.to_vec())).await
    };
    for _ in 0..21 {
        let refused = begin(10 * 1024 * 1024, "image/jpeg", "", b"abc").await;
        assert_eq!((refused.status, refused.header("location")), (415, String::new()));
    }
    let stream = "application/offset+octet-stream";
    let wrong = format!("sha256 {}", "A".repeat(43) + "=");
    for (status, length, checksum) in [(460, bytes.len(), wrong.as_str()), (413, bytes.len() - 1, "")] {
        let refused = begin(length, stream, checksum, &bytes).await.expect(status);
        assert_eq!(phone.offset(&refused.header("location")).await, 0, "{status}");
    }
    let place = begin(bytes.len(), stream, &wrong, &bytes).await.expect(460).header("location");
    phone.piece(&place, 0, &bytes).await.expect(204);
    phone.bind(&id, &document, "#/documents.portrait", &place, &bytes).await.expect(201);
}

#[tokio::test]
async fn the_server_says_what_it_can_do_without_a_version() {
    let server = Server::new().await;
    let phone = server.phone();
    let reply = phone.send(phone.request(Method::OPTIONS, "/uploads")).await.expect(204);
    assert_eq!(reply.header("tus-extension"), "creation,creation-with-upload,expiration,termination,checksum");
    assert_eq!(reply.header("tus-max-size"), "10485760");
    assert_eq!(reply.header("tus-checksum-algorithm"), "sha256,sha1");
}

#[tokio::test]
async fn binding_again_is_the_same_and_other_bytes_under_one_id_are_refused() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (bytes, document) = (jpeg(), key());
    let upload = phone.upload(&id, &document, &bytes).await;
    let first = phone.bind(&id, &document, "#/documents.portrait", &upload, &bytes).await.expect(201).json();
    let again =
        phone.bind(&id, &document, "#/documents.portrait", "/api/v1/uploads/another", &bytes).await.expect(200).json();
    assert_eq!(first, again);
    let other = jpeg();
    let upload = phone.upload(&id, &document, &other).await;
    let reply = phone.bind(&id, &document, "#/documents.portrait", &upload, &other).await.expect(409);
    assert_eq!(reply.slug(), "document-differs");
    for _ in 0..2 {
        phone.delete(&format!("/applications/{id}/documents/{document}")).await.expect(204);
    }
    assert_eq!(phone.record(&id).await["documents"], json!([]));
}

/// Two requests at the same time, whose statuses are these two; their replies in that order.
async fn at_once(
    statuses: [u16; 2],
    one: impl Future<Output = Reply>,
    two: impl Future<Output = Reply>,
) -> (Reply, Reply) {
    let (one, two) = tokio::join!(one, two);
    let (one, two) = if one.status <= two.status { (one, two) } else { (two, one) };
    assert_eq!([one.status, two.status], statuses);
    (one, two)
}

#[tokio::test]
async fn two_who_bind_one_id_at_once_never_swap_its_bytes() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    for _ in 0..4 {
        let (document, first, second) = (key(), jpeg(), jpeg());
        let (one, two) = (phone.upload(&id, &document, &first).await, phone.upload(&id, &document, &second).await);
        let (bound, _) = at_once(
            [201, 409],
            phone.bind(&id, &document, "#/documents.portrait", &one, &first),
            phone.bind(&id, &document, "#/documents.portrait", &two, &second),
        )
        .await;
        let bound = bound.json();
        assert_eq!(sha256(&server.original(&id, &document)), bound["sha256"].as_str().unwrap());
    }
}

#[tokio::test]
async fn the_same_binding_sent_twice_at_once_is_one() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (document, bytes) = (key(), jpeg());
    let upload = phone.upload(&id, &document, &bytes).await;
    let bind = || phone.bind(&id, &document, "#/documents.portrait", &upload, &bytes);
    let (one, two) = at_once([200, 201], bind(), bind()).await;
    assert_eq!(one.json(), two.json());
}

#[tokio::test]
async fn what_is_given_up_while_it_is_bound_leaves_no_file() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    for _ in 0..4 {
        let id = phone.begin().await;
        let (document, bytes) = (key(), jpeg());
        let upload = phone.upload(&id, &document, &bytes).await;
        let (path, withdrawal) = (format!("/applications/{id}/withdrawal"), key());
        let words = json!({});
        let (_, gone) = tokio::join!(
            phone.bind(&id, &document, "#/documents.portrait", &upload, &bytes),
            phone.post(&path, &withdrawal, &words)
        );
        assert_eq!(gone.status, 201, "{gone:?}");
        assert_eq!(server.kept_of(&id), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_file_that_no_row_tells_of_goes_once_it_is_old_enough() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    phone.document(&id, "#/documents.portrait", &jpeg()).await;
    // As it lies there where the process ended between the row and its file.
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(2);
    let plant = |path: &str, old: Option<std::time::SystemTime>| {
        let path = server.files().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, b"jpeg").unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        old.map_or(Ok(()), |old| file.set_modified(old)).unwrap();
        path
    };
    let gone = [plant("documents/gone/one/original", Some(old)), plant("uploads/gone/0000000000", Some(old))];
    let young = plant("documents/gone/two/clean", None);
    for file in server.kept_of(&id) {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(old).unwrap();
    }
    server.office().sweep().await.unwrap();
    assert!(gone.iter().all(|path| !path.exists()));
    assert!(young.exists() && server.kept_of(&id).len() == 2);
}

#[tokio::test]
async fn no_two_at_once_go_past_the_limit_of_documents() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    for n in 0..59 {
        if n == 40 {
            server.office().let_time_pass(chrono::Duration::minutes(1));
        }
        phone.document(&id, "#/documents.portrait", &jpeg()).await;
    }
    let (first, second) = (jpeg(), jpeg());
    let (a, b) = (key(), key());
    let (one, two) = (phone.upload(&id, &a, &first).await, phone.upload(&id, &b, &second).await);
    at_once(
        [201, 422],
        phone.bind(&id, &a, "#/documents.portrait", &one, &first),
        phone.bind(&id, &b, "#/documents.portrait", &two, &second),
    )
    .await;
    assert_eq!(server.kept_of(&id).len(), 2 * 60);
}

#[tokio::test]
async fn bytes_that_are_not_those_announced_are_never_received() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let (bytes, other, document) = (jpeg(), jpeg(), key());
    let upload = phone.upload(&id, &document, &other).await;
    let reply = phone.bind(&id, &document, "#/documents.portrait", &upload, &bytes).await.expect(422);
    assert_eq!(
        (reply.slug().as_str(), reply.json()["sha256"].as_str()),
        ("hash-mismatch", Some(sha256(&other).as_str()))
    );
    let again = phone.bind(&id, &document, "#/documents.portrait", &upload, &bytes).await.expect(410);
    assert_eq!(again.slug(), "upload-gone");
    assert_eq!(phone.record(&id).await["documents"], json!([]));
}

#[tokio::test]
async fn a_preview_is_for_its_owner_and_without_metadata() {
    let server = Server::new().await;
    let (phone, other) = (server.signed_in().await, server.signed_in().await);
    let id = phone.begin().await;
    let bytes = jpeg();
    let document = phone.document(&id, "#/documents.portrait", &bytes).await;
    let path = format!("/applications/{id}/documents/{document}/content");
    let seen = phone.get(&path).await.expect(200);
    assert_eq!(seen.header("content-type"), "image/jpeg");
    assert_eq!(seen.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(seen.header("cross-origin-resource-policy"), "same-site");
    assert!(seen.body.starts_with(&[0xFF, 0xD8]) && seen.body.len() < bytes.len(), "the comment is gone");
    assert_eq!(other.get(&path).await.expect(404).slug(), "not-found");
}

#[tokio::test]
async fn an_upload_of_nothing_is_refused_and_a_refusal_names_the_version_too() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.begin().await;
    let begin = phone.tus(Method::POST, "/uploads").header("Upload-Length", 0);
    let refused = phone.send(begin.header("Upload-Metadata", metadata(&id, &key(), b"any"))).await.expect(413);
    assert_eq!((refused.slug().as_str(), &*refused.header("tus-resumable")), ("too-large", "1.0.0"));
    let gone = phone.send(phone.tus(Method::HEAD, "/uploads/none")).await.expect(404);
    assert_eq!(gone.header("tus-resumable"), "1.0.0");
}

#[tokio::test]
async fn a_late_scan_takes_nothing_that_was_handed_in_from_where_it_cannot_be_given_back() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, _) = phone.submitted().await;
    let scanned =
        |item: &str| phone.play(&id, "scan-return", json!({ "pointers": [format!("#/documents.identity.{item}")] }));
    scanned("front").await.expect(200);
    // Its item is closed: nobody could put another in its place.
    assert_eq!(scanned("back").await.expect(409).slug(), "act-refused");
    let record = phone.record(&id).await;
    let refused = record["documents"].as_array().unwrap().iter().filter(|it| it["state"] == "refused").count();
    assert_eq!(refused, 1, "{record}");
}

#[tokio::test]
async fn a_late_scan_sends_the_document_back_without_costing_an_attempt() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let (id, outcome) = phone.submitted().await;
    let documents = outcome["application"]["documents"].as_array().unwrap();
    let front = documents.iter().find(|d| d["pointer"] == "#/documents.identity.front").unwrap();
    let pointer = "#/documents.identity.front";
    let back = phone.play(&id, "scan-return", json!({ "pointers": [pointer] })).await.expect(200).json()["application"]
        .clone();
    assert_eq!((back["state"].as_str(), back["attempts"]["used"].as_u64()), (Some("returned"), Some(0)));
    assert_eq!(
        (back["returned"][0]["pointer"].as_str(), back["returned"][0]["code"].as_str()),
        (Some("#/documents.identity.front"), Some("unreadable"))
    );
    assert_eq!(back["returned"][0]["refused_sha256"], json!([front["sha256"]]), "once");
    let refused = back["documents"].as_array().unwrap().iter().find(|d| d["id"] == front["id"]).unwrap();
    assert_eq!((refused["state"].as_str(), refused["code"].as_str()), (Some("refused"), Some("infected")));
}
