//! Refuses to run on a processor that the program was not built for.
//!
//! Every x86-64 build uses the level x86-64-v3 (AVX2, FMA, BMI; Intel Haswell and AMD Excavator, 2013
//! and later). On an older processor such a program would die of an illegal instruction somewhere in
//! the middle. A constructor that runs before `main` checks instead, says so in one sentence and exits
//! with status 2. It is written in assembly because the compiler is free to use the very instructions
//! in question in anything that it compiles.

/// What an x86-64 processor without the needed instructions is told.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
const REFUSAL: &str = "this build needs an x86-64 processor with AVX2 and FMA (2013 or newer), \
     and an operating system that enables them; this machine has not\n";

/// Checks that the processor has the instructions this build uses.
///
/// # Errors
/// On x86-64, one sentence naming the requirement if AVX2, FMA or another part of the level x86-64-v3
/// is missing. Other architectures are fused-multiply-add machines by their baseline: always `Ok`.
pub fn require_cpu() -> Result<(), String> {
    #[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
    // SAFETY: the function has no preconditions.
    if unsafe { x86_64::is_supported() } == 0 {
        return Err(REFUSAL.trim_end().to_owned());
    }
    Ok(())
}

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
mod x86_64 {
    use std::arch::naked_asm;

    /// CPUID leaf 1, ECX: SSE3, SSSE3, FMA, CMPXCHG16B, SSE4.1, SSE4.2, MOVBE, POPCNT, OSXSAVE, AVX, F16C.
    const LEAF_1: u32 =
        1 | 1 << 9 | 1 << 12 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 22 | 1 << 23 | 1 << 27 | 1 << 28 | 1 << 29;
    /// CPUID leaf 7, EBX: BMI1, AVX2, BMI2.
    const LEAF_7: u32 = 1 << 3 | 1 << 5 | 1 << 8;
    /// CPUID leaf 8000_0001h, ECX: LAHF, LZCNT.
    const LEAF_EXTENDED: u32 = 1 | 1 << 5;
    /// Extended control register 0: the system saves the SSE and AVX registers.
    const SAVED_REGISTERS: u32 = 0b110;

    /// 1 if the processor and the operating system support x86-64-v3, else 0.
    #[unsafe(naked)]
    pub unsafe extern "C" fn is_supported() -> u32 {
        naked_asm!(
            "push rbx",
            "mov eax, 0x80000000",
            "cpuid",
            "cmp eax, 0x80000001",
            "jb 2f",
            "mov eax, 0x80000001",
            "cpuid",
            "and ecx, {extended}",
            "cmp ecx, {extended}",
            "jne 2f",
            "xor eax, eax",
            "cpuid",
            "cmp eax, 7",
            "jb 2f",
            "mov eax, 1",
            "cpuid",
            "and ecx, {leaf_1}",
            "cmp ecx, {leaf_1}",
            "jne 2f",
            "xor ecx, ecx",
            "xgetbv",
            "and eax, {saved}",
            "cmp eax, {saved}",
            "jne 2f",
            "mov eax, 7",
            "xor ecx, ecx",
            "cpuid",
            "and ebx, {leaf_7}",
            "cmp ebx, {leaf_7}",
            "jne 2f",
            "mov eax, 1",
            "jmp 3f",
            "2:",
            "xor eax, eax",
            "3:",
            "pop rbx",
            "ret",
            extended = const LEAF_EXTENDED,
            leaf_1 = const LEAF_1,
            leaf_7 = const LEAF_7,
            saved = const SAVED_REGISTERS,
        )
    }

    #[cfg(target_os = "linux")]
    mod at_start {
        use std::arch::naked_asm;

        /// The bytes of the refusal, as a symbol that assembly can address.
        static MESSAGE: [u8; super::super::REFUSAL.len()] = {
            let mut bytes = [0; super::super::REFUSAL.len()];
            bytes.copy_from_slice(super::super::REFUSAL.as_bytes());
            bytes
        };

        /// Writes the refusal to standard error and exits with status 2 if the processor is too old.
        ///
        /// System calls: 1 is `write`, 231 is `exit_group`.
        #[unsafe(naked)]
        unsafe extern "C" fn refuse_old_processors() {
            naked_asm!(
                "call {is_supported}",
                "test eax, eax",
                "jnz 2f",
                "mov eax, 1",
                "mov edi, 2",
                "lea rsi, [rip + {message}]",
                "mov edx, {length}",
                "syscall",
                "mov eax, 231",
                "mov edi, 2",
                "syscall",
                "2:",
                "ret",
                is_supported = sym super::is_supported,
                message = sym MESSAGE,
                length = const MESSAGE.len(),
            )
        }

        /// Entry in the table of functions that run before `main`, ahead of those without a priority.
        #[used]
        // SAFETY: the section holds pointers to functions of exactly this type.
        #[unsafe(link_section = ".init_array.00090")]
        static AT_START: unsafe extern "C" fn() = refuse_old_processors;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_processor_that_runs_the_tests_is_supported() {
        assert_eq!(super::require_cpu(), Ok(()));
    }
}
