import { casesOf, slow } from '../hostile-case.js';

export const cpuCases = casesOf('cpu', [
  ['for_empty', 'for(;;);', ['timeout']],
  ['do_while_label', 'outer:do{for(;;){continue outer}}while(true)', ['timeout']],
  ['finally_swallow', 'function f(){try{for(;;);}finally{return f()}}f()', ['timeout']],
  ['finally_loop', 'try{for(;;);}finally{for(;;);}', ['timeout']],
  ['getter_loop', '({get x(){for(;;);}}).x', ['timeout']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
  ['toprimitive_loop', '`${{[Symbol.toPrimitive](){for(;;);}}}`', ['timeout']],
  ['valueof_loop', '+{valueOf(){for(;;);}}', ['timeout']],
  ['iterator_endless', 'for(const x of {[Symbol.iterator](){return{next(){return{done:false}}}}});', ['timeout']],
  ['replace_callback_loop', '"aaa".replace(/a/g,()=>{for(;;);})', ['timeout']],
  ['json_reviver_loop', 'JSON.parse("[1]",()=>{for(;;);})', ['timeout']],
  ['json_tojson_loop', 'JSON.stringify({toJSON(){for(;;);}})', ['timeout']],
  ['class_static_loop', 'class A{static{for(;;);}}', ['timeout']],
  ['ackermann', 'function a(m,n){return m?a(m-1,n?a(m,n-1):1):n+1}for(;;)try{a(4,4)}catch{}', ['timeout']],
  ['eval_in_loop', 'for(;;)eval("1+1")', ['timeout']],
  ['new_function_loop', 'for(let i=0;;i++)new Function("return "+i)()', ['timeout', 'memory']],
  ['date_loop', 'const end=Date.now()+1;while(Date.now()<end);', ['timeout']],
  ['array_map_loop', 'const a=[1];a.forEach(function f(){a.push(1)});a.length=1;a.map(()=>{for(;;);})', ['timeout']],
  ['fib_40', '(function f(n){return n<2?n:f(n-1)+f(n-2)})(45)', slow],
]);
