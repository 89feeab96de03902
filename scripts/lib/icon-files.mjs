/** Icon containers of Windows and macOS; both may hold PNG images as they are. */
const ICO_HEADER = 6;
const ICO_ENTRY = 16;
const ICNS_TYPES = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };

/** Windows: [{ size, data }] with sizes up to 256. */
export function ico(images) {
  const directory = Buffer.alloc(ICO_HEADER + images.length * ICO_ENTRY);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(images.length, 4);
  let offset = directory.length;
  images.forEach(({ size, data }, index) => {
    const at = ICO_HEADER + index * ICO_ENTRY;
    // 0 stands for 256.
    directory.writeUInt8(size % 256, at);
    directory.writeUInt8(size % 256, at + 1);
    directory.writeUInt16LE(1, at + 4);
    directory.writeUInt16LE(32, at + 6);
    directory.writeUInt32LE(data.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([directory, ...images.map(({ data }) => data)]);
}

/** macOS: [{ size, data }] with the sizes of ICNS_TYPES. */
export function icns(images) {
  const parts = images.map(({ size, data }) =>
    Buffer.concat([chunkHeader(ICNS_TYPES[size], data.length), data]),
  );
  const body = Buffer.concat(parts);
  return Buffer.concat([chunkHeader('icns', body.length), body]);
}

function chunkHeader(type, length) {
  const header = Buffer.alloc(8);
  header.write(type, 0, 'latin1');
  header.writeUInt32BE(length + 8, 4);
  return header;
}
