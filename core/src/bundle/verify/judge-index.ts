import { Buffer } from 'node:buffer';
import { differences } from './differences.ts';
import { ENTRY_NAMES, serializeBundleIndex, type BundleCell, type BundleIndex } from '../format/format.ts';
import type { BundleHead } from '../format/head.ts';
import type { Problem } from './problem.ts';

/** Where `xbundle.json` contradicts itself, or says something in another than its one form. */
export function judgeIndex({ index, indexBytes }: BundleHead): readonly Problem[] {
  const disorder = [...orderFaults(index), ...formFaults(index, indexBytes)];
  const contradictions = [
    ...contractFaults(index),
    ...imageFaults(index),
    ...archTagFaults(index),
    ...completeFaults(index),
  ];
  return [
    ...disorder.map((message): Problem => ({ code: 'ORDER', message: `${ENTRY_NAMES.index}: ${message}` })),
    ...contradictions.map((message): Problem => ({
      code: 'DOCUMENT',
      message: `${ENTRY_NAMES.index}: ${message}`,
    })),
  ];
}

/** Each list is sorted and has nothing twice, so that no two readers find different things under one name. */
function orderFaults({ contract, images, cells, attestations }: BundleIndex): readonly string[] {
  const lists: Readonly<Record<string, readonly string[]>> = {
    contract: contract.map(({ image }) => image),
    images: images.map(({ name }) => name),
    cells: cells.map(cellKey),
    attestations: attestations.map(({ image, manifest }) => `${image} ${manifest.digest}`),
  };
  return Object.entries(lists).flatMap(([list, keys]) => {
    const wrong = keys.find((key, position) => position > 0 && key <= (keys[position - 1] ?? ''));
    return wrong === undefined ? [] : [`"${list}" has ${wrong} twice or out of order`];
  });
}

/** An image name holds no space, so that this sorts by image and then by platform. */
function cellKey({ image, platform }: BundleCell): string {
  return `${image} ${platform}`;
}

function formFaults(index: BundleIndex, bytes: Uint8Array): readonly string[] {
  return Buffer.compare(Buffer.from(serializeBundleIndex(index)), bytes) === 0
    ? []
    : ['it is not in the one form that the format has'];
}

const NO_PLATFORM = '*/*';

/** Every cell is of the contract, and every platform of the contract is a cell. */
function contractFaults({ contract, cells }: BundleIndex): readonly string[] {
  const wanted = contract.flatMap(({ image, platforms }) =>
    (platforms.length > 0 ? platforms : [NO_PLATFORM]).map((platform) => `${image} ${platform}`),
  );
  const different = differences(wanted, cells.map(cellKey));
  return different.length === 0 ? [] : [`the contract and the cells disagree about ${different.join(', ')}`];
}

/** An image is there exactly when one of its cells is. */
function imageFaults({ images, cells }: BundleIndex): readonly string[] {
  const present = cells.filter(({ state }) => state === 'present').map(({ image }) => image);
  const names = images.map(({ name }) => name);
  const kept = images.filter(
    ({ origin, root, source }) => origin === 'kept' && source.digest !== root.digest,
  );
  return [
    ...differences(names, present).map((image) => `the images and the cells disagree about ${image}`),
    ...kept.map(({ name }) => `${name} is said to be kept, but has another digest than its source`),
  ];
}

/** A name leads to one thing: no arch tag stands twice, and none is an image's own name. */
function archTagFaults({ contract, cells }: BundleIndex): readonly string[] {
  const taken = new Set(contract.map(({ image }) => image));
  return cells.flatMap(({ archTag }) => {
    if (archTag === undefined) return [];
    if (taken.has(archTag)) return [`${archTag} is the name of two things`];
    taken.add(archTag);
    return [];
  });
}

function completeFaults({ cells, complete }: BundleIndex): readonly string[] {
  const isComplete = cells.length > 0 && cells.every((cell) => cell.state === 'present');
  return isComplete === complete
    ? []
    : [`"complete" is ${String(complete)}, the cells say ${String(isComplete)}`];
}
