import type { FieldReference, LogFormat } from '../../../shared/rule';
import { parsePath } from './fields';

/** A field as the window knows it (`GroupField.reference`): `$.a.b[0]`, or a token position. Null where it is none. */
export function readReference(reference: string, format: LogFormat): FieldReference | null {
  if (format === 'CLF') return /^[1-9][0-9]{0,14}$/.test(reference) ? { position: Number(reference) } : null;
  const path = /^\$[.[]/.test(reference) ? parsePath(reference) : '';
  return typeof path === 'string' ? null : { path };
}
