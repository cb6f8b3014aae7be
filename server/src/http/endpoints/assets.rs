//! The static files: style, script, wasm, and the contents of `public/`.
//!
//! They are compressed at build time, not per request.

use app::shell::SiteFiles;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use crate::{accent::Accent, http::compress::accepts};

/// Built files, by their path without a leading slash.
pub type BuiltFiles = BTreeMap<Cow<'static, str>, Cow<'static, [u8]>>;

/// The logo beside the site's name, which is also the favicon.
const MARK: &str = "favicon.svg";

/// All files, by their path without a leading slash.
#[derive(Clone)]
pub struct Assets(Arc<BTreeMap<String, File>>);

struct File {
    kind: HeaderValue,
    etag: HeaderValue,
    /// True for a file whose name carries a hash of its content.
    immutable: bool,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Assets {
    /// Takes the files that were built with this program, and paints the logo in the accent
    /// colour.
    pub fn new(built: &BuiltFiles, accent: Accent) -> Assets {
        let compressed = |path: &str| path.ends_with(".br") || path.ends_with(".gz");
        let hidden = |path: &str| path.ends_with(".d.ts") || path.ends_with(".ts");
        let paths = built
            .keys()
            .filter(|path| !compressed(path) && !hidden(path));
        let files =
            paths.filter_map(|path| Some((path.to_string(), File::new(built, path, accent)?)));
        Assets(Arc::new(files.collect()))
    }

    /// The paths of the files that a page links to; `None` if this program was built without
    /// its browser half.
    pub fn site_files(&self) -> Option<SiteFiles> {
        let find = |end: &str| {
            let path = self
                .0
                .keys()
                .find(|path| path.starts_with("pkg/") && path.ends_with(end))?;
            Some(Arc::from(format!("/{path}")))
        };
        Some(SiteFiles {
            script: find(".js")?,
            wasm: find(".wasm")?,
            style: find(".css")?,
        })
    }

    /// A route for each file.
    pub fn router(&self) -> Router {
        self.0.keys().fold(Router::new(), |router, path| {
            let (files, name) = (self.clone(), path.clone());
            let serve = move |headers: HeaderMap| async move { files.serve(&name, &headers) };
            router.route(&format!("/{path}"), get(serve))
        })
    }

    fn serve(&self, path: &str, headers: &HeaderMap) -> Response {
        let Some(file) = self.0.get(path) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let caching = if file.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        let mut response = Response::new(Body::empty());
        let head = response.headers_mut();
        head.insert(header::ETAG, file.etag.clone());
        head.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        head.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if headers.get(header::IF_NONE_MATCH) == Some(&file.etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        head.insert(header::CONTENT_TYPE, file.kind.clone());
        let (bytes, encoding) = file.best(headers);
        if let Some(encoding) = encoding {
            head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        *response.body_mut() = Body::from(bytes);
        response
    }
}

impl File {
    fn new(built: &BuiltFiles, path: &str, accent: Accent) -> Option<File> {
        let is_mark = path == MARK;
        let mut plain = bytes(built.get(path)?.clone());
        if is_mark {
            plain = accent.paint(&String::from_utf8_lossy(&plain)).into();
        }
        let hash = Sha256::digest(&plain);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash[..16]));
        let other = |ending: &str| {
            let file = built.get(&*format!("{path}.{ending}"));
            file.filter(|_| !is_mark).cloned().map(bytes)
        };
        let mut kind = mime_guess::from_path(path)
            .first_or_octet_stream()
            .to_string();
        if kind.starts_with("text/") || kind.ends_with("+xml") {
            kind.push_str("; charset=utf-8");
        }
        Some(File {
            kind: kind.try_into().ok()?,
            etag: etag.try_into().ok()?,
            immutable: path.starts_with("pkg/"),
            brotli: other("br"),
            gzip: other("gz"),
            plain,
        })
    }

    /// The smallest encoding that the browser accepts.
    fn best(&self, headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
        let accepted = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let accepts = |encoding| accepts(accepted, encoding);
        match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts("br") => (brotli.clone(), Some("br")),
            (_, Some(gzip)) if accepts("gzip") => (gzip.clone(), Some("gzip")),
            _ => (self.plain.clone(), None),
        }
    }
}

fn bytes(file: Cow<'static, [u8]>) -> Bytes {
    match file {
        Cow::Borrowed(embedded) => Bytes::from_static(embedded),
        Cow::Owned(read) => Bytes::from(read),
    }
}
