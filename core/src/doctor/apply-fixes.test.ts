import { describe, expect, it } from 'vitest';
import { parsePlatforms } from '../model/index.ts';
import { builder, healthy, node } from '../testing/builds/doctor-facts.ts';
import { safeFixes } from './apply-fixes.ts';
import { diagnose } from './diagnose.ts';

describe('the fixes', () => {
  it('install an emulator through the image that is wanted', () => {
    const [fix] = safeFixes(diagnose(healthy({ wanted: parsePlatforms(['riscv64']) })));
    expect(fix?.commands).toEqual([
      ['docker', 'run', '--privileged', '--rm', 'registry.example/binfmt:1', '--install', 'riscv64'],
    ]);
  });

  it('make a builder, start it, use it, and take it back when that fails', () => {
    const limited = builder('docker', node('amd64,arm64', { labels: {} }));
    const [fix] = safeFixes(diagnose(healthy({ builder: limited })));
    expect(fix?.commands).toEqual([
      [
        'docker',
        'buildx',
        'create',
        '--name',
        'xbundle',
        '--node',
        'xbundle-node',
        '--driver',
        'docker-container',
      ],
      ['docker', 'buildx', 'inspect', '--bootstrap', '--', 'xbundle'],
      ['docker', 'buildx', 'use', '--', 'xbundle'],
    ]);
    expect(fix?.undo).toEqual([['docker', 'buildx', 'rm', '--', 'xbundle']]);
  });

  it('use a builder of that name that is there', () => {
    const limited = builder('docker', node('amd64,arm64', { labels: {} }));
    const facts = healthy({
      builder: { ...limited, names: ['default', 'xbundle'] },
    });
    const [fix] = safeFixes(diagnose(facts));
    expect(fix?.commands).toEqual([['docker', 'buildx', 'use', '--', 'xbundle']]);
    expect(fix?.undo).toEqual([]);
  });

  it('are run once, however many findings they mend', () => {
    const never = builder('docker-container', node('', { status: 'inactive' }));
    expect(safeFixes(diagnose(healthy({ builder: never })))).toHaveLength(1);
  });
});
