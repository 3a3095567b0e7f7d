"""Reads a bundle by docs/format.md alone: a second reader, in another language, that shares no code with xbundle.

    python3 read_bundle.py FILE      prints "ok COMPLETE|INCOMPLETE sha256:<id>", or the first problem, exit code 1

It does steps 1 to 7 of section 6: every byte of the file, and that the foreign files follow from the cells.
"""
import hashlib
import json
import sys

BLOCK = 512
LAYOUT = b'{"imageLayoutVersion":"1.0.0"}'


def padding(size):
    return -size % BLOCK


def ustar(name, size, kind):
    """Section 1, Headers: the table, field by field."""
    header = bytearray(BLOCK)
    header[0:len(name)] = name.encode()
    header[100:108] = b'0000644\0'
    header[108:124] = b'0000000\0' * 2
    header[124:136] = b'%011o\0' % size
    header[136:148] = b'00000000000\0'
    header[148:156] = b' ' * 8
    header[156:157] = kind
    header[257:265] = b'ustar\00000'
    header[329:345] = b'0000000\0' * 2
    header[148:156] = b'%06o\0 ' % sum(header)
    return bytes(header)


def record(key, value):
    rest = f' {key}={value}\n'
    length = len(rest) + len(str(len(rest)))
    length = len(rest) + len(str(length))
    return f'{length}{rest}'


def header(name, size):
    records = ''
    if len(name) > 100:
        records += record('path', name)
    if size >= 8 * 1024**3:
        records += record('size', size)
    if not records:
        return ustar(name, size, b'0')
    content = records.encode()
    return (ustar('PaxHeader', len(content), b'x') + content + bytes(padding(len(content)))
            + ustar(name[:100], 0 if size >= 8 * 1024**3 else size, b'0'))


def need(condition, problem):
    if not condition:
        sys.exit(f'NOT A GOOD BUNDLE: {problem}')


def digest_of(algorithm, content):
    return f'{algorithm}:{hashlib.new(algorithm, content).hexdigest()}'


def read_entry(file, name, size):
    need(file.read(len(header(name, size))) == header(name, size), f'header of {name}')
    content = file.read(size)
    need(len(content) == size, f'{name} is cut short')
    need(file.read(padding(size)) == bytes(padding(size)), f'padding of {name}')
    return content


def read_blob(file, digest, size):
    """As a stream: a layer does not fit into memory."""
    algorithm, hex_digits = digest.split(':')
    name = f'blobs/{algorithm}/{hex_digits}'
    need(file.read(len(header(name, size))) == header(name, size), f'header of {name}')
    found, left = hashlib.new(algorithm), size
    while left > 0:
        chunk = file.read(min(left, 1 << 20))
        need(chunk, f'{name} is cut short')
        found.update(chunk)
        left -= len(chunk)
    need(found.hexdigest() == hex_digits, f'{name} is not what its digest says')
    need(file.read(padding(size)) == bytes(padding(size)), f'padding of {name}')


def pretty(value):
    return (json.dumps(value, indent=2, ensure_ascii=False) + '\n').encode()


def oci_index(bundle):
    """Section 5: each image's root, then its cells that have an arch tag."""
    def entry(descriptor, name):
        names = {'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name}
        kept = {key: descriptor[key] for key in ('mediaType', 'digest', 'size')}
        platform = {'platform': descriptor['platform']} if 'platform' in descriptor else {}
        return {**kept, **platform, 'annotations': names}
    manifests = []
    for image in bundle['images']:
        manifests.append(entry(image['root'], image['name']))
        for cell in bundle['cells']:
            if cell['image'] == image['name'] and 'archTag' in cell:
                manifests.append(entry(cell['manifest'], cell['archTag']))
    return pretty({'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
                   'manifests': manifests})


def check_docker_manifest(bundle, content):
    """Section 5: one platform for each tag, and every present cell that has one."""
    listed = {}
    for image in json.loads(content):
        for tag in image['RepoTags']:
            need(tag not in listed, f'manifest.json names {tag} twice')
            listed[tag] = image['Config']
    present = [cell for cell in bundle['cells'] if cell['state'] == 'present']
    for cell in present:
        config = 'blobs/' + cell['config']['digest'].replace(':', '/')
        tags = [cell['archTag']] if 'archTag' in cell else []
        if sum(other['image'] == cell['image'] for other in present) == 1:
            tags.append(cell['image'])
        for tag in tags:
            need(listed.pop(tag, None) == config, f'manifest.json does not have {tag} right')
    need(not listed, f'manifest.json has {list(listed)} beyond the cells')


def verify(file):
    read_entry(file, 'oci-layout', len(LAYOUT)) == LAYOUT or need(False, 'oci-layout')
    first = file.read(BLOCK)
    size = int(first[124:135] or b'0', 8)
    need(0 < size <= 4 * 1024**2 and first == header('xbundle.json', size), 'header of xbundle.json')
    index = file.read(size)
    need(file.read(padding(size)) == bytes(padding(size)), 'padding of xbundle.json')
    bundle = json.loads(index)
    need(bundle['type'] == 'application/vnd.xbundle.bundle.v1+json', 'type')
    need(bundle['formatVersion'] == 1, 'formatVersion')
    need(pretty(bundle) == index, 'xbundle.json is not in its one form')
    sums = f'{hashlib.sha256(index).hexdigest()}  xbundle.json\n'.encode()
    need(read_entry(file, 'xbundle.json.sha256', len(sums)) == sums, 'xbundle.json.sha256')
    layout, oci, docker = bundle['files']
    need((layout['digest'], layout['size']) == (digest_of('sha256', LAYOUT), len(LAYOUT)), 'oci-layout as listed')
    for listed, name in ((oci, 'index.json'), (docker, 'manifest.json')):
        need(listed['name'] == name, f'{name} is not listed where it should be')
        content = read_entry(file, name, listed['size'])
        need(digest_of('sha256', content) == listed['digest'], f'{name} is not what its digest says')
        if name == 'index.json':
            need(content == oci_index(bundle), 'index.json does not follow from images and cells')
        else:
            check_docker_manifest(bundle, content)
    blobs = [blob['digest'] for blob in bundle['blobs']]
    need(blobs == sorted(set(blobs)), 'order of the blobs')
    for blob in bundle['blobs']:
        read_blob(file, blob['digest'], blob['size'])
    need(file.read(2 * BLOCK + 1) == bytes(2 * BLOCK), 'the end')
    states = [cell['state'] for cell in bundle['cells']]
    need(bundle['complete'] == (bool(states) and set(states) == {'present'}), 'complete')
    return f"ok {'COMPLETE' if bundle['complete'] else 'INCOMPLETE'} {digest_of('sha256', index)}"


if __name__ == '__main__':
    with open(sys.argv[1], 'rb') as opened:
        try:
            print(verify(opened))
        except (ValueError, KeyError, TypeError) as error:
            sys.exit(f'NOT A GOOD BUNDLE: {type(error).__name__}: {error}')
