//! Keeps the map in `src/lib.rs` true by reading the sources: who may import whom, that every file says what it is for, that
//! none grows past one subject, and that colours live in the theme. It compiles nothing and knows no types.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, tests included.
const LINES_AT_MOST: usize = 500;

/// What each room may import from the others. A path stands for itself and everything below it.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("monitor", &[]),
    ("profile", &["monitor"]),
    ("agora", &["monitor", "profile"]),
    // `NoAnswer` is the word in which the transport's own errors are told.
    ("sim", &["agora::transport", "monitor::answer::NoAnswer"]),
    ("store", &["monitor"]),
    ("export", &["monitor"]),
    ("import", &["monitor"]),
    ("disk", &[]),
    ("settings", &["monitor", "profile", "agora", "disk"]),
    ("worker", &["monitor", "profile", "agora", "store", "export", "disk"]),
    ("ui", &["monitor", "import", "profile", "worker"]),
    ("cli", &["monitor", "profile", "agora", "sim", "store", "export", "import", "settings", "worker", "ui"]),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// One file of `src/`.
struct Source {
    /// Its path from `src/` on, with forward slashes.
    path: String,
    /// The first folder, or the name of the file where it is a room of its own.
    room: String,
    text: String,
}

impl Source {
    /// Numbered lines without whole-line comments and without tests, be they at the bottom or in files of their own.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let is_tests = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        let end = if is_tests { 0 } else { tests_begin(&lines).unwrap_or(lines.len()) };
        lines.into_iter().enumerate().take(end).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// How many `super::` lead from this file to the root of the crate.
    fn depth(&self) -> usize {
        let folders = self.path.matches('/').count();
        let names_its_folder = self.path.ends_with("/mod.rs");
        folders + usize::from(!names_its_folder)
    }
}

/// Where `#[cfg(test)]` opens a module at the left margin.
fn tests_begin(lines: &[&str]) -> Option<usize> {
    lines.iter().enumerate().position(|(at, line)| {
        *line == "#[cfg(test)]" && lines[at + 1..].iter().take(3).any(|l| l.starts_with("mod ") && l.ends_with('{'))
    })
}

/// All sources, ordered by path.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    assert!(files.len() > 10, "there are sources to look at below {}", root.display());
    files
        .into_iter()
        .map(|file| {
            let below = file.strip_prefix(&root).expect("found below it").to_string_lossy().replace('\\', "/");
            let room = below.split(['/', '.']).next().unwrap_or_default().to_owned();
            Source { room, text: fs::read_to_string(&file).expect("a source is UTF-8"), path: below }
        })
        .collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry of it").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The paths after each `crate::` of the code, groups in braces taken apart, each with the number of its line.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let mut code = String::new();
    let mut starts = Vec::new();
    for (number, line) in source.code() {
        starts.push((code.len(), number + 1));
        let _ = writeln!(code, "{line}");
    }
    let line_of = |at: usize| starts.iter().rev().find(|(start, _)| *start <= at).map_or(0, |(_, number)| *number);
    let mut found = Vec::new();
    for (at, root) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut paths = Vec::new();
        read_path(&code[at + root.len()..], "", &mut paths);
        found.extend(paths.into_iter().map(|path| (line_of(at), path)));
    }
    found
}

/// Reads the path that `text` begins with, following groups such as `a::{b, c::{d, e}}`.
fn read_path(text: &str, prefix: &str, into: &mut Vec<String>) {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        for part in parts_of(group) {
            read_path(part, prefix, into);
        }
        return;
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") };
    match rest.strip_prefix("::") {
        Some(rest) => read_path(rest, &path, into),
        None => into.push(path),
    }
}

/// The parts of a group, from behind its opening brace to the closing one; commas of inner groups do not part it.
fn parts_of(group: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                parts.push(group[from..at].trim());
                from = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Fails with one line per finding.
fn none_found(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "\n{rule}\n  {}\n", findings.join("\n  "));
}

#[test]
fn imports_point_in_one_direction() {
    let mut findings = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(room, _)| *room == source.room) else {
            findings.push(format!("src/{}: the room \"{}\" is not in the table of rooms", source.path, source.room));
            continue;
        };
        for (line, path) in imports(&source) {
            let below = |parent: &str| path == parent || path.starts_with(&format!("{parent}::"));
            let own_or_root = below(&source.room) || source.room == "lib";
            if !own_or_root && !allowed.iter().any(|parent| below(parent)) {
                let may = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
                findings.push(format!("src/{}:{line}: uses crate::{path}; {} may use {may}", source.path, source.room));
            }
        }
        let escape = "super::".repeat(source.depth());
        for (number, line) in source.code().filter(|(_, line)| line.contains(&escape)) {
            findings.push(format!("src/{}:{}: leaves its room by {escape}: {}", source.path, number + 1, line.trim()));
        }
    }
    none_found(
        "Rooms import in one direction only (the table stands in src/lib.rs and tests/architecture.rs):",
        &findings,
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut findings = Vec::new();
    for source in sources() {
        let words: Vec<&str> =
            source.text.lines().map_while(|line| line.strip_prefix("//!")).flat_map(str::split_whitespace).collect();
        let is_sentence = words.len() >= 4 && words.iter().any(|word| word.ends_with(['.', ':']));
        if !is_sentence {
            findings.push(format!("src/{}:1: says {:?}", source.path, words.join(" ")));
        }
    }
    none_found("A file begins with `//!` and a sentence: what it is for, and what it never does:", &findings);
}

#[test]
fn no_file_outgrows_its_subject() {
    let findings: Vec<String> = sources()
        .iter()
        .map(|source| (source.path.as_str(), source.text.lines().count()))
        .filter(|(_, lines)| *lines > LINES_AT_MOST)
        .map(|(path, lines)| format!("src/{path}: {lines} lines"))
        .collect();
    none_found("A file of more than 500 lines has a second subject; give that a file of its own:", &findings);
}

#[test]
fn colours_come_from_the_theme_only() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| !source.path.starts_with("ui/theme")) {
        for (number, line) in source.code().filter(|(_, line)| names_a_colour(line)) {
            findings.push(format!("src/{}:{}: {}", source.path, number + 1, line.trim()));
        }
    }
    none_found("Colours are tokens of ui/theme.rs; ask the theme for one:", &findings);
}

#[test]
fn the_judge_of_the_simulation_shares_nothing_with_what_it_judges() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/truth");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 5, "there is a judge below {}", root.display());
    let mut findings = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source is UTF-8");
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            if ["reelwatch", "crate::rig", "crate::simulation"].iter().any(|name| line.contains(name)) {
                findings.push(format!("{}:{}: {}", file.display(), at + 1, line.trim()));
            }
        }
        if text.lines().count() > LINES_AT_MOST {
            findings.push(format!("{}: more than {LINES_AT_MOST} lines", file.display()));
        }
    }
    none_found("The judge knows the rules by their numbers and nothing of the program:", &findings);
}

/// Whether a line makes a colour: a constructor, a named constant, or six or eight hex digits after `#` or `0x` in quotes.
fn names_a_colour(line: &str) -> bool {
    const MAKERS: [&str; 4] = ["Color32::from_", "Rgba::from_", "Hsva::new", "hex_color!"];
    let constant = line.match_indices("Color32::").any(|(at, name)| {
        let rest = &line[at + name.len()..];
        let named: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // These two are not colours but the absence of one.
        let absent = ["TRANSPARENT", "PLACEHOLDER"].contains(&named.as_str());
        named.len() > 1 && !absent && named.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    });
    let hex = line.match_indices("\"#").any(|(at, quote)| {
        let digits = line[at + quote.len()..].chars().take_while(char::is_ascii_hexdigit).count();
        digits == 6 || digits == 8
    });
    constant || hex || MAKERS.iter().any(|maker| line.contains(maker))
}

mod the_checks_themselves {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        let room = path.split(['/', '.']).next().unwrap_or_default().to_owned();
        Source { path: path.to_owned(), room, text: text.to_owned() }
    }

    fn paths(text: &str) -> Vec<String> {
        imports(&source("ui/app.rs", text)).into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn groups_and_inline_paths_are_followed() {
        let text = "use crate::{monitor::{ids::Uid, io as core_io}, store};\nfn f() -> crate::agora::X { todo() }\n";
        assert_eq!(paths(text), ["monitor::ids::Uid", "monitor::io", "store", "agora::X"]);
        assert_eq!(paths("use crate::monitor::{\n    a,\n    b::C,\n};"), ["monitor::a", "monitor::b::C"]);
        assert_eq!(paths("pub(crate) use my_crate::x;"), [""; 0]);
    }

    #[test]
    fn comments_and_the_tests_at_the_bottom_are_not_looked_at() {
        let text =
            "//! See [`crate::sim`].\nuse crate::monitor;\n\n#[cfg(test)]\nmod tests {\n    use crate::sim;\n}\n";
        assert_eq!(paths(text), ["monitor"]);
    }

    #[test]
    fn the_way_to_the_root_is_counted_from_the_file() {
        assert_eq!(source("settings.rs", "").depth(), 1);
        assert_eq!(source("ui/mod.rs", "").depth(), 1);
        assert_eq!(source("ui/fleet/row.rs", "").depth(), 3);
    }

    #[test]
    fn colours_are_seen_in_every_spelling() {
        for line in ["Color32::from_rgb(1, 2, 3)", "Color32::RED", "parse(\"#FF6B45\")", "hex_color!(\"#fff\")"] {
            assert!(names_a_colour(line), "{line}");
        }
        for line in ["fn f(c: Color32)", "Color32::TRANSPARENT", "\"#1 of 2\"", "Vec<Color32>::new()"] {
            assert!(!names_a_colour(line), "{line}");
        }
    }
}
