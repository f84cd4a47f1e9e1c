//! What an operator pastes or opens, and what comes of it: rows, and problems that lead to the place that is wrong.

use std::fmt::Write as _;

use super::*;

const ANSWER: &str = r#"{"cname":"room-7","uid":"900001","resourceId":"Qm9_vbS-1","sid":"5f0c2b9e"}"#;

fn mix(text: &str) -> Import {
    read(text, Some(&Mode::Mix))
}

fn problems(import: &Import) -> Vec<String> {
    import.problems.iter().map(Problem::to_string).collect()
}

/// Line, sid, channel, uid, mode of each row.
fn rows(import: &Import) -> Vec<String> {
    let one = |row: &Row| format!("{} {} {} {} {}", row.line, row.sid, row.cname, row.uid, row.mode);
    import.rows.iter().map(one).collect()
}

#[test]
fn a_table_is_read_whatever_parts_it_and_however_its_columns_are_called_and_ordered() {
    for (text, format) in [
        ("resourceId,sid,cname,uid,mode\nR1,s1,room 7,1,web\nR2,s2,b,2,mix\n", Format::Csv(',')),
        ("\u{feff}UID;Mode;Channel;SID;Resource ID\r\n1;Web;room 7;s1;R1\r\n2;MIX;b;s2;R2\r\n", Format::Csv(';')),
        ("sid\tresource_id\tuid\tchannel_name\tmode\ns1\tR1\t1\troom 7\tweb\ns2\tR2\t2\tb\tmix", Format::Csv('\t')),
        (
            "\"sid\",\"resourceid\",\"uid\",\"cname\",\"mode\"\n\"s1\", R1 ,1,\"room 7\",web\ns2,R2,2,b,mix\n",
            Format::Csv(','),
        ),
    ] {
        let import = read(text, None);
        assert_eq!(problems(&import), [""; 0], "{text:?}");
        assert_eq!((rows(&import), import.format), (vec!["2 s1 room 7 1 web".into(), "3 s2 b 2 mix".into()], format));
        assert_eq!(import.rows[0].resource_id.as_str(), "R1");
    }
}

#[test]
fn what_may_be_missing_is_read_where_it_is_there() {
    let import = mix(concat!(
        "sid,resourceId,cname,uid,name,backup_uid,spare_uids,profile,tags,note\n",
        "s1,R1,a,1,\"Hall 3, east\",2,3 4;5,evening,\"hall, east\",x\n",
        "s2,R2,a,1,,,,,,\n",
    ));
    assert_eq!(problems(&import), [""; 0]);
    let row = &import.rows[0];
    assert_eq!((row.name.as_deref(), row.backup_uid.map(Uid::get)), (Some("Hall 3, east"), Some(2)));
    assert_eq!(row.spare_uids.iter().map(|uid| uid.get()).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!((row.profile.as_deref(), row.tags.as_slice()), (Some("evening"), &["hall".into(), "east".into()][..]));
    let empty = &import.rows[1];
    assert!(empty.name.is_none() && empty.backup_uid.is_none() && empty.tags.is_empty() && empty.spare_uids.is_empty());
    assert_eq!(import.ignored, ["note"]);
}

#[test]
fn json_is_read_in_every_shape() {
    let second = ANSWER.replace("5f0c2b9e", "0b7e").replace("\"900001\"", "900002");
    for (text, format, lines) in [
        (format!("[\n{ANSWER},\n{second}]"), Format::Json, [2, 3]),
        (format!("{{\"version\": 1,\n \"recordings\":\n[{ANSWER},\n\n{second}]}}"), Format::Json, [3, 5]),
        (format!("{ANSWER}\r\n\r\n{second}\r\n"), Format::JsonLines, [1, 3]),
    ] {
        let import = mix(&text);
        assert_eq!((problems(&import), import.format), (vec![], format), "{text}");
        let expected =
            [format!("{} 5f0c2b9e room-7 900001 mix", lines[0]), format!("{} 0b7e room-7 900002 mix", lines[1])];
        assert_eq!(rows(&import), expected);
    }
    let lists = ANSWER.replace('}', r#","spareUids":[3,"4"],"tags":["a, b","c"],"mode":"web","extra":{}}"#);
    let import = mix(&lists);
    assert_eq!((import.rows[0].tags.len(), import.rows[0].spare_uids.len(), &import.rows[0].mode), (2, 2, &Mode::Web));
    assert_eq!(import.ignored, ["extra"]);
}

#[test]
fn a_pasted_start_answer_needs_a_mode_and_gets_none_by_itself() {
    let import = mix(&format!("\n  {ANSWER}\n"));
    assert_eq!((rows(&import), import.format), (vec!["2 5f0c2b9e room-7 900001 mix".into()], Format::StartAnswer));
    let import = read(ANSWER, None);
    assert!(import.rows.is_empty());
    assert!(problems(&import)[0].starts_with("line 1, mode: is missing") && import.problems.len() == 1, "{import:?}");
    let raw = read(&ANSWER.replace('}', ",\"mode\":\"RAW\"}"), None);
    assert_eq!(raw.rows[0].mode, Mode::Other("raw".into()));
}

#[test]
fn a_bad_row_is_named_and_the_good_ones_are_kept() {
    let import = mix(concat!(
        "sid,resourceId,cname,uid,backup_uid\n",
        "s1,R1,a,1,2\n",
        "s2,R2,a,0,\n",
        ",R3,a,x1,x2\n",
        "s4,R/4,b/c,4,4\n",
        "s5,R5,a,5,,surplus\n",
        "\n",
        "s1,R6,a,6,\n",
        "1.23E+12,R7,a,9E+05,\n",
        "s8,R8, a,8,\n",
        "s9,R9,z,9,\n",
    ));
    assert_eq!(rows(&import), ["2 s1 a 1 mix", "11 s9 z 9 mix"]);
    let told = problems(&import);
    let expected = [
        ("line 3, uid \"0\"", "1 to 4294967295"),
        ("line 4, sid", "is missing"),
        ("line 4, uid \"x1\"", "whole number"),
        ("line 4, backup_uid \"x2\"", "whole number"),
        ("line 5, resourceId \"R/4\"", "letters, digits"),
        ("line 5, cname \"b/c\"", "Agora does not allow"),
        ("line 5, backup_uid \"4\"", "same as in uid"),
        ("line 6", "6 values, but the heading names 5 columns"),
        ("line 8, sid \"s1\"", "on line 2"),
        ("line 9, sid \"1.23E+12\"", "spreadsheet has rounded"),
        ("line 9, uid \"9E+05\"", "spreadsheet has rounded"),
        ("line 10, cname \" a\"", "begins or ends with a space"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, (place, reason)) in told.iter().zip(expected) {
        assert!(told.starts_with(place) && told.contains(reason), "{told}");
    }
}

#[test]
fn the_rules_of_a_channels_name_are_those_of_its_mode() {
    let row = |cname: &str, mode: &str| {
        let quoted = serde_json::to_string(cname).expect("a text");
        read(&format!(r#"{{"sid":"s","resourceId":"R","uid":1,"cname":{quoted},"mode":"{mode}"}}"#), None)
    };
    let long = "x".repeat(64);
    for (cname, mode, good) in [
        ("köln", "web", true),
        ("köln", "mix", false),
        (&*long, "web", true),
        (&*long, "individual", false),
        (" a ", "mix", true),
    ] {
        assert_eq!(row(cname, mode).rows.len(), usize::from(good), "{cname} {mode}");
    }
    assert_eq!(row("a\nb", "web").rows.len() + row("", "web").rows.len() + row("a", "mi x").rows.len(), 0);
}

#[test]
fn missing_columns_are_named_and_nothing_is_guessed() {
    let import = read("sid,uid,room\ns1,1,a\n", None);
    assert!(import.rows.is_empty());
    let told = problems(&import);
    assert_eq!(told.len(), 3, "{told:#?}");
    for (told, name) in told.iter().zip(["resourceId", "cname", "mode"]) {
        assert!(told.starts_with(&format!("line 1, {name}: there is no such column")), "{told}");
    }
    assert!(problems(&mix("s1,R1,a,1\n"))[0].contains("this is no heading: the first line names the columns"));
    assert!(problems(&mix("sid,SID,resourceId,cname,uid\n"))[0].contains("more than one such column"));
    assert!(problems(&mix(&ANSWER.replace('}', ",\"channel\":\"b\"}")))[0].contains("cname: is there twice"));
}

#[test]
fn damaged_json_keeps_what_came_before_and_tells_the_line() {
    let import = mix(&format!("[{ANSWER},\n{{\"sid\":\n"));
    assert_eq!(rows(&import), ["1 5f0c2b9e room-7 900001 mix"]);
    assert!(problems(&import)[0].contains("breaks off"), "{import:?}");
    let import = mix(&format!("[{ANSWER},\n{{\"sid\": x }}]"));
    assert!(
        problems(&import)[0].starts_with("line 2: the JSON is damaged at column 9") && import.rows.len() == 1,
        "{import:?}"
    );
    let import = mix(&format!("{{\"sid\": \n{ANSWER}\n{ANSWER}"));
    assert!(problems(&import)[0].starts_with("line 1: ") && import.rows.len() == 1, "{import:?}");
    let import = mix(&format!("[1, {ANSWER}, null, [], \"x\"]"));
    assert_eq!((import.rows.len(), import.problems.len()), (1, 4));
    let import = mix("{\"a\":[],\"b\":[]}");
    assert!(problems(&import)[0].contains("several lists"), "{import:?}");
    let import = mix(&ANSWER.replace("\"900001\"", "1.5").replace("\"room-7\"", "true"));
    let told = problems(&import).join("\n");
    assert!(told.contains("uid \"1.5\"") && told.contains("cname: is true or false"), "{told}");
}

#[test]
fn limits_are_told() {
    let mut text = "sid,resourceId,cname,uid\n".to_owned();
    for number in 1..=MOST_ROWS + 1 {
        let _ = writeln!(text, "s{number},R,a,{number}");
    }
    let import = mix(&text);
    assert_eq!((import.rows.len(), import.problems.len()), (MOST_ROWS, 1));
    assert!(problems(&import)[0].starts_with("line 100002: this and what follows is not taken"));
    let bad = format!("sid,resourceId,cname,uid\n{}", "s,R,a,0\n".repeat(MOST_PROBLEMS + 7));
    assert_eq!((mix(&bad).problems.len(), mix(&bad).further_problems), (MOST_PROBLEMS, 7));
    let long = vec![b'x'; LONGEST + 1];
    assert!(problems(&read_bytes(&long, None))[0].contains("64 MiB"));
    let value = problems(&mix(&format!("sid,resourceId,cname,uid\ns,R,{},1\n", "y".repeat(5_000))));
    assert!(value[0].len() < 250 && value[0].contains("y…\""), "{value:?}");
}

#[test]
fn a_text_in_another_encoding_is_named_as_such() {
    let utf16: Vec<u8> = [0xfeff_u16].into_iter().chain("sid".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(problems(&read_bytes(&utf16, None))[0].contains("UTF-16"));
    assert!(problems(&read_bytes(b"sid,uid\nk\xf6ln,1\n", None))[0].starts_with("line 2: the text is not in UTF-8"));
    assert!(problems(&mix(" \n"))[0].contains("nothing to read"));
}

#[test]
fn no_mutation_makes_reading_panic_or_a_row_that_breaks_a_rule() {
    let seed = 17;
    let mut random = fastrand::Rng::with_seed(seed);
    let list = format!("[\n{ANSWER},\n{}]", ANSWER.replace("5f0c2b9e", "0b7e"));
    let texts = [
        "sid,resourceId,cname,uid,mode,name,backup_uid,spare_uids,tags\ns1,R1,\"a, b\",1,mix,N,2,3 4,x\ns2,R2,b,2,web,,,,\n".to_owned(),
        "\u{feff}sid;resourceId;cname;uid\r\ns1;R1;a;1\r\n".to_owned(),
        list,
        format!("{ANSWER}\n{ANSWER}\n"),
    ];
    for _ in 0..20_000 {
        let mut bytes = texts[random.usize(..texts.len())].clone().into_bytes();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(..bytes.len());
            match random.u8(..4) {
                0 => bytes[at] = random.u8(..),
                1 => drop(bytes.drain(at..(at + random.usize(..20)).min(bytes.len()))),
                2 => bytes.insert(at, b"\"{}[],;\n\r\t\\:\0"[random.usize(..13)]),
                _ => bytes.extend_from_within(at..),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        let import = read_bytes(&bytes, Some(&Mode::Mix));
        let lines = 1
            + bytes.iter().filter(|byte| **byte == b'\n').count()
            + bytes.iter().filter(|byte| **byte == b'\r').count();
        for problem in &import.problems {
            assert!((1..=lines).contains(&problem.line), "seed {seed}: {problem} of {lines} lines\n{bytes:?}");
            assert!(!problem.to_string().contains(char::is_control), "seed {seed}: {problem:?}");
        }
        for row in &import.rows {
            assert!(Cname::of(row.cname.as_str(), &row.mode).is_ok(), "seed {seed}: {row:?}");
            assert!(!row.sid.as_str().contains('/') && !row.sid.as_str().is_empty(), "seed {seed}: {row:?}");
        }
    }
}
