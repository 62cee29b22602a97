//! The contract's calls over HTTP.
use crate::{Config, office::Office, site};
use axum::Router;

/// Everything that is served.
pub(crate) fn app(office: &Office, config: &Config) -> Router {
    let _ = office;
    config.dist.as_deref().map_or_else(Router::new, site::site)
}
