# Everything that the two commands of README.md need, on Debian's slim image, with the toolchain that
# rust-toolchain.toml names:
#
#   docker build -t papers .
#   docker run --rm papers make test
#   docker run --rm -v "$PWD/figures:/papers/figures" papers make reproduce
FROM debian:trixie-slim

RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl gcc libc6-dev make \
 && rm -rf /var/lib/apt/lists/*

ENV RUSTUP_HOME=/opt/rustup CARGO_HOME=/opt/cargo PATH=/opt/cargo/bin:$PATH
RUN curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --no-modify-path --default-toolchain none

WORKDIR /papers
COPY rust-toolchain.toml ./
RUN rustup toolchain install
COPY . .
RUN make build

CMD ["make", "reproduce"]
