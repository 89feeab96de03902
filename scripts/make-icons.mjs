/**
 * Draws the raster icons from the SVGs in resources/icons. Run it after changing one; the results are
 * committed. At 32 pixels and below the simpler small.svg is used.
 */
import { readFileSync } from 'node:fs';
import { ResizeFilterType, Transformer } from '@napi-rs/image';
import { writeFileAtomic } from './lib/files.mjs';
import { icns, ico } from './lib/icon-files.mjs';
import { inProject } from './lib/paths.mjs';

const inIcons = (name) => inProject('resources', 'icons', name);
const source = (name) => readFileSync(inIcons(name), 'utf8');
const SMALL_UP_TO = 32;

function png(svg, size) {
  const sized = svg.replace(/ width="\d+" height="\d+"/, ` width="${size}" height="${size}"`);
  return Transformer.fromSvg(sized).resize(size, size, ResizeFilterType.Lanczos3).png();
}

const app = async (size) => ({
  size,
  data: await png(source(size <= SMALL_UP_TO ? 'small.svg' : 'icon.svg'), size),
});
const all = (sizes) => Promise.all(sizes.map(app));

writeFileAtomic(inIcons('icon.png'), (await app(512)).data);
writeFileAtomic(inIcons('icon-256.png'), (await app(256)).data);
writeFileAtomic(inIcons('icon.ico'), ico(await all([16, 24, 32, 48, 64, 256])));
writeFileAtomic(inIcons('icon.icns'), icns(await all([128, 256, 512, 1024])));

// A panel may be light or dark, so the tray shows the whole badge; macOS recolours a template itself.
for (const [suffix, size] of [
  ['', 16],
  ['@2x', 32],
]) {
  writeFileAtomic(inIcons(`tray${suffix}.png`), (await app(size)).data);
  writeFileAtomic(inIcons(`trayTemplate${suffix}.png`), await png(source('tray-template.svg'), size));
}
