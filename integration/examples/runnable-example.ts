import ts from 'typescript';

/** An example of the docs, ready to run. */
export interface RunnableExample {
  /** Body of an async function with the parameters `load` and `check`. */
  readonly script: string;
  /** How many `// =>` comments it checks. */
  readonly checks: number;
}

/**
 * Turns a `ts` block into a script: imports become `await load(name)`, and `expression; // => value` (also
 * `console.log(expression); // => value`) becomes a check.
 */
export function runnableExample(code: string): RunnableExample {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ESNext, true);
  let checks = 0;
  const parts = source.statements.map((statement) => {
    if (ts.isImportDeclaration(statement)) return importToLoad(statement);
    const text = statement.getText(source);
    const rest = code.slice(statement.end).split('\n', 1)[0];
    const expected = /^\s*\/\/ => (.*)$/.exec(rest)?.[1].trim();
    if (expected === undefined) return text.replace(/^export /, '');
    checks++;
    const expression = checkedExpression(statement, source);
    return `${expression.declaration}check(${expression.value}, ${JSON.stringify(expected)}, () => (${asValue(expected)}));`;
  });
  const script = ts.transpileModule(parts.join('\n'), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  }).outputText;
  return { script, checks };
}

function importToLoad(statement: ts.ImportDeclaration): string {
  const from = statement.moduleSpecifier.getText();
  const clause = statement.importClause;
  if (clause === undefined) return `await load(${from});`;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return '';
  const bindings = clause.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings))
    return `const ${bindings.name.text} = await load(${from});`;
  const names = (bindings?.elements ?? [])
    .filter((element) => !element.isTypeOnly)
    .map((element) =>
      element.propertyName ? `${element.propertyName.text}: ${element.name.text}` : element.name.text,
    );
  if (clause.name) names.push(`default: ${clause.name.text}`);
  return `const { ${names.join(', ')} } = await load(${from});`;
}

function checkedExpression(
  statement: ts.Statement,
  source: ts.SourceFile,
): { declaration: string; value: string } {
  if (ts.isVariableStatement(statement)) {
    const name = statement.declarationList.declarations.at(-1)!.name.getText(source);
    return { declaration: `${statement.getText(source)}\n`, value: name };
  }
  if (!ts.isExpressionStatement(statement))
    throw new Error(`'// =>' behind a statement without a value: ${statement.getText(source)}`);
  const { expression } = statement;
  const logged =
    ts.isCallExpression(expression) && expression.expression.getText(source) === 'console.log'
      ? expression.arguments[0]
      : expression;
  return { declaration: '', value: logged.getText(source) };
}

/** The text of a comment as an expression; text that is none is compared as text. */
function asValue(text: string): string {
  const { diagnostics } = ts.transpileModule(`(${text})`, { reportDiagnostics: true });
  return (diagnostics ?? []).length > 0 ? JSON.stringify(text) : text;
}
