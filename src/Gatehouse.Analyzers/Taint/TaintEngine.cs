using System.Collections.Immutable;
using Gatehouse.Analyzers.Findings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gatehouse.Analyzers.Taint;

/// <summary>
/// The flow of what callers send through a compilation: from the parameters of tools, prompts and resources, through the methods that they call,
/// to the uses that are dangerous. It is bounded in depth, in calls and in steps; what is beyond is not analysed, and is reported (GHA0010).
/// </summary>
internal sealed class TaintEngine(Compilation compilation, CancellationToken cancellation)
{
    /// <summary>Calls in calls, from the tool.</summary>
    internal const int MaxDepth = 8;

    /// <summary>Calls with different values.</summary>
    internal const int MaxCalls = 20_000;

    /// <summary>Operations that are evaluated.</summary>
    internal const int MaxSteps = 1_000_000;

    /// <summary>Operations in operations, with those of the bodies that they call. The stack has room for them (CWE-674).</summary>
    internal const int MaxNesting = 10_000;

    internal const int StackMebibytes = 64;

    /// <summary>Bodies that a call of an interface or a virtual method is followed into.</summary>
    internal const int MaxTargets = 8;

    /// <summary>Runs over the tools, until nothing more is written to fields.</summary>
    internal const int MaxRounds = 3;

    // Parts of names by which delegates become tools, or handlers are written.
    private static readonly string[] Handlers =
    [
        "RequestContext", "ToolHandler", "PromptHandler", "ResourceHandler", "McpServerTool", "McpServerPrompt", "McpServerResource",
        "AIFunctionFactory",
    ];

    private readonly Dictionary<SyntaxTree, SemanticModel> models = [];
    private readonly Dictionary<IMethodSymbol, ControlFlowGraph?> graphs = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CallKey, CallResult> results = [];
    private readonly HashSet<CallKey> running = [];
    private readonly Dictionary<ISymbol, TaintValue> written = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, TaintValue> statics = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> initialized = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<INamedTypeSymbol, TaintValue> instances = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<(string, Location), TaintFinding> findings = [];
    private readonly HashSet<IMethodSymbol> visited = new(SymbolEqualityComparer.Default);
    private readonly HashSet<SyntaxNode> entered = [];
    private readonly HashSet<IMethodSymbol> roots = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, IReadOnlyList<IMethodSymbol>> targets = new(SymbolEqualityComparer.Default);
    private List<INamedTypeSymbol>? types;
    private bool changed;
    private int calls;
    private int steps;
    private int nesting;
    private bool isTooDeep;

    public IReadOnlyCollection<TaintFinding> Findings => findings.Values;

    /// <summary>Whether a bound ended the analysis early.</summary>
    public bool IsExhausted => calls >= MaxCalls || steps >= MaxSteps || isTooDeep;

    public void Run()
    {
        var tools = AllTypes.SelectMany(type => type.GetMembers().OfType<IMethodSymbol>()).Where(EntryPoints.IsEntry).ToList();
        roots.UnionWith(Roots());
        if (tools.Count == 0 && roots.Count == 0) return;
        for (var round = 0; round < MaxRounds; round++)
        {
            changed = false;
            results.Clear();
            entered.Clear();
            foreach (var tool in tools) Enter(tool);
            foreach (var root in roots) Search(root);
            if (!changed || IsExhausted) break;
        }
    }

    /// <summary>Whether code of a tool reaches the place in a method, or the tool itself is written in its type.</summary>
    public bool IsReached(ISymbol symbol, SyntaxNode place)
    {
        if (place.Ancestors().Any(entered.Contains)) return true;
        for (var current = symbol; current is not null; current = current.ContainingSymbol)
        {
            if (current is IMethodSymbol method && visited.Contains(method.OriginalDefinition)) return true;
            if (current is INamedTypeSymbol type && EntryPoints.DeclaresTools(type)) return true;
        }

        return false;
    }

    /// <summary>Begins the evaluation of an operation; false at a bound. Each is ended with <see cref="Leave"/>.</summary>
    public bool Enter()
    {
        nesting++;
        if ((++steps & 1023) == 0) cancellation.ThrowIfCancellationRequested();
        isTooDeep |= nesting > MaxNesting;
        return steps < MaxSteps && nesting <= MaxNesting;
    }

    /// <summary>Ends the evaluation of an operation.</summary>
    public void Leave() => nesting--;

    public void Report(DiagnosticDescriptor rule, Location place, IParameterSymbol? source)
    {
        if (!findings.ContainsKey((rule.Id, place))) findings[(rule.Id, place)] = new TaintFinding(rule, place, source);
    }

    public static TaintValue ExceptionText(SyntaxNode place) =>
        TaintValue.Clean with { Kinds = TaintKinds.Exception, Exceptions = [place.GetLocation()] };

    /// <summary>What callers sent, when the property holds it; otherwise null.</summary>
    public static TaintValue? SourceOf(IPropertySymbol property) =>
        EntryPoints.IsArguments(property) ? TaintValue.Clean with { Kinds = TaintKinds.Argument } : null;

    public static bool EntersBy(IMethodSymbol method) => EntryPoints.IsFactory(method);

    /// <summary>A delegate is made a tool.</summary>
    public void EnterFunction(Evaluator at, FunctionValue function)
    {
        if (function.Method is { } method)
        {
            if (!HasBody(method) || at.Frame.Depth >= MaxDepth) return;
            Sinks.Spoken(at, Call(method, function.Receiver ?? TaintValue.Clean, [.. Sources(method)], at.Frame.Entered).Return);
            return;
        }

        if (function.Lambda is not { } lambda || !entered.Add(lambda.Syntax)) return;
        Sinks.Spoken(at, at.RunLambda(function, [.. Sources(lambda.Symbol)], at.Frame.Entered).Return);
    }

    /// <summary>A lambda that takes a request is a handler.</summary>
    public void EnterLambda(Evaluator at, IFlowAnonymousFunctionOperation lambda, FunctionValue function)
    {
        if (!lambda.Symbol.Parameters.Any(parameter => EntryPoints.IsRequest(parameter.Type)) || !entered.Add(lambda.Syntax)) return;
        Sinks.Spoken(at, at.RunLambda(function, [], at.Frame.Entered).Return);
    }

    public bool IsSource(ITypeSymbol? type) => type is not null
        && SymbolEqualityComparer.Default.Equals(type.OriginalDefinition.ContainingAssembly, compilation.Assembly);

    public bool HasBody(IMethodSymbol method) => GraphOf(Definition(method)) is not null;

    /// <summary>The bodies that a call can reach: the method itself, or what implements and overrides it.</summary>
    public IReadOnlyList<IMethodSymbol> Targets(IMethodSymbol method)
    {
        var definition = Definition(method);
        if (!IsSource(definition.ContainingType)) return [];
        return targets.TryGetValue(definition, out var known) ? known : targets[definition] = Find(definition);
    }

    private List<IMethodSymbol> Find(IMethodSymbol definition)
    {
        var targets = new List<IMethodSymbol>();
        if (HasBody(definition)) targets.Add(definition);
        if (definition.ContainingType.TypeKind != TypeKind.Interface && !definition.IsAbstract && !definition.IsVirtual
            && !definition.IsOverride) return targets;
        foreach (var type in AllTypes)
        {
            if (targets.Count >= MaxTargets) break;
            var found = definition.ContainingType.TypeKind == TypeKind.Interface
                ? type.TypeKind != TypeKind.Interface && type.AllInterfaces.Any(face => Same(face.OriginalDefinition, definition.ContainingType))
                    ? type.FindImplementationForInterfaceMember(ImplementedBy(type, definition)) as IMethodSymbol : null
                : type.GetMembers(definition.Name).OfType<IMethodSymbol>().FirstOrDefault(member => Overrides(member, definition));
            if (found is not null && HasBody(found) && !targets.Contains(Definition(found),
                SymbolEqualityComparer.Default)) targets.Add(Definition(found));
        }

        return targets;
    }

    public CallResult Call(IMethodSymbol method, TaintValue receiver, IReadOnlyList<TaintValue> arguments, Frame frame)
    {
        var target = Definition(method);
        receiver = receiver with { Origins = [] };
        var given = Enumerable.Range(0, target.Parameters.Length)
            .Select(index => index < arguments.Count ? arguments[index] with { Origins = [] } : TaintValue.Clean).ToImmutableArray();
        var unknown = new CallResult(given.Aggregate(TaintValue.Clean, Evaluator.Sum), receiver, given, given, given);
        if (GraphOf(target) is not { } graph || frame.Depth >= MaxDepth || IsExhausted) return unknown;
        // Outside of tools, only what carries an argument is followed, and what may make a tool of a function.
        if (frame is { IsRoot: true, Depth: > 0 } && !receiver.Tainted && !given.Any(value => value.Tainted) && !roots.Contains(target))
            return unknown;
        var key = new CallKey(target, receiver, given);
        if (results.TryGetValue(key, out var known)) return known;
        if (!running.Add(key)) return unknown;
        calls++;
        if (!frame.IsRoot) visited.Add(target);
        var state = TaintState.Empty.Set(TaintState.This, receiver);
        for (var index = 0; index < given.Length; index++)
        {
            state = state.Set(target.Parameters[index], target.Parameters[index].RefKind == RefKind.Out ? TaintValue.Clean : given[index]);
        }

        var body = new BodyAnalysis(this, graph, frame.Deeper).Run(state);
        ImmutableArray<TaintValue>? Of(TaintState? end) => end is null ? null : [.. target.Parameters.Select(parameter => end[parameter])];
        var result = new CallResult(body.Return, body.Exit?[TaintState.This] ?? receiver, Of(body.Exit)
            ?? given, Of(body.WhenTrue), Of(body.WhenFalse));
        running.Remove(key);
        return results[key] = result;
    }

    /// <summary>An object of the compilation with what its initializers and its constructor put into it.</summary>
    public TaintValue Create(IMethodSymbol constructor, IReadOnlyList<TaintValue> arguments, Frame frame)
    {
        var own = constructor.OriginalDefinition;
        if (frame.IsRoot && arguments.All(value => !value.Tainted && value.Function is null)) return TaintValue.Clean;
        if (frame.Depth >= MaxDepth || IsExhausted) return arguments.Aggregate(TaintValue.Clean, Evaluator.Sum);
        calls++;
        var self = TaintValue.Clean;
        var state = TaintState.Empty;
        var primary = own.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is TypeDeclarationSyntax;
        for (var index = 0; index < own.Parameters.Length; index++)
        {
            var value = index < arguments.Count ? arguments[index] with { Origins = [] } : TaintValue.Clean;
            state = state.Set(own.Parameters[index], value);
            if (primary) self = self.With((own.ContainingType.IsRecord ? "" : "@") + own.Parameters[index].Name, value);
        }

        state = state.Set(TaintState.This, self);
        foreach (var member in own.ContainingType.GetMembers().Where(member => !member.IsStatic && member is IFieldSymbol or IPropertySymbol))
        {
            if (InitializerOf(member) is { } graph) state = new BodyAnalysis(this, graph, frame.Deeper).Run(state).Exit ?? state;
        }

        self = state[TaintState.This];
        return HasBody(own) && !primary ? Call(own, self, arguments, frame).This : self;
    }

    public bool Assigns(IParameterSymbol parameter) => parameter.ContainingSymbol.DeclaringSyntaxReferences.Any(reference =>
        reference.GetSyntax(cancellation).DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } => name.Identifier.ValueText == parameter.Name,
            ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax name } => name.Identifier.ValueText == parameter.Name,
            _ => false,
        }));

    /// <summary>The one expression of a lambda, as it is written; otherwise null.</summary>
    public IOperation? Expression(SyntaxNode syntax)
    {
        if (syntax is not LambdaExpressionSyntax || ModelOf(syntax.SyntaxTree).GetOperation(syntax,
            cancellation) is not IAnonymousFunctionOperation lambda) return null;
        return lambda.Body.Operations.Length == 1 && lambda.Body.Operations[0] is IReturnOperation { ReturnedValue: { } value } ? value : null;
    }

    /// <summary>The pattern of a regular expression that a field, property or generated method holds; otherwise null.</summary>
    public string? PatternOf(ISymbol symbol)
    {
        var generated = symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == "GeneratedRegexAttribute");
        if (generated is not null)
        {
            var given = generated.ConstructorArguments;
            return given.Length > 1 && !Guards.HasWholeEnds(given[1].Value) ? null : given.FirstOrDefault().Value as string;
        }

        var creation = symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation)
            .DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>().FirstOrDefault();
        return creation is not null && ModelOf(creation.SyntaxTree).GetOperation(creation, cancellation) is IObjectCreationOperation made
            ? Guards.PatternOf(made) : null;
    }

    public void JoinField(ISymbol member, TaintValue value)
    {
        value = value with { Origins = [] };
        if (member.IsStatic)
        {
            var held = statics.TryGetValue(member, out var old) ? TaintValue.Join(old, value) : value;
            if (old is null || !old.Equals(held)) changed |= value.Tainted;
            statics[member] = held;
            return;
        }

        if (!value.Tainted) return;
        var joined = written.TryGetValue(member, out var before) ? TaintValue.Join(before, value) : value;
        if (before is not null && before.Equals(joined)) return;
        written[member] = joined;
        changed = true;
    }

    public TaintValue? FieldTaint(ISymbol member) => written.TryGetValue(member, out var value) ? value : null;

    public TaintValue StaticMember(ISymbol member)
    {
        if (initialized.Add(member) && InitializerOf(member) is { } graph) new BodyAnalysis(this, graph,
            new Frame(MaxDepth - 2)).Run(TaintState.Empty);
        return statics.TryGetValue(member, out var value) ? value : TaintValue.Clean;
    }

    private List<INamedTypeSymbol> AllTypes => types ??= [.. TypesOf(compilation.Assembly.GlobalNamespace)];

    private static IMethodSymbol Definition(IMethodSymbol method)
    {
        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return definition.PartialImplementationPart ?? definition;
    }

    private static bool Same(ISymbol one, ISymbol other) => SymbolEqualityComparer.Default.Equals(one, other);

    private static bool Overrides(IMethodSymbol member, IMethodSymbol definition)
    {
        for (var current = member.OverriddenMethod; current is not null; current = current.OverriddenMethod)
            if (Same(current.OriginalDefinition, definition)) return true;
        return false;
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol space)
    {
        foreach (var member in space.GetMembers())
        {
            if (member is INamedTypeSymbol type) yield return type;
            if (member is not INamespaceOrTypeSymbol inner) continue;
            foreach (var nested in TypesOf(inner)) yield return nested;
        }
    }

    private static ISymbol ImplementedBy(INamedTypeSymbol type, IMethodSymbol definition)
    {
        var face = type.AllInterfaces.First(face => Same(face.OriginalDefinition, definition.ContainingType));
        return face.GetMembers(definition.Name).FirstOrDefault(member => Same(member.OriginalDefinition, definition)) ?? definition;
    }

    // Bodies of the files in which delegates are made tools, or handlers are written. Another name for their types can be given to all files.
    private IEnumerable<IMethodSymbol> Roots()
    {
        var units = compilation.SyntaxTrees.Select(tree => tree.GetRoot(cancellation)).OfType<CompilationUnitSyntax>().ToList();
        var everywhere = units.SelectMany(unit => unit.Usings).Any(name => !name.GlobalKeyword.IsKind(SyntaxKind.None) && NamesHandlers(name));
        foreach (var unit in units)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!everywhere && !NamesHandlers(unit)) continue;
            var model = ModelOf(unit.SyntaxTree);
            foreach (var node in unit.DescendantNodes())
            {
                var symbol = node switch
                {
                    BaseMethodDeclarationSyntax or AccessorDeclarationSyntax => model.GetDeclaredSymbol(node, cancellation),
                    PropertyDeclarationSyntax { ExpressionBody: not null } property => model.GetDeclaredSymbol(property, cancellation)?.GetMethod,
                    _ => null,
                };
                if (symbol is IMethodSymbol found && !EntryPoints.IsEntry(found)) yield return found;
            }

            if (unit.Members.Any(member => member is GlobalStatementSyntax)
                && model.GetDeclaredSymbol(unit, cancellation) is { } main) yield return main;
        }
    }

    // By tokens: a name can be written with escapes, which its text does not show.
    private static bool NamesHandlers(SyntaxNode node) => node.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken)
        && Handlers.Any(word => token.ValueText.IndexOf(word, StringComparison.Ordinal) >= 0));

    private void Search(IMethodSymbol root)
    {
        var isHandler = root.Parameters.Any(parameter => EntryPoints.IsRequest(parameter.Type));
        var result = Call(root, TaintValue.Clean, [], new Frame(0, IsRoot: !isHandler));
        if (!isHandler) return;
        foreach (var place in result.Return.Flat().Exceptions) Report(Rules.ExceptionText, place, null);
    }

    private void Enter(IMethodSymbol tool)
    {
        var result = Call(tool, tool.IsStatic ? TaintValue.Clean : Instance(tool.ContainingType), [.. Sources(tool)], new Frame(0));
        foreach (var place in result.Return.Flat().Exceptions) Report(Rules.ExceptionText, place, null);
    }

    private IEnumerable<TaintValue> Sources(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (EntryPoints.IsCredential(parameter) && parameter.Locations.FirstOrDefault() is { IsInSource: true } place) Report(Rules.Token,
                place, parameter);
            yield return EntryPoints.IsArgument(parameter) ? TaintValue.Clean with { Kinds = TaintKinds.Argument, Argument = parameter }
                : TaintValue.Clean;
        }
    }

    private TaintValue Instance(INamedTypeSymbol? type)
    {
        if (type is null || type.IsStatic || type.InstanceConstructors.FirstOrDefault() is not { } constructor)
            return TaintValue.Clean;
        if (instances.TryGetValue(type, out var known)) return known;
        instances[type] = TaintValue.Clean;
        return instances[type] = Create(constructor, [], new Frame(MaxDepth - 3));
    }

    private ControlFlowGraph? InitializerOf(ISymbol member)
    {
        if (!IsSource(member.ContainingType)) return null;
        var syntax = member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        var initializer = syntax switch
        {
            VariableDeclaratorSyntax variable => variable.Initializer,
            PropertyDeclarationSyntax property => property.Initializer,
            _ => null,
        };
        return initializer is null ? null : ControlFlowGraph.Create(initializer, ModelOf(initializer.SyntaxTree), cancellation);
    }

    private ControlFlowGraph? GraphOf(IMethodSymbol method)
    {
        if (graphs.TryGetValue(method, out var graph)) return graph;
        return graphs[method] = MakeGraph(method);
    }

    private ControlFlowGraph? MakeGraph(IMethodSymbol method)
    {
        if (!IsSource(method.ContainingType) || method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction) return null;
        var syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        if (syntax is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax or CompilationUnitSyntax))
            return null;
        if (syntax is BaseMethodDeclarationSyntax { Body: null, ExpressionBody: null } or AccessorDeclarationSyntax
            {
                Body: null,
                ExpressionBody: null
            }) return null;
        return ControlFlowGraph.Create(syntax, ModelOf(syntax.SyntaxTree), cancellation);
    }

    private SemanticModel ModelOf(SyntaxTree tree)
    {
        // The flow crosses files, so that the model of the file at hand is not enough; each is made once for a compilation.
#pragma warning disable RS1030
        return models.TryGetValue(tree, out var model) ? model : models[tree] = compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
    }
}
