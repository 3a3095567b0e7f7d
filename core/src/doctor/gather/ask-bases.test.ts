import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { XbundleError } from '../../errors.ts';
import { parsePlatform } from '../../model/index.ts';
import { createRegistryClient } from '../../registry/index.ts';
import { randomIndex, startRegistry, type TestRegistry } from '../../testing/index.ts';
import { askBases } from './ask-bases.ts';
import type { BaseUse } from '../facts.ts';

describe('a base image in a registry', () => {
  const client = createRegistryClient({});
  const clients = {
    registry: () => client,
    engine: () => Promise.reject(new XbundleError('UNREACHABLE', 'there is no engine here')),
  };
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await startRegistry({});
    registry.push('base', 'v1', await randomIndex('base', ['linux/amd64', 'linux/s390x']));
  });

  afterAll(async () => {
    await client.close();
    await registry.close();
  });

  const use = (image: string): BaseUse => ({
    component: 'app',
    image: `${registry.host}/${image}`,
    platform: parsePlatform('linux/arm64'),
    file: 'Dockerfile',
    line: 1,
  });

  it('offers the platforms of its index; one that is not there offers none', async () => {
    const [there, gone] = await askBases([use('base:v1'), use('base:v2')], { clients, usesEngine: false });
    expect(there?.offered.map(({ architecture }) => architecture)).toEqual(['amd64', 's390x']);
    expect(there?.from).toBe('registry');
    expect(gone).toMatchObject({ offered: [] });
    expect(gone).not.toHaveProperty('failure');
  });

  it('is reported as unreachable when the registry takes longer than it may', async () => {
    const stall = registry.fault({
      match: { kind: 'manifest' },
      times: Infinity,
      action: { type: 'stall', at: 'start' },
    });
    const [report] = await askBases([use('base:v1')], { clients, usesEngine: false, questionMs: 50 });
    expect(stall.fired).toBe(1);
    expect(report?.offered).toEqual([]);
    expect(report?.failure).toMatchObject({ code: 'UNREACHABLE' });
    expect(report?.failure?.reason).toContain('no answer within 0.05 s');
    stall.remove();
  });

  it('is no report when the user has stopped it meanwhile', async () => {
    const stall = registry.fault({
      match: { kind: 'manifest' },
      times: Infinity,
      action: { type: 'stall', at: 'start' },
    });
    const signal = AbortSignal.timeout(50);
    await expect(askBases([use('base:v1')], { clients, usesEngine: false, signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    stall.remove();
  });
});
