export { executedSteps, type ExecutedStep, type StepContext } from './executed-steps.ts';
export { planBuild } from './plan-build.ts';
