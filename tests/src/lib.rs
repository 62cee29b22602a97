//! Journeys in real browsers, and the files they upload.
