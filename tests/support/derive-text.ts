import { parseAddress } from '../../shared/address';
import type { Derivation } from '../../shared/rule';

/** What a derived field makes of a text. Written from docs/rules.md, for comparison. */
export function deriveText(text: string, derivation: Derivation): string {
  if (derivation.by === 'network') return networkOf(text, derivation.version4, derivation.version6) ?? text;
  if (derivation.by === 'reach') return reachOf(text) ?? text;
  return derivation.by === 'host' ? hostOf(text) : pathOf(text);
}

/** The address that a text is, alone or with a port, which of IPv6 is told from a group by the brackets alone. */
function addressOf(text: string): ReturnType<typeof parseAddress> {
  const [, inBrackets] = /^\[([^\]]*)\](?::[0-9]{1,5})?$/.exec(text) ?? [];
  const address = parseAddress(inBrackets ?? text);
  if (address !== null) return inBrackets !== undefined && address.version === 4 ? null : address;
  const beforePort = parseAddress(text.replace(/:[0-9]{1,5}$/, ''));
  return beforePort?.version === 4 ? beforePort : null;
}

function reachOf(text: string): string | null {
  const address = addressOf(text);
  if (address === null) return null;
  const [, within] = /^0{20}ffff(.{8})$/.exec(address.hex) ?? [];
  if (address.version === 6 && within === undefined) {
    return /^(?:0{31}[01]|f[cd]|fe[89ab])/.test(address.hex) ? 'private' : 'public';
  }
  const [a = 0, b = 0] = Buffer.from(within ?? address.hex, 'hex');
  const isShared = (a === 100 && b >= 64 && b < 128) || (a === 172 && b >= 16 && b < 32);
  return isShared || [0, 10, 127].includes(a) || ['169.254', '192.168'].includes(`${a}.${b}`) ? 'private' : 'public';
}

function networkOf(text: string, version4: number, version6: number | null): string | null {
  const address = addressOf(text);
  if (address === null) return null;
  if (address.version === 4) {
    const masked = Number((BigInt(`0x${address.hex}`) >> BigInt(32 - version4)) << BigInt(32 - version4));
    return `${[24, 16, 8, 0].map((shift) => Math.floor(masked / 2 ** shift) % 256).join('.')}/${version4}`;
  }
  if (version6 === null) return null;
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
