// Pictures, made by code.
import { crc32, deflateSync } from "node:zlib";

export type Colour = [number, number, number];

/** A PNG of these pixels. */
function picture(width: number, height: number, colourAt: (x: number, y: number) => Colour): Buffer {
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
  const row = (y: number) => [0, ...Array.from({ length: width }, (_, x) => colourAt(x, y)).flat()];
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, (_, y) => Buffer.from(row(y)))));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

/** A PNG of two halves, left and right. */
export const png = (left: Colour, right: Colour, width = 200, height = 100) =>
  picture(width, height, (x) => (x < width / 2 ? left : right));

let drawn: Buffer | undefined;

/** A PNG of a boat on a fjord. */
export const boat = () => (drawn ??= draw(512));

function draw(side: number): Buffer {
  const mix = (one: Colour, other: Colour, part: number) =>
    one.map((value, index) => value + (other[index] - value) * part) as Colour;
  // From 0 to 1, to the right and down.
  const at = (x: number, y: number): Colour => {
    const hull = y > 0.68 && y < 0.79 && Math.abs(x - 0.5) < 0.3 - (y - 0.68) * 0.9;
    if (hull) return y < 0.7 ? [240, 226, 200] : [122, 66, 38];
    if (Math.abs(x - 0.5) < 0.006 && y > 0.2 && y < 0.69) return [92, 54, 34];
    const sail = y > 0.22 && y < 0.64;
    if (sail && x > 0.515 && x - 0.515 < (y - 0.22) * 0.6) return [250, 244, 232];
    if (sail && x < 0.485 && 0.485 - x < (y - 0.22) * 0.45) return [214, 92, 62];
    if (y > 0.72) return mix([52, 118, 134], [22, 62, 82], (y - 0.72) / 0.28);
    const hills = 0.6 - 0.09 * Math.sin(x * 5 + 0.6) - 0.03 * Math.sin(x * 13);
    if (y > hills) return [66, 104, 108];
    if (Math.hypot(x - 0.76, y - 0.3) < 0.085) return [255, 232, 176];
    return mix([134, 186, 206], [250, 214, 170], Math.min(y / 0.6, 1));
  };
  // Each pixel is the mean of nine spots, so that edges are smooth.
  const spots = [1, 3, 5].flatMap((x) => [1, 3, 5].map((y) => [x / 6, y / 6]));
  return picture(side, side, (x, y) => {
    const colours = spots.map(([right, down]) => at((x + right) / side, (y + down) / side));
    const mean = (part: number) => colours.reduce((sum, colour) => sum + colour[part], 0) / spots.length;
    return [0, 1, 2].map((part) => Math.round(mean(part))) as Colour;
  });
}

/** As it is put into a control for files. */
export const file = (buffer: Buffer, name = "me.png") => ({ name, mimeType: "image/png", buffer });
