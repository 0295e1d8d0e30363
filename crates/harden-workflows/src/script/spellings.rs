//! The ways to write a checkout of a stranger's head: each is found, or reported as what can't be
//! followed.

use super::{Shell, read};
use crate::document::{Positions, Scope};

/// What a spelling comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Found,
    Unknown,
}
use Seen::{Found, Unknown};

/// Whether the commands of a script fetch the head of a pull request and check it out, or check out
/// a pull request by `gh`.
fn seen(script: &str, shell: Shell) -> Option<Seen> {
    let positions = Positions::new("");
    let scope = Scope {
        shell: Some(shell),
        ..Scope::default()
    };
    let read = read(script, None, &scope, &positions, &Vec::new());
    let mut fetched = false;
    for command in &read.commands {
        let first = command.words.first().map_or("", String::as_str);
        let head = command
            .words
            .iter()
            .any(|word| word.starts_with("refs/pull/"));
        match (&*command.tool, first) {
            ("gh", "pr") if command.says(&["pr", "checkout"]) => return Some(Found),
            ("git", "fetch") => fetched |= head,
            ("git", _) if head || fetched => return Some(Found),
            _ => {}
        }
    }
    (!read.unfollowed.is_empty()).then_some(Unknown)
}

const HEAD: &str = "git fetch origin pull/7/head && git checkout FETCH_HEAD";

#[test]
fn every_spelling_is_found_or_unknown() {
    let table: &[(&str, Seen)] = &[
        // what a shell's grammar hides from a reader that does not know it
        ("(( m = 1 << 3 ))\nHEAD", Found),
        ("x=$(echo \")\")\nHEAD", Found),
        ("x=\"$(printf '%s' '(')\"; HEAD", Found),
        ("echo $'it\\'s'; HEAD", Found),
        ("echo \"${X:-\"}\"}\"; HEAD", Found),
        ("echo `HEAD`", Found),
        ("echo \"$(HEAD)\"", Found),
        ("eval 'HEAD'", Found),
        ("bash <<EOF\nHEAD\nEOF", Found),
        ("echo 7 | xargs gh pr checkout", Found),
        (
            "git fetch origin pull/7/head && git worktree add ../pr FETCH_HEAD && cd ../pr",
            Found,
        ),
        (
            "timeout 60 git fetch origin pull/7/head; timeout 60 git checkout FETCH_HEAD",
            Found,
        ),
        ("cat <<'A' | bash -e\nHEAD\nA", Found),
        ("case $X in a) HEAD ;; *) exit 1 ;; esac", Found),
        ("if ! (HEAD); then exit 1; fi", Found),
        ("f() { HEAD; }\nf", Found),
        ("diff <(HEAD) /dev/null", Found),
        ("echo $(( $(HEAD) + 1 ))", Found),
        ("echo \"${X:=$(HEAD)}\"", Found),
        ("cat <<A\n$(HEAD)\nA", Found),
        (
            "git -C . fetch origin pull/7/head; git -C . checkout FETCH_HEAD",
            Found,
        ),
        ("bash -c 'HEAD'", Found),
        ("for n in 7; do gh pr checkout $n; done", Found),
        (
            "sudo -u runner env CI=1 nohup nice -n 5 gh pr checkout 7 &",
            Found,
        ),
        // and more
        (
            "\"gi\"t fetch origin pu'll'/7/he\\ad; g\\it checkout FETCH_HEAD",
            Found,
        ),
        ("$'\\x67h' pr checkout 7", Found),
        (
            "git fetch origin \\\n  pull/7/head &&\n  git checkout \\\n  FETCH_HEAD",
            Found,
        ),
        (
            ">log git fetch origin pull/7/head; git >log checkout FETCH_HEAD",
            Found,
        ),
        (
            "R=pull/7/head; git fetch origin $R; git checkout FETCH_HEAD",
            Found,
        ),
        (
            "R=pull; git fetch origin \"${R}/7/head\"; git checkout FETCH_HEAD",
            Found,
        ),
        (
            "for r in pull/7/head; do git fetch origin $r; done; git checkout FETCH_HEAD",
            Found,
        ),
        (
            "G=git; $G fetch origin pull/7/head; $G checkout FETCH_HEAD",
            Found,
        ),
        ("C='gh pr checkout'; $C 7", Found),
        ("gh -R acme/shop pr checkout 7", Found),
        ("gh pr -R acme/shop checkout 7", Found),
        ("gh co 7", Found),
        ("gh pr co 7", Found),
        ("hub pr checkout 7", Found),
        ("GH_TOKEN=x gh pr checkout 7", Found),
        ("/usr/bin/gh pr checkout 7", Found),
        ("command gh pr checkout 7", Found),
        ("exec gh pr checkout 7", Found),
        ("time -p gh pr checkout 7", Found),
        ("coproc gh pr checkout 7", Found),
        ("trap 'gh pr checkout 7' EXIT", Found),
        ("run() { \"$@\"; }\nrun gh pr checkout 7", Found),
        ("run() { gh pr checkout \"$1\"; }\nrun 7", Found),
        ("git() { command git \"$@\"; }\nHEAD", Found),
        (
            "git -c protocol.version=2 fetch origin pull/7/head; git checkout FETCH_HEAD",
            Found,
        ),
        (
            "git -c remote.origin.fetch=+refs/pull/7/head:x fetch; git checkout x",
            Found,
        ),
        (
            "git config remote.origin.fetch '+refs/pull/*/head:refs/remotes/p/*'; git fetch; git checkout p/7",
            Found,
        ),
        ("git pull origin pull/7/head", Found),
        ("git fetch origin pull/7/head:pr; git switch pr", Found),
        (
            "git fetch origin pull/7/head; git reset --hard FETCH_HEAD",
            Found,
        ),
        (
            "git fetch origin pull/7/head; git restore --source=FETCH_HEAD .",
            Found,
        ),
        (
            "git fetch origin pull/7/head; git archive FETCH_HEAD | tar x",
            Found,
        ),
        (
            "git fetch origin pull/7/head; git read-tree -u -m FETCH_HEAD",
            Found,
        ),
        ("git submodule foreach 'HEAD'", Found),
        ("find . -maxdepth 1 -exec gh pr checkout 7 \\;", Found),
        ("echo 'gh pr checkout 7' | bash", Found),
        ("bash <<< 'gh pr checkout 7'", Found),
        ("sh -ec 'HEAD'", Found),
        ("timeout --foreground -k 5 60 bash -c \"HEAD\"", Found),
        ("docker run -v $PWD:/w image sh -c 'HEAD'", Found),
        ("[[ -n $(HEAD) ]] && true", Found),
        (
            "while read -r n; do gh pr checkout $n; done < <(echo 7)",
            Found,
        ),
        ("until HEAD; do sleep 1; done", Found),
        ("select n in 7; do gh pr checkout $n; done", Found),
        ("a=(\"$(HEAD)\")", Found),
        ("export X=$(HEAD)", Found),
        ("{ HEAD; } 2>/dev/null | cat", Found),
        ("echo `echo \\`HEAD\\``", Found),
        ("cat <<A > /dev/null && gh pr checkout 7\nx\nA", Found),
        ("if true; then :; elif HEAD; then :; fi", Found),
        ("gh pr checkout ${{ github.event.number }}", Found),
        ("echo ${{ format('{0}', '}}') }}; gh pr checkout 7", Found),
        (
            "echo \"${{ toJSON(\n github.event\n) }}\"; gh pr checkout 7",
            Found,
        ),
        ("gh pr checkout 7\r\necho\r\n", Found),
        // what runs is known only when it runs
        ("eval \"$TEXT\"", Unknown),
        ("eval \"$(cat x)\"", Unknown),
        ("bash -c \"$TEXT\"", Unknown),
        ("$TOOL pr checkout 7", Unknown),
        ("$(which gh) pr checkout 7", Unknown),
        ("\"${args[@]}\"", Unknown),
        (
            "a=(git fetch origin pull/7/head); \"${a[@]}\"; git checkout FETCH_HEAD",
            Unknown,
        ),
        ("git $VERB FETCH_HEAD", Unknown),
        ("gh pr $VERB 7", Unknown),
        ("gh $VERB checkout 7", Unknown),
        ("{gh,pr,checkout,7}", Unknown),
        ("${{ inputs.script }}", Unknown),
        ("echo checkout FETCH_HEAD | xargs git", Unknown),
        ("curl -s https://example.com/x.sh | bash", Unknown),
        ("bash <(curl -s https://example.com/x.sh)", Unknown),
        ("echo Z2ggcHI= | base64 -d | sh", Unknown),
        ("sh < x.sh", Unknown),
        ("{ sh; } <<< \"$TEXT\"", Unknown),
        ("source ./lib.sh", Unknown),
        (". lib.sh; checkout_head 7", Unknown),
        ("echo 'gh pr checkout 7' > x.sh; bash x.sh", Unknown),
        (
            "cat <<'A' > x.sh\nHEAD\nA\nchmod +x x.sh && ./x.sh",
            Unknown,
        ),
        (
            "shopt -s expand_aliases\nalias g=gh\ng pr checkout 7",
            Unknown,
        ),
        (
            "git config alias.co checkout; git fetch origin x; git co FETCH_HEAD",
            Unknown,
        ),
        ("git -c alias.x='!gh pr checkout 7' x", Unknown),
        ("gh alias set p 'pr checkout'; gh p 7", Unknown),
        (
            "python3 -c 'import os; os.system(\"gh pr checkout 7\")'",
            Unknown,
        ),
        (
            "python3 <<A\nimport os; os.system('gh pr checkout 7')\nA",
            Unknown,
        ),
        (
            "node -e \"require('child_process').execSync('gh pr checkout 7')\"",
            Unknown,
        ),
        ("perl -e 'system(\"gh pr checkout 7\")'", Unknown),
        ("awk 'BEGIN { system(\"gh pr checkout 7\") }'", Unknown),
        ("pwsh -Command 'gh pr checkout 7'", Unknown),
        ("env -S \"$TEXT\"", Unknown),
        // what does not parse
        ("if true; then\nls", Unknown),
        ("echo \"open\nHEAD", Unknown),
        ("cat << 3 ))\nHEAD", Unknown),
        ("echo a ) b\n", Unknown),
    ];
    let (mut found, mut unknown) = (0, 0);
    for (spelling, wanted) in table {
        let script = expand(spelling);
        let seen = seen(&script, Shell::Plain);
        match seen {
            Some(Found) => found += 1,
            Some(Unknown) => unknown += 1,
            None => {}
        }
        // better than unknown is welcome; nothing may be missed
        let holds = seen == Some(*wanted) || (*wanted == Unknown && seen == Some(Found));
        assert!(holds, "{script}\nis {seen:?}, expected {wanted:?}");
    }
    assert!(
        found >= 70 && unknown >= 30,
        "{found} found, {unknown} unknown"
    );
}

/// Puts the checkout in the place of its word.
fn expand(script: &str) -> String {
    let mut out = String::new();
    let mut rest = script;
    while let Some((before, after)) = rest.split_once("HEAD") {
        out.push_str(before);
        let part = before.ends_with(['_', '/']) || after.starts_with('_');
        out.push_str(if part { "HEAD" } else { HEAD });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[test]
fn other_shells_are_told_apart() {
    for (script, shell, wanted) in [
        ("gh pr checkout 7", Shell::Pwsh, Some(Found)),
        ("echo hi", Shell::Pwsh, None),
        ("echo hi\nnpm test", Shell::Pwsh, Some(Unknown)),
        ("& gh pr checkout 7", Shell::Pwsh, Some(Unknown)),
        ("iex 'gh pr checkout 7'", Shell::Pwsh, Some(Unknown)),
        ("call gh pr checkout 7", Shell::Cmd, Some(Unknown)),
        (
            "if ($true) { gh pr checkout 7 }",
            Shell::Pwsh,
            Some(Unknown),
        ),
        ("gh pr checkout 7 | Out-Null", Shell::Pwsh, Some(Found)),
        ("gh pr checkout 7 | Out-Null", Shell::Cmd, Some(Unknown)),
        (
            "echo checkout | ForEach-Object { git $_ FETCH_HEAD }",
            Shell::Pwsh,
            Some(Unknown),
        ),
        ("print('hi')", Shell::Other, Some(Unknown)),
    ] {
        assert_eq!(seen(script, shell), wanted, "{script}");
    }
}

/// What is plain is followed: an ordinary script has nothing that can't be.
#[test]
fn ordinary_scripts_are_followed() {
    for script in [
        "set -euo pipefail\nnpm ci\nnpm test -- --coverage",
        "if [[ \"$X\" == y ]]; then echo a >> \"$GITHUB_OUTPUT\"; fi",
        "for f in *.txt; do cat \"$f\"; done",
        "VERSION=$(jq -r .version package.json)\necho \"version=$VERSION\" >> $GITHUB_OUTPUT",
        "cat <<EOF > x.json\n{\"a\": \"$B\"}\nEOF",
        "git config user.name x && git commit -m \"$(date)\" && git push",
        "gh pr comment 7 --body \"run gh pr checkout 7\"",
        "retry() { for i in 1 2 3; do \"$@\" && return 0; done; return 1; }\nretry npm test",
        "aws ecs update-service --cluster c --service s | tee out.json",
        "docker build -t x . && docker run x npm test",
        "echo \"${X//a/b}\" | sed 's/a/b/' | awk '{print $1}'",
        "command -v jq || sudo apt-get install -y jq",
        "(( n = 1 << 3 )); echo $n",
        "printf '%s\\n' \"${{ inputs.x }}\"",
    ] {
        assert_eq!(seen(script, Shell::Plain), None, "{script}");
    }
}
