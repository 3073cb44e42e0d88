import { preview } from '@countersign/shared/billing';
import fc from 'fast-check';
import { payoutCase } from './generatePayouts.ts';
import { World } from './world.ts';
import { Payouts } from './payouts.ts';
import { fixed, q, sum } from './rational.ts';
const [runs='300', seed='1', opt='']=process.argv.slice(2);
let n=0, refused:Record<string,number>={};
const fam={tiers:opt.includes('t'),attribution:opt.includes('a'),overrides:opt.includes('o'),reversals:opt.includes('r'),limits:opt.includes('l')};
const r = fc.check(fc.property(payoutCase(fam), (input)=>{
  n++;
  let kernel: any; try { kernel = preview(input as never);} catch(e) { const c=(e as any).code+ ' '+(e as any).message; refused[c]=(refused[c]??0)+1; return; }
  const w=new World(input); const span=w.span(input.period);
  const f=(x:any)=>fixed(x,w.digits);
  const bill = new Payouts(w).billOf(span);
  const mine = [...bill.shares.filter(s=>s.payout.n!==0n).map(s=>`${s.actionId} ${s.partnerId} ${f(s.payout)} ${bill.locksOn.get(s.actionId)} ${bill.paysOn.get(s.actionId)}`).sort(), `gross ${f(sum([bill.gross,bill.reversals]))} reversals ${f(bill.reversals)}`];
  const rev=sum(kernel.adjustments.filter((a:any)=>a.kind==='REVERSAL').map((a:any)=>q(a.amount)));
  const late=(kernel.actions??[]).filter((a:any)=>a.status==='REVERSED_AFTER_LOCK');
  const group=(rows:any[])=>{const m=new Map<string,any>();for(const a of rows){const k=a.actionId+' '+a.partnerId; m.set(k,{...a,payout:f(sum([q(m.get(k)?.payout??'0'),q(a.payout)]))});}return [...m.values()];};
  const theirs = [...group((kernel.actions??[]).filter((a:any)=>a.status!=='REVERSED_AFTER_LOCK')).filter((a:any)=>q(a.payout).n!==0n).map((a:any)=>`${a.actionId} ${a.partnerId} ${a.payout} ${a.locksOn} ${a.paysOn}`).sort(), `gross ${kernel.totals.gross} reversals ${f(sum(late.map((a:any)=>q(a.payout))))}`];
  if (bill.reversals.n!==0n){mine.splice(0,mine.length-1);theirs.splice(0,theirs.length-1);} mine.push(mine.pop()!.split(' rev')[0]!);theirs.push(theirs.pop()!.split(' rev')[0]!);
  if (JSON.stringify(mine)!==JSON.stringify(theirs)) throw new Error('\noracle '+mine.join('\n   ')+'\nkernel '+theirs.join('\n   ')+'\n'+kernel.adjustments.map((a:any)=>a.kind+' '+a.amount+' '+a.label)+ JSON.stringify(kernel.totals)+(kernel.actions??[]).map((a:any)=>[a.actionId,a.status,a.payout,a.reason].join(' ')).join('; '));
}),{seed:Number(seed),numRuns:Number(runs)});
console.log(n, refused);
if(r.failed){console.log('seed',r.seed,'path',r.counterexamplePath?.length); console.log(JSON.stringify(r.counterexample?.[0],null,1).replace(/\n\s*/g,' ')); console.log(r.errorInstance instanceof Error? r.errorInstance.stack!.split('\n').slice(0,16).join('\n'):r.errorInstance);}
