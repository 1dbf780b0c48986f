/** The look of all pages: light and dark by the reader's setting, nothing from the network. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2128;--soft:#59636e;--line:#d5dae0;--box:#f6f8fa;--link:#0b5cad;--good:#1a7f37;
--bad:#c6242b;--wait:#9a6700;--merged:#7a3fc4;--plus:#dafbe1;--minus:#ffe9e8;--hunk:#ddf0ff}
@media(prefers-color-scheme:dark){:root{--bg:#0f141a;--fg:#dfe6ee;--soft:#93a0ad;--line:#303841;--box:#171d25;--link:#6cb2ff;--good:#4cc163;
--bad:#ff7b72;--wait:#e0b13c;--merged:#b48aff;--plus:#12351f;--minus:#451c1f;--hunk:#14304d}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
code,pre,.mono{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
header{background:var(--box);border-bottom:1px solid var(--line)}
header>div,main{max-width:1080px;margin:0 auto;padding:0 24px}
header .path{padding:14px 0 6px;font-size:17px}header .path b{font-weight:600}
nav{display:flex;gap:22px;padding:0}nav a{color:var(--fg);padding:8px 2px;border-bottom:2px solid transparent}
nav a.here{border-color:#e2702d;font-weight:600}
main{padding-top:22px;padding-bottom:64px}
h1{font-size:26px;font-weight:500;line-height:1.3;margin:0 0 8px;overflow-wrap:anywhere}h1.mono{font-size:20px}h1 .number{color:var(--soft);font-weight:300}
h2{font-size:18px;font-weight:600;margin:34px 0 10px}
.soft{color:var(--soft)}.small{font-size:13px}
.badge{display:inline-block;margin-right:6px;border-radius:2em;padding:3px 12px;font-size:13px;font-weight:600;color:#fff;background:var(--soft)}
.badge.open{background:#1f883d}.badge.closed{background:#cf2a31}.badge.merged{background:#7a3fc4}
.tag{display:inline-block;border:1px solid var(--line);border-radius:2em;padding:0 9px;font-size:12px;background:var(--box);vertical-align:middle}
.branch{background:var(--hunk);color:var(--link);border-radius:5px;padding:2px 6px}
.count{background:var(--line);border-radius:2em;padding:0 7px;font-size:12px;margin-left:5px}
.box{border:1px solid var(--line);border-radius:8px;margin:12px 0;overflow:hidden;background:var(--bg)}
.box>.head,.row{padding:9px 16px;display:flex;gap:10px;align-items:center;flex-wrap:wrap}
.box>.head{background:var(--box);border-bottom:1px solid var(--line)}
.row+.row,.row+details,details+.row,.box>details+details{border-top:1px solid var(--line)}
.row .grow{flex:1;min-width:0;overflow-wrap:anywhere}
.entry{display:grid;grid-template-columns:36px 1fr;gap:14px;align-items:start}.entry .face{margin-top:14px}
.entry .box>.head{padding:7px 16px}
.face{width:32px;height:32px;border-radius:50%;display:grid;place-items:center;font-weight:700;color:#fff;font-size:14px}
.icon{width:1.3em;text-align:center;font-weight:700;flex:none}.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}
.files>summary,.checks>summary{padding:9px 16px;cursor:pointer;overflow-wrap:anywhere}.files pre{margin:0;border-top:1px solid var(--line);padding:8px 0;overflow-x:auto}
.files pre code{display:block;min-width:max-content;padding:0 16px}
.add{color:var(--good)}.sub{color:var(--bad)}
.checks>div{padding:4px 16px 14px 44px;border-top:1px solid var(--line)}
.note{border-left:3px solid var(--line);padding:6px 12px;margin:8px 0;background:var(--box);overflow-wrap:anywhere}
.note pre{margin:4px 0 0;white-space:pre-wrap;background:none}
.note.failure{border-color:var(--bad)}.note.warning{border-color:var(--wait)}.note.notice{border-color:var(--link)}
.plus,.minus,.hunk{display:inline-block;min-width:100%}.plus{background:var(--plus)}.minus{background:var(--minus)}.hunk{color:var(--soft);background:var(--hunk)}
.markdown{padding:14px 16px;overflow-wrap:anywhere}.markdown>:first-child{margin-top:0}.markdown>:last-child{margin-bottom:0}
.markdown h1,.markdown h2{font-size:20px;font-weight:600;border-bottom:1px solid var(--line);padding-bottom:5px;margin:22px 0 12px}
.markdown h3{font-size:17px}.markdown pre{background:var(--box);border-radius:6px;padding:12px 14px;overflow-x:auto}
.markdown :not(pre)>code{background:var(--box);border:1px solid var(--line);border-radius:5px;padding:1px 5px}
.markdown table{border-collapse:collapse;display:block;max-width:100%;overflow-x:auto;margin:12px 0}
.markdown th,.markdown td{border:1px solid var(--line);padding:5px 12px}.markdown th,.markdown td{overflow-wrap:normal}.markdown th{background:var(--box);text-align:left}
.markdown details{margin:8px 0}.markdown details[open]>summary{margin-bottom:8px}.markdown summary{cursor:pointer}
.markdown blockquote{margin:12px 0;padding:2px 14px;border-left:4px solid var(--line);color:var(--soft)}
.markdown .alert{color:var(--fg)}.markdown .alert.note,.markdown .alert.important{border-color:var(--link);background:none;padding:2px 14px}
.markdown .alert.warning,.markdown .alert.caution{border-color:var(--wait);background:none;padding:2px 14px}.markdown .alert.tip{border-color:var(--good)}
.markdown .alert p::first-line{font-weight:600}.checks .markdown{padding:10px 0}
.markdown li.task{list-style:none;margin-left:-1.3em}
.diagram{margin:12px 0;border:1px solid var(--line);border-radius:8px;overflow:hidden}.diagram pre{margin:0;border-radius:0}
.diagram figcaption{padding:4px 14px;font-size:12px;color:var(--soft);border-bottom:1px solid var(--line)}
.merge{border-left:4px solid var(--line);padding:12px 16px;display:flex;gap:10px;align-items:center}
.merge.good{border-left-color:var(--good)}.merge.bad{border-left-color:var(--bad)}.merge.merged{border-left-color:var(--merged)}
.merge .text{color:var(--fg)}
`;
