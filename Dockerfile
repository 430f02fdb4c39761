# syntax=docker/dockerfile:1

# The program is built where a compiler is and run where none is.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin routiq \
    && install -D -m 0755 target/release/routiq /out/routiq

FROM debian:bookworm-slim
# The platforms' certificates are verified against Debian's list. Time zones are part of the program.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/routiq --create-home --shell /usr/sbin/nologin routiq
COPY --from=build /out/routiq /usr/local/bin/routiq
USER routiq
WORKDIR /var/lib/routiq
ENV ROUTIQ_ENV=production
ENV PORT=8000
EXPOSE 8000
# /health touches nothing: it says that the process answers, not that a platform or the database does.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["routiq", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["routiq"]
CMD ["serve"]
