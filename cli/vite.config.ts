import { defineConfig } from 'vite';
import { standaloneProgram } from '../tools/standalone-program.ts';

/** Each command is a chunk of its own, so that `xbundle --version` loads none of them. */
export default defineConfig(standaloneProgram());
