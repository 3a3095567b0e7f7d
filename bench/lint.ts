/**
 * Linting a Dockerfile of 500 lines: the first call in a fresh process, without its start and the loading of modules,
 * a warm call, and the whole command against `node -e 0`: `node tools/run.mjs bench/lint.ts [--rounds=11]`. Prints
 * Markdown, asserts nothing.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { command, median, race } from './measure.ts';

const LINES = 500;
const program = fileURLToPath(new URL('../cli/bin/xbundle.js', import.meta.url));
const library = new URL('../core/dist/index.js', import.meta.url).href;

/** Two stages as projects have them: a program that is cross-compiled, and the image that takes it. */
function stages(part: string): string {
  return `FROM --platform=$BUILDPLATFORM golang:\${GO_VERSION} AS build${part}
ARG TARGETOS TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
# the program of part ${part}
RUN --mount=type=cache,target=/root/.cache/go-build \\
    set -eux; \\
    case "$TARGETARCH" in \\
      amd64) export GOAMD64=v1 ;; \\
      arm64) export GOARM64=v8.0 ;; \\
      *) echo "unsupported: $TARGETARCH" >&2; exit 1 ;; \\
    esac; \\
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -o /out/part ./cmd/part${part}
FROM debian:13-slim AS image${part}
ENV PART=${part} PATH=/opt/part/bin:$PATH
RUN apt-get update \\
    && apt-get install -y --no-install-recommends ca-certificates curl tzdata \\
    && curl -fsSLo /usr/bin/tini https://example.com/tini-$(dpkg --print-architecture) \\
    && rm -rf /var/lib/apt/lists/*
COPY --from=build${part} /out/part /opt/part/bin/part
ENTRYPOINT ["/opt/part/bin/part"]
`;
}

function dockerfile(): string {
  const head = 'ARG GO_VERSION=1.24\n';
  const parts = Array.from({ length: LINES }, (_, at) => stages(String(at))).join('');
  return `${(head + parts).split('\n').slice(0, LINES).join('\n')}\n`;
}

/** Milliseconds of the first call and of the fastest of twenty, in a process of their own. */
const TIMED = `
import { readFileSync } from 'node:fs';
import { lintDockerfile, parsePlatforms } from ${JSON.stringify(library)};
const text = readFileSync(process.argv[1], 'utf8');
const options = { platforms: parsePlatforms(['linux/amd64,linux/arm64']) };
const time = () => { const start = performance.now(); lintDockerfile(text, options); return performance.now() - start; };
const first = time();
console.log(JSON.stringify([first, Math.min(...Array.from({ length: 20 }, time))]));`;

async function calls(file: string): Promise<readonly [first: number, warm: number]> {
  const args = ['--input-type=module', '--eval', TIMED, file];
  const { stdout } = await execa(process.execPath, args, { stdin: 'ignore' });
  const [first, warm] = stdout.replace(/[[\]]/g, '').split(',').map(Number);
  return [first ?? Number.NaN, warm ?? Number.NaN];
}

async function main(): Promise<void> {
  const rounds = Number(process.argv.find((text) => text.startsWith('--rounds='))?.slice(9) ?? 11);
  const folder = await mkdtemp(join(tmpdir(), 'xbundle-lint-'));
  const file = join(folder, 'Dockerfile');
  try {
    await writeFile(file, dockerfile());
    const timed: (readonly [number, number])[] = [];
    for (let round = 0; round < rounds; round++) timed.push(await calls(file));
    const env = { PATH: process.env['PATH'] ?? '' };
    const node = (args: readonly string[]) => () => command(process.execPath, args, { env });
    const [whole, bare] = await race(
      [
        { name: 'xbundle lint', run: node([program, 'lint', '--no-buildkit', file]) },
        { name: 'node -e 0', run: node(['-e', '0']) },
      ],
      rounds,
    );
    const firsts = timed.map(([first]) => first);
    const rows: readonly (readonly [string, number])[] = [
      ['first call, median (aim ≤ 50)', median(firsts)],
      ['first call, fastest', Math.min(...firsts)],
      ['warm call', median(timed.map(([, warm]) => warm))],
      ['xbundle lint, the whole command', (whole?.median ?? Number.NaN) * 1000],
      ['node -e 0', (bare?.median ?? Number.NaN) * 1000],
    ];
    const lines = rows.map(([name, time]) => `| ${name} | ${time.toFixed(0)} |`);
    process.stdout.write([`| ${String(LINES)} lines | ms |`, '| --- | --- |', ...lines, ''].join('\n'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
