//! What the remediations of several checks are made of.
