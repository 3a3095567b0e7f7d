import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import type { BuildEvent, BuildModel } from './build-model.ts';
import { BuildProgress, type BuildProgressOptions } from './build-progress.ts';

async function capture(name: string): Promise<readonly string[]> {
  const url = new URL(`../../../../test/fixtures/rawjson/${name}.ndjson`, import.meta.url);
  return (await readFile(url, 'utf8')).trimEnd().split('\n');
}

function reduce(lines: readonly string[], options: BuildProgressOptions = {}): BuildModel {
  const progress = new BuildProgress(options);
  for (const line of lines) progress.add(line);
  progress.finish();
  return progress.model;
}

function vertex(digest: string, rest: object = {}): string {
  return JSON.stringify({ vertexes: [{ digest, name: digest, ...rest }] });
}

function log(digest: string, bytes: Uint8Array, stream = 1): string {
  return JSON.stringify({
    logs: [{ vertex: digest, stream, data: Buffer.from(bytes).toString('base64') }],
  });
}

describe('captures of real builds', () => {
  it.each([
    ['two-platforms', {}, { failed: 0, canceled: 0 }],
    ['bake', { targets: ['app', 'tool'] }, { failed: 0, canceled: 0 }],
    ['one-platform', { platform: 'linux/arm64' }, { failed: 0, canceled: 0 }],
    ['history-replay', {}, { failed: 0, canceled: 0 }],
    ['canceled-sibling', {}, { failed: 1, canceled: 1 }],
    ['exec-format-error', {}, { failed: 1, canceled: 0 }],
    ['connection-refused', {}, { failed: 1, canceled: 0 }],
  ])('of %s: every step ends, and what was stopped is told from what failed', async (name, options, want) => {
    const { steps, counts } = reduce(await capture(name), options);
    const number = (state: string): number => steps.filter((step) => step.state === state).length;
    expect({ failed: number('failed'), canceled: number('canceled') }).toEqual(want);
    expect(counts.ended).toBe(steps.length);
    expect(steps.map((step) => step.number)).toEqual(steps.map((_, at) => at + 1));
  });

  it.each([
    ['two-platforms', {}],
    ['bake', { targets: ['app', 'tool'] }],
    ['canceled-sibling', {}],
  ])('of %s: every instruction has one of the two platforms', async (name, options) => {
    const { steps } = reduce(await capture(name), options);
    const platforms = steps.filter((step) => !step.isInternal).map(({ platform }) => platform);
    expect(new Set(platforms)).toEqual(new Set(['linux/amd64', 'linux/arm64']));
  });

  it('keep the output of each step, in order, both streams', async () => {
    const { steps } = reduce(await capture('two-platforms'));
    const arm = steps.find(({ platform, log }) => platform === 'linux/arm64' && log.length > 0);
    expect(arm?.log.filter((line) => line.startsWith('line'))).toEqual(
      [1, 2, 3].map((at) => `line ${at} on linux/arm64`),
    );
  });

  it('without platforms in their names have the one that was built', async () => {
    const { steps } = reduce(await capture('one-platform'), { platform: 'linux/arm64' });
    expect(steps.every(({ platform }) => platform === 'linux/arm64')).toBe(true);
    expect(steps.find(({ stage }) => stage === 'build')).toMatchObject({ step: { number: 2, of: 2 } });
  });

  it('tell an emulated build what it cost: the time of all runs of a step', async () => {
    const { steps } = reduce(await capture('one-platform'));
    const run = steps.find(({ text }) => text.startsWith('RUN'));
    expect(run?.durationMs).toBe(194);
  });
});

describe('a build that is followed', () => {
  it('says each change of a step once', () => {
    const progress = new BuildProgress();
    const started = { started: '2026-01-01T00:00:00Z' };
    const lines = [vertex('a'), vertex('a', started), vertex('a', started)];
    const done = vertex('a', { ...started, completed: '2026-01-01T00:00:02.5Z' });
    const events = [...lines, done].flatMap((line) => progress.add(line));
    expect(events.map((event) => (event.type === 'step' ? event.step.state : event.type))).toEqual([
      'running',
      'done',
    ]);
    expect(progress.model.steps[0]).toMatchObject({ state: 'done', durationMs: 2500 });
  });

  it('takes a step that is started again for a running one', () => {
    const progress = new BuildProgress();
    const times = { started: '2026-01-01T00:00:00Z', completed: '2026-01-01T00:00:01Z' };
    progress.add(vertex('a', times));
    progress.add(vertex('a', { started: '2026-01-01T00:00:05Z' }));
    expect(progress.model.steps[0]?.state).toBe('running');
  });

  it('puts characters and lines together that were split between chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        (texts, cuts) => {
          const lines = texts.map((text) => text.replace(/[\r\n\uFEFF]/g, '.'));
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const progress = new BuildProgress();
          const events: BuildEvent[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = cuts.next().value as number;
            events.push(...progress.add(log('a', bytes.subarray(at, at + size))));
            at += size;
          }
          events.push(...progress.finish());
          const told = events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
          expect(told).toEqual(lines.map((line) => Buffer.from(line).toString()));
        },
      ),
    );
  });

  it('gives the last drawing of a line that is drawn over, and a line without an end', () => {
    const progress = new BuildProgress();
    progress.add(log('a', Buffer.from('10 %\r50 %\r100 %\r\nrest')));
    progress.finish();
    expect(progress.model.steps[0]?.log).toEqual(['100 %', 'rest']);
  });

  it('keeps the end of long output, and drops what was there first', () => {
    const progress = new BuildProgress();
    const lines = LIMITS.buildStepLogLines * 2;
    for (let at = 0; at < lines; at++) progress.add(log('a', Buffer.from(`${at}\n`)));
    const kept = progress.model.steps[0]?.log ?? [];
    expect([kept.length, kept.at(-1)]).toEqual([LIMITS.buildStepLogLines, String(lines - 1)]);
  });

  it('keeps the output of a step that failed when others write without end', () => {
    const progress = new BuildProgress();
    progress.add(log('failed', Buffer.from('why\n')));
    progress.add(vertex('failed', { error: 'exit code: 1' }));
    const many = Buffer.from('x\n'.repeat(LIMITS.buildStepLogLines));
    const steps = Math.ceil(LIMITS.buildLogLines / LIMITS.buildStepLogLines) + 3;
    for (let at = 0; at < steps; at++) progress.add(log(`step ${at}`, many));
    const logs = progress.model.steps.map((step) => step.log.length);
    expect(logs.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(LIMITS.buildLogLines);
    expect(progress.model.steps[0]?.log).toEqual(['why']);
    expect(logs.at(-1)).toBe(LIMITS.buildStepLogLines);
  });

  it('follows no more steps than the limit', () => {
    const vertexes = Array.from({ length: LIMITS.buildSteps + 10 }, (_, at) => ({ digest: String(at) }));
    expect(reduce([JSON.stringify({ vertexes })]).steps).toHaveLength(LIMITS.buildSteps);
  });

  it('reads any text without failing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const progress = new BuildProgress();
        progress.add(line);
        progress.finish();
        expect(progress.model.steps.length).toBeLessThan(100);
      }),
    );
  });

  it('ends for steps that need each other, which no real build has', () => {
    const { steps } = reduce([vertex('a', { inputs: ['b'] }), vertex('b', { inputs: ['a'] })]);
    expect(steps.map(({ platform }) => platform)).toEqual([undefined, undefined]);
  });
});
