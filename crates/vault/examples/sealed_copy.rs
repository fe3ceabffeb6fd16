//! The least that a backup can cost: files read, sealed with XChaCha20-Poly1305 in pieces of 64 KiB, written and synced:
//! `sealed_copy TO FROM…`. Prints the milliseconds and the bytes. With `-` for TO it only seals.
#![allow(clippy::print_stdout)]

use std::fs::File;
use std::io::{Read, Write};
use std::time::Instant;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

const CHUNK: usize = 64 * 1024;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let to = arguments.next().filter(|_| arguments.len() > 0).ok_or("usage: sealed_copy TO|- FROM…")?;
    let start = Instant::now();
    let cipher = XChaCha20Poly1305::new(&[7; 32].into());
    let mut out: Box<dyn Write> = if to == "-" { Box::new(std::io::sink()) } else { Box::new(File::create(&to)?) };
    let (mut number, mut bytes, mut chunk) = (0u64, 0, vec![0; CHUNK]);
    for from in arguments {
        let mut file = File::open(from)?;
        loop {
            let mut filled = 0;
            while filled < CHUNK {
                match file.read(&mut chunk[filled..])? {
                    0 => break,
                    n => filled += n,
                }
            }
            if filled == 0 {
                break;
            }
            let mut nonce = [0; 24];
            nonce[..8].copy_from_slice(&number.to_le_bytes());
            let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: &chunk[..filled], aad: &[0; 32] });
            out.write_all(&sealed.map_err(|_| "the cipher refused")?)?;
            (number, bytes) = (number + 1, bytes + filled as u64);
        }
    }
    if to != "-" {
        File::options().write(true).open(&to)?.sync_all()?;
    }
    println!("{:.4}\t{bytes}", start.elapsed().as_secs_f64() * 1000.0);
    Ok(())
}
