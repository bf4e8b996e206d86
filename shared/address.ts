/** A range of IP addresses. The bounds are hexadecimal, 8 digits (IPv4) or 32 (IPv6), in lower case. */
export type AddressRange = { version: 4 | 6; first: string; last: string };

/**
 * Reads an address range such as `10.0.0.0/8` or `2001:db8::/32`; one address alone is a range of its own. Bits beyond
 * the prefix may be set.
 * @returns null where the text is none
 */
export function parseAddressRange(text: string): AddressRange | null {
  const [, addressText, prefixText] = /^([^/]*)(?:\/([0-9]{1,3}))?$/s.exec(text) ?? [];
  const address = addressText === undefined ? null : parseAddress(addressText);
  if (address === null) return null;
  const bits = address.version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return null;
  const hostBits = BigInt(bits - prefix);
  const first = (BigInt(`0x${address.hex}`) >> hostBits) << hostBits;
  const last = first | ((1n << hostBits) - 1n);
  return { version: address.version, first: toHex(first, bits), last: toHex(last, bits) };
}

/**
 * Reads an IP address as strictly as Python's `ipaddress`: four decimal numbers without leading zeros, or IPv6 in any of
 * its spellings, with or without a zone (`fe80::1%eth0`), which does not count.
 * @returns null where the text is none
 */
export function parseAddress(text: string): { version: 4 | 6; hex: string } | null {
  const octets = parseOctets(text);
  if (octets !== null) return { version: 4, hex: octets };
  const [, bare] = /^([^%]*)(?:%[^%]+)?$/.exec(text) ?? [];
  if (bare === undefined || bare.length > 45) return null;
  const tail = bare.slice(bare.lastIndexOf(':') + 1);
  const tailOctets = parseOctets(tail);
  const groups =
    tailOctets === null
      ? bare
      : `${bare.slice(0, bare.length - tail.length)}${tailOctets.slice(0, 4)}:${tailOctets.slice(4)}`;
  const halves = groups.split('::');
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (![...left, ...right].every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  const missing = 8 - left.length - right.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return null;
  const all = [...left, ...Array<string>(missing).fill('0'), ...right];
  return { version: 6, hex: all.map((group) => group.toLowerCase().padStart(4, '0')).join('') };
}

function parseOctets(text: string): string | null {
  const value = parseVersion4(text);
  return value === null ? null : value.toString(16).padStart(8, '0');
}

/** Reads an IPv4 address: four decimal numbers without leading zeros. @returns it as one number; null where the text is none */
export function parseVersion4(text: string): number | null {
  let value = 0;
  let octet: number | null = null;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return null;
      octet = 10 * (octet ?? 0) + digit;
      if (octet > 255) return null;
    } else if (text[at] === '.' && octet !== null && dots < 3) {
      value = 256 * value + octet;
      octet = null;
      dots++;
    } else return null;
  }
  return dots === 3 && octet !== null ? 256 * value + octet : null;
}

function toHex(value: bigint, bits: number): string {
  return value.toString(16).padStart(bits / 4, '0');
}
