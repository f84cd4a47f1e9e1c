//! The program `reelwatch`: hands the command line to [`reelwatch::cli`] and its answer to the system. It knows nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    reelwatch::cli::main()
}
