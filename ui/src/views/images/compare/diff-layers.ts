import type { TreeImage } from '@xbundle/backend/contract';

export type Layer = TreeImage['layers'][number];

/** A layer of both images, or of one. */
export interface LayerPair {
  readonly left?: Layer;
  readonly right?: Layer;
}

/** Two lists of layers beside each other, in their order: as many as can be stand together. */
export function diffLayers(left: readonly Layer[], right: readonly Layer[]): readonly LayerPair[] {
  const pairs: LayerPair[] = [];
  let [at, other] = [0, 0];
  for (const [nextAt, nextOther] of commonPlaces(left, right)) {
    pairs.push(...left.slice(at, nextAt).map((layer) => ({ left: layer })));
    pairs.push(...right.slice(other, nextOther).map((layer) => ({ right: layer })));
    pairs.push(...both(left[nextAt], right[nextOther]));
    [at, other] = [nextAt + 1, nextOther + 1];
  }
  return pairs;
}

/** Past the ends of the lists there is no pair. */
function both(left: Layer | undefined, right: Layer | undefined): readonly LayerPair[] {
  return left === undefined || right === undefined ? [] : [{ left, right }];
}

type Place = readonly [left: number, right: number];

/** Where the layers of a longest common part stand, and the ends of both lists. */
function commonPlaces(left: readonly Layer[], right: readonly Layer[]): readonly Place[] {
  const lengths = commonLengths(left, right);
  const places: Place[] = [];
  let [at, other] = [0, 0];
  while (at < left.length && other < right.length) {
    if (left[at]?.digest === right[other]?.digest) places.push([at++, other++]);
    else if (lengthAt(lengths, at + 1, other) >= lengthAt(lengths, at, other + 1)) at++;
    else other++;
  }
  return [...places, [left.length, right.length]];
}

type Lengths = readonly (readonly number[])[];

function lengthAt(lengths: Lengths, at: number, other: number): number {
  return lengths[at]?.[other] ?? 0;
}

/** How many layers the rests from each place on have in common, in order. */
function commonLengths(left: readonly Layer[], right: readonly Layer[]): Lengths {
  const lengths = left.map(() => right.map(() => 0));
  for (let at = left.length - 1; at >= 0; at--) {
    for (let other = right.length - 1; other >= 0; other--) {
      const isSame = left[at]?.digest === right[other]?.digest;
      const without = Math.max(lengthAt(lengths, at + 1, other), lengthAt(lengths, at, other + 1));
      lengths[at]?.splice(other, 1, isSame ? lengthAt(lengths, at + 1, other + 1) + 1 : without);
    }
  }
  return lengths;
}
