import { casesOf, filling, fillingOrRefused, slow } from '../hostile-case.js';

/** The parser and the stack. */
export const engineCases = [
  ...casesOf('parser', [
    ['bracket_nest', 'eval("[".repeat(1e6))', ['runtime', 'syntax', 'timeout', 'memory']],
    ['object_nest', 'eval("({a:".repeat(2e5)+"1"+"})".repeat(2e5))', ['runtime', 'timeout', 'memory', 'crashed']],
    ['arrow_nest', 'eval("()=>".repeat(2e5)+"1")', ['runtime', 'timeout', 'memory', 'crashed', 'ok']],
    ['optional_chain', 'eval("x"+"?.a".repeat(1e6))', ['runtime', 'timeout', 'memory', 'crashed']],
    ['comma_chain', 'eval("1"+",1".repeat(3e6))', [...slow]],
    ['if_else_chain', 'eval("if(0);else ".repeat(1e5)+"1")', [...slow]],
    ['long_identifier', 'eval("var "+"a".repeat(2**26)+"=1")', [...fillingOrRefused, 'ok']],
    ['many_locals', 'eval("(()=>{let "+Array.from({length:1e5},(_,i)=>"a"+i).join()+";return 1})()")', [...slow]],
    ['many_params', 'new Function(Array.from({length:1e5},(_,i)=>"a"+i).join(),"return 1")', [...slow]],
    ['regexp_huge_class', 'new RegExp("["+"a-z".repeat(2e6)+"]").test("b")', [...slow]],
    ['regexp_repeat_nest', 'new RegExp("(".repeat(500)+"a"+"{1,99})".repeat(500)).test("a")', [...slow]],
    ['unicode_escape_flood', 'eval("\\"" + "\\\\u{41}".repeat(5e6) + "\\"").length', [...slow]],
    ['unterminated_template', '`${`', ['syntax']],
    ['hashbang', '#!/bin/sh\nfor(;;);', ['timeout', 'syntax']],
    ['html_comment', '<!-- for(;;);\n1', ['ok', 'syntax']],
  ]),
  ...casesOf('stack', [
    ['mutual_recursion', 'const a=()=>b(),b=()=>a();a()', ['runtime']],
    ['proxy_recursion', 'const p=new Proxy({},{get:(t,k,r)=>r[k]});p.x', ['runtime', 'timeout']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
    ['tostring_recursion', 'const o={toString(){return `${this}`}};`${o}`', ['runtime']],
    ['json_recursion', 'const o={toJSON(){return JSON.stringify(this)}};JSON.stringify(o)', ['runtime', 'timeout']],
    ['generator_recursion', 'function*g(){yield* g()}[...g()]', ['runtime', 'timeout', 'memory', 'crashed']],
    ['async_recursion', 'async function f(){await f()}await f()', ['runtime', 'timeout', 'memory']],
    ['catch_recursion', '(function f(){try{f()}catch{f()}})()', ['runtime', 'timeout', 'ok']],
    ['proto_depth', 'let o={};for(let i=0;i<1e6;i++)o=Object.create(o);o.x', [...slow]],
    [
      'proxy_chain',
      'let p={};for(let i=0;i<1e5;i++)p=new Proxy(p,{});p.x',
      ['runtime', 'timeout', 'memory', 'crashed', 'ok'],
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
    ['array_tostring_deep', 'let a=[];for(let i=0;i<1e5;i++)a=[a];`${a}`', ['runtime', 'ok', 'timeout']],
    [
      'error_cause_chain',
      'let e=null;for(let i=0;i<1e5;i++)e=new Error("x",{cause:e});throw e',
      [...filling, 'runtime'],
    ],
    ['sort_recursion', '(function f(){[2,1].sort(f)})()', ['runtime', 'timeout']],
    ['regexp_deep_backtrack', '/(?:a|b)*c/.test("ab".repeat(1e6))', [...slow]],
  ]),
];
