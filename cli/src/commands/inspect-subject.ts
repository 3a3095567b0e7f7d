import { XbundleError } from '@xbundle/core';
import type { ClientFlags, CommonFlags } from '../options.ts';
import { pathKind } from './path-kind.ts';

export interface InspectFlags extends CommonFlags, ClientFlags {
  readonly from: string;
  readonly raw?: boolean;
  readonly check?: boolean;
  readonly platform?: readonly string[];
}

/** Whether that is a bundle's path, rather than the name of an image. Throws FILE_SYSTEM for another path. */
export async function isBundle(subject: string): Promise<boolean> {
  const kind = await pathKind('inspecting', subject);
  if (kind !== 'folder') return kind === 'file';
  throw new XbundleError(
    'FILE_SYSTEM',
    `inspecting ${subject}: it is a directory. Name an image, with --from oci:${subject} for one of a layout`,
  );
}
