//! The addresses, and everything HTTP says around a message: sizes, types, statuses, headers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use holdall_protocol::names::{self, media};
use holdall_protocol::{Code, Problem, Uuid, limits};
use tokio::sync::Semaphore;

use crate::Partner;
use crate::descriptor::API_PATH;
use crate::error::Refusal;
use crate::misbehave::Misbehaviour;
use crate::receive;

/// Requests worked on at once; more are asked to come back.
const AT_ONCE: usize = 64;
/// A whole request, body included, must be here within this.
const PATIENCE: Duration = Duration::from_secs(60);
/// A body of a revocation or a sync: one message and its wrapping.
const SMALL_BODY: usize = limits::MESSAGE + 1024;

#[derive(Clone)]
struct Shared {
    partner: Arc<Partner>,
    room: Arc<Semaphore>,
}

/// All addresses of one partner.
pub fn router(partner: Arc<Partner>) -> Router {
    let shared = Shared { partner, room: Arc::new(Semaphore::new(AT_ONCE)) };
    let api = Router::new()
        .route("/grants", post(grants).layer(DefaultBodyLimit::max(limits::REQUEST_BODY)))
        .route("/grants/{id}/revocation", post(revocation).layer(DefaultBodyLimit::max(SMALL_BODY)))
        .route("/grants/{id}/sync", post(sync).layer(DefaultBodyLimit::max(SMALL_BODY)))
        .route("/offers/{id}", get(offer))
        .layer(middleware::from_fn_with_state(shared.clone(), misbehave));
    Router::new()
        .nest(API_PATH, api)
        .route(names::WELL_KNOWN_PATH, get(descriptor))
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(|| async { problem(&Refusal::new(Code::NotFound)) })
        .method_not_allowed_fallback(|| async { problem(&Refusal::new(Code::MethodNotAllowed)) })
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
        .with_state(shared)
}

async fn descriptor(State(shared): State<Shared>) -> Response {
    let mut response = reply(media::DESCRIPTOR, shared.partner.published.current.token().to_owned());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
    response
}

async fn grants(State(shared): State<Shared>, body: Result<Bytes, axum::extract::rejection::BytesRejection>) -> Response {
    work(shared, body, media::JSON, receive::submit_grant).await
}

async fn revocation(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    work(shared, body, media::JSON, move |partner, body| receive::submit_revocation(partner, id_of(&id)?, body)).await
}

async fn sync(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    work(shared, body, media::JSON, move |partner, body| receive::submit_sync(partner, id_of(&id)?, body)).await
}

async fn offer(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let find = move |partner: &Partner, _: &[u8]| {
        receive::fetch_offer(partner, Uuid::try_parse(&id).map_err(|_| Refusal::new(Code::UnknownOffer))?)
    };
    work(shared, Ok(Bytes::new()), media::OFFER, find).await
}

fn id_of(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| Code::UnknownGrant.into())
}

/// Runs a request on a thread that may wait for the disk.
async fn work(
    shared: Shared,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
    media: &'static str,
    run: impl FnOnce(&Partner, &[u8]) -> Result<String, Refusal> + Send + 'static,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => return problem(&Code::TooLarge.into()),
        Err(_) => return problem(&Code::Malformed.into()),
    };
    let done = tokio::task::spawn_blocking(move || run(&shared.partner, &body)).await;
    match done {
        Ok(Ok(text)) => reply(media, text),
        Ok(Err(refusal)) => problem(&refusal),
        Err(_) => problem(&Code::Internal.into()),
    }
}

fn reply(media: &'static str, text: String) -> Response {
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

fn problem(refusal: &Refusal) -> Response {
    let problem: Problem = refusal.problem();
    let text = serde_json::to_string(&problem).unwrap_or_default();
    let mut response = reply(media::PROBLEM, text);
    *response.status_mut() = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Around every request: room for it, an end to waiting, and headers that keep a browser from doing anything with it.
async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let retry = |code, seconds| problem(&Refusal { retry_after: Some(seconds), ..Refusal::new(code) });
    let Ok(_place) = shared.room.try_acquire() else {
        return retry(Code::TryLater, 5);
    };
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    // Refused before a byte of the body is read; bodies that lie about their length meet the limit of their address.
    if declared.is_some_and(|length| length > limits::REQUEST_BODY) {
        return problem(&Code::TooLarge.into());
    }
    let mut response = match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => retry(Code::TryLater, 5),
    };
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    response
}

/// The ways of misbehaving that are about HTTP and not about a message.
async fn misbehave(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    match shared.partner.misbehaviour {
        Some(Misbehaviour::Unavailable) => problem(&Refusal { retry_after: Some(30), ..Refusal::new(Code::TryLater) }),
        Some(Misbehaviour::WebPage) => reply("text/html", "<!doctype html><title>Welcome</title><p>Please sign in.".into()),
        Some(Misbehaviour::Huge) => Body::from(vec![b' '; 2 * limits::ANSWER_BODY]).into_response(),
        _ => next.run(request).await,
    }
}
