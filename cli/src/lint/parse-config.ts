/** In a file of its own: YAML and the schema are loaded where there is a configuration. */
export { parseLintConfig } from '@xbundle/core';
