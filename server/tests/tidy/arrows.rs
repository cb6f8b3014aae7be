//! Which file of a crate names which, read off its tokens: `use` lines and paths in code.
//!
//! Test code is left out, and so is what only opens a name: `mod x;` and `pub use x::Y`. A
//! path through a re-export leads to the file that has the item. Of other crates nothing
//! is read; which crate may name which is in their `Cargo.toml`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::Source;

type Path = Vec<String>;

/// One file names another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: String,
    pub to: String,
    /// The path by which it does.
    pub by: String,
}

/// The modules of one crate.
pub struct Modules(BTreeMap<Path, Module>);

#[derive(Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    uses: Vec<Use>,
    paths: BTreeSet<Path>,
    /// Every name in it outside of `use` lines.
    idents: BTreeSet<String>,
}

struct Use {
    path: Path,
    /// `*` for a glob.
    name: String,
    is_pub: bool,
}

impl Modules {
    /// Reads the files below `root`, such as `server/src`.
    pub fn read(root: &str, sources: &[Source]) -> Modules {
        let mut modules = Modules(BTreeMap::new());
        for source in sources {
            let Some(path) = source.path.strip_prefix(&format!("{root}/")) else {
                continue;
            };
            let mut path: Path = path
                .trim_end_matches(".rs")
                .split('/')
                .map(Into::into)
                .collect();
            path.retain(|part| part != "lib" && part != "mod");
            let tokens: TokenStream = source.text.parse().unwrap_or_else(|error| {
                panic!("{} cannot be read as Rust: {error}", source.path);
            });
            modules.add(&source.path, &path, tokens);
        }
        // A file that nobody declares outside of tests is test code.
        let declared = |path: &Path, modules: &BTreeMap<Path, Module>| {
            (1..=path.len()).all(|end| {
                let (name, parent) = path[..end].split_last().expect("not empty");
                let parent = modules.get(parent);
                parent.is_some_and(|parent| parent.children.contains(name))
            })
        };
        let main = vec!["main".to_owned()];
        let kept: BTreeSet<Path> = modules.0.keys().cloned().collect();
        for path in kept {
            if path != main && !declared(&path, &modules.0) {
                modules.0.remove(&path);
            }
        }
        modules
    }

    fn add(&mut self, file: &str, path: &Path, tokens: TokenStream) {
        let module = self.0.entry(path.clone()).or_default();
        module.file = file.to_owned();
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        self.walk(file, path, &tokens);
    }

    fn walk(&mut self, file: &str, module: &Path, tokens: &[TokenTree]) {
        let mut at = 0;
        while at < tokens.len() {
            if let Some(end) = end_of_test_item(tokens, at) {
                at = end;
                continue;
            }
            match &tokens[at] {
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.walk(file, module, &inner);
                }
                TokenTree::Ident(word) if word == "mod" => {
                    let Some(name) = ident(tokens.get(at + 1)) else {
                        at += 1;
                        continue;
                    };
                    let own = self.0.get_mut(module).expect("it is being read");
                    own.children.insert(name.clone());
                    at += 2;
                    if let Some(TokenTree::Group(body)) = tokens.get(at) {
                        let mut inner = module.clone();
                        inner.push(name);
                        self.add(file, &inner, body.stream());
                    }
                }
                TokenTree::Ident(word) if word == "use" => {
                    let end = tokens[at..].iter().position(|token| is(Some(token), ';'));
                    let end = end.map_or(tokens.len(), |length| at + length);
                    let is_pub = is_pub(&tokens[..at]);
                    let own = self.0.get_mut(module).expect("it is being read");
                    read_use(&tokens[at + 1..end], &[], is_pub, &mut own.uses);
                    at = end;
                }
                TokenTree::Ident(word) => {
                    let mut path = vec![word.to_string()];
                    while is(tokens.get(at + 1), ':') && is(tokens.get(at + 2), ':') {
                        let Some(next) = ident(tokens.get(at + 3)) else {
                            break;
                        };
                        path.push(next);
                        at += 3;
                    }
                    let own = self.0.get_mut(module).expect("it is being read");
                    own.idents.insert(path[0].clone());
                    // `en::$name` has no further name, and is a path all the same.
                    if path.len() > 1 || is(tokens.get(at + 1), ':') && is(tokens.get(at + 2), ':')
                    {
                        own.paths.insert(path);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Every arrow from a file to another one, once.
    pub fn arrows(&self) -> Vec<Arrow> {
        let mut arrows: BTreeMap<(String, String), String> = BTreeMap::new();
        for (path, module) in &self.0 {
            let mut named: Vec<Path> = Vec::new();
            for used in &module.uses {
                let Some((target, item)) = self.locate(path, &used.path) else {
                    continue;
                };
                // A module by itself is a name for the paths below it, which are read too.
                let opens_a_module = item.is_none() && used.name != "*";
                let only_opens = used.is_pub && !module.idents.contains(&used.name);
                if !opens_a_module && !only_opens && target != path {
                    named.push(used.path.clone());
                }
            }
            named.extend(module.paths.iter().map(|name| {
                let first = module.uses.iter().find(|used| used.name == name[0]);
                match first {
                    Some(used) => [&used.path[..], &name[1..]].concat(),
                    None => name.clone(),
                }
            }));
            for name in named {
                let Some((target, _)) = self.locate(path, &name) else {
                    continue;
                };
                let to = &self.0[target].file;
                if *to != module.file {
                    let between = (module.file.clone(), to.clone());
                    arrows.entry(between).or_insert_with(|| name.join("::"));
                }
            }
        }
        arrows
            .into_iter()
            .map(|((from, to), by)| Arrow { from, to, by })
            .collect()
    }

    /// The module that a path leads to from inside of `module`, and the item in it, if it
    /// goes on. `None` for a path into another crate, or one of local names.
    fn locate(&self, module: &Path, path: &[String]) -> Option<(&Path, Option<String>)> {
        self.locate_within(module, path, 20)
    }

    fn locate_within(
        &self,
        module: &Path,
        path: &[String],
        steps: usize,
    ) -> Option<(&Path, Option<String>)> {
        let steps = steps.checked_sub(1)?;
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Path::new(),
            // The program names its library by the name of the crate.
            "server" if module.first().is_some_and(|name| name == "main") => Path::new(),
            "self" => module.clone(),
            "super" => module.split_last()?.1.to_vec(),
            name if self.0.get(module)?.children.contains(name) => {
                [&module[..], &[name.to_owned()]].concat()
            }
            _ => return None,
        };
        while let Some(("super", further)) = rest.split_first().map(|(a, b)| (a.as_str(), b)) {
            at.pop();
            rest = further;
        }
        loop {
            let (here, module) = self.0.get_key_value(&at)?;
            let Some(name) = rest.first() else {
                return Some((here, None));
            };
            let mut child = at.clone();
            child.push(name.clone());
            if self.0.contains_key(&child) {
                (at, rest) = (child, &rest[1..]);
                continue;
            }
            let opened = module.uses.iter().filter(|used| used.is_pub);
            for used in opened.filter(|used| used.name == *name) {
                let target = [&used.path[..], &rest[1..]].concat();
                if let Some(found) = self.locate_within(&at, &target, steps) {
                    return Some(found);
                }
            }
            return Some((here, Some(name.clone())));
        }
    }
}

/// Circles of arrows, the shortest first, no two with an arrow in common: each has to be
/// opened. None is left out but for those that share an arrow with one that is listed.
pub fn circles(arrows: &[Arrow]) -> Vec<Vec<&Arrow>> {
    let mut from: BTreeMap<&str, Vec<&Arrow>> = BTreeMap::new();
    for arrow in arrows {
        from.entry(&arrow.from).or_default().push(arrow);
    }
    let mut circles = Vec::new();
    loop {
        let all = from.keys().filter_map(|file| way_back(&from, file));
        let Some(circle) = all.min_by_key(Vec::len) else {
            return circles;
        };
        for arrow in &circle {
            let left = from
                .get_mut(arrow.from.as_str())
                .expect("it has this arrow");
            left.retain(|other| other != arrow);
        }
        circles.push(circle);
    }
}

/// The shortest way from a file back to itself.
fn way_back<'a>(from: &BTreeMap<&str, Vec<&'a Arrow>>, file: &str) -> Option<Vec<&'a Arrow>> {
    let mut reached_by: BTreeMap<&str, &Arrow> = BTreeMap::new();
    let mut next = VecDeque::from([file]);
    while let Some(at) = next.pop_front() {
        for arrow in from.get(at).into_iter().flatten().copied() {
            if reached_by.contains_key(arrow.to.as_str()) {
                continue;
            }
            reached_by.insert(&arrow.to, arrow);
            if arrow.to == file {
                let mut circle = vec![arrow];
                while circle[0].from != file {
                    circle.insert(0, reached_by[circle[0].from.as_str()]);
                }
                return Some(circle);
            }
            next.push_back(&arrow.to);
        }
    }
    None
}

fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

fn is(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// Whether what stands before a `use` opens it to others: `pub`, `pub(crate)`.
fn is_pub(before: &[TokenTree]) -> bool {
    let before = match before {
        [rest @ .., TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => rest,
        all => all,
    };
    matches!(before, [.., TokenTree::Ident(word)] if word == "pub")
}

/// The end of an item that only tests compile, if one begins here.
fn end_of_test_item(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let TokenTree::Group(attribute) = tokens.get(at + 1)? else {
        return None;
    };
    if !is(tokens.get(at), '#') || attribute.delimiter() != Delimiter::Bracket {
        return None;
    }
    let mut attribute = attribute.stream().into_iter();
    let is_cfg = matches!(attribute.next(), Some(TokenTree::Ident(word)) if word == "cfg");
    let Some(TokenTree::Group(condition)) = attribute.next() else {
        return None;
    };
    let condition = condition.stream().to_string();
    if !is_cfg || condition != "test" && !condition.starts_with("all (test") {
        return None;
    }
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let length = tokens[at..].iter().position(ends)?;
    Some(at + length + 1)
}

/// Reads what stands between `use` and `;`, with `before` in front of it.
fn read_use(tokens: &[TokenTree], before: &[String], is_pub: bool, uses: &mut Vec<Use>) {
    for tree in tokens.split(|token| is(Some(token), ',')) {
        let mut path = before.to_vec();
        let mut name = None;
        let mut tree = tree.iter().peekable();
        while let Some(token) = tree.next() {
            match token {
                TokenTree::Ident(word) if word == "as" => name = ident(tree.next()),
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => name = Some("*".to_owned()),
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    read_use(&inner, &path, is_pub, uses);
                    path.clear();
                }
                _ => {}
            }
        }
        if let Some(last) = path.last() {
            let name = name.unwrap_or_else(|| last.clone());
            uses.push(Use { path, name, is_pub });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(files: &[(&str, &str)]) -> Modules {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source {
                path: format!("x/src/{path}"),
                text: (*text).to_owned(),
            })
            .collect();
        Modules::read("x/src", &sources)
    }

    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let arrows = modules(files).arrows();
        let short = |file: &str| file.strip_prefix("x/src/").unwrap().to_owned();
        arrows
            .iter()
            .map(|arrow| format!("{} -> {}", short(&arrow.from), short(&arrow.to)))
            .collect()
    }

    const LIB: (&str, &str) = ("lib.rs", "mod a; mod b; pub mod room;");
    const ROOM: (&str, &str) = (
        "room.rs",
        "pub mod c; mod d; pub use d::Thing; pub struct Own;",
    );
    const C: (&str, &str) = ("room/c.rs", "pub struct C;");
    const D: (&str, &str) = ("room/d.rs", "pub struct Thing;");
    const B: (&str, &str) = ("b.rs", "");

    #[test]
    fn a_file_is_named_in_every_way_there_is() {
        for (text, expected) in [
            ("use crate::b::X;", "b.rs"),
            ("use crate::{room::Own};", "room.rs"),
            ("use crate::room::{self, c::{C, D as E}};", "room/c.rs"),
            ("use super::b::*;", "b.rs"),
            ("fn f() -> crate::b::X { todo!() }", "b.rs"),
            (
                "fn f() { if true { view! { <p>{crate::b::f()}</p> } } }",
                "b.rs",
            ),
            ("fn f() { use crate::b::g; g() }", "b.rs"),
            ("use crate::room; fn f() { room::c::g() }", "room/c.rs"),
            ("use super::room as r; fn f(own: r::Own) {}", "room.rs"),
            ("mod inner { use super::super::b::X; }", "b.rs"),
            (
                "macro_rules! m { ($n:ident) => { $crate::b::$n() } }",
                "b.rs",
            ),
            // Through a re-export, to the file that has it.
            ("use crate::room::Thing;", "room/d.rs"),
            (
                "fn f(x: &'a str, c: char) { g('\"', crate::room::Thing::new()) }",
                "room/d.rs",
            ),
        ] {
            let found = arrows(&[LIB, ROOM, C, D, B, ("a.rs", text)]);
            assert_eq!(found, [format!("a.rs -> {expected}")], "{text}");
        }
    }

    #[test]
    fn what_only_opens_a_name_or_only_tests_use_is_no_arrow() {
        for text in [
            "",
            "// use crate::b::X;",
            "/// As [`crate::b::X`] does.\nfn f() {}",
            "const TEXT: &str = \"use crate::b::X;\";",
            "use crate::room;",
            "use axum::b::X; use std::b;",
            "pub use crate::b::X;",
            "#[cfg(test)] mod tests { use crate::b::X; }",
            "#[cfg(test)] use crate::b::X;",
            "#[cfg(test)] fn f() { crate::b::g() }",
            "use self::own::X; mod own { pub struct X; }",
        ] {
            let found = arrows(&[LIB, ROOM, C, D, B, ("a.rs", text)]);
            assert_eq!(found, [""; 0], "{text}");
        }
        // What is opened and used as well is one.
        let found = arrows(&[LIB, B, ("a.rs", "pub use crate::b::X; fn f(x: X) {}")]);
        assert_eq!(found, ["a.rs -> b.rs"]);
    }

    #[test]
    fn a_parent_that_uses_its_child_names_it_and_one_that_declares_it_does_not() {
        let child = ("a/child.rs", "use super::X;");
        let lib = ("lib.rs", "mod a;");
        let names = arrows(&[lib, ("a.rs", "mod child; use child::f;"), child]);
        assert_eq!(names, ["a.rs -> a/child.rs", "a/child.rs -> a.rs"]);
        let names = arrows(&[lib, ("a.rs", "mod child; fn g() { child::f() }"), child]);
        assert_eq!(names, ["a.rs -> a/child.rs", "a/child.rs -> a.rs"]);
        let declares = arrows(&[lib, ("a.rs", "mod child;"), child]);
        assert_eq!(declares, ["a/child.rs -> a.rs"]);
        let test_only = arrows(&[lib, ("a.rs", "#[cfg(test)] mod child;"), child]);
        assert_eq!(test_only, [""; 0]);
    }

    #[test]
    fn a_planted_circle_is_found_with_its_files() {
        let straight = [
            LIB,
            ROOM,
            D,
            ("a.rs", "use crate::b::X;"),
            ("b.rs", "use crate::room::c::C;"),
        ];
        let with = |c| modules(&[&straight[..], &[("room/c.rs", c)]].concat()).arrows();
        assert!(circles(&with("use super::Thing;")).is_empty());
        let arrows = with("fn f() { crate::a::g() }");
        let found = circles(&arrows);
        assert_eq!(found.len(), 1);
        let files: Vec<&str> = found[0].iter().map(|arrow| arrow.from.as_str()).collect();
        assert_eq!(files, ["x/src/a.rs", "x/src/b.rs", "x/src/room/c.rs"]);
        // The shorter one is told first, and one that shares no arrow with it as well.
        let graph = [
            ("a", "b"),
            ("b", "c"),
            ("c", "a"),
            ("c", "d"),
            ("d", "c"),
            ("d", "e"),
        ];
        let graph = graph.map(|(from, to)| Arrow {
            from: from.to_owned(),
            to: to.to_owned(),
            by: String::new(),
        });
        let found = circles(&graph);
        let files = |circle: &Vec<&Arrow>| -> String {
            circle.iter().map(|arrow| arrow.from.as_str()).collect()
        };
        assert_eq!(found.iter().map(files).collect::<Vec<_>>(), ["cd", "abc"]);
    }
}
