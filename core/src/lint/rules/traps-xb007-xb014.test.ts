import { describeTraps, GO_STAGE, SHIP_APP } from '../testing/describe-traps.ts';

describeTraps({
  XB007: [
    { title: 'a stage on the target', text: 'FROM alpine\nRUN wget -O /t https://x/$(uname -m)\n' },
    {
      title: 'a tool for the build',
      text: `${GO_STAGE}RUN curl -fsSLo /usr/bin/tool https://x/$(uname -m)\n${SHIP_APP}`,
      want: ['XB007:info'],
    },
    { title: 'the kernel', text: `${GO_STAGE}RUN uname -r > /app\n${SHIP_APP}` },
  ],
  XB008: [
    {
      title: 'bundled files',
      text: 'FROM --platform=$BUILDPLATFORM node AS build\nRUN npm ci && npm run build\nFROM nginx\nCOPY --from=build /app/dist /usr/share/nginx/html\n',
    },
    {
      title: 'packages not known to be native',
      text: 'FROM --platform=$BUILDPLATFORM node AS build\nRUN npm ci\nFROM node\nCOPY --from=build /app/node_modules /app/node_modules\n',
      want: ['XB008:warning'],
    },
    {
      title: 'an install for the target',
      text: 'FROM --platform=$BUILDPLATFORM node AS build\nARG TARGETARCH\nRUN npm ci --cpu=$TARGETARCH\nFROM node\nCOPY --from=build /app/node_modules /app/node_modules\n',
    },
    {
      title: 'PHP, which is text',
      text: 'FROM --platform=$BUILDPLATFORM composer AS build\nRUN composer install\nFROM php\nCOPY --from=build /app/vendor /app/vendor\n',
    },
    {
      title: 'between two build stages',
      text: `FROM --platform=$BUILDPLATFORM node AS deps\nRUN npm ci\nFROM --platform=$BUILDPLATFORM node AS build\nCOPY --from=deps /app/node_modules /app/node_modules\nFROM nginx\nCOPY --from=build /dist /html\n`,
    },
  ],
  XB009: [
    {
      title: 'a second spelling in the same branch',
      text: 'FROM alpine\nARG TARGETARCH\nRUN case $TARGETARCH in amd64|x86_64) A=x ;; arm64|aarch64) A=y ;; *) exit 1 ;; esac\n',
    },
    {
      title: 'a second spelling in a branch of its own',
      text: 'FROM alpine\nARG TARGETARCH\nRUN case $TARGETARCH in arm64) A=x ;; aarch64) A=y ;; *) exit 1 ;; esac\n',
    },
    {
      title: 'a platform without its variant',
      text: 'FROM alpine\nARG TARGETPLATFORM\nRUN if [ "$TARGETPLATFORM" = "linux/arm" ]; then true; fi\n',
      want: ['XB009:error'],
    },
    {
      title: 'double brackets the other way round',
      text: 'FROM debian\nARG TARGETPLATFORM\nRUN if [[ "linux/arm64/v8" == "${TARGETPLATFORM}" ]]; then true; fi\n',
      want: ['XB009:error'],
    },
    {
      title: 'a pattern',
      text: 'FROM alpine\nARG TARGETPLATFORM\nRUN case $TARGETPLATFORM in linux/arm*) A=x ;; *) A=y ;; esac\n',
    },
    {
      title: 'a variable that the script sets itself',
      text: 'FROM alpine\nARG TARGETARCH\nRUN TARGETARCH=$(uname -m); [ "$TARGETARCH" = aarch64 ] || true\n',
    },
    {
      title: 'a variable that is mapped by an ARG',
      text: 'FROM alpine\nARG TARGETARCH\nARG TARGETARCH=${TARGETARCH/amd64/x64}\nRUN [ "$TARGETARCH" = x64 ] || true\n',
    },
    {
      title: 'every possible value',
      text: 'FROM alpine\nARG TARGETARCH TARGETPLATFORM TARGETVARIANT\nRUN [ "$TARGETARCH" = riscv64 ] || [ "$TARGETPLATFORM" = linux/arm/v7 ] || [ "$TARGETVARIANT" = v6 ] || [ -z "$TARGETARCH" ] || [ "$TARGETVARIANT" = "" ]\n',
    },
  ],
  XB011: [
    {
      title: 'a stage for one architecture',
      text: 'FROM arm64v8/alpine AS base-arm64\nFROM amd64/alpine AS base-amd64\nFROM base-${TARGETARCH}\n',
      platforms: 'amd64,arm64',
    },
    { title: 'a file that knows of no platforms', text: 'FROM arm64v8/alpine\n', want: ['XB011:info'] },
    { title: 'only that architecture asked for', text: 'FROM arm64v8/alpine\n', platforms: 'arm64' },
    { title: 'a variable in the tag', text: 'FROM x:1-${TARGETARCH}\n', platforms: 'amd64,arm64' },
    {
      title: 'a tag',
      text: 'FROM dotnet:7.0-alpine-arm64v8\n',
      platforms: 'amd64,arm64',
      want: ['XB011:error'],
    },
    {
      title: 'an image named after an architecture',
      text: 'FROM quay.io/prometheus/busybox-linux-amd64\n',
      platforms: 'amd64,arm64',
      want: ['XB011:error'],
    },
    { title: 'a cross compiler', text: 'FROM dockcross/linux-arm64\n', platforms: 'amd64,arm64' },
    {
      title: 'an image that files are copied from',
      text: 'FROM alpine\nCOPY --from=arm64v8/busybox /bin/busybox /bin/busybox\n',
      platforms: 'amd64,arm64',
      want: ['XB011:error'],
    },
    { title: 'a host with a port', text: 'FROM x86.example:5000/app\n', platforms: 'amd64,arm64' },
  ],
  XB012: [
    {
      title: 'an ARG that programs read from their environment',
      text: 'FROM alpine\nARG CGO_ENABLED=0\nRUN go build\n',
    },
    { title: 'a number', text: 'FROM alpine\nARG VERSION_1=0\nRUN echo $VERSION_2\n' },
    {
      title: 'a variable of the script',
      text: 'FROM alpine\nARG VERSIONS=0\nRUN VERSION=1; echo $VERSION\n',
    },
    {
      title: 'an ARG with blanks in quotes',
      text: 'FROM alpine\nARG FLAGS="-a $FLAG -b"\nRUN echo $FLAGS\n',
    },
    {
      title: 'a misspelt platform variable',
      text: 'FROM alpine\nARG TARGETARCH\nRUN echo $TARGET_ARCH > /a\n',
      want: ['XB012:error'],
    },
    {
      title: 'a misspelt platform variable whose ARG is used besides',
      text: 'FROM alpine\nARG TARGETARCH\nRUN echo $TARGETARCH $TARGTARCH > /a\n',
      want: ['XB012:error'],
    },
    {
      title: 'a misspelt platform variable without an ARG',
      text: 'FROM golang\nRUN GOARCH=$TARGET_ARCH go build\n',
      want: ['XB012:error'],
    },
    {
      title: 'a name that is one letter from a short platform variable',
      text: 'FROM golang\nRUN make $TARGETS && echo $BUILD_O\n',
    },
    {
      title: 'a platform variable without its ARG, which is another mistake',
      text: 'FROM golang\nRUN echo $TARGETOS $TARGETARCH > /a\n',
    },
    {
      title: 'a platform variable of the project itself',
      text: 'FROM golang\nARG TARGET_ARCH\nRUN echo $TARGET_ARCH\n',
    },
    { title: 'an ARG that is used besides', text: 'FROM alpine\nARG FOO_BAR=1\nRUN echo $FOO_BAR $FOOBAR\n' },
  ],
  XB013: [
    { title: 'an ARG that a stage declares again', text: 'ARG V=1\nFROM alpine\nARG V\nRUN echo $V\n' },
    {
      title: 'an ARG that a stage declares for those made from it',
      text: 'ARG V=1\nFROM alpine AS a\nONBUILD ARG V\nFROM a\nRUN echo $V\n',
    },
    { title: 'an ARG of BuildKit', text: 'ARG BUILDKIT_SBOM_SCAN_CONTEXT=true\nFROM alpine\n' },
    { title: 'an ARG in another one', text: 'ARG V=1\nARG IMAGE=x:$V\nFROM $IMAGE\n' },
    {
      title: 'an ARG that a step expects',
      text: 'ARG V=1\nFROM alpine\nRUN echo $V > /v\n',
      want: ['XB013:warning'],
    },
    {
      title: 'an ARG in --platform',
      text: 'ARG P=linux/amd64\nFROM --platform=$P alpine AS x\nFROM alpine\n',
    },
  ],
  XB014: [
    { title: 'a plain stage', text: 'FROM alpine AS a\nFROM alpine\nCOPY --from=a $X /x\n' },
    {
      title: 'a mount',
      text: 'FROM alpine AS a-arm64\nFROM alpine\nARG TARGETARCH\nRUN --mount=from=a-$TARGETARCH,target=/a ls /a\n',
      want: ['XB014:error'],
    },
    {
      title: 'a variable in another option',
      text: 'FROM alpine AS a\nFROM alpine\nARG TARGETARCH\nRUN --mount=from=a,target=/a-$TARGETARCH ls\n',
    },
  ],
});
