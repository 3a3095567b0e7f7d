import { insertAt } from '../fixes/edits.ts';

import type { Found, Rule } from '../rule.ts';
import type { ShellCommand } from '../shell/script.ts';

export const curlNoFailDownload: Rule = {
  id: 'XB030',
  name: 'curl-no-fail-download',
  severity: 'info',
  title: 'curl saves error pages',
  documentation:
    'Without `--fail` curl takes a 404 page for an answer like any other and saves it under the name of the program. That happens to the one platform for which a project has no file, and the build ends well. Give `-f`.',
  bad: 'FROM alpine\nARG TARGETARCH\nRUN curl -sSLo /usr/bin/tool https://example.com/tool-${TARGETARCH} && chmod +x /usr/bin/tool\n',
  good: 'FROM alpine\nARG TARGETARCH\nRUN curl -fsSLo /usr/bin/tool https://example.com/tool-${TARGETARCH} && chmod +x /usr/bin/tool\n',
  check: (context) =>
    context.commands
      .filter(({ command }) => command.name === 'curl' && saves(command) && !fails(command))
      .map(({ command }) => describe(command)),
};

function saves({ args, outputs }: ShellCommand): boolean {
  const hasOutput = args.some(({ value }) => /^(--output|--remote-name)(=|$)|^-[a-zA-Z]*[oO]$/.test(value));
  return (hasOutput || outputs.length > 0) && args.some(({ text }) => /:\/\/|\$/.test(text));
}

/** `-f` among short flags, or a request that saves no body. */
function fails({ args }: ShellCommand): boolean {
  return args.some(
    ({ value, text }) =>
      /^--fail(-with-body|-early)?$|^-[a-zA-Z#]*[fI]|^--(head|config|write-out)$|^-[a-zA-Z]*[wK]$/.test(
        value,
      ) || /^\$/.test(text),
  );
}

function describe({ nameSpan }: ShellCommand): Found {
  return {
    span: nameSpan,
    message: 'curl without --fail saves a 404 page as the file',
    fix: { kind: 'automatic', title: 'Add -f', edits: [insertAt(nameSpan.end, ' -f')] },
  };
}
