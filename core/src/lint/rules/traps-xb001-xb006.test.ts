import { describeTraps, GO_STAGE, SHIP_APP } from '../testing/describe-traps.ts';

describeTraps({
  XB001: [
    {
      title: 'a default made from the automatic value after a bare ARG',
      text: 'FROM alpine\nARG TARGETARCH\nARG TARGETARCH=${TARGETARCH/amd64/x64}\nRUN echo $TARGETARCH > /a\n',
    },
    {
      title: 'the same without the bare ARG, which is empty everywhere',
      text: 'FROM alpine\nARG TARGETARCH=${TARGETARCH/amd64/x64}\nRUN echo $TARGETARCH > /a\n',
      want: ['XB001:error'],
    },
    {
      title: 'a self reference with a fallback, which is always the fallback',
      text: 'FROM alpine\nARG TARGETARCH=${TARGETARCH:-amd64}\nRUN echo $TARGETARCH > /a\n',
      want: ['XB001:error'],
    },
    {
      title: 'a bare ARG before FROM',
      text: 'ARG TARGETARCH\nFROM alpine\nARG TARGETARCH\nRUN echo $TARGETARCH > /a\n',
    },
    {
      title: 'an empty default',
      text: 'FROM alpine\nARG TARGETARCH=""\nRUN echo $TARGETARCH > /a\n',
      want: ['XB001:error'],
    },
    {
      title: 'a default before FROM that a stage takes',
      text: 'ARG TARGETARCH=amd64\nFROM alpine\nARG TARGETARCH\nRUN echo $TARGETARCH > /a\n',
      want: ['XB001:error'],
    },
    {
      title: 'a default before FROM that nobody takes',
      text: 'ARG TARGETARCH=amd64\nFROM alpine\nRUN true\n',
      want: ['XB001:info'],
    },
    { title: 'linux for TARGETOS', text: 'FROM alpine\nARG TARGETOS=linux\n', want: ['XB001:info'] },
    {
      title: 'BUILDPLATFORM before FROM',
      text: 'ARG BUILDPLATFORM=linux/amd64\nFROM --platform=$BUILDPLATFORM alpine AS a\nFROM alpine\nCOPY --from=a /x /x\n',
      want: ['XB001:warning'],
    },
    {
      title: 'one of several names in one ARG',
      text: 'FROM alpine\nARG TARGETOS TARGETARCH=arm64 X=1\nRUN echo $TARGETARCH > /a\n',
      want: ['XB001:error'],
    },
  ],
  XB002: [
    {
      title: 'an ARG of a parent stage',
      text: 'FROM alpine AS base\nARG TARGETARCH\nFROM base\nRUN echo $TARGETARCH > /a\n',
    },
    {
      title: 'an ARG after its use',
      text: 'FROM alpine\nRUN echo $TARGETARCH > /a\nARG TARGETARCH\n',
      want: ['XB002:error'],
    },
    {
      title: 'an ARG before FROM alone',
      text: 'ARG TARGETARCH\nFROM alpine\nRUN echo $TARGETARCH > /a\n',
      want: ['XB002:error'],
    },
    {
      title: 'a variable that the script sets',
      text: 'FROM alpine\nRUN TARGETARCH=$(uname -m) && echo $TARGETARCH > /a\n',
    },
    {
      title: 'an assignment for one command, which the words of that command do not see',
      text: 'FROM alpine\nRUN TARGETARCH=$TARGETARCH make > /a\n',
      want: ['XB002:error'],
    },
    { title: 'a script that is read first', text: 'FROM alpine\nRUN . /env && echo $TARGETARCH > /a\n' },
    {
      title: 'a fallback that asks the machine',
      text: 'FROM alpine\nRUN echo ${TARGETARCH:-$(uname -m)} > /a\n',
    },
    { title: 'a fallback that fails', text: 'FROM alpine\nRUN echo ${TARGETARCH:?} > /a\n' },
    { title: 'single quotes', text: "FROM alpine\nRUN echo '$TARGETARCH' > /a\n" },
    { title: 'a log line', text: 'FROM alpine\nRUN echo "for $TARGETPLATFORM"\n', want: ['XB002:info'] },
    {
      title: 'a heredoc that runs',
      text: 'FROM alpine\nRUN <<EOF\nset -e\nwget https://x/$TARGETARCH\nEOF\n',
      want: ['XB002:error'],
    },
    {
      title: 'a heredoc that is copied, and one in quotes',
      text: "FROM alpine\nCOPY <<EOF /a\n$TARGETARCH\nEOF\nCOPY <<'EOF' /b\n$BUILDARCH\nEOF\n",
      want: ['XB002:error'],
    },
    {
      title: 'PowerShell',
      text: 'FROM mcr.microsoft.com/windows\nSHELL ["powershell", "-Command"]\nRUN echo $TARGETARCH > a\n',
    },
    {
      title: 'another interpreter',
      text: 'FROM alpine\nRUN <<EOF\n#!/usr/bin/env python3\nprint("$TARGETARCH")\nEOF\n',
    },
    { title: 'the exec form', text: 'FROM alpine\nRUN ["echo", "$TARGETARCH"]\n' },
    {
      title: 'a comment within a step',
      text: "FROM alpine\nRUN true \\\n  # it's $TARGETARCH\n  && true\n",
    },
  ],
  XB003: [
    {
      title: 'scratch, which has no platform',
      text: `${GO_STAGE}FROM --platform=$BUILDPLATFORM scratch\nCOPY --from=build /a /a\nCMD ["/a"]\n`,
    },
    {
      title: 'a stage without CMD',
      text: 'FROM --platform=$BUILDPLATFORM alpine\nCOPY site /site\n',
      want: ['XB003:info'],
    },
    { title: 'TARGETPLATFORM', text: 'FROM --platform=$TARGETPLATFORM alpine\nCMD ["sh"]\n' },
    {
      title: 'a CMD of a parent',
      text: 'FROM --platform=$BUILDPLATFORM alpine AS base\nCMD ["sh"]\nFROM base\nCOPY a /a\n',
      want: ['XB003:error'],
    },
  ],
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
      title: 'filling the cache',
      text: `${GO_STAGE}RUN go build std\nRUN go build ./...\nRUN GOARCH=arm64 true\n${SHIP_APP}`,
    },
  ],
  XB005: [
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
