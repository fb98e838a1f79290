//! `:erlang.phash2/1` of the terms that name Ecto's advisory locks: atoms, texts and tuples of them.
//!
//! Bob Jenkins' hash as the Erlang runtime applies it (`make_hash2` in `erts/emulator/beam/utils.c`), which is the same on
//! every release and machine.

const GOLDEN: u32 = 0x9e37_79b9;

/// A term that can be hashed.
#[derive(Debug, Clone, Copy)]
pub enum Hashed<'a> {
    Atom(&'a str),
    Text(&'a str),
}

/// `:erlang.phash2/1` of a tuple: 27 bits.
pub fn phash2_tuple(items: &[Hashed]) -> u32 {
    let mut hash = mix(constant(9).wrapping_add(items.len() as u32), constant(9), 0);
    for item in items {
        hash = match item {
            // An atom that comes first among the terms counts by itself.
            Hashed::Atom(name) if hash == 0 => atom(name),
            Hashed::Atom(name) => mix(constant(3).wrapping_add(atom(name)), constant(3), hash),
            Hashed::Text(text) => block(text.as_bytes(), constant(13).wrapping_add(hash)),
        };
    }
    hash & ((1 << 27) - 1)
}

fn constant(number: u32) -> u32 {
    GOLDEN.wrapping_mul(number)
}

/// The atom table's own hash (hashpjw). Code points below 256 count as one byte.
fn atom(name: &str) -> u32 {
    let mut hash: u32 = 0;
    let mut buffer = [0; 4];
    for character in name.chars() {
        let latin = u32::from(character) < 256;
        let first = u32::from(character);
        let bytes = character.encode_utf8(&mut buffer).bytes().map(u32::from);
        for value in bytes.enumerate().filter_map(|(index, byte)| match (latin, index) {
            (true, 0) => Some(first),
            (true, _) => None,
            (false, _) => Some(byte),
        }) {
            hash = (hash << 4).wrapping_add(value);
            let high = hash & 0xf000_0000;
            if high != 0 {
                hash ^= high >> 24;
                hash ^= high;
            }
        }
    }
    hash
}

fn mix(a: u32, b: u32, c: u32) -> u32 {
    mix_all(a, b, c).2
}

fn mix_all(mut a: u32, mut b: u32, mut c: u32) -> (u32, u32, u32) {
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 13);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 8);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 13);
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 12);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 16);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 5);
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 3);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 10);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 15);
    (a, b, c)
}

/// The hash of bytes, twelve at a time.
fn block(bytes: &[u8], initial: u32) -> u32 {
    let (mut a, mut b, mut c) = (GOLDEN, GOLDEN, initial);
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0u32, |word, byte| (word << 8) | u32::from(*byte));
    let mut chunks = bytes.chunks_exact(12);
    for chunk in chunks.by_ref() {
        a = a.wrapping_add(word(&chunk[..4]));
        b = b.wrapping_add(word(&chunk[4..8]));
        c = c.wrapping_add(word(&chunk[8..]));
        (a, b, c) = mix_all(a, b, c);
    }
    let rest = chunks.remainder();
    let part = |from: usize| rest.get(from.min(rest.len())..rest.len().min(from + 4)).unwrap_or_default();
    a = a.wrapping_add(word(part(0)));
    b = b.wrapping_add(word(part(4)));
    // The lowest byte of the last word is the length.
    c = c.wrapping_add(bytes.len() as u32).wrapping_add(word(part(8)) << 8);
    mix_all(a, b, c).2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_erlang_runtime() {
        let lock = |prefix, repo| phash2_tuple(&[Hashed::Atom("ecto"), prefix, Hashed::Atom(repo)]);
        assert_eq!(lock(Hashed::Atom("nil"), "Elixir.MyApp.Repo"), 41_811_489);
        assert_eq!(lock(Hashed::Text("tenant_1"), "Elixir.MyApp.Repo"), 84_020_540);
        assert_eq!(lock(Hashed::Text("a_long_tenant_name_here_27ch"), "Elixir.Größe.Repo"), 96_503_391);
        assert_eq!(lock(Hashed::Text("exactly12byt"), "Elixir.MyApp.Repo"), 117_421_301);
    }
}
