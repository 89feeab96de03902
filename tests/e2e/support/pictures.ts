import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';

/** A PNG of one colour, drawn by the page. */
export async function drawPng(page: Page, colour: string, width = 320, height = 200): Promise<Buffer> {
  const url = await page.evaluate(
    ([fill, w, h]) => {
      const canvas = document.createElement('canvas');
      canvas.width = w;
      canvas.height = h;
      const context = canvas.getContext('2d');
      if (!context) throw new Error('the page cannot draw');
      context.fillStyle = fill;
      context.fillRect(0, 0, w, h);
      return canvas.toDataURL('image/png');
    },
    [colour, width, height] as const,
  );
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

export async function writePng(page: Page, folder: string, name: string, colour: string): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await drawPng(page, colour));
  return path;
}

/** What the system does when a person pastes a picture into this field. */
export async function pastePicture(field: Locator, png: Buffer, name: string): Promise<void> {
  await field.evaluate(
    (element, [base64, fileName]) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], fileName, { type: 'image/png' }));
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    [png.toString('base64'), name] as const,
  );
}
