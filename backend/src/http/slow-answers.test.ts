import { XbundleError } from '@xbundle/core';
import { describe, expect, it } from 'vitest';
import { SlowAnswers, type Call } from './slow-answers.ts';

describe('an answer that takes long', () => {
  it('is begun once, waited for by each who asks, and given once', async () => {
    const slow = new SlowAnswers();
    let begun = 0;
    let finish: (value: string) => void = () => undefined;
    const start = (call: Call): Promise<string> => {
      begun += 1;
      call.tell('working');
      return new Promise((resolve) => (finish = resolve));
    };
    expect(await slow.answer('a', start, 10)).toMatchObject({ pending: { message: 'working' } });
    const again = slow.answer('a', start, 1_000);
    finish('done');
    expect(await again).toEqual({ value: 'done' });
    expect(begun).toBe(1);
    void slow.answer('a', start, 1);
    expect(begun).toBe(2);
    slow.close();
  });

  it('tells at once what the tab is to run, each command once', async () => {
    const slow = new SlowAnswers();
    const start = async ({ askTab, signal }: Call): Promise<void> => {
      askTab({ id: '1', args: ['run'] });
      askTab({ id: '2', args: ['run'] });
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    };
    const before = Date.now();
    expect(await slow.answer('a', start)).toMatchObject({ pending: { run: { id: '1' } } });
    expect(await slow.answer('a', start)).toMatchObject({ pending: { run: { id: '2' } } });
    expect(Date.now() - before).toBeLessThan(1_000);
    const third = await slow.answer('a', start, 20);
    expect(third).not.toHaveProperty('pending.run');
    slow.close();
  });

  it('fails with what its work fails with, and can be asked for again', async () => {
    const slow = new SlowAnswers();
    const fail = (): Promise<never> => Promise.reject(new XbundleError('UNREACHABLE', 'no engine'));
    await expect(slow.answer('a', fail)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(await slow.answer('a', () => Promise.resolve(1))).toEqual({ value: 1 });
  });

  it('is refused beyond a number of them', async () => {
    const slow = new SlowAnswers();
    const never = (): Promise<never> => new Promise(() => undefined);
    for (let at = 0; at < 64; at++) await slow.answer(String(at), never, 0);
    await expect(slow.answer('one more', never, 0)).rejects.toMatchObject({ code: 'LOCKED' });
    slow.close();
  });
});
