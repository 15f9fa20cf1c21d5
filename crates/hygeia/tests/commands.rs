//! The commands as a shell runs them.

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn hygeia(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hygeia"));
    command.args(arguments).env("RUST_BACKTRACE", "0");
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn twenty_mistakes_of_a_pack_are_told_in_one_run_with_their_places() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hygeia-pack/tests/bad/twenty_mistakes");
    let output = hygeia(&["pack", "check", folder.to_str().unwrap()]).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let places = said
        .lines()
        .filter(|line| {
            let mut parts = line.split(':');
            let file = parts.next().is_some_and(|file| file.ends_with(".yaml"));
            file && parts.by_ref().take(2).all(|number| number.trim().parse::<u32>().is_ok())
        })
        .count();
    assert!(places >= 20, "{places} places in {said}");
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.txt");
    std::fs::write(&plan, "工作计划\n一、晨检\n每日晨检一次。\n".repeat(20_000)).unwrap();
    let mut child = hygeia(&["plan", "read", plan.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", said(&output));
}

#[test]
fn a_wrong_argument_is_told_in_words_without_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("plan.txt");
    std::fs::write(&picture, [[0x89, b'P', b'N', b'G'].as_slice(), &[0; 400]].concat()).unwrap();
    let nowhere = folder.path().join("nowhere.txt");
    for (arguments, words) in [
        (vec!["plan", "read", nowhere.to_str().unwrap()], "nowhere.txt"),
        (vec!["plan", "read", picture.to_str().unwrap()], "不是文字文件"),
        (vec!["proofread", picture.to_str().unwrap()], "不是文字文件"),
    ] {
        let output = hygeia(&arguments).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("错误：") && said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn a_taken_address_is_told_before_the_demo_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let output =
        hygeia(&["demo", "--listen", &address, "--folder", demo.to_str().unwrap()]).output().unwrap();
    let said = said(&output);
    assert!(!output.status.success() && said.contains(&format!("无法在 {address} 启动")), "{said}");
    assert!(!said.contains("打开 http") && !demo.exists(), "nothing was begun: {said}");
}

#[test]
fn a_demo_that_was_cut_short_is_not_taken_for_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, database) = (folder.path(), folder.path().join("demo.db"));
    let run = || hygeia(&["demo", "--only-data", "--folder", demo.to_str().unwrap()]);
    let mut child = run().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // As soon as there are units, the program dies.
    let made = || {
        let conn =
            rusqlite::Connection::open_with_flags(&database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
        conn.and_then(|conn| conn.query_row("SELECT COUNT(*) FROM person", [], |row| row.get::<_, i64>(0)))
            .is_ok_and(|count| count > 0)
    };
    while !made() {
        assert!(child.try_wait().unwrap().is_none(), "the demo ended before it was begun");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let output = run().output().unwrap();
    let said = said(&output);
    assert!(!output.status.success() && said.contains("演示县没有建完"), "{said}");
}

#[test]
fn a_command_that_only_reads_makes_no_key_and_says_which_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (database, key) = (at("county.db"), at("county.key"));
    let init = [
        "init",
        "--database",
        &database,
        "--key-file",
        &key,
        "--county",
        "试点县",
        "--code",
        "110101",
        "--login",
        "admin",
    ];
    let mut child =
        hygeia(&init).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), "hygeia-test\n".as_bytes()).unwrap();
    let made = child.wait_with_output().unwrap();
    assert!(made.status.success(), "{}", said(&made));
    let verify = |arguments: &[&str]| {
        hygeia(&[&["verify"], arguments].concat()).current_dir(folder.path()).output().unwrap()
    };
    let output = verify(&["--database", "county.db"]);
    assert!(!output.status.success() && said(&output).contains("--key-file"), "{}", said(&output));
    assert!(!folder.path().join("hygeia.key").exists(), "a key was made");
    let output = verify(&["--database", "nowhere.db", "--key-file", "county.key"]);
    assert!(said(&output).contains("找不到数据库 nowhere.db"), "{}", said(&output));
    assert!(!folder.path().join("nowhere.db").exists(), "a database was made");
    std::fs::write(folder.path().join("other.key"), "07".repeat(32)).unwrap();
    let output = verify(&["--database", "county.db", "--key-file", "other.key"]);
    assert!(said(&output).contains("密钥文件 other.key 不是数据库 county.db 的"), "{}", said(&output));
    let output = verify(&["--database", "county.db", "--key-file", "county.key"]);
    assert!(output.status.success() && said(&output).contains("全部一致"), "{}", said(&output));
}
