import { appError } from '@shared/domain/errors';
import type { Connected, ConnectMethod, Profile } from '../network';
import type { ServerDoor } from './server/server';
import { brands, type Brand } from './server/world';

/** One click: the brand's name is all that the practice network asks for. */
export const practiceMethods: readonly ConnectMethod[] = [
  { id: 'brand', fields: [{ name: 'brand', secret: false, placeholder: 'northlight' }] },
];

export const practiceBrandIds: readonly string[] = brands.map((brand) => brand.id);

export const profileOf = (brand: Brand): Profile => ({
  remoteId: brand.id,
  handle: brand.handle,
  displayName: brand.name,
  serviceUrl: 'practice:',
});

export function connectBrand(door: ServerDoor, fields: Readonly<Record<string, string>>): Connected {
  const brand = brands.find((item) => item.id === fields['brand']?.trim().replace(/^@/, ''));
  if (!brand)
    throw appError('validation', { field: 'brand', detail: `one of ${practiceBrandIds.join(', ')}` });
  door.open().signIn(brand);
  return { profile: profileOf(brand), secrets: {} };
}
