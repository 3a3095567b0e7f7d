import { describeTraps, GO_STAGE, SHIP_APP } from '../testing/describe-traps.ts';

describeTraps({
  XB015: [
    {
      title: 'a path for each architecture',
      text: 'FROM debian\nARG TARGETARCH\nENV LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu:/usr/lib/aarch64-linux-gnu\n',
    },
    {
      title: 'a variable that is for one',
      text: 'FROM debian\nARG TARGETARCH\nENV LIB_AARCH64=/usr/lib/aarch64-linux-gnu\n',
    },
    { title: 'no path', text: 'FROM debian\nARG TARGETARCH\nENV ARCH=amd64\n' },
    {
      title: 'a preloaded library',
      text: 'FROM debian\nARG TARGETARCH\nENV LD_PRELOAD /usr/lib/x86_64-linux-gnu/libjemalloc.so.2\n',
      want: ['XB015:warning'],
    },
    {
      title: 'a file of one architecture from a stage that has no say in it',
      text: 'FROM muslrust AS build\nRUN cargo build --release\nFROM alpine\nARG TARGETARCH\nCOPY --from=build /src/target/x86_64-unknown-linux-musl/release/app /app\n',
      want: ['XB015:warning'],
    },
    {
      title: 'the same from the build context',
      text: 'FROM alpine\nARG TARGETARCH\nCOPY dist/app-linux-amd64 /app\n',
      want: ['XB015:warning'],
    },
    {
      title: 'a file of one architecture, which another rule finds where it is made',
      text: 'FROM rust AS build\nRUN cargo build --release --target x86_64-unknown-linux-musl\nFROM alpine\nARG TARGETARCH\nCOPY --from=build /src/target/x86_64-unknown-linux-musl/release/app /app\n',
    },
    {
      title: 'files of several architectures to choose from',
      text: 'FROM alpine\nARG TARGETARCH\nCOPY dist/app-amd64 dist/app-arm64 /\nRUN mv /app-$TARGETARCH /app\n',
    },
    {
      title: 'a stage for one architecture',
      text: 'FROM scratch AS build-amd64\nCOPY dist/app-amd64 /app\nFROM build-$TARGETARCH\n',
    },
    {
      title: 'an emulator',
      text: 'FROM alpine\nARG TARGETARCH\nCOPY --from=multiarch/qemu-user-static /usr/bin/qemu-aarch64-static /usr/bin/\n',
    },
  ],
  XB016: [
    {
      title: 'a branch for each',
      text: 'FROM --platform=$BUILDPLATFORM rust AS b\nARG TARGETARCH\nRUN if [ "$TARGETARCH" != amd64 ]; then rustup target add aarch64-unknown-linux-gnu; else rustup target add x86_64-unknown-linux-gnu; fi\n',
    },
    {
      title: 'a chain',
      text: 'FROM --platform=$BUILDPLATFORM rust AS b\nARG TARGETARCH\nRUN [ "$TARGETARCH" != amd64 ] && rustup target add aarch64-unknown-linux-gnu\n',
      want: ['XB016:warning'],
    },
  ],
  XB017: [
    {
      title: 'what is done besides for one platform',
      text: 'FROM alpine\nARG TARGETARCH\nRUN case $TARGETARCH in amd64) apk add x ;; esac\n',
    },
    {
      title: 'an else that asks again',
      text: 'FROM alpine\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = arm64 ]; then A=aarch64; else A=$TARGETARCH; fi\n',
    },
    {
      title: 'an else for the only other platform',
      text: 'FROM alpine\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = arm64 ]; then A=aarch64; else A=x86_64; fi\n',
      platforms: 'amd64,arm64',
      want: ['XB017:info'],
    },
    {
      title: 'an else that a third platform falls into',
      text: 'FROM alpine\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = arm64 ]; then A=aarch64; else A=x86_64; fi\n',
      platforms: 'amd64,arm64,arm/v7',
      want: ['XB017:warning'],
    },
    {
      title: 'the rest of a case, taken for one architecture',
      text: 'FROM alpine\nARG TARGETARCH\nRUN case $TARGETARCH in arm64) A=aarch64 ;; *) A=x86_64 ;; esac\n',
      platforms: 'amd64,arm64,arm/v7',
      want: ['XB017:warning'],
    },
    {
      title: 'the rest of a case that fails',
      text: 'FROM alpine\nARG TARGETARCH\nRUN case $TARGETARCH in arm64) A=aarch64 ;; *) echo "only amd64" && exit 1 ;; esac\n',
    },
    {
      title: 'a chain without else, which a third platform falls through',
      text: 'FROM alpine\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = arm64 ]; then A=aarch64; elif [ "$TARGETARCH" = amd64 ]; then A=x86_64; fi\n',
      platforms: 'amd64,arm64,arm/v7',
      want: ['XB017:warning'],
    },
    {
      title: 'a chain that ends with something else',
      text: 'FROM alpine\nARG TARGETARCH X\nRUN if [ "$TARGETARCH" = arm64 ]; then A=aarch64; elif [ -n "$X" ]; then A=x86_64; fi\n',
    },
    {
      title: 'what is done besides for one platform, with if',
      text: 'FROM alpine\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = amd64 ]; then apk add x; fi\n',
    },
  ],
  XB018: [
    {
      title: 'CC',
      text: `${GO_STAGE}ARG TARGETARCH\nRUN CGO_ENABLED=1 CC=aarch64-linux-gnu-gcc GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
    },
    {
      title: 'the target stage',
      text: `FROM golang AS build\nARG TARGETARCH\nRUN CGO_ENABLED=1 GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
    },
    {
      title: 'ENV',
      text: `${GO_STAGE}ARG TARGETARCH\nENV CGO_ENABLED=1\nRUN GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
      want: ['XB018:warning'],
    },
  ],
  XB019: [
    {
      title: 'no arm asked for',
      text: `${GO_STAGE}ARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm64',
    },
    {
      title: 'arm/v7 alone',
      text: `${GO_STAGE}ARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm/v7',
      want: ['XB019:info'],
    },
    {
      title: 'GOARM set before',
      text: `${GO_STAGE}ARG TARGETARCH TARGETVARIANT\nRUN export GOARM=\${TARGETVARIANT#v}; GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm/v6',
    },
    {
      title: 'GOARM with the v',
      text: `${GO_STAGE}ARG TARGETARCH TARGETVARIANT\nRUN GOARM=$TARGETVARIANT GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm/v7',
      want: ['XB019:warning'],
    },
  ],
  XB020: [
    {
      title: 'an id for each platform',
      text: 'FROM debian\nARG TARGETARCH\nRUN --mount=type=cache,id=apt-$TARGETARCH,target=/var/cache/apt apt-get update\n',
    },
    {
      title: 'other caches',
      text: 'FROM golang\nARG TARGETARCH\nRUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod go build\n',
    },
    {
      title: 'a file that knows of no platforms',
      text: 'FROM debian\nRUN --mount=type=cache,target=/var/cache/apt apt-get update\n',
      want: ['XB020:info'],
    },
    {
      title: 'a step that is the same for all platforms, and so runs once',
      text: 'FROM --platform=$BUILDPLATFORM debian AS build\nRUN --mount=type=cache,target=/var/cache/apt apt-get update\nARG TARGETARCH\nRUN touch /a\nFROM scratch\nCOPY --from=build /a /a\n',
      want: ['XB020:info'],
    },
    {
      title: 'a step on the build machine that sees the platform, and so runs for each',
      text: 'FROM --platform=$BUILDPLATFORM debian AS build\nARG TARGETARCH\nRUN --mount=type=cache,target=/var/cache/apt apt-get update\nFROM scratch\nCOPY --from=build /a /a\n',
      want: ['XB020:warning'],
    },
    {
      title: 'sharing=private',
      text: 'FROM debian\nARG TARGETARCH\nRUN --mount=type=cache,target=/var/cache/apt,sharing=private apt-get update\n',
    },
  ],
});
