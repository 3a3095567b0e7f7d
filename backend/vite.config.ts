import { defineConfig } from 'vite';
import { standaloneProgram } from '../tools/standalone-program.ts';

/** The extension's backend. */
export default defineConfig(standaloneProgram());
