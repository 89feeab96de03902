import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../random';
import { brands, type Brand } from './world';

const WIDTH = 960;
const HEIGHT = 640;

export const imageOf = (brand: Brand, index: number): { readonly id: string; readonly alt: string } => ({
  id: `practice-${brand.id}-${index}`,
  alt: `Practice picture ${index + 1} of ${brand.name}: soft shapes in the brand’s colours`,
});

/** Paints the picture of a seeded post when it is first looked at. Nothing is downloaded. */
export function createImages(folder: string) {
  const paint = async (id: string): Promise<string | undefined> => {
    const [, brandId, number] = /^practice-([a-z]+)-(\d+)$/.exec(id) ?? [];
    const brand = brands.find((item) => item.id === brandId);
    if (!brand || number === undefined || Number(number) >= brand.posts.length) return undefined;
    const file = join(folder, `${id}.png`);
    if (existsSync(file)) return file;
    mkdirSync(folder, { recursive: true });
    const { Transformer } = await import('@napi-rs/image');
    writeFileSync(file, await Transformer.fromRgbaPixels(pixels(brand, Number(number)), WIDTH, HEIGHT).png());
    return file;
  };
  return { paint };
}

/** A slope between two of the brand's colours with a few round shapes of the third. */
function pixels(brand: Brand, index: number): Uint8Array {
  const random = createRandom(index * 97 + brand.id.length);
  const [from = [0, 0, 0], to = [0, 0, 0], mark = [0, 0, 0]] = brand.colors.map(rgb);
  const circles = Array.from({ length: 5 }, () => ({
    x: random.next() * WIDTH,
    y: random.next() * HEIGHT,
    r: 60 + random.next() * 150,
  }));
  const out = new Uint8Array(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const slope = (x / WIDTH + y / HEIGHT) / 2;
      const inside = circles.filter((c) => (x - c.x) ** 2 + (y - c.y) ** 2 < c.r ** 2).length;
      const share = Math.min(0.25 * inside, 0.75);
      const at = (y * WIDTH + x) * 4;
      for (let channel = 0; channel < 3; channel += 1) {
        const base = (from[channel] ?? 0) * (1 - slope) + (to[channel] ?? 0) * slope;
        out[at + channel] = Math.round(base * (1 - share) + (mark[channel] ?? 0) * share);
      }
      out[at + 3] = 255;
    }
  }
  return out;
}

const rgb = (hex: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
