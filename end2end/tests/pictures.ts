// Pictures, made by code.
import { crc32, deflateSync } from "node:zlib";

export type Colour = [number, number, number];

/** A PNG of two halves, left and right. */
export function png(left: Colour, right: Colour, width = 200, height = 100): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = [0, ...Array.from({ length: width }, (_, x) => (x < width / 2 ? left : right)).flat()];
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => Buffer.from(row))));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

/** As it is put into a control for files. */
export const file = (buffer: Buffer, name = "me.png") => ({ name, mimeType: "image/png", buffer });
