import { planBundle, type BundlePlan } from '../../bundle/plan/plan.ts';
import { requestFor } from './bundle-parts.ts';
import { randomIndex } from '../images/random-image.ts';
import { WatchedStore } from '../stores/watched-store.ts';

export interface PlannedApp {
  readonly store: WatchedStore;
  readonly plan: BundlePlan;
}

/** `app:v1` with attestations, planned for three platforms: six small layers of its own and three statements. */
export async function planApp(): Promise<PlannedApp> {
  const store = new WatchedStore();
  const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];
  store.add(await randomIndex('app', platforms, { attestations: true, layerBytes: 5000 }), 'app:v1');
  return { store, plan: await planBundle([requestFor('app:v1', store)]) };
}
