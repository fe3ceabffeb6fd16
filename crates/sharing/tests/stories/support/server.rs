//! A small HTTP/1.1 server: one request per connection, and every way to answer badly.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct Request {
    pub path: String,
    pub head: String,
    pub body: Vec<u8>,
}

pub enum Response {
    Json(u16, String),
    Text(&'static str, String),
    /// Bytes as they are, then the end of the connection.
    Raw(Vec<u8>),
    /// A head, then a body that never ends.
    Endless,
    /// A head, then nothing, with the connection left open.
    Silent,
}

pub type Handler = Arc<dyn Fn(Request) -> Response + Send + Sync>;

/// Binds a free port, so that an origin is known before the answers are made.
pub async fn bind() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("bound"));
    (listener, origin)
}

pub fn serve(listener: TcpListener, handler: Handler) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let handler = handler.clone();
            tokio::spawn(async move {
                // A client that hangs up is part of many stories.
                let _ = answer(stream, handler).await;
            });
        }
    });
}

async fn answer(mut stream: TcpStream, handler: Handler) -> std::io::Result<()> {
    let Some(request) = read(&mut stream).await? else { return Ok(()) };
    match handler(request) {
        Response::Json(status, body) => respond(&mut stream, status, "application/json", body.as_bytes()).await,
        Response::Text(media, body) => respond(&mut stream, 200, media, body.as_bytes()).await,
        Response::Raw(bytes) => stream.write_all(&bytes).await,
        Response::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            loop {
                stream.write_all(b"1000\r\n").await?;
                stream.write_all(&[b' '; 0x1000]).await?;
                stream.write_all(b"\r\n").await?;
            }
        }
        Response::Silent => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n").await?;
            // Ends when the client hangs up.
            stream.read_to_end(&mut Vec::new()).await.map(|_| ())
        }
    }
}

async fn respond(stream: &mut TcpStream, status: u16, media: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} Answer\r\ncontent-type: {media}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Request>> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut part = [0; 4096];
        let n = stream.read(&mut part).await?;
        if n == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&part[..n]);
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head
        .lines()
        .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:").and_then(|v| v.trim().parse::<usize>().ok()))
        .unwrap_or(0);
    let mut body = bytes.split_off(end);
    while body.len() < length {
        let mut part = vec![0; 64 * 1024];
        let n = stream.read(&mut part).await?;
        if n == 0 {
            return Ok(None);
        }
        body.extend_from_slice(&part[..n]);
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    Ok(Some(Request { path, head, body }))
}
