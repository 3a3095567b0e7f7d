import { describeTraps, GO_STAGE } from '../testing/describe-traps.ts';

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
    {
      title: 'a default before FROM that a trigger takes',
      text: 'ARG TARGETARCH=amd64\nFROM alpine\nONBUILD ARG TARGETARCH\n',
      want: ['XB001:error'],
    },
    {
      title: 'a default in a trigger',
      text: 'FROM alpine\nONBUILD ARG TARGETARCH=amd64\n',
      want: ['XB001:error'],
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
      title: 'an ARG that a trigger of the parent declares',
      text: 'FROM alpine AS base\nONBUILD ARG TARGETARCH\nFROM base\nRUN echo $TARGETARCH > /a\n',
    },
    {
      title: 'an ARG of a trigger in its own stage',
      text: 'FROM alpine\nONBUILD ARG TARGETARCH\nRUN echo $TARGETARCH > /a\n',
      want: ['XB002:error'],
    },
    {
      title: 'a trigger, which does not see the ARG of its stage',
      text: 'FROM alpine\nARG TARGETARCH\nONBUILD RUN echo $TARGETARCH > /a\n',
      want: ['XB002:error'],
    },
    {
      title: 'a trigger, which sees its ENV',
      text: 'FROM alpine\nARG TARGETARCH\nENV TARGETARCH=$TARGETARCH\nONBUILD RUN echo $TARGETARCH > /a\n',
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
});
