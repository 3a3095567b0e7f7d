import { expect, it } from 'vitest';
import { complaintOf } from './run-docker.ts';

it.each([
  ['one line', 'no such thing\n', 'no such thing'],
  ['progress before it', '#1 load\n#1 ERROR: x\nERROR: failed to build: x\n', 'failed to build: x'],
  [
    'advice after it',
    "Unable to find image 'a:b' locally\ndocker: Error response from daemon: refused\n\nRun 'docker run --help' for more information\n",
    'Error response from daemon: refused',
  ],
  ['nothing', '\n', ''],
])('the complaint of a docker command is found with %s', (_title, stderr, complaint) => {
  expect(complaintOf(stderr)).toBe(complaint);
});
