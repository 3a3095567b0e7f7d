import { findRule, type Finding, type TextEdit } from '@xbundle/core';

const DOCUMENTS = 'https://github.com/xbundle/xbundle/tree/main/docs/lint';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0, which code scanning services read. */
export function lintSarif(findings: readonly Finding[], version: string): unknown {
  const ids = [...new Set(findings.map(({ rule }) => rule))].toSorted();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'xbundle lint',
            version,
            informationUri: DOCUMENTS,
            rules: ids.map(sarifRule),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => sarifResult(finding, ids)),
      },
    ],
  };
}

function sarifRule(id: string): unknown {
  const rule = findRule(id);
  if (rule === undefined) return buildkitRule(id);
  const { name, title, documentation, bad, good, severity } = rule;
  return {
    id,
    name,
    helpUri: `${DOCUMENTS}/${id}.md`,
    shortDescription: { text: title },
    fullDescription: { text: documentation },
    help: { text: `${documentation}\n\nNot so:\n${bad}\nBut so:\n${good}` },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function buildkitRule(id: string): unknown {
  const text = `BuildKit's check ${id}`;
  const page = id.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  const helpUri = `https://docs.docker.com/go/dockerfile/rule/${page}/`;
  return { id, helpUri, shortDescription: { text }, fullDescription: { text }, help: { text } };
}

function sarifResult(finding: Finding, ids: readonly string[]): unknown {
  const { rule, severity, message, file, range, fix } = finding;
  const uri = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  const artifactLocation = { uri };
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, region: region(range) } }],
    ...(fix !== undefined &&
      fix.edits.length > 0 && {
        fixes: [
          {
            description: { text: fix.title },
            artifactChanges: [{ artifactLocation, replacements: fix.edits.map(replacement) }],
          },
        ],
      }),
  };
}

function region({ start, end }: Finding['range']): unknown {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function replacement({ range, text }: TextEdit): unknown {
  return { deletedRegion: region(range), insertedContent: { text } };
}
