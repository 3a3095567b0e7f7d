import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Budgets of docs in CONTRIBUTING.md: the tail is policed, not the median. */
/** @type {Record<string, import("eslint").Linter.RuleEntry>} */
const budgets = {
  'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 3],
  'max-depth': ['error', 3],
  complexity: ['error', 10],
};

/** What the page says stands in `ui/src/text`, in every language. */
const reason = 'words of the page belong into ui/src/text';
const SAID = '/^(label|title|alt|placeholder|helperText|aria-label|what|text)$/';
const writtenInComponents = [
  { selector: 'JSXText[value=/\\p{L}/u]', message: reason },
  { selector: `JSXAttribute[name.name=${SAID}] > Literal[value=/\\p{L}/u]`, message: reason },
];

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'examples/**',
      'cli/bin/**',
      'backend/bin/**',
      'cli/undici-parts.js',
    ],
  },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['core/vite.config.ts', 'cli/vite.config.ts', 'backend/vite.config.ts'],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...budgets,
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A third of the time for nothing: erasable syntax has no enums, and a class with `#` fields is itself a name
      // to the compiler.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // Markup is long, not deep: a component still has to fit on a screen.
    files: ['ui/src/**/*.tsx'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...writtenInComponents],
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'test/**', 'bench/**', 'tools/**', '**/testing/**'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['**/*.config.{ts,js}', 'test/**/global-setup.ts'], rules: { 'no-restricted-exports': 'off' } },
);
