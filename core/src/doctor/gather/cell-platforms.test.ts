import { expect, it } from 'vitest';
import { formatPlatform, parsePlatform } from '../../model/index.ts';
import { cellPlatforms, crossPlatforms, type PlannedCell } from './cell-platforms.ts';

function cell(platform: string, how: PlannedCell['how']): PlannedCell {
  return { platform: parsePlatform(platform), how };
}

it('a platform is cross-compiled when nothing at all is executed on it', () => {
  const cells = [
    cell('amd64', 'native'),
    cell('arm64', 'cross'),
    cell('arm/v7', 'cross'),
    cell('arm64', 'emulated'),
  ];
  expect(cellPlatforms(cells).map(formatPlatform)).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7']);
  expect(crossPlatforms(cells).map(formatPlatform)).toEqual(['linux/arm/v7']);
});
