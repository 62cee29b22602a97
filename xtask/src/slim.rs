//! What a module of ours does without: long names, what a library exports and nobody makes, and the words of panics.
//!
//! You will not find here what `wasm-opt` does better.
use anyhow::{Context, ensure};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Range,
    path::Path,
};
use walrus::{
    ConstExpr, DataKind, FunctionId, FunctionKind, LocalFunction, Module,
    ir::{Call, Instr, InstrSeq, Unreachable, Value, VisitorMut, dfs_pre_order_mut},
};

/// The library of streams that comes with the framework exports classes of this name. Who reads a stream needs none of them.
const NOT_MADE: &str = "IntoUnderlying";

/// Makes a module and its bindings smaller; `ships` also silences its panics.
///
/// # Errors
/// One of the two cannot be read or written.
pub(crate) fn slim(module: &Path, script: &Path, ships: bool) -> anyhow::Result<()> {
    let mut wasm = walrus::ModuleConfig::new().generate_producers_section(false).parse_file(module)?;
    let mut words = fs::read_to_string(script)?;
    words = without(&words, NOT_MADE);
    shorten(&mut wasm, &mut words);
    if ships {
        silence(&mut wasm);
        forget_places(&mut wasm);
    }
    wasm.emit_wasm_file(module)?;
    fs::write(script, words)?;
    Ok(())
}

/// The linked module without the exports that belong to what nobody makes: an export is a root, and keeps all that it calls.
/// Nothing else in the module moves, so that the splitter finds what the linker says of it.
///
/// # Errors
/// Such a thing is made now, or this is no module.
pub(crate) fn without_exports(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    let begin = NOT_MADE.to_lowercase();
    let (head, mut rest) = module.split_at_checked(8).context("no module")?;
    let mut kept = head.to_vec();
    while let Some((&kind, after)) = rest.split_first() {
        let (length, body) = number(after).context("a section without a length")?;
        let (body, next) = body.split_at_checked(length).context("a section that is cut off")?;
        match kind {
            IMPORTS => ensure!(!contains(body, &format!("{begin}source_new")), "somebody makes a {NOT_MADE} now"),
            EXPORTS => {
                let list = exports_without(body, &begin).context("the exports cannot be read")?;
                kept.push(kind);
                kept.extend(written(list.len()));
                kept.extend(list);
            }
            _ => {}
        }
        if kind != EXPORTS {
            kept.extend(rest.get(..rest.len() - next.len()).context("a section")?);
        }
        rest = next;
    }
    Ok(kept)
}

/// Kinds of sections.
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

fn exports_without(section: &[u8], begin: &str) -> Option<Vec<u8>> {
    let (count, mut rest) = number(section)?;
    let (mut kept, mut list) = (0, Vec::new());
    for _ in 0..count {
        let (length, after) = number(rest)?;
        let (name, after) = after.split_at_checked(length)?;
        let (_, after) = number(after.get(1..)?)?;
        let (export, next) = rest.split_at_checked(rest.len() - after.len())?;
        rest = next;
        if !contains(name, begin) {
            kept += 1;
            list.extend(export);
        }
    }
    Some(written(kept).into_iter().chain(list).collect())
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|it| it == word.as_bytes())
}

/// A number as the format writes it (LEB128), and what follows.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0)?;
    let (digits, rest) = bytes.split_at_checked(end + 1)?;
    let value =
        digits.iter().rev().try_fold(0_usize, |all, byte| Some(all.checked_mul(128)? | usize::from(byte & 0x7f)))?;
    Some((value, rest))
}

fn written(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let digit = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        bytes.push(if value == 0 { digit } else { digit | 0x80 });
        if value == 0 {
            return bytes;
        }
    }
}

/// The script without the classes whose names begin so, and without what follows from them.
fn without(script: &str, begin: &str) -> String {
    let names = |line: &str, word| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(begin));
    let mut is_inside = false;
    let kept = script.lines().filter(|line| {
        // A statement goes on in lines that are indented or close it.
        if !line.starts_with([' ', '}']) {
            is_inside = ["export class ", "if (Symbol.dispose) ", "const "].iter().any(|word| names(line, *word));
        }
        !is_inside
    });
    kept.fold(String::new(), |all, line| all + line + "\n")
}

/// Gives what the module takes from its bindings short names, in both. The long ones end in sixteen digits that nothing
/// compresses: eight bytes for each of some four hundred, twice.
fn shorten(wasm: &mut Module, words: &mut String) {
    let long: Vec<_> = wasm.imports.iter().filter(|it| is_hashed(&it.name)).map(walrus::Import::id).collect();
    let mut short = BTreeMap::new();
    for id in long {
        let import = wasm.imports.get_mut(id);
        let next = format!("i{:x}", short.len());
        import.name.clone_from(short.entry(import.name.clone()).or_insert(next));
    }
    for (long, short) in &short {
        *words = words.replace(long, short);
    }
}

/// A name like `__wbg_focus_0a8d513ea5d8338e`.
fn is_hashed(name: &str) -> bool {
    let hash = name.rsplit('_').next().unwrap_or_default();
    name.starts_with("__wb") && hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit())
}

/// A panic of the standard library that needs no words: the app's hook hears it, says on the page that the app has stopped,
/// and says nothing of why in a build that ships.
const WORDLESS: &str = "7raw_vec17capacity_overflow";

/// Lets each panic be the one without words. Message, file, line and column of some thousand places go, and what puts them
/// together. What ends there is found by its shape: the compiler lets nothing follow such a call.
fn silence(wasm: &mut Module) {
    let named = |end: &str| {
        wasm.funcs
            .iter()
            .find(|it| is_of_std(it.name.as_deref()) && it.name.as_deref().is_some_and(|name| name.ends_with(end)))
    };
    let Some(wordless) = named(WORDLESS).map(walrus::Function::id) else { return };
    let mut calls = Calls::default();
    for (_, function) in wasm.funcs.iter_local_mut() {
        let entry = function.entry_block();
        dfs_pre_order_mut(&mut calls, function, entry);
    }
    let of_std = wasm.funcs.iter().filter(|it| is_of_std(it.name.as_deref()));
    let panics: BTreeSet<FunctionId> = of_std
        .map(walrus::Function::id)
        .filter(|id| calls.last.contains(id) && !calls.in_the_midst.contains(id))
        .collect();
    let heard = calls_of(wasm, wordless);
    let mut silencing = Silencing { wordless, panics };
    for (id, function) in wasm.funcs.iter_local_mut() {
        // What brings a panic to the hook stays as it is.
        if !heard.contains(&id) {
            let entry = function.entry_block();
            dfs_pre_order_mut(&mut silencing, function, entry);
        }
    }
}

/// Wipes out where in the sources a panic would have been, and the names of the files: nothing reads them any more.
fn forget_places(wasm: &mut Module) {
    let mut memory: Vec<u8> = Vec::new();
    let mut segments = Vec::new();
    for data in wasm.data.iter() {
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(begin)), .. } = data.kind
            && let Ok(begin) = usize::try_from(begin)
        {
            memory.resize(memory.len().max(begin + data.value.len()), 0);
            if let Some(place) = memory.get_mut(begin..begin + data.value.len()) {
                place.copy_from_slice(&data.value);
            }
            segments.push((data.id(), begin));
        }
    }
    let places: Vec<_> = (0..memory.len()).step_by(4).filter_map(|at| place_at(&memory, at)).collect();
    for span in places.into_iter().flatten() {
        if let Some(bytes) = memory.get_mut(span) {
            bytes.fill(0);
        }
    }
    for (id, begin) in segments {
        let data = wasm.data.get_mut(id);
        if let Some(bytes) = memory.get(begin..begin + data.value.len()) {
            data.value.copy_from_slice(bytes);
        }
    }
}

/// A place in the sources lies here (the name of a file with its length, line, column): its own bytes, and the name's.
fn place_at(memory: &[u8], at: usize) -> Option<[Range<usize>; 2]> {
    let word = |at: usize| {
        let bytes = memory.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    let (begin, length, line, column) = (word(at)?, word(at + 4)?, word(at + 8)?, word(at + 12)?);
    // Names of files end in a zero that their length does not count.
    let name = memory.get(begin..begin.checked_add(length)?)?;
    let is_name =
        name.ends_with(b".rs") && memory.get(begin + length) == Some(&0) && name.iter().all(u8::is_ascii_graphic);
    let is_place = is_name && (1..100_000).contains(&line) && (1..1_000).contains(&column);
    is_place.then_some([at..at + 16, begin..begin + length])
}

/// The standard library comes compiled, with the compiler's newer kind of names.
fn is_of_std(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.starts_with("_R"))
}

/// A function and all that it leads to by calls.
fn calls_of(wasm: &mut Module, from: FunctionId) -> BTreeSet<FunctionId> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let FunctionKind::Local(function) = &mut wasm.funcs.get_mut(id).kind {
            open.extend(called_by(function));
        }
    }
    seen
}

fn called_by(function: &mut LocalFunction) -> BTreeSet<FunctionId> {
    let mut calls = Calls::default();
    let entry = function.entry_block();
    dfs_pre_order_mut(&mut calls, function, entry);
    calls.last.into_iter().chain(calls.in_the_midst).collect()
}

/// Who is called, and whether anything can follow.
#[derive(Default)]
struct Calls {
    last: BTreeSet<FunctionId>,
    in_the_midst: BTreeSet<FunctionId>,
}

impl VisitorMut for Calls {
    fn start_instr_seq_mut(&mut self, seq: &mut InstrSeq) {
        for (at, (instr, _)) in seq.iter().enumerate() {
            if let Instr::Call(Call { func }) = instr {
                let ends = matches!(seq.get(at + 1), Some((Instr::Unreachable(_), _)));
                let list = if ends { &mut self.last } else { &mut self.in_the_midst };
                list.insert(*func);
            }
        }
    }
}

struct Silencing {
    wordless: FunctionId,
    panics: BTreeSet<FunctionId>,
}

impl VisitorMut for Silencing {
    fn start_instr_seq_mut(&mut self, seq: &mut InstrSeq) {
        let is_panic = |instr: &Instr| matches!(instr, Instr::Call(Call { func }) if self.panics.contains(func));
        if let Some(at) = seq.iter().position(|(instr, _)| is_panic(instr)) {
            seq.truncate(at + 1);
            if let Some((instr, place)) = seq.last_mut() {
                *instr = Call { func: self.wordless }.into();
                let place = *place;
                // What was laid ready for the message is left lying: nothing comes after.
                seq.push((Unreachable {}.into(), place));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::FunctionBuilder;

    #[test]
    fn a_class_that_nobody_makes_leaves_the_script() {
        let script = "export class Instance {\n    free() {\n    }\n}\nexport class IntoUnderlyingSink {\n    free() {\n    }\n}\nif (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = 1;\n\nconst IntoUnderlyingSinkFinalization = (typeof A)\n    ? {}\n    : new A();\nfunction passes() {\n}\n";
        assert_eq!(
            without(script, NOT_MADE),
            "export class Instance {\n    free() {\n    }\n}\n\nfunction passes() {\n}\n"
        );
    }

    #[test]
    fn exports_of_what_nobody_makes_are_left_out() -> anyhow::Result<()> {
        let export = |name: &str| [&[u8::try_from(name.len()).unwrap_or_default()], name.as_bytes(), &[0, 5]].concat();
        let module = |names: &[&str]| {
            let all: Vec<u8> = names.iter().flat_map(|name| export(name)).collect();
            let section = [&[u8::try_from(names.len()).unwrap_or_default()], all.as_slice()].concat();
            let length = u8::try_from(section.len()).unwrap_or_default();
            [b"\0asm\x01\0\0\0".as_slice(), &[1, 1, 0], &[EXPORTS, length], &section, &[0, 2, 1, b'x']].concat()
        };
        let all = module(&["mount", "__wbg_intounderlyingsink_free_12", "intounderlyingsource_pull_12", "memory"]);
        assert_eq!(without_exports(&all)?, module(&["mount", "memory"]));
        assert!(without_exports(b"\0asm\x01\0\0\0\x02\x09").is_err());
        Ok(())
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for value in [0, 1, 127, 128, 300, 1 << 20, usize::MAX >> 1] {
            assert_eq!(number(&written(value)), Some((value, [].as_slice())), "{value}");
        }
        assert_eq!(number(&[0x80]), None);
    }

    #[test]
    fn only_places_are_forgotten() {
        let (name, words) = (b"src/app.rs\0", b"src/app.rs is kept");
        let place = |begin: u32, line: u32| [begin, 10, line, 9].map(u32::to_le_bytes).concat();
        let memory = [place(48, 7), place(60, 7), place(48, 0), name.to_vec(), vec![0], words.to_vec()].concat();
        assert_eq!(place_at(&memory, 0), Some([0..16, 48..58]));
        assert_eq!(place_at(&memory, 16), None, "the name goes on");
        assert_eq!(place_at(&memory, 32), None, "no line");
        assert_eq!(place_at(&memory, 4000), None);
    }

    #[test]
    fn a_panic_is_the_one_without_words() -> anyhow::Result<()> {
        let mut wasm = Module::default();
        let mut made = |name: &str, body: &dyn Fn(&mut walrus::InstrSeqBuilder)| {
            let mut function = FunctionBuilder::new(&mut wasm.types, &[], &[]);
            body(&mut function.name(name.to_owned()).func_body());
            function.finish(vec![], &mut wasm.funcs)
        };
        let wordless = made("_RNvNtCs1_5alloc7raw_vec17capacity_overflow", &|body| {
            body.unreachable();
        });
        let panic = made("_RNvNtCs1_4core9panicking9panic_fmt", &|body| {
            body.unreachable();
        });
        let other = made("_RNvNtCs1_4core3fmt5write", &|body| {
            body.unreachable();
        });
        let stops = made("app::stops", &|body| {
            body.i32_const(7).drop().call(other).call(panic).unreachable();
        });
        let goes_on = made("app::goes_on", &|body| {
            body.call(other);
        });
        silence(&mut wasm);
        for (function, expected) in [(stops, [other, wordless].as_slice()), (goes_on, &[other])] {
            let FunctionKind::Local(local) = &mut wasm.funcs.get_mut(function).kind else { anyhow::bail!("not local") };
            assert_eq!(called_by(local), expected.iter().copied().collect());
        }
        Ok(())
    }

    #[test]
    fn only_names_that_end_in_a_hash_become_short() {
        for name in ["__wbg_focus_0a8d513ea5d8338e", "__wbindgen_generic_000000000000000a"] {
            assert!(is_hashed(name), "{name}");
        }
        for name in
            ["__wbindgen_externrefs", "__wbg_instance_free", "focus_0a8d513ea5d8338e", "__wbg_set_wordslikethisone"]
        {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
