import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useRef,
  type ReactElement,
  type ReactNode,
} from 'react';
import { z } from 'zod';
import { useRemembered } from './use-remembered.ts';

export const TABS = ['build', 'images', 'bundles', 'builders', 'history'] as const;
export type Tab = (typeof TABS)[number];

/** Where the user is: all that a reload has to bring back, apart from what the backend knows. */
const placeSchema = z.object({
  tab: z.enum(TABS),
  /** Of the Build tab: the folder, its definition files, and the run that is shown instead of the plan. */
  project: z.string().exactOptional(),
  files: z.array(z.string()).exactOptional(),
  build: z.string().exactOptional(),
  /** Of the Images tab. */
  image: z.string().exactOptional(),
  /** Where the image is looked for; absent: in the engine, else in its registry. */
  imageFrom: z.enum(['docker', 'registry']).exactOptional(),
  /** What the image is compared with; empty: that is still to be said. */
  compare: z.string().exactOptional(),
  /** Of the Bundles tab: the part that is open, the file, and the job that is followed. */
  bundlePart: z.enum(['start', 'export', 'open', 'import']).exactOptional(),
  bundle: z.string().exactOptional(),
  bundleJob: z.string().exactOptional(),
  /** Images that an export starts from. */
  exportImages: z.array(z.string()).exactOptional(),
  exportPlatforms: z.array(z.string()).exactOptional(),
  /** Of the History tab. */
  historyJob: z.string().exactOptional(),
});
export type Place = z.infer<typeof placeSchema>;

/** What tells the pages of a tab apart. */
const PAGE_KEYS: Readonly<Record<Tab, readonly (keyof Place)[]>> = {
  build: ['project', 'build'],
  images: ['image', 'compare'],
  bundles: ['bundlePart', 'bundle', 'bundleJob'],
  builders: [],
  history: ['historyJob'],
};

/** A name for what is shown at a place, the same whenever the user comes back to it. */
export function pageOf(place: Place): string {
  return [place.tab, ...PAGE_KEYS[place.tab].map((key) => String(place[key] ?? ''))].join(' ');
}

/** What changes; a key that is undefined is taken out. */
export type PlaceChange = { readonly [Key in keyof Place]?: Place[Key] | undefined };

interface Places {
  readonly place: Place;
  readonly go: (change: PlaceChange) => void;
}

const PlaceContext = createContext<Places | undefined>(undefined);

export function PlaceProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [place, setPlace] = useRemembered<Place>('place', placeSchema, { tab: 'build' });
  const latest = useRef(place);
  const go = useCallback(
    (change: PlaceChange) => {
      const fields = Object.entries({ ...latest.current, ...change }).filter(
        ([, value]) => value !== undefined,
      );
      latest.current = placeSchema.parse(Object.fromEntries(fields));
      setPlace(latest.current);
    },
    [setPlace],
  );
  const places = useMemo(() => ({ place, go }), [place, go]);
  return <PlaceContext.Provider value={places}>{children}</PlaceContext.Provider>;
}

export function usePlace(): Places {
  const places = useContext(PlaceContext);
  if (places === undefined) throw new Error('a component that needs the place is outside of its provider');
  return places;
}
