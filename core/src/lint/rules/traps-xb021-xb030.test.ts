import { describeTraps } from '../testing/describe-traps.ts';

describeTraps({
  XB021: [
    {
      title: 'cargo with a target',
      text: 'FROM rust\nARG TARGETARCH\nRUN --mount=type=cache,target=/src/target cargo build --target $T\n',
    },
    {
      title: 'a lock',
      text: 'FROM rust\nARG TARGETARCH\nRUN --mount=type=cache,target=/src/target,sharing=locked cargo build\n',
    },
    {
      title: "Go's cache, which keeps architectures apart",
      text: 'FROM golang\nARG TARGETARCH\nRUN --mount=type=cache,target=/root/.cache/go-build go build\n',
    },
    {
      title: 'one platform asked for',
      text: 'FROM rust\nRUN --mount=type=cache,target=/src/target cargo build\n',
      platforms: 'amd64',
    },
    {
      title: 'an id that is the same for all',
      text: 'FROM rust\nARG TARGETARCH\nRUN --mount=type=cache,id=t,target=/src/target cargo build\n',
      want: ['XB021:warning'],
    },
  ],
  XB022: [
    { title: 'a variable that ENV sets', text: 'FROM alpine\nENV A_B=1\nRUN export A_B=2\nRUN echo $A_B\n' },
    { title: 'PATH', text: 'FROM alpine\nRUN export PATH=/x:$PATH\nRUN echo $PATH\n' },
    {
      title: 'a variable that is set again',
      text: 'FROM alpine\nRUN ARCH=x; echo $ARCH\nRUN ARCH=y; echo $ARCH\n',
    },
    { title: 'an assignment for one command', text: 'FROM alpine\nRUN ARCH=x make\nRUN make ${ARCH:-y}\n' },
    {
      title: 'a file without export',
      text: 'FROM golang\nARG TARGETARCH\nRUN echo "GOARCH=$TARGETARCH" > /env\nRUN . /env && go build\n',
      want: ['XB022:warning'],
    },
    {
      title: 'a file with export',
      text: 'FROM golang\nARG TARGETARCH\nRUN echo "export GOARCH=$TARGETARCH" > /env\nRUN . /env && go build\n',
    },
    {
      title: 'a file whose variables are used by name',
      text: 'FROM golang\nARG TARGETARCH\nRUN echo "GOARCH=$TARGETARCH" > /env\nRUN . /env && GOARCH=$GOARCH go build\n',
    },
    {
      title: 'set -a',
      text: 'FROM golang\nARG TARGETARCH\nRUN echo "GOARCH=$TARGETARCH" > /env\nRUN set -a && . /env && go build\n',
    },
  ],
  XB023: [
    { title: 'taking it out', text: "FROM gcc\nRUN sed -i 's/-march=native//' Makefile\n" },
    { title: 'ENV', text: 'FROM rust\nENV RUSTFLAGS="-C target-cpu=native"\n', want: ['XB023:warning'] },
    { title: 'GOAMD64=v2', text: 'FROM golang\nENV GOAMD64=v2\n' },
    { title: 'GOAMD64=v3', text: 'FROM golang\nRUN GOAMD64=v3 go build\n', want: ['XB023:warning'] },
  ],
  XB024: [
    {
      title: 'packages with such a name in them',
      text: 'FROM debian\nARG TARGETARCH\nRUN apt-get install -y gcc chromium libc6-dev\n',
    },
    { title: 'removal', text: 'FROM debian\nARG TARGETARCH\nRUN apt-get purge gcc-multilib\n' },
  ],
  XB025: [
    {
      title: 'several architectures',
      text: 'FROM debian\nARG TARGETARCH\nRUN echo "deb [arch=amd64,arm64] https://x y z" > /l\n',
    },
    {
      title: 'single quotes, which take no substitution',
      text: "FROM debian\nARG TARGETARCH\nRUN echo 'deb [arch=amd64 signed-by=/k] https://x y z' > /l\n",
      want: ['XB025:warning'],
    },
  ],
  XB026: [
    {
      title: 'a file that knows of no platforms',
      text: 'FROM sdk AS b\nRUN dotnet publish\nFROM scratch\nCOPY --from=b /x /x\n',
    },
    {
      title: 'Go',
      text: 'FROM golang AS b\nARG TARGETARCH\nRUN go build -o /x\nFROM scratch\nCOPY --from=b /x /x\n',
      want: ['XB026:info'],
    },
    { title: 'the image itself', text: 'FROM node\nARG TARGETARCH\nRUN npm ci\n' },
    {
      title: 'npm for arm/v7',
      text: 'FROM node AS b\nRUN npm run build\nFROM scratch\nCOPY --from=b /x /x\n',
      platforms: 'amd64,arm/v7',
      want: ['XB026:warning'],
    },
  ],
  XB027: [
    {
      title: 'npm ci',
      text: 'FROM node\nRUN --mount=type=bind,source=package.json,target=package.json --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci\n',
    },
    {
      title: 'npm install over a lock file',
      text: 'FROM node\nRUN --mount=type=bind,source=package-lock.json,target=package-lock.json npm install\n',
      want: ['XB027:warning'],
    },
    { title: 'rw', text: 'FROM golang\nRUN --mount=type=bind,target=.,rw go mod tidy\n' },
    {
      title: 'another folder',
      text: 'FROM golang\nWORKDIR /src\nRUN --mount=type=bind,target=/other go mod tidy\n',
    },
    {
      title: 'the folder it runs in',
      text: 'FROM golang\nWORKDIR /src\nRUN --mount=type=bind,target=/src go mod tidy\n',
      want: ['XB027:warning'],
    },
  ],
  XB028: [
    { title: 'xx', text: 'FROM --platform=$BUILDPLATFORM alpine AS b\nCOPY --from=tonistiigi/xx / /\n' },
    { title: 'a stage on the target', text: 'FROM alpine\nCOPY --from=ghcr.io/x/uv:1 /uv /uv\n' },
    {
      title: 'a build context',
      text: 'FROM --platform=$BUILDPLATFORM alpine AS b\nCOPY --from=sources / /\n',
    },
    {
      title: 'a mount',
      text: 'FROM --platform=$BUILDPLATFORM alpine AS b\nRUN --mount=from=ghcr.io/x/uv:1,target=/uv /uv/uv sync\n',
      want: ['XB028:info'],
    },
  ],
  XB029: [
    {
      title: 'a stage that compiles',
      text: 'ARG P=linux/amd64\nFROM --platform=$P alpine AS b\nFROM alpine\nCOPY --from=b /x /x\n',
      want: ['XB029:info'],
    },
    {
      title: 'that platform asked for',
      text: 'ARG P=linux/amd64\nFROM --platform=$P alpine\n',
      platforms: 'amd64',
    },
    {
      title: 'a default that is the build platform',
      text: 'ARG P=$BUILDPLATFORM\nFROM --platform=$P alpine AS b\nFROM alpine\nCOPY --from=b /x /x\n',
    },
    {
      title: 'an architecture in the name of the base',
      text: 'ARG ARCH=amd64\nFROM prom/busybox-linux-${ARCH}\n',
      platforms: 'amd64,arm64',
      want: ['XB029:warning'],
    },
    {
      title: 'the same as a folder, in a file that knows of no platforms',
      text: 'ARG ARCH=arm64v8\nFROM ${ARCH}/debian\n',
      want: ['XB029:info'],
    },
    {
      title: 'an architecture that follows the platform',
      text: 'ARG ARCH=$TARGETARCH\nFROM ${ARCH}/debian\n',
      platforms: 'amd64,arm64',
    },
    {
      title: 'an architecture without a default, which the caller must give',
      text: 'ARG ARCH\nFROM ${ARCH}/debian\n',
      platforms: 'amd64,arm64',
    },
    {
      title: 'an ARG for something else',
      text: 'ARG VERSION=13\nFROM debian:${VERSION}\n',
      platforms: 'amd64,arm64',
    },
    { title: 'linux with the target architecture', text: 'FROM --platform=linux/${TARGETARCH} alpine\n' },
  ],
  XB030: [
    {
      title: 'short flags together',
      text: 'FROM alpine\nRUN curl -sSfLo /a https://x/a && curl -fsSLO https://x/b && curl --fail -o /c https://x/c\n',
    },
    { title: 'a pipe', text: 'FROM alpine\nRUN curl -sSL https://x/a | tar xz\n' },
    { title: 'a question', text: 'FROM alpine\nRUN curl -sI -o /dev/null -w "%{http_code}" https://x\n' },
    { title: 'a redirect', text: 'FROM alpine\nRUN curl -sSL https://x/a > /a\n', want: ['XB030:info'] },
  ],
});
