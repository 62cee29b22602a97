//! The applicant's app. One room a feature; rules are in `contract`.
pub mod api;
pub mod apply;
pub(crate) mod camera;
pub mod certificate;
pub mod documents;
pub mod embed;
pub mod examination;
pub mod form;
pub mod i18n;
pub mod offline;
pub mod progress;
pub mod reactive;
pub mod route;
pub mod session;
pub mod shell;
pub mod ui;
pub mod verify;
