//! Lays the functions of a module that begin alike beside each other: what packs a file for its way finds there what comes again.
//!
//! You will not find here what makes a module smaller by itself.
use anyhow::Context;
use std::{fs, path::Path};
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
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(bytes(module, &body).context("a function")?),
            _ => {}
        }
    }
    let mut from: Vec<usize> = (0..bodies.len()).collect();
    from.sort_by_key(|at| bodies.get(*at));
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
