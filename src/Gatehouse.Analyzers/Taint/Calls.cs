using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gatehouse.Analyzers.Taint;

/// <summary>Calls: of methods of the compilation by their bodies, of known methods by their meaning, of others by the type that has them.</summary>
internal static class Calls
{
    private static readonly HashSet<string> Projections = ["Select", "SelectMany", "Convert", "ConvertAll", "Aggregate", "Run", "ContinueWith", "StartNew"];

    private static readonly HashSet<string> WholeText =
    [
        "Trim", "TrimStart", "TrimEnd", "ToLower", "ToLowerInvariant", "ToUpper", "ToUpperInvariant", "ToString", "Normalize", "AsSpan", "AsMemory",
        "GetString", "GetFullPath", "Combine", "Join", "TrimEndingDirectorySeparator", "FromResult", "ToArray", "ToList", "Concat", "ConfigureAwait",
        "UnescapeDataString", "UrlDecode",
    ];

    public static TaintValue OfInvocation(Evaluator at, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        // A delegate that is called: `work(argument)`.
        var receiver = call.Instance is null ? TaintValue.Clean : at.Evaluate(call.Instance);
        var arguments = Arguments(at, call.Arguments, method);
        Sinks.OfCall(at, call, receiver, arguments);
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return receiver.Function is { } function ? at.Invoke(function, arguments) : TaintValue.Clean;
        if (TaintEngine.EntersBy(method)) EnterFunctions(at, arguments);
        if (method.MethodKind == MethodKind.LocalFunction) return OfLocalFunction(at, call, arguments);
        if (Known(at, call, receiver, arguments) is { } known) return known;
        var targets = at.Engine.Targets(method);
        if (targets.Count == 0) return OfLibrary(at, call, receiver, arguments);
        if (at.Frame.IsRoot)
        {
            // The method is not followed, but the lambdas that it gets may make tools.
            foreach (var argument in arguments.Where(argument => argument.Function?.Lambda is not null)) at.Invoke(argument.Function!, []);
        }

        TaintValue? result = null;
        foreach (var target in targets)
        {
            var outcome = OfMethod(at, target, receiver, arguments);
            Apply(at, call, outcome);
            result = result is null ? outcome.Return : TaintValue.Join(result, outcome.Return);
        }

        return result!;
    }

    public static TaintValue OfCreation(Evaluator at, IObjectCreationOperation creation)
    {
        var arguments = creation.Constructor is { } constructor ? Arguments(at, creation.Arguments, constructor)
            : [.. creation.Arguments.Select(argument => at.Evaluate(argument.Value))];
        Sinks.OfCreation(at, creation, arguments);
        if (creation.Constructor is { } own && at.Engine.IsSource(own.ContainingType)) return at.Engine.Create(own, arguments, at.Frame);
        var type = creation.Type;
        if (Types.Is(type, "System.Diagnostics.ProcessStartInfo"))
        {
            return arguments.Length == 0 ? TaintValue.Clean : TaintValue.Clean.With("FileName", arguments[0]);
        }

        if (Types.FullName(type) == "System.Uri")
        {
            // A relative address that is absolute after all replaces the base.
            return arguments.Length switch
            {
                2 when Types.IsString(creation.Constructor?.Parameters[1].Type) && Texts.HasHost(arguments[1].Part) =>
                    arguments[1].Without(TaintKinds.Url),
                2 => TaintValue.Join(arguments[0].Flat(), arguments[1] with { Text = null }),
                1 => arguments[0],
                _ => TaintValue.Clean,
            };
        }

        if (Types.FullName(type) is "System.IO.FileInfo" or "System.IO.DirectoryInfo" or "System.Text.StringBuilder" && arguments.Length > 0)
            return arguments[0];
        // A lazy value, a thread or a task is what its function gives.
        var made = arguments.Where(argument => argument.Function is not null).Select(argument => at.Invoke(argument.Function!, [])).ToList();
        if (made.Count > 0) return made.Aggregate(TaintValue.Clean, Evaluator.Sum);
        if (Types.IsException(type) || Types.Passes(type)) return arguments.Aggregate(TaintValue.Clean, Evaluator.Sum);
        return TaintValue.Clean;
    }

    public static CallResult OfMethod(Evaluator at, IMethodSymbol method, TaintValue receiver, IReadOnlyList<TaintValue> arguments) =>
        at.Engine.Call(method, receiver, arguments, at.Frame);

    /// <summary>The value of a property that is computed by a body of the compilation, or null.</summary>
    public static TaintValue? OfGetter(Evaluator at, IPropertySymbol property, TaintValue receiver) =>
        property.GetMethod is { } getter && at.Engine.HasBody(getter) ? OfMethod(at, getter, receiver, []).Return : null;

    /// <summary>The arguments in the order of the parameters.</summary>
    private static ImmutableArray<TaintValue> Arguments(Evaluator at, ImmutableArray<IArgumentOperation> arguments, IMethodSymbol method)
    {
        var values = new TaintValue[Math.Max(method.Parameters.Length, arguments.Length)];
        for (var index = 0; index < arguments.Length; index++)
        {
            var place = arguments[index].Parameter?.Ordinal ?? index;
            if (place < values.Length) values[place] = at.Evaluate(arguments[index].Value);
        }

        for (var index = 0; index < values.Length; index++) values[index] ??= TaintValue.Clean;
        return [.. values];
    }

    // A lambda or method that becomes a tool: its parameters are arguments of callers.
    private static void EnterFunctions(Evaluator at, ImmutableArray<TaintValue> arguments)
    {
        foreach (var argument in arguments)
            if (argument.Function is { } function) at.Engine.EnterFunction(at, function);
    }

    private static TaintValue OfLocalFunction(Evaluator at, IInvocationOperation call, ImmutableArray<TaintValue> arguments)
    {
        if (at.Frame.Depth >= TaintEngine.MaxDepth) return arguments.Aggregate(TaintValue.Clean, Evaluator.Sum);
        var method = call.TargetMethod;
        ControlFlowGraph graph;
        try
        {
            graph = at.Graph.GetLocalFunctionControlFlowGraphInScope(method.OriginalDefinition);
        }
        catch (ArgumentOutOfRangeException)
        {
            // It belongs to a method outside of the graph at hand.
            return arguments.Aggregate(TaintValue.Clean, Evaluator.Sum);
        }

        var state = at.State;
        for (var index = 0; index < method.Parameters.Length && index < arguments.Length; index++)
            state = state.Set(method.OriginalDefinition.Parameters[index], arguments[index] with { Origins = [] });
        var result = new BodyAnalysis(at.Engine, graph, at.Frame.Deeper).Run(state);
        if (result.Exit is { } exit)
        {
            at.State = TaintState.Join(at.State, exit)!;
            for (var index = 0; index < method.Parameters.Length && index < arguments.Length; index++)
                Narrow(at, call, index, exit[method.OriginalDefinition.Parameters[index]], method.Parameters[index]);
        }

        return result.Return;
    }

    // What the callee did to its parameters: objects are filled, out parameters are given, and a check that throws has passed.
    private static void Apply(Evaluator at, IInvocationOperation call, CallResult outcome)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || parameter.Ordinal >= outcome.Parameters.Length) continue;
            Narrow(at, call, parameter.Ordinal, outcome.Parameters[parameter.Ordinal], parameter);
        }

        if (call.Instance is ILocalReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation or IFlowCaptureReferenceOperation
            && !outcome.This.Equals(at.Evaluate(call.Instance)))
            at.Assign(call.Instance, outcome.This);
    }

    private static void Narrow(Evaluator at, IInvocationOperation call, int index, TaintValue after, IParameterSymbol parameter)
    {
        if (call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == index) is not { } argument) return;
        if (parameter.RefKind is RefKind.Out or RefKind.Ref)
        {
            at.Assign(argument.Value, after);
            return;
        }

        // A nested call has no variable that could change, and would be run again.
        var target = argument.Value is IConversionOperation conversion ? conversion.Operand : argument.Value;
        if (target is not (ILocalReferenceOperation or IParameterReferenceOperation or IFlowCaptureReferenceOperation or IFieldReferenceOperation
            or IPropertyReferenceOperation { Arguments.Length: 0 })) return;
        var before = at.Evaluate(target);
        var gained = after.Whole & ~before.Whole;
        if (gained != 0 && !Types.IsString(parameter.Type)) at.Mutate(argument.Value, after);
        var lost = before.Whole & ~after.Whole;
        if (lost != 0 && !at.Engine.Assigns(parameter)) at.State = Evaluator.Clear(at.State, before, lost);
    }

    private static TaintValue? Known(Evaluator at, IInvocationOperation call, TaintValue receiver, ImmutableArray<TaintValue> arguments)
    {
        var method = call.TargetMethod;
        var first = arguments.Length > 0 ? arguments[0] : TaintValue.Clean;
        switch (Types.FullName(method.ContainingType), method.Name)
        {
            case ("System.IO.Path", "GetFileName"):
                return first.Without(TaintKinds.Path) with { Form = ValueForm.FileName, Text = null };
            case ("System.IO.Path", "GetFileNameWithoutExtension" or "GetExtension"):
                return first.Flat().Without(TaintKinds.Path);
            case ("System.IO.Path", "GetFullPath"):
                return arguments.Length > 1 ? TaintValue.Join(first, arguments[1]) with { Form = ValueForm.FullPath }
                    : first with { Form = ValueForm.FullPath, Separator = first.Constant is null ? false : first.Separator };
            case ("System.IO.Path", "TrimEndingDirectorySeparator"):
                return first with { Separator = false };
            case ("System.IO.Path", "GetRelativePath"):
                return arguments[1] with { Form = ValueForm.RelativePath, Text = null };
            case ("System.IO.Path", "Combine"):
                return Combined(arguments, false);
            case ("System.IO.Path", "Join"):
                return Combined(arguments, true);
            case ("System.String", "Concat") when !method.IsGenericMethod:
                return Texts.Concat(arguments);
            case ("System.String", "Format"):
                var format = Types.IsString(method.Parameters[0].Type) ? 0 : 1;
                return Texts.Format(arguments[format], Expanded(at, call, arguments, format + 1));
            case ("System.String", "Replace") when arguments.Length >= 2 && receiver.Text is { } template && first.Constant is { Length: > 0 } mark:
                return Filled(receiver, template, mark, arguments[1]);
            case ("System.Text.StringBuilder", "Append" or "AppendFormat" or "AppendLine") when call.Instance is not null:
                var text = method.Name == "AppendFormat" ? Texts.Format(first, Expanded(at, call, arguments, 1)) : arguments.IsEmpty
                    ? TaintValue.OfText("\n") : first;
                var appended = Texts.Concat([receiver, text]);
                if (call.Instance is not IInvocationOperation) at.Assign(call.Instance, appended);
                else at.Mutate(call.Instance, appended);
                return appended;
            case ("System.Text.StringBuilder", "ToString") when arguments.IsEmpty:
                return receiver;
            case ("System.Exception", "ToString") or ("System.Object", "ToString")
                when Types.IsException(call.Instance?.Type) && !Types.IsSpokenException(call.Instance?.Type):
                return TaintEngine.ExceptionText(call.Syntax);
            case ("System.Uri", "EscapeDataString") or ("System.Net.WebUtility", "UrlEncode") or ("System.Web.HttpUtility", "UrlEncode")
                or ("System.Text.Encodings.Web.TextEncoder" or "System.Text.Encodings.Web.UrlEncoder", "Encode"):
                return first.Flat().Without(TaintKinds.Url | TaintKinds.Path);
            case ("System.Convert", "ToBase64String" or "ToHexString" or "ToHexStringLower"):
                return TaintValue.Clean;
            case ("System.Uri", "TryCreate"):
                var address = arguments[0] with { Origins = arguments[0].Origins, Text = null };
                if (arguments.Length == 3 && method.Parameters[1].Type.TypeKind != TypeKind.Enum) address = TaintValue.Join(address.Flat(),
                    arguments[1]);
                at.Assign(call.Arguments.First(argument => argument.Parameter!.RefKind == RefKind.Out).Value, address);
                return TaintValue.Clean;
            case ("System.Text.RegularExpressions.Regex", "Replace") when Guards.OfReplacement(at, call) is not TaintKinds.None and var removed:
                return arguments[0].Flat().Without(removed);
        }

        if (Types.FullName(method.ContainingType).StartsWith("System.Security.Cryptography.", StringComparison.Ordinal)) return TaintValue.Clean;
        return null;
    }

    private static TaintValue Combined(ImmutableArray<TaintValue> parts, bool joins)
    {
        var sum = parts.IsEmpty ? TaintValue.Clean : parts[0];
        for (var index = 1; index < parts.Length; index++)
        {
            var part = joins ? parts[index].Without(TaintKinds.PathRoot) : parts[index];
            var both = sum.Tainted ? part.Tainted ? TaintValue.Join(sum, part) : sum : part;
            sum = both with
            {
                Separator = part.Separator ?? false,
                Text = TaintValue.Cut(sum.Part.TrimEnd('/') + "/" + part.Part),
                Form = ValueForm.Any
            };
        }

        return sum;
    }

    // A template with the place of a value: `"https://host/{name}".Replace("{name}", name)`.
    private static TaintValue Filled(TaintValue receiver, string template, string mark, TaintValue value)
    {
        var pieces = template.Split([mark], StringSplitOptions.None);
        var parts = new List<TaintValue> { receiver with { Text = pieces[0], Separator = TaintValue.EndsWithSeparator(pieces[0]) } };
        foreach (var piece in pieces.Skip(1))
        {
            parts.Add(value);
            parts.Add(TaintValue.OfText(piece));
        }

        return pieces.Length == 1 ? receiver : Texts.Concat(parts);
    }

    // The values of a `params` array one by one, where they are written so.
    private static List<TaintValue> Expanded(Evaluator at, IInvocationOperation call, ImmutableArray<TaintValue> arguments, int from)
    {
        var list = new List<TaintValue>();
        for (var index = from; index < arguments.Length; index++)
        {
            var written = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == index);
            if (written is { ArgumentKind: ArgumentKind.ParamArray, Value: IArrayCreationOperation { Initializer: { } elements } })
                list.AddRange(elements.ElementValues.Select(at.Evaluate));
            else list.Add(arguments[index]);
        }

        return list;
    }

    private static TaintValue OfLibrary(Evaluator at, IInvocationOperation call, TaintValue receiver, ImmutableArray<TaintValue> arguments)
    {
        var method = call.TargetMethod;
        var type = call.Instance?.Type ?? method.ContainingType;
        var extension = method.IsExtensionMethod && arguments.Length > 0;
        var subject = extension ? arguments[0] : receiver;
        var given = arguments.Where(argument => argument.Function is null).Aggregate(TaintValue.Clean, Evaluator.Sum);
        var functions = arguments.Where(argument => argument.Function is not null).Select(argument => argument.Function!).ToList();
        var input = extension || call.Instance is null ? given : Evaluator.Sum(receiver, given);
        var passes = Types.Passes(method.ContainingType) || Types.Passes(type);
        if (Lookup(method))
        {
            // A key does not decide what a table holds.
            var held = extension ? subject : receiver;
            AssignOut(at, call, held.Flat());
            return held.Flat();
        }

        TaintValue? ofFunctions = null;
        foreach (var function in functions)
        {
            var count = function.Lambda?.Symbol.Parameters.Length ?? function.Method?.Parameters.Length ?? 0;
            var element = method.Name is "Run" or "StartNew" ? TaintValue.Clean : Element(input, subject);
            if (method.Name == "Where" && at.Guards.OfCharacters(function) is not TaintKinds.None and var kept) return subject.Flat().Without(kept);
            if (method.Name is "Where" or "TakeWhile" or "Find" or "FindAll" or "First" or "FirstOrDefault" or "Single" or "SingleOrDefault"
                && function.Lambda is { } filter && count > 0)
            {
                // A filter is a check of each element.
                var outcome = at.RunLambda(function, [.. Enumerable.Repeat(element, count)]);
                if (outcome.WhenTrue is { } passed) return passed[filter.Symbol.Parameters[0]] with { Origins = [] };
                if (outcome.Exit is not null) return TaintValue.Clean;
                continue;
            }

            var value = at.Invoke(function, [.. Enumerable.Repeat(element, count)]);
            ofFunctions = ofFunctions is null ? value : Evaluator.Sum(ofFunctions, value);
        }

        if (ofFunctions is not null && (Projections.Contains(method.Name) || !passes)) return passes ? ofFunctions with { Origins = [] }
            : TaintValue.Clean;
        if (!passes && !(extension && subject.Tainted)) return TaintValue.Clean;
        if (call.Instance is not null && !Types.IsString(type) && Types.Changes(method.ContainingType)
            && !Reads(method)) at.Mutate(call.Instance, given);
        AssignOut(at, call, input);
        if (WholeText.Contains(method.Name) && subject.Tainted && call.Arguments.Length <= 3)
            return subject with { Text = method.Name is "ToString" or "AsSpan" or "FromResult" or "ConfigureAwait" ? subject.Text : null, Members = subject.Members };
        if (method.Name is "ToString" or "FromResult" or "ConfigureAwait" && given.Text is null && !subject.Tainted) return subject;
        return input;
    }

    // The element of a collection that a lambda gets: one object keeps its members.
    private static TaintValue Element(TaintValue input, TaintValue subject) => subject.Tainted && subject.Members.Count > 0 ? subject : input;

    private static bool Lookup(IMethodSymbol method) => method.Name is "TryGetValue" or "GetValueOrDefault" or "ContainsKey" or "Contains" or "get_Item"
        or "TryGetProperty" or "GetProperty" or "GetEnvironmentVariable" or "GetValue" or "GetSection" or "TryGetPropertyValue";

    private static bool Reads(IMethodSymbol method) => method.Name.StartsWith("Get", StringComparison.Ordinal)
        || method.Name.StartsWith("IndexOf", StringComparison.Ordinal) || method.Name is "Contains" or "Remove" or "CopyTo" or "Equals";

    private static void AssignOut(Evaluator at, IInvocationOperation call, TaintValue value)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Out } parameter)
                at.Assign(argument.Value, Types.IsScalar(parameter.Type) ? TaintValue.Clean : value.Flat());
        }
    }
}
