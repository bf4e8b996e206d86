import { readDerivation, readFieldCall } from '../../../shared/derived-field';
import { parsePath } from '../../../shared/json-path';
import type { FieldReference, LogFormat } from '../../../shared/rule';

/**
 * A field as the window knows it (`GroupField.reference`): `$.a.b[0]`, or a token position; or what is worked out of one of
 * these, `network(4, 24)`. Null where it is none.
 */
export function readReference(reference: string, format: LogFormat): FieldReference | null {
  const call = readFieldCall(reference);
  if (call === null) return readPlainReference(reference, format);
  const derivation = readDerivation(call);
  const field = readPlainReference(call.field, format);
  return field === null || derivation === null ? null : { ...field, derivation };
}

function readPlainReference(reference: string, format: LogFormat): FieldReference | null {
  if (format === 'CLF') return /^[1-9][0-9]{0,14}$/.test(reference) ? { position: Number(reference) } : null;
  const path = /^\$[.[]/.test(reference) ? parsePath(reference) : '';
  return typeof path === 'string' ? null : { path };
}
