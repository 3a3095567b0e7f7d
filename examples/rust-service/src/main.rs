//! A service that answers with the platform it was compiled for.
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

fn platform() -> String {
    format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH)
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 1024];
    let _ = stream.read(&mut request)?;
    let body = platform();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.len(), body)
}

fn main() -> std::io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("platform") {
        println!("{}", platform());
        return Ok(());
    }
    for stream in TcpListener::bind("0.0.0.0:8080")?.incoming() {
        if let Err(error) = stream.and_then(answer) {
            eprintln!("{error}");
        }
    }
    Ok(())
}
