/** One sheet for screen (light and dark) and paper. No fonts or files from elsewhere. */
export const reportStyle = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f7f7f8;--text:#17181c;--dim:#5c606b;--line:#e2e3e8;--ai:#6a3fd0;--ai-soft:#efe9fc;--ok:#12713f;--warn:#8a5a00}
@media (prefers-color-scheme:dark){:root{--bg:#131418;--panel:#1b1d23;--text:#eceef2;--dim:#a2a7b4;--line:#2e313a;--ai:#b79cff;--ai-soft:#2a2144;--ok:#63d297;--warn:#e6b455}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:62rem;margin:0 auto;padding:3rem 1.5rem 5rem}
header{border-bottom:2px solid var(--text);padding-bottom:1.25rem;margin-bottom:2rem}
.kicker{color:var(--dim);font-size:.8rem;letter-spacing:.06em;text-transform:uppercase;margin:0}
h1{font-size:1.9rem;line-height:1.2;letter-spacing:-.015em;margin:.25rem 0 .5rem;font-weight:650}
h2{font-size:1.2rem;margin:3rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--line);font-weight:650}
h3{font-size:1rem;margin:1.75rem 0 .5rem}
p{margin:.5rem 0;max-width:46rem}
.dim{color:var(--dim)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:1.5rem 0;padding:0;list-style:none}
.facts li{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.75rem .9rem}
.facts b{display:block;font-size:1.35rem;line-height:1.3;font-weight:620}
.facts span{color:var(--dim);font-size:.85rem}
dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.35rem 1.25rem;margin:1rem 0}
dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.75rem 0 1.25rem;font-size:.92rem}
caption{text-align:left;font-weight:600;padding:0 0 .4rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
thead th{color:var(--dim);font-weight:550;font-size:.82rem;border-bottom-color:var(--dim)}
tbody th{font-weight:500}
.num{text-align:right;white-space:nowrap}
.track{display:inline-block;width:8rem;max-width:40vw;height:.5rem;margin-right:.5rem;background:var(--line);border-radius:4px;overflow:hidden;vertical-align:middle}
.bar{display:block;height:100%;background:var(--ai)}
code,.mono{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem;overflow-x:auto;font:.86rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.ai{color:var(--ai);font-weight:600}
.ok{color:var(--ok);font-weight:600}
.warn{color:var(--warn);font-weight:600}
.words{white-space:pre-wrap;unicode-bidi:isolate}
.wordlist{display:flex;flex-wrap:wrap;gap:.4rem;margin:.5rem 0;padding:0;list-style:none}
.wordlist li{border:1px solid var(--line);border-radius:6px;padding:.1rem .55rem;background:var(--panel)}
nav ol{columns:2;padding-left:1.25rem;margin:.5rem 0}
nav a,a{color:inherit;text-underline-offset:.15em}
a:focus-visible{outline:2px solid var(--ai);outline-offset:2px}
@media (max-width:40rem){dl{grid-template-columns:1fr}dt{margin-top:.5rem}nav ol{columns:1}}
@media print{body{font-size:10.5pt}main{max-width:none;padding:0}h2{break-after:avoid}tr,.facts li{break-inside:avoid}nav{display:none}thead{display:table-header-group}}
`.trim();
