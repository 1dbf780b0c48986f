/** Pieces of DER, the encoding of X.509 certificates. */

/** A value of a type: its tag, its length, its content. */
export function tag(number: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([number, ...size]), content]);
}

/** A SEQUENCE. */
export function sequence(...parts: Buffer[]): Buffer {
  return tag(0x30, ...parts);
}

/** An object identifier by its encoded bytes. */
export function oid(...bytes: number[]): Buffer {
  return tag(0x06, Buffer.from(bytes));
}

/** A GeneralizedTime, whole seconds. */
export function time(date: Date): Buffer {
  return tag(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}
