//! The one binary of the tests that cross rooms: a module per subject. Rules are tested beside their code.

mod architecture;
