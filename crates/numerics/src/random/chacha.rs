//! The key stream of ChaCha with eight rounds (Bernstein 2008, *ChaCha, a variant of Salsa20*), sixteen blocks at a
//! time.
//!
//! Blocks differ in their counter only, so that any number of them are made side by side in vector registers, and the
//! words are the same for any number. Written as loops the compiler finds the registers of AVX2 or of aarch64 by
//! itself; for those of AVX-512, and its rotations, it would gather and scatter single words, so that there the
//! operations are spelled out.

/// 64-bit words in a block.
pub const BLOCK: usize = 8;
/// Blocks that are made together.
const BLOCKS: usize = 16;
/// 64-bit words that are made together.
pub const WORDS: usize = BLOCK * BLOCKS;

/// "expand 32-byte k": the first row of every block.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
/// Pairs of rounds: one over columns, one over diagonals.
const DOUBLE_ROUNDS: usize = 4;

/// Sixteen blocks of the key stream from block `counter` on, as little-endian 64-bit words; the nonce is zero.
pub fn key_stream(key: &[u32; 8], counter: u64, words: &mut [u64; WORDS]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor was asked just now.
        return unsafe { wide::key_stream(key, counter, words) };
    }
    plain::key_stream(key, counter, words);
}

mod plain {
    use super::{BLOCK, CONSTANTS, DOUBLE_ROUNDS, WORDS};

    /// Blocks side by side: as many words as a register of AVX2 holds.
    const LANES: usize = 8;

    /// The sixteen words of the blocks' states, each a row over the blocks.
    type States = [[u32; LANES]; 16];

    pub fn key_stream(key: &[u32; 8], counter: u64, words: &mut [u64; WORDS]) {
        let (groups, []) = words.as_chunks_mut::<{ BLOCK * LANES }>() else { unreachable!("whole groups") };
        for (index, group) in groups.iter_mut().enumerate() {
            blocks(key, counter.wrapping_add((index * LANES) as u64), group);
        }
    }

    fn blocks(key: &[u32; 8], counter: u64, words: &mut [u64; BLOCK * LANES]) {
        let mut start: States = [[0; LANES]; 16];
        for (row, word) in start.iter_mut().zip(CONSTANTS.into_iter().chain(*key)) {
            *row = [word; LANES];
        }
        for lane in 0..LANES {
            let counter = counter.wrapping_add(lane as u64);
            (start[12][lane], start[13][lane]) = (counter as u32, (counter >> 32) as u32);
        }
        let mut state = start;
        for _ in 0..DOUBLE_ROUNDS {
            for column in 0..4 {
                quarter_round(&mut state, column, 4 + column, 8 + column, 12 + column);
            }
            for column in 0..4 {
                let diagonal = |row: usize| 4 * row + (column + row) % 4;
                quarter_round(&mut state, column, diagonal(1), diagonal(2), diagonal(3));
            }
        }
        for (row, first) in state.iter_mut().zip(&start) {
            for (word, first) in row.iter_mut().zip(first) {
                *word = word.wrapping_add(*first);
            }
        }
        for lane in 0..LANES {
            for pair in 0..BLOCK {
                let (low, high) = (state[2 * pair][lane], state[2 * pair + 1][lane]);
                words[lane * BLOCK + pair] = u64::from(low) | u64::from(high) << 32;
            }
        }
    }

    #[inline(always)]
    fn quarter_round(state: &mut States, a: usize, b: usize, c: usize, d: usize) {
        add_xor_rotate(state, a, b, d, 16);
        add_xor_rotate(state, c, d, b, 12);
        add_xor_rotate(state, a, b, d, 8);
        add_xor_rotate(state, c, d, b, 7);
    }

    /// a += b; d = (d ^ a) <<< by.
    #[inline(always)]
    fn add_xor_rotate(state: &mut States, a: usize, b: usize, d: usize, by: u32) {
        for lane in 0..LANES {
            state[a][lane] = state[a][lane].wrapping_add(state[b][lane]);
        }
        for lane in 0..LANES {
            state[d][lane] = (state[d][lane] ^ state[a][lane]).rotate_left(by);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;
    use std::array::from_fn;

    use super::{BLOCK, CONSTANTS, DOUBLE_ROUNDS, WORDS};

    /// The four rows of the states of four blocks, a quarter of a register for each block.
    type Rows = [__m512i; 4];

    #[target_feature(enable = "avx512f")]
    pub fn key_stream(key: &[u32; 8], counter: u64, words: &mut [u64; WORDS]) {
        let row = |words: &[u32]| {
            let [a, b, c, d] = from_fn(|index| words[index] as i32);
            _mm512_set4_epi32(d, c, b, a)
        };
        let counters = |first: u64| {
            let [a, b, c, d] = from_fn(|index| first.wrapping_add(index as u64) as i64);
            _mm512_set_epi64(0, d, 0, c, 0, b, 0, a)
        };
        let (constants, low, high) = (row(&CONSTANTS), row(&key[..4]), row(&key[4..]));
        let starts: [Rows; 4] =
            from_fn(|group| [constants, low, high, counters(counter.wrapping_add(4 * group as u64))]);
        let mut states = starts;
        for _ in 0..DOUBLE_ROUNDS {
            for rows in &mut states {
                let [a, b, c, d] = quarter_rounds(*rows);
                *rows = [
                    a,
                    _mm512_shuffle_epi32::<0b00_11_10_01>(b),
                    _mm512_shuffle_epi32::<0b01_00_11_10>(c),
                    _mm512_shuffle_epi32::<0b10_01_00_11>(d),
                ];
            }
            for rows in &mut states {
                let [a, b, c, d] = quarter_rounds(*rows);
                *rows = [
                    a,
                    _mm512_shuffle_epi32::<0b10_01_00_11>(b),
                    _mm512_shuffle_epi32::<0b01_00_11_10>(c),
                    _mm512_shuffle_epi32::<0b00_11_10_01>(d),
                ];
            }
        }
        let (blocks, []) = words.as_chunks_mut::<BLOCK>() else { unreachable!("whole blocks") };
        for ((blocks, rows), start) in blocks.chunks_exact_mut(4).zip(&states).zip(&starts) {
            let sums = from_fn(|row| _mm512_add_epi32(rows[row], start[row]));
            for (block, words) in blocks.iter_mut().zip(by_block(sums)) {
                // SAFETY: a block has the size of a register.
                unsafe { _mm512_storeu_si512(block.as_mut_ptr().cast(), words) };
            }
        }
    }

    /// A quarter round of each column of four blocks.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn quarter_rounds([a, b, c, d]: Rows) -> Rows {
        let a = _mm512_add_epi32(a, b);
        let d = _mm512_rol_epi32::<16>(_mm512_xor_si512(d, a));
        let c = _mm512_add_epi32(c, d);
        let b = _mm512_rol_epi32::<12>(_mm512_xor_si512(b, c));
        let a = _mm512_add_epi32(a, b);
        let d = _mm512_rol_epi32::<8>(_mm512_xor_si512(d, a));
        let c = _mm512_add_epi32(c, d);
        let b = _mm512_rol_epi32::<7>(_mm512_xor_si512(b, c));
        [a, b, c, d]
    }

    /// From a row of four blocks in each register to a block in each: quarters turned like a square of four.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn by_block([a, b, c, d]: Rows) -> Rows {
        let [ab, cd] = [(a, b), (c, d)].map(|(first, second)| {
            let front = _mm512_shuffle_i32x4::<0b01_00_01_00>(first, second);
            [front, _mm512_shuffle_i32x4::<0b11_10_11_10>(first, second)]
        });
        [
            _mm512_shuffle_i32x4::<0b10_00_10_00>(ab[0], cd[0]),
            _mm512_shuffle_i32x4::<0b11_01_11_01>(ab[0], cd[0]),
            _mm512_shuffle_i32x4::<0b10_00_10_00>(ab[1], cd[1]),
            _mm512_shuffle_i32x4::<0b11_01_11_01>(ab[1], cd[1]),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever this processor takes, and across the end of the low half of the counter.
    #[test]
    fn both_ways_give_the_same_words() {
        let key = std::array::from_fn(|index| 0x9e37_79b9_u32.wrapping_mul(index as u32 + 1));
        for counter in [0, 16, (1 << 32) - 3, u64::MAX - 5] {
            let (mut taken, mut plain) = ([0; WORDS], [1; WORDS]);
            key_stream(&key, counter, &mut taken);
            plain::key_stream(&key, counter, &mut plain);
            assert_eq!(taken, plain, "from block {counter}");
        }
    }
}
