import { readSentence } from './sentence';

/** A sample rule as the gallery needs it. */
export type GallerySample = {
  name: string;
  description: string;
  service: string;
  definition: string;
  fits: string[];
  lacks: string[];
};

/** The samples of one service: those that fit first, then those that lack a field, then the others. */
export type GalleryService = {
  name: string;
  samples: GallerySample[];
  /** How many of them fit. */
  fitting: number;
  /** The log groups that they fit. */
  groups: string[];
};

/** Samples by service: services that fit come first, the one with most; then the others by name. */
export function listServices(samples: readonly GallerySample[]): GalleryService[] {
  const byName = new Map<string, GallerySample[]>();
  for (const sample of samples) byName.set(sample.service, [...(byName.get(sample.service) ?? []), sample]);
  const services = [...byName].map(([name, own]) => ({
    name,
    samples: [...own].sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name)),
    fitting: own.filter(({ fits }) => fits.length > 0).length,
    groups: [...new Set(own.flatMap(({ fits }) => fits))],
  }));
  return services.sort((a, b) => Number(b.fitting > 0) - Number(a.fitting > 0) || compare(a.name, b.name));
}

/** Samples whose name, question, service, keys or filters hold every word of a text. */
export function searchSamples(samples: readonly GallerySample[], search: string): GallerySample[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...samples];
  return samples.filter((sample) => {
    const sentence = readSentence(sample.definition);
    const filters = JSON.stringify(sentence?.conditions ?? []);
    const text = [
      sample.name,
      sample.description,
      sample.service,
      sentence?.valueOf,
      ...(sentence?.keys ?? []),
      filters,
    ];
    const all = text.join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

function rank({ fits, lacks }: GallerySample): number {
  return fits.length > 0 ? 0 : lacks.length > 0 ? 1 : 2;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
