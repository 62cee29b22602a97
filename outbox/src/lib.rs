//! What to send next: the outbox as a state machine.
//!
//! Replies, storage results and time come in; commands go out. You will not find a browser, a clock or a network here.
