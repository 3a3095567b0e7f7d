export { executedSteps, type ExecutedStep, type StepContext } from './executed-steps.ts';
export { narrowPlan } from './narrow-plan.ts';
export { planBuild } from './plan-build.ts';
