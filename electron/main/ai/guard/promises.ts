/** Words that commit the brand to something: money back, prices, guarantees, dates. Whole words, many languages. */
const promises: readonly RegExp[] = [
  /\b(?:refund\w*|money back|reimburs\w+|compensat\w+|for free|free of charge|discount\w*|voucher\w*|coupon\w*|gift card|guarantee\w*|we promise|i promise|will (?:ship|arrive|be delivered|replace|fix) [^.!?\n]{0,30}(?:today|tomorrow|by|within|on)\b|replacement)\b/giu,
  /\b(?:rückerstatt\w*|erstatt\w+|geld zurück|entschädig\w+|kostenlos\w*|gratis|rabatt\w*|gutschein\w*|garantier\w*|versprech\w+|ersatz\w*)/giu,
  /\b(?:rembours\w+|gratuit\w*|réduction\w*|remise|bon d['’]achat|garanti\w*|promet\w+|promis)(?![\p{L}])/giu,
  /\b(?:reembols\w+|devoluci[oó]n(?:es)? del dinero|gratis|descuento\w*|cup[oó]n\w*|garantiza\w*|prometemos|compensaci[oó]n)/giu,
  /\b(?:rimbors\w+|gratuit\w+|sconto|sconti|buono|garanti\w+|promett\w+)/giu,
  /(?:reembols\p{L}+|gr[aá]tis|desconto\p{L}*|garantimos|prometemos|vale-presente)/giu,
  /(?:возврат\p{L}*|верн[её]м|скидк\p{L}*|бесплатн\p{L}*|гарантир\p{L}*|обеща\p{L}*)/giu,
  /(?:返金|無料|割引|保証|クーポン|約束|退款|免费|折扣|保证|优惠券|承诺|환불|무료|할인|보장|استرداد|مجان\p{L}*|خصم|نضمن)/gu,
  /(?:[$€£¥₹₩]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:€|\$|£|¥|EUR|USD|GBP|CHF|JPY|dollars?|euros?|pounds?)(?![\p{L}])|\b\d{1,3}\s?%)/giu,
];

export const findPromises = (text: string): readonly string[] => [
  ...new Set(promises.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[0].trim()))),
];
