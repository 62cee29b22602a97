//! examination
