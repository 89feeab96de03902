export const transparency = {};
