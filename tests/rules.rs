//! Holds the table of rules in `src/monitor/rules.md` against the sources: every number in it is a field of the policy, every
//! file, story and test it names exists, and no field and no story is missing. It judges no rule itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// One line of the table.
struct Rule<'t> {
    text: &'t str,
    numbers: Vec<&'t str>,
    files: Vec<&'t str>,
    stories: Vec<&'t str>,
    tests: Vec<&'t str>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The words between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn rules(table: &str) -> Vec<Rule<'_>> {
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| rule |"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [text, number, files, proof] = cells[..] else { panic!("four cells: {line}") };
        let stories =
            proof.split([',', ' ']).filter(|word| word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit()));
        Rule { text, numbers: quoted(number), files: quoted(files), stories: stories.collect(), tests: quoted(proof) }
    })
    .collect()
}

/// The fields of the policy, as the source has them.
fn fields(policy: &str) -> BTreeSet<&str> {
    let body =
        policy.split("pub struct Policy {").nth(1).and_then(|rest| rest.split("\n}").next()).expect("the struct");
    body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next()).collect()
}

/// The numbers that the names of the stories begin with.
fn stories() -> BTreeSet<String> {
    let folder = fs::read_dir(root().join("tests/stories")).expect("the stories");
    let names = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter_map(|name| Some(name.split_once('-')?.0.to_owned())).collect()
}

/// All sources below a folder, as one text.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_rule_names_numbers_files_and_proofs_that_exist() {
    let (table, policy) = (read("src/monitor/rules.md"), read("src/monitor/policy.rs"));
    let (fields, known) = (fields(&policy), stories());
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    sources(&root().join("tests"), &mut code);
    let mut wrong = Vec::new();
    for rule in rules(&table) {
        let proofs = rule.stories.len() + rule.tests.len();
        let numbers = rule.numbers.iter().filter(|name| !fields.contains(*name)).map(|name| format!("no field {name}"));
        let files = rule.files.iter().filter(|file| !root().join("src/monitor").join(file).exists());
        let tales =
            rule.stories.iter().filter(|story| !known.contains(**story)).map(|story| format!("no story {story}"));
        let tests = rule
            .tests
            .iter()
            .filter(|name| !code.contains(&format!("fn {name}(")))
            .map(|name| format!("no test {name}"));
        let none = (proofs == 0).then(|| "no proof".to_owned());
        let files = files.map(|file| format!("no file {file}"));
        let all = numbers.chain(files).chain(tales).chain(tests).chain(none);
        wrong.extend(all.map(|what| format!("{}: {what}", rule.text)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_number_and_no_story_is_without_a_rule() {
    let (table, policy) = (read("src/monitor/rules.md"), read("src/monitor/policy.rs"));
    let rules = rules(&table);
    let told: BTreeSet<&str> = rules.iter().flat_map(|rule| rule.stories.iter().copied()).collect();
    let numbered: BTreeSet<&str> = rules.iter().flat_map(|rule| rule.numbers.iter().copied()).collect();
    let untold: Vec<String> = stories().into_iter().filter(|story| !told.contains(story.as_str())).collect();
    let unruled: Vec<&str> = fields(&policy).into_iter().filter(|field| !numbered.contains(field)).collect();
    assert!(untold.is_empty() && unruled.is_empty(), "stories {untold:?} and numbers {unruled:?} stand in no rule");
}
