//! Rules of the examination: what an observation says, and what a set of them concludes. (Wire shapes are in `api`.)
