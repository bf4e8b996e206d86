import { parseAddress } from '../../electron/engine/rules/address-range';
import type { Derivation } from '../../shared/rule';

/** What a derived field makes of a text. Written from docs/rules.md, for comparison. */
export function deriveText(text: string, derivation: Derivation): string {
  if (derivation.by === 'network') return networkOf(text, derivation.version4, derivation.version6) ?? text;
  return derivation.by === 'host' ? hostOf(text) : pathOf(text);
}

function networkOf(text: string, version4: number, version6: number | null): string | null {
  const [, inBrackets] = /^\[([^\]]*)\](?::[0-9]{1,5})?$/.exec(text) ?? [];
  const address = parseAddress(inBrackets ?? text) ?? parseAddress(text.replace(/:[0-9]{1,5}$/, ''));
  if (address === null) return null;
  if (address.version === 4) {
    if (inBrackets !== undefined) return null;
    const masked = Number((BigInt(`0x${address.hex}`) >> BigInt(32 - version4)) << BigInt(32 - version4));
    return `${[24, 16, 8, 0].map((shift) => Math.floor(masked / 2 ** shift) % 256).join('.')}/${version4}`;
  }
  // A port is told from a group by the brackets alone.
  if (version6 === null || (inBrackets === undefined && parseAddress(text) === null)) return null;
  const groups = (address.hex.slice(0, version6 / 4).match(/.{4}/g) ?? []).map((group) => parseInt(group, 16));
  while (groups[groups.length - 1] === 0) groups.pop();
  return `${groups.map((group) => group.toString(16)).join(':')}::/${version6}`;
}

function hostOf(text: string): string {
  const [, rest] = /^(?:[A-Z]+ )?[A-Za-z][A-Za-z0-9+.-]*:\/\/(.*)$/s.exec(text) ?? [];
  if (rest === undefined) return text;
  const authority = rest.split(/[/?# ]/)[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return (/^\[[^\]]*\]/.exec(host)?.[0] ?? host.split(':')[0] ?? '').toLowerCase();
}

function pathOf(text: string): string {
  const isRequest = /^[A-Z]+ (?:\/|[A-Za-z][A-Za-z0-9+.-]*:\/\/)/.test(text);
  const target = isRequest ? (text.split(' ')[1] ?? '') : text;
  const [, afterHost] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*\/?(.*)$/s.exec(target) ?? [];
  const path = (afterHost === undefined ? target : `/${afterHost}`).split(/[?#]/)[0] ?? '';
  const isId = /^(?:[0-9]+|[0-9a-f]{8,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
  return path
    .split('/')
    .map((segment) => (isId.test(segment) ? '{id}' : segment))
    .join('/');
}
