import { expect, it } from 'vitest';
import { briefEvent } from './brief-event.ts';
import { BuildProgress } from './build-progress.ts';

it('tells a line once, however much its step has said before', () => {
  const progress = new BuildProgress();
  const said = (text: string): string =>
    JSON.stringify({
      vertexes: [{ digest: 'sha256:a', name: 'RUN make' }],
      logs: [{ vertex: 'sha256:a', stream: 1, data: Buffer.from(`${text}\n`).toString('base64') }],
    });
  const told = ['one', 'two', 'three'].flatMap((text) => progress.add(said(text)).map(briefEvent));
  const lines = told.filter(({ type }) => type === 'log');
  expect(lines).toMatchObject([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);
  expect(JSON.stringify(lines.at(-1)).match(/one|two|three/g)).toEqual(['three']);
});
