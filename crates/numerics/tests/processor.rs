//! An x86-64 processor without AVX2 is refused before `main`, one with it is not.
//!
//! This test runs itself under an emulator; it needs `qemu-x86_64` (Debian package qemu-user).
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

use std::process::{Command, Output};

/// Runs this test program under the emulator with a processor model, asking only for its list of tests.
///
/// `None` where the emulator is not installed.
fn emulate(processor: &str) -> Option<Output> {
    let program = std::env::current_exe().expect("the path of this program");
    let run = Command::new("qemu-x86_64").args(["-cpu", processor]).arg(program).arg("--list").output();
    match run {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("not checked: qemu-x86_64 is not installed");
            None
        }
        Err(error) => panic!("cannot run qemu-x86_64: {error}"),
    }
}

#[test]
fn old_processors_are_refused_with_a_sentence() {
    numerics::require_cpu().expect("the processor that runs the tests");
    // Before AVX, and with AVX but without AVX2 and FMA.
    for processor in ["Nehalem", "SandyBridge"] {
        let Some(output) = emulate(processor) else {
            return;
        };
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{processor}: {message}");
        assert!(message.contains("needs an x86-64 processor with AVX2 and FMA (2013 or newer)"), "{message}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn processors_from_2013_on_run() {
    numerics::require_cpu().expect("the processor that runs the tests");
    for processor in ["Haswell", "EPYC", "max"] {
        let Some(output) = emulate(processor) else {
            return;
        };
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{processor}: {message}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("processors_from_2013_on_run"));
    }
}
