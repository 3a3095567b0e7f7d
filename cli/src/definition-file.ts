export { readDefinition } from '@xbundle/core';
