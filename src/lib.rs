//! The applicant's app. One room a feature; rules are in `contract`.
