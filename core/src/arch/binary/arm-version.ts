import { Buffer } from 'node:buffer';
import { BytesView } from './bytes-view.ts';

/** What stands before the attributes of the code in `.ARM.attributes`: the vendor's name. */
const VENDOR = Buffer.from('aeabi\0', 'latin1');

/** Before the vendor's name: the format version `A` and the length of what follows. */
const BEFORE_VENDOR = 5;

/** Attributes of real files have about 50 bytes. */
const ATTRIBUTES_BYTES = 1024;

/** Tag_CPU_arch of the Arm ABI's addenda, as the version of the architecture. */
const VERSIONS: Readonly<Record<number, number>> = {
  1: 4,
  2: 4,
  3: 5,
  4: 5,
  5: 5,
  6: 6,
  7: 6,
  8: 6,
  9: 6,
  10: 7,
  14: 8,
  15: 8,
};

/** The build setting that `go build` records, as `go version -m` shows it. */
const GOARM = Buffer.from('\nbuild\tGOARM=', 'latin1');

const LONGEST = ATTRIBUTES_BYTES + BEFORE_VENDOR;

/**
 * Which version of the arm architecture the code in a file needs, found while the file streams by: section
 * headers stand last in a file, so attributes are known by their form and not by their place. Go's own record of
 * GOARM goes first: its runtime has parts for newer processors that it uses only there.
 */
export class ArmVersionScan {
  #tail: Buffer = Buffer.alloc(0);
  #attributes: number | undefined;
  #go: number | undefined;

  get version(): number | undefined {
    return this.#go ?? this.#attributes;
  }

  update(chunk: Uint8Array): void {
    const bytes = Buffer.concat([this.#tail, chunk]);
    this.#attributes = attributesIn(bytes) ?? this.#attributes;
    this.#go ??= goArmIn(bytes);
    this.#tail = Buffer.from(bytes.subarray(Math.max(0, bytes.byteLength - LONGEST)));
  }
}

/** The version that an `.ARM.attributes` section among these bytes says; undefined when there is none, whole. */
export function attributesIn(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(VENDOR); at !== -1; at = bytes.indexOf(VENDOR, at + 1)) {
    const start = at - BEFORE_VENDOR;
    if (start < 0 || bytes[start] !== 0x41) continue;
    const endian = bytes[start + 1] === 0 ? 'big' : 'little';
    const size = new BytesView(bytes, endian).u32(start + 1) ?? 0;
    if (size < VENDOR.byteLength + 9 || size > ATTRIBUTES_BYTES) continue;
    if (start + 1 + size > bytes.byteLength) continue;
    const version = cpuArch(bytes.subarray(at + VENDOR.byteLength, start + 1 + size));
    if (version !== undefined) return version;
  }
  return undefined;
}

const TAG_FILE = 1;
const TAG_CPU_RAW_NAME = 4;
const TAG_CPU_NAME = 5;
const TAG_CPU_ARCH = 6;
const TAG_COMPATIBILITY = 32;

/** Tag_CPU_arch of the file's own subsection; tags and numbers are ULEB128, some values are text. */
function cpuArch(section: Uint8Array): number | undefined {
  if (section[0] !== TAG_FILE) return undefined;
  const reader = { bytes: section, at: 5 };
  while (reader.at < section.byteLength) {
    const tag = uleb(reader);
    if (tag === TAG_CPU_ARCH) return VERSIONS[uleb(reader)];
    if (tag === TAG_COMPATIBILITY) uleb(reader);
    if (isText(tag)) skipText(reader);
    else if (tag !== TAG_COMPATIBILITY) uleb(reader);
  }
  return undefined;
}

function isText(tag: number): boolean {
  if (tag === TAG_CPU_RAW_NAME || tag === TAG_CPU_NAME || tag === TAG_COMPATIBILITY) return true;
  return tag > TAG_COMPATIBILITY && tag % 2 === 1;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function uleb(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; cursor.at < cursor.bytes.byteLength && shift < 28; shift += 7) {
    const byte = cursor.bytes[cursor.at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

function skipText(cursor: Cursor): void {
  const end = cursor.bytes.indexOf(0, cursor.at);
  cursor.at = end === -1 ? cursor.bytes.byteLength : end + 1;
}

function goArmIn(bytes: Buffer): number | undefined {
  const at = bytes.indexOf(GOARM);
  const digit = at === -1 ? 0 : (bytes[at + GOARM.byteLength] ?? 0) - 0x30;
  return digit >= 5 && digit <= 7 ? digit : undefined;
}
