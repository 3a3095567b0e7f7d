import { posix, win32 } from 'node:path';

/** Folders of the image itself, over which nothing of the host may be put. */
const OWN = new Set(
  'app bin boot data dev etc host lib lib32 lib64 libx32 proc run sbin sys ui usr var'.split(' '),
);

/** A path as Windows writes it, whatever system this is. */
function isWindows(path: string): boolean {
  return /^[A-Za-z]:[\\/]|^\\\\/.test(path);
}

function flavour(path: string): typeof posix {
  return isWindows(path) ? win32 : posix;
}

export function isAbsoluteHostPath(path: string): boolean {
  return isWindows(path) || path.startsWith('/');
}

export function parentOf(path: string): string {
  return flavour(path).dirname(path);
}

export function nameOf(path: string): string {
  return flavour(path).basename(path);
}

/** Whether `path` is `folder` or lies in it. */
export function liesIn(path: string, folder: string): boolean {
  const own = flavour(folder);
  const way = own.relative(folder, path);
  return way === '' || (!own.isAbsolute(way) && way.split(/[\\/]/)[0] !== '..');
}

/**
 * Where a container finds a path of the host: the same, so that messages name what the user knows, and below
 * `/host` for paths of Windows and those that would hide the image's own folders.
 */
export function containerPath(path: string): string {
  if (isWindows(path)) {
    const parts = win32.normalize(path).split('\\').filter(Boolean);
    return [
      '/host',
      ...parts.map((part, at) => (at === 0 ? part.replace(':', '').toLowerCase() : part)),
    ].join('/');
  }
  const plain = posix.normalize(path).replace(/(.)\/+$/, '$1');
  const [first = ''] = plain.split('/').filter(Boolean);
  return first === '' || OWN.has(first) ? posix.join('/host', plain) : plain;
}

/** What a program in a container says of paths, in the words of the host. */
export function hostText(
  text: string,
  mounts: readonly { readonly path: string; readonly target: string }[],
): string {
  for (const { path, target } of mounts) {
    if (path === target) continue;
    const at = text.indexOf(target);
    const rest = at === -1 ? '' : text.slice(at + target.length);
    if (at === -1 || !/^(?:$|[/,])/.test(rest)) continue;
    const [inside = '', ...after] = rest.split(',');
    const own = isWindows(path) ? inside.replaceAll('/', '\\') : inside;
    return `${text.slice(0, at)}${[path.replace(/[\\/]+$/, '') + own, ...after].join(',')}`;
  }
  return text;
}
