//! The terminal as a device: is it one, how big, and how a picture is put on it without flicker and taken away again. It knows
//! escape sequences and nothing of channels.

use std::io::{self, IsTerminal as _, Stdout, Write as _};

use super::table::{Line, Size, Weight};

const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
const HOME: &str = "\x1b[H";
const CLEAR_LINE: &str = "\x1b[K";
const CLEAR_REST: &str = "\x1b[J";
const STRONG: &str = "\x1b[1m";
const NORMAL: &str = "\x1b[0m";

/// What is assumed where the terminal does not tell.
const USUAL: Size = Size { columns: 80, lines: 24 };

/// A terminal whose content comes back when this is dropped, on a panic as well.
pub struct Screen {
    out: Stdout,
}

impl Screen {
    /// Takes the terminal over; `None` when standard output is none, or one without escape sequences.
    pub fn take() -> Option<io::Result<Self>> {
        let out = io::stdout();
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        (out.is_terminal() && !dumb).then(|| Self::enter(out))
    }

    fn enter(mut out: Stdout) -> io::Result<Self> {
        out.write_all(ENTER.as_bytes())?;
        out.flush()?;
        Ok(Self { out })
    }

    /// Its size now; it may change at any time.
    pub fn size(&self) -> Size {
        terminal_size::terminal_size_of(&self.out)
            .map_or(USUAL, |(width, height)| Size { columns: width.0.into(), lines: height.0.into() })
    }

    /// Replaces what is on it.
    pub fn show(&mut self, lines: &[Line]) -> io::Result<()> {
        self.out.write_all(painted(lines).as_bytes())?;
        self.out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Nobody is left to be told when the terminal is gone.
        let _ = self.out.write_all(LEAVE.as_bytes());
        let _ = self.out.flush();
    }
}

/// One write for the whole picture. Lines are overwritten in place, so nothing blinks.
fn painted(lines: &[Line]) -> String {
    let mut text = HOME.to_owned();
    for (at, line) in lines.iter().enumerate() {
        let (before, after) = match line.weight {
            Weight::Strong => (STRONG, NORMAL),
            Weight::Normal => ("", ""),
        };
        let end = if at + 1 < lines.len() { "\r\n" } else { "" };
        text.push_str(&format!("{before}{}{after}{CLEAR_LINE}{end}", printable(&line.text)));
    }
    text.push_str(CLEAR_REST);
    text
}

/// The text without characters that would steer the terminal: a channel's name comes from a file.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '�' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let line = Line { text: "a\x1b[2Jb".to_owned(), weight: Weight::Normal };
        assert_eq!(painted(&[line]), "\x1b[Ha�[2Jb\x1b[K\x1b[J");
    }

    #[test]
    fn the_last_line_does_not_scroll_the_terminal() {
        let line = |weight| Line { text: "x".to_owned(), weight };
        let text = painted(&[line(Weight::Strong), line(Weight::Normal)]);
        assert_eq!(text, "\x1b[H\x1b[1mx\x1b[0m\x1b[K\r\nx\x1b[K\x1b[J");
    }
}
