import { describe, expect, it } from 'vitest';
import { elfFor, libraryFor } from '../../testing/images/arch-binaries.ts';
import { judge, told, type Files } from '../../testing/judge-files.ts';

const arm64 = elfFor('arm64');
const amd64 = elfFor('amd64');
const app = { 'bin/app': arm64 };
const SITE = 'usr/lib/python3/site-packages';
const NODE = 'app/node_modules';

describe('libraries', () => {
  it.each<[string, Files, readonly string[]]>([
    [
      'in a directory of the loader',
      { 'usr/lib/libz.so.1!': libraryFor('amd64') },
      ['T3 warning library /usr/lib/libz.so.1'],
    ],
    [
      'that make up a package of Python',
      { [`${SITE}/pkg/_c.so!`]: libraryFor('amd64') },
      [`T3 error library /${SITE}/pkg/_c.so`],
    ],
    [
      'that are few in a package of Python',
      {
        [`${SITE}/pkg/a.so!`]: libraryFor('arm64'),
        [`${SITE}/pkg/b.so!`]: libraryFor('arm64'),
        [`${SITE}/pkg/c.so!`]: libraryFor('amd64'),
      },
      [`T3 warning library /${SITE}/pkg/c.so`],
    ],
    [
      "named for another machine by Python's suffix",
      { [`${SITE}/_c.cpython-312-x86_64-linux-gnu.so!`]: libraryFor('amd64') },
      [`T3 error library /${SITE}/_c.cpython-312-x86_64-linux-gnu.so`],
    ],
    [
      'of both machines by their suffix',
      {
        [`${SITE}/_c.cpython-312-x86_64-linux-gnu.so!`]: libraryFor('amd64'),
        [`${SITE}/_c.cpython-312-aarch64-linux-gnu.so!`]: libraryFor('arm64'),
      },
      [],
    ],
    [
      'whose wheel is for another machine',
      {
        [`${SITE}/Big_Pkg/a.so!`]: libraryFor('amd64'),
        [`${SITE}/Big_Pkg/b.so!`]: libraryFor('arm64'),
        [`${SITE}/big.pkg-1.0.dist-info/WHEEL!`]:
          'Tag: cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64\n',
      },
      [`T3 error library /${SITE}/Big_Pkg/a.so`],
    ],
    [
      'in node_modules',
      { [`${NODE}/fuse/build/fuse.node!`]: libraryFor('amd64') },
      [`T3 error library /${NODE}/fuse/build/fuse.node`],
    ],
    [
      'with a prebuild for this platform',
      {
        [`${NODE}/x/prebuilds/linux-x64/x.node!`]: libraryFor('amd64'),
        [`${NODE}/x/prebuilds/linux-arm64/x.node!`]: libraryFor('arm64'),
      },
      [],
    ],
    [
      'with prebuilds for others only',
      { [`${NODE}/x/prebuilds/linux-x64/x.node!`]: libraryFor('amd64') },
      [`T3 warning no-variant /${NODE}/x/prebuilds/linux-x64/x.node`],
    ],
    [
      'in packages for each platform',
      {
        [`${NODE}/@img/sharp-linux-x64/lib/sharp-linux-x64.node!`]: libraryFor('amd64'),
        [`${NODE}/@img/sharp-linux-arm64/lib/sharp-linux-arm64.node!`]: libraryFor('arm64'),
      },
      [],
    ],
    [
      'with prebuilds for others, and one that was built for this platform',
      {
        [`${NODE}/x/prebuilds/linux-x64/x.node!`]: libraryFor('amd64'),
        [`${NODE}/x/build/Release/x.node!`]: libraryFor('arm64'),
      },
      [],
    ],
    [
      'in a package that is by its name for another platform',
      { [`${NODE}/@img/sharp-linux-x64/lib/sharp-linux-x64.node!`]: libraryFor('amd64') },
      [`T3 error library /${NODE}/@img/sharp-linux-x64/lib/sharp-linux-x64.node`],
    ],
    [
      'of a gem for another platform',
      { 'vendor/bundle/ruby/3.4.0/gems/nokogiri-1.18.0-x86_64-linux/lib/nokogiri.so!': libraryFor('amd64') },
      ['T3 error library /vendor/bundle/ruby/3.4.0/gems/nokogiri-1.18.0-x86_64-linux/lib/nokogiri.so'],
    ],
    [
      'of a Java runtime that is by its name for another platform',
      { 'usr/lib/jvm/java-17-openjdk-amd64/lib/server/libjvm.so!': libraryFor('amd64') },
      ['T3 error library /usr/lib/jvm/java-17-openjdk-amd64/lib/server/libjvm.so'],
    ],
    [
      'that are programs of a package',
      { [`${SITE}/selenium/linux/manager`]: amd64 },
      [`T3 warning library /${SITE}/selenium/linux/manager`],
    ],
    [
      'of a Java runtime',
      { 'opt/java/lib/libjvm.so!': libraryFor('amd64') },
      ['T3 error library /opt/java/lib/libjvm.so'],
    ],
  ])('%s', (_, files, expected) => {
    expect(told(judge([{ ...app, ...files }]))).toEqual(expected);
  });
});
