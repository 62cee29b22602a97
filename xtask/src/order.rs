//! Lays the functions of a module that are alike beside each other: what packs a file for its way finds there what comes again.
//!
//! You will not find here what makes a module smaller by itself.
use anyhow::Context;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

/// Orders a module where it lies.
///
/// # Errors
/// It cannot be read or written, or is none.
pub(crate) fn order(module: &Path) -> anyhow::Result<()> {
    let ordered = ordered(&fs::read(module)?).with_context(|| module.display().to_string())?;
    Ok(fs::write(module, ordered)?)
}

fn ordered(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (mut imported, mut kinds, mut bodies) = (0, Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::FunctionSection(section) => kinds = section.into_iter().collect::<Result<Vec<_>, _>>()?,
            Payload::CodeSectionEntry(body) => bodies.push(bytes(module, &body).context("a function")?),
            _ => {}
        }
    }
    let from = Functions::new(kinds.into_iter().zip(bodies).collect()).by_likeness();
    let mut to = vec![0; from.len()];
    for (new, old) in (imported..).zip(&from) {
        if let Some(place) = to.get_mut(*old) {
            *place = new;
        }
    }
    let mut out = Module::new();
    let done = Order { imported, from, to }.parse_core_module(&mut out, Parser::new(0), module);
    done.map_err(|why| anyhow::anyhow!("{why}"))?;
    Ok(out.finish())
}

/// So many bytes make a piece that can come again: an instruction or two.
const PIECE: usize = 6;
/// What so many functions have says of none of them whom it is like.
const COMMON: usize = 500;

/// Functions, and what they have in common.
struct Functions<'a> {
    /// Of each its kind and its bytes.
    all: Vec<(u32, &'a [u8])>,
    pieces: Vec<BTreeSet<&'a [u8]>>,
    /// Where each piece comes.
    owners: BTreeMap<&'a [u8], Vec<usize>>,
}

impl<'a> Functions<'a> {
    fn new(all: Vec<(u32, &'a [u8])>) -> Self {
        let pieces: Vec<BTreeSet<&[u8]>> = all.iter().map(|(_, body)| body.windows(PIECE).collect()).collect();
        let mut owners: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for (at, of) in pieces.iter().enumerate() {
            for piece in of {
                owners.entry(piece).or_default().push(at);
            }
        }
        Self { all, pieces, owners }
    }

    /// Their places: those of one kind together, and after each the one that has most in common with it and the one before it.
    /// Where nothing has, the next by its bytes.
    fn by_likeness(&self) -> Vec<usize> {
        let mut left: BTreeSet<usize> = (0..self.all.len()).collect();
        let mut by_bytes: Vec<usize> = left.iter().copied().collect();
        by_bytes.sort_by_key(|at| self.all.get(*at));
        let mut order = Vec::new();
        for begin in by_bytes {
            let mut next = left.contains(&begin).then_some(begin);
            while let Some(at) = next {
                left.remove(&at);
                order.push(at);
                next = self.most_like(&order, &left);
            }
        }
        order
    }

    /// Of those that are left the one that is most like the end of `order`, and of its kind.
    fn most_like(&self, order: &[usize], left: &BTreeSet<usize>) -> Option<usize> {
        let kind = |at: usize| self.all.get(at).map(|(kind, _)| *kind);
        let last = order.last().copied()?;
        let mut likeness: BTreeMap<usize, f64> = BTreeMap::new();
        for (at, weight) in order.iter().rev().zip([1.0, 0.4]) {
            for owners in self.pieces.get(*at)?.iter().filter_map(|piece| self.owners.get(piece)) {
                if owners.len() > COMMON {
                    continue;
                }
                // What few have says more.
                let worth = weight / root(owners.len());
                for other in owners.iter().filter(|other| left.contains(other) && kind(**other) == kind(last)) {
                    *likeness.entry(*other).or_default() += worth;
                }
            }
        }
        // A long one has something in common with everybody.
        let share = |(at, worth): (usize, f64)| (at, worth / root(self.pieces.get(at).map_or(0, BTreeSet::len) + 20));
        likeness.into_iter().map(share).max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(at, _)| at)
    }
}

fn root(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)).sqrt()
}

fn bytes<'a>(module: &'a [u8], body: &FunctionBody<'_>) -> Option<&'a [u8]> {
    let range = body.range();
    module.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
}

/// Which function comes from where, and which number it has now.
struct Order {
    imported: u32,
    from: Vec<usize>,
    to: Vec<u32>,
}

impl Reencode for Order {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = function.checked_sub(self.imported).and_then(|own| usize::try_from(own).ok());
        Ok(own.and_then(|own| self.to.get(own).copied()).unwrap_or(function))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for kind in self.from.iter().filter_map(|at| types.get(*at)) {
            functions.function(*kind);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for at in self.from.clone() {
            if let Some(body) = bodies.get(at) {
                utils::parse_function_body(self, code, body.clone())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_each_comes_what_is_most_like_it_and_of_its_kind() {
        let all: [(u32, &[u8]); 6] = [
            (1, b"open the page"),
            (0, b"what nobody else has"),
            (0, b"ask the office for it"),
            (1, b"shut the page again"),
            (0, b"to ask the office"),
            (1, b"ask the office for it"),
        ];
        let places = Functions::new(all.to_vec()).by_likeness();
        assert_eq!(places, [2, 4, 1, 5, 0, 3]);
    }
    use walrus::{FunctionBuilder, FunctionId, ValType};

    #[test]
    fn functions_change_their_places_and_nothing_else() {
        let mut module = walrus::Module::default();
        let (heard, _) = {
            let kind = module.types.add(&[], &[]);
            module.add_import_func("page", "heard", kind)
        };
        let mut add = |says: i32, calls: Option<FunctionId>| {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            let mut body = function.func_body();
            if let Some(other) = calls {
                body.call(other).drop();
            }
            body.call(heard).i32_const(says);
            let id = function.finish(vec![], &mut module.funcs);
            module.exports.add(&format!("says {says}"), id);
            id
        };
        let third = add(3, None);
        let first = add(1, Some(third));
        add(2, Some(first));
        let before = module.emit_wasm();
        let after = ordered(&before).unwrap();
        wasmparser::validate(&after).unwrap();
        assert_ne!(after, before);
        assert_eq!(after.len(), before.len());
        assert_eq!(ordered(&after).unwrap().len(), after.len());
        // Each is found by its name still, and calls whom it called.
        let mut names = walrus::Module::from_buffer(&after).unwrap();
        for says in 1..=3 {
            let name = format!("says {says}");
            let export = names.exports.iter().find(|it| it.name == name).unwrap();
            let walrus::ExportItem::Function(id) = export.item else { panic!("{name} is no function") };
            let walrus::FunctionKind::Local(function) = &mut names.funcs.get_mut(id).kind else {
                panic!("{name} is not here")
            };
            let text = format!("{:?}", function.block(function.entry_block()));
            assert!(text.contains(&format!("I32({says})")), "{text}");
        }
    }
}
