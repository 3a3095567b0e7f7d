import { describeTraps, GO_STAGE, SHIP_APP } from '../testing/describe-traps.ts';

const CARGO_STAGE = 'FROM --platform=$BUILDPLATFORM rust:1 AS build\nWORKDIR /src\n';
const SHIP_CARGO = 'FROM scratch\nCOPY --from=build /src/target/release/app /app\n';

describeTraps({
  XB004: [
    {
      title: 'go made to cross-compile by xx, in a step before or a parent',
      text: `FROM --platform=$BUILDPLATFORM golang AS base\nRUN xx-go --wrap\nFROM base AS build\nRUN go build -o /app .\n${SHIP_APP}`,
    },
    {
      title: 'a tool that stays',
      text: `${GO_STAGE}RUN go build -o /tool ./tool && /tool\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
    },
    {
      title: 'go install of a version',
      text: `${GO_STAGE}RUN go install example.com/gen@latest\n${SHIP_APP}`,
    },
    {
      title: 'ENV GOARCH',
      text: `${GO_STAGE}ARG TARGETARCH\nENV GOARCH=$TARGETARCH\nRUN go build -o /app .\n${SHIP_APP}`,
    },
    {
      title: 'export in the same step',
      text: `${GO_STAGE}ARG TARGETARCH\nRUN export GOARCH=$TARGETARCH; go build -o /app .\n${SHIP_APP}`,
    },
    {
      title: 'env',
      text: `${GO_STAGE}ARG TARGETARCH\nRUN env GOARCH=$TARGETARCH go build -o /app .\n${SHIP_APP}`,
    },
    { title: 'a file that is read', text: `${GO_STAGE}RUN . /env && go build -o /app .\n${SHIP_APP}` },
    { title: 'xx-go', text: `${GO_STAGE}RUN xx-go build -o /app .\n${SHIP_APP}` },
    { title: 'a stage on the target', text: `FROM golang AS build\nRUN go build -o /app .\n${SHIP_APP}` },
    {
      title: 'GOARCH for another command',
      text: `${GO_STAGE}ARG TARGETARCH\nRUN GOARCH=$TARGETARCH go mod download && go build -o /app .\n${SHIP_APP}`,
      want: ['XB004:error'],
    },
    {
      title: 'a stage made from one on the build machine',
      text: `FROM --platform=$BUILDPLATFORM golang AS base\nFROM base AS build\nRUN go build -o /app .\n${SHIP_APP}`,
      want: ['XB004:error'],
    },
    {
      title: 'cargo without a target',
      text: `${CARGO_STAGE}RUN cargo build --release\n${SHIP_CARGO}`,
      want: ['XB004:error'],
    },
    {
      title: 'cargo without a target, by way of another path',
      text: `${CARGO_STAGE}RUN cargo +nightly build --release && cp target/release/app /app\n${SHIP_APP}`,
      want: ['XB004:error'],
    },
    {
      title: 'a tool that cargo builds',
      text: `${CARGO_STAGE}RUN cargo build --release\nFROM scratch\nCOPY --from=build /generated /app\n`,
    },
    {
      title: 'cargo told by its environment',
      text: `${CARGO_STAGE}ENV CARGO_BUILD_TARGET=x86_64-unknown-linux-musl\nRUN cargo build --release\n${SHIP_CARGO}`,
    },
    {
      title: 'cargo with a target',
      text: `${CARGO_STAGE}RUN cargo build --release --target $TRIPLE && cp target/$TRIPLE/release/app /app\n${SHIP_APP}`,
    },
    {
      title: 'cargo in the branch for one platform',
      text: `${CARGO_STAGE}ARG TARGETARCH BUILDARCH\nRUN if [ "$TARGETARCH" = "$BUILDARCH" ]; then cargo build --release; else exit 1; fi\n${SHIP_CARGO}`,
    },
    {
      title: 'cargo on the target',
      text: `FROM rust AS build\nRUN cargo build --release\n${SHIP_CARGO}`,
    },
    {
      title: 'filling the cache',
      text: `${GO_STAGE}RUN go build std\nRUN go build ./...\nRUN GOARCH=arm64 true\n${SHIP_APP}`,
    },
  ],
  XB005: [
    {
      title: 'ARG GOARCH, which the caller may give and BuildKit does not',
      text: `${GO_STAGE}ARG TARGETARCH GOARCH=amd64\nRUN go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm64',
      want: ['XB005:warning'],
    },
    {
      title: 'ARG GOARCH before FROM',
      text: `ARG GOARCH=amd64\n${GO_STAGE}ARG GOARCH\nRUN go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm64',
      want: ['XB005:warning'],
    },
    {
      title: 'an ARG of another name',
      text: `${GO_STAGE}ARG ARCH=amd64\nRUN GOARCH=\${ARCH} go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm64',
      want: ['XB005:warning'],
    },
    {
      title: 'ARG GOARCH made of TARGETARCH',
      text: `${GO_STAGE}ARG TARGETARCH\nARG GOARCH=$TARGETARCH\nRUN go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm64',
    },
    {
      title: 'ARG GOARCH in a file that knows of no platforms',
      text: 'FROM golang AS build\nARG GOARCH=amd64\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
      want: ['XB005:info'],
    },
    {
      title: 'a variable that the script maps',
      text: `${GO_STAGE}ARG TARGETARCH ARCH=amd64\nRUN ARCH=$TARGETARCH; GOARCH=$ARCH go build -o /app .\n${SHIP_APP}`,
      platforms: 'amd64,arm64',
    },
    {
      title: 'a branch for one platform',
      text: `${GO_STAGE}ARG TARGETARCH\nRUN if [ "$TARGETARCH" = amd64 ]; then GOARCH=amd64 go build -o /app .; else GOARCH=arm64 go build -o /app .; fi\n${SHIP_APP}`,
    },
    {
      title: 'a stage with an architecture in its name',
      text: 'FROM --platform=$BUILDPLATFORM golang AS build-amd64\nRUN GOARCH=amd64 go build -o /app .\nFROM build-${TARGETARCH} AS build\nFROM scratch\nCOPY --from=build /app /app\n',
    },
    {
      title: 'binaries for other systems',
      text: `${GO_STAGE}RUN GOOS=darwin GOARCH=arm64 go build -o /app .\n${SHIP_APP}`,
    },
    {
      title: 'one platform asked for',
      text: `${GO_STAGE}RUN GOARCH=amd64 go build -o /app .\n${SHIP_APP}`,
      platforms: 'linux/amd64',
    },
    {
      title: 'several built one by one',
      text: `${GO_STAGE}RUN GOARCH=amd64 go build -o /app/a . && GOARCH=arm64 go build -o /app/b .\n${SHIP_APP}`,
    },
    {
      title: 'a Dockerfile that knows of no platforms',
      text: `FROM golang AS build\nRUN GOARCH=amd64 go build -o /app .\n${SHIP_APP}`,
      want: ['XB005:info'],
    },
    {
      title: 'cargo',
      text: 'FROM rust AS build\nARG TARGETARCH\nRUN cargo build --release --target=x86_64-unknown-linux-musl\nFROM scratch\nCOPY --from=build /x /x\n',
      want: ['XB005:error'],
    },
    {
      title: 'wasm',
      text: 'FROM rust AS build\nARG TARGETARCH\nRUN cargo build --target wasm32-unknown-unknown\nFROM scratch\nCOPY --from=build /x /x\n',
    },
    {
      title: 'the target of cargo in its environment',
      text: `${CARGO_STAGE}ENV CARGO_BUILD_TARGET=x86_64-unknown-linux-musl\nRUN cargo build --release\n${SHIP_CARGO}`,
      want: ['XB005:error'],
    },
    {
      title: 'the target of cargo before it, by an ARG',
      text: `${CARGO_STAGE}ARG TRIPLE=x86_64-unknown-linux-musl\nRUN CARGO_BUILD_TARGET=$TRIPLE cargo build --release\n${SHIP_CARGO}`,
      want: ['XB005:warning'],
    },
    {
      title: 'a target of cargo that is for macOS',
      text: `${CARGO_STAGE}ENV CARGO_BUILD_TARGET=x86_64-apple-darwin\nRUN cargo build --release\n${SHIP_CARGO}`,
    },
    {
      title: 'a target of cargo that the platform decides',
      text: `${CARGO_STAGE}ARG TARGETARCH\nRUN export CARGO_BUILD_TARGET=$(map $TARGETARCH)-unknown-linux-musl && cargo build --release\n${SHIP_CARGO}`,
    },
    {
      title: 'dotnet',
      text: 'FROM sdk AS build\nARG TARGETARCH\nRUN dotnet publish -r linux-x64 -o /x\nFROM scratch\nCOPY --from=build /x /x\n',
      want: ['XB005:error'],
    },
  ],
  XB006: [
    {
      title: 'a URL with the architecture as a variable too',
      text: 'FROM alpine\nARG TARGETARCH\nRUN curl -fO https://x.org/amd64/tool-${TARGETARCH}\n',
    },
    { title: 'macOS', text: 'FROM alpine\nARG TARGETARCH\nRUN curl -fO https://x.org/tool-darwin-amd64\n' },
    {
      title: 'a substitution that asks for the architecture',
      text: 'FROM alpine\nARG TARGETARCH\nRUN curl -fO https://x.org/amd64/tool-$(uname -m)\n',
    },
    {
      title: 'a substitution that asks for a version',
      text: 'FROM alpine\nARG TARGETARCH\nRUN curl -fO "https://x.org/$(curl -fs https://x.org/arm64.txt)/amd64/tool"\n',
      want: ['XB006:warning'],
    },
    {
      title: 'the same in backticks',
      text: 'FROM alpine\nARG TARGETARCH\nRUN curl -fO https://x.org/`curl -fs https://x.org/latest`/amd64/tool\n',
      want: ['XB006:warning'],
    },
    {
      title: 'a trigger',
      text: 'FROM alpine\nONBUILD ARG TARGETARCH\nONBUILD ADD https://x.org/tool-amd64 /tool\n',
      want: ['XB006:warning'],
    },
    {
      title: 'a branch',
      text: 'FROM alpine\nARG TARGETARCH\nRUN case $TARGETARCH in amd64) curl -fO https://x.org/tool-x86_64 ;; *) exit 1 ;; esac\n',
    },
    {
      title: 'a test before',
      text: 'FROM alpine\nARG TARGETARCH\nRUN [ "$TARGETARCH" != amd64 ] || curl -fO https://x.org/tool-x86_64\n',
    },
    {
      title: 'ADD',
      text: 'FROM alpine\nARG TARGETARCH\nADD https://x.org/tool-amd64 /tool\n',
      want: ['XB006:warning'],
    },
    {
      title: 'a word within another',
      text: 'FROM alpine\nARG TARGETARCH\nRUN curl -fO https://x.org/charm/tool\n',
    },
  ],
});
