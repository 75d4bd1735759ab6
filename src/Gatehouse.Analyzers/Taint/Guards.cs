using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gatehouse.Analyzers.Taint;

/// <summary>
/// What a condition proves: membership of an allow-list, equality with a known value, the beginning of a full path, the host of an address, a
/// pattern that admits only harmless characters, and methods of the compilation that do one of these.
/// </summary>
internal sealed class Guards(TaintEngine engine, Evaluator evaluator)
{
    private const int MaxNesting = 16;

    private static readonly HashSet<string> CharacterTests =
        ["IsLetter", "IsDigit", "IsLetterOrDigit", "IsAsciiLetter", "IsAsciiDigit", "IsAsciiLetterOrDigit", "IsAsciiHexDigit", "IsNumber", "IsUpper", "IsLower",
            "IsAsciiLetterLower", "IsAsciiLetterUpper", "IsAsciiHexDigitLower", "IsAsciiHexDigitUpper"];

    private int nesting;

    /// <summary>The state when the condition has the value; null when that cannot happen.</summary>
    public TaintState? Refine(TaintState state, IOperation condition, bool sense)
    {
        if (nesting >= MaxNesting) return state;
        nesting++;
        var before = evaluator.State;
        evaluator.State = state;
        try
        {
            return Proved(state, condition, sense);
        }
        finally
        {
            evaluator.State = before;
            nesting--;
        }
    }

    /// <summary>The kinds that a replacement by a pattern rules out: <c>Regex.Replace(name, "[^a-z0-9]", "")</c>.</summary>
    public static TaintKinds OfReplacement(Evaluator at, IInvocationOperation call)
    {
        string? Text(string parameter) => Value(call.Arguments, parameter) is { } value ? at.Evaluate(value).Constant : null;
        var pattern = call.Instance is null ? Text("pattern") : PatternOf(at.Engine, call.Instance);
        return pattern is not null && Text("replacement") is { } replacement
            ? Harmless.OfRemoval(pattern) & Harmless.OfText(replacement) : TaintKinds.None;
    }

    private TaintState? Proved(TaintState state, IOperation condition, bool sense)
    {
        if (condition.ConstantValue is { HasValue: true, Value: bool known }) return known == sense ? state : null;
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Refine(state, not.Operand, !sense);
            case IConversionOperation conversion:
                return Refine(state, conversion.Operand, sense);
            case IAwaitOperation await:
                return Refine(state, await.Operation, sense);
            case IFlowCaptureReferenceOperation capture:
                return state.When(capture.Id, sense);
            case ILocalReferenceOperation local when state.Knows(local.Local):
                return state.When(local.Local, sense);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } and:
                return Both(state, and, sense);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } or:
                return Either(state, or, sense);
            case IBinaryOperation binary:
                return Compared(state, binary, sense);
            case IIsPatternOperation pattern:
                return Matched(state, pattern.Value, pattern.Pattern, sense);
            case IInvocationOperation call:
                return Called(state, call, sense);
            default:
                return state;
        }
    }

    private TaintState? Both(TaintState state, IBinaryOperation and, bool sense)
    {
        if (sense) return Refine(state, and.LeftOperand, true) is { } left ? Refine(left, and.RightOperand, true) : null;
        var second = Refine(state, and.LeftOperand, true) is { } passed ? Refine(passed, and.RightOperand, false) : null;
        return TaintState.Join(Refine(state, and.LeftOperand, false), second);
    }

    private TaintState? Either(TaintState state, IBinaryOperation or, bool sense)
    {
        if (!sense) return Refine(state, or.LeftOperand, false) is { } left ? Refine(left, or.RightOperand, false) : null;
        var second = Refine(state, or.LeftOperand, false) is { } passed ? Refine(passed, or.RightOperand, true) : null;
        return TaintState.Join(Refine(state, or.LeftOperand, true), second);
    }

    private TaintState? Compared(TaintState state, IBinaryOperation binary, bool sense)
    {
        var equal = binary.OperatorKind switch
        {
            BinaryOperatorKind.Equals => sense,
            BinaryOperatorKind.NotEquals => !sense,
            _ => (bool?)null,
        };
        foreach (var (one, other) in new[] { (binary.LeftOperand, binary.RightOperand), (binary.RightOperand, binary.LeftOperand) })
        {
            var constant = other.ConstantValue is { HasValue: true, Value: var value } ? value : null;
            if (constant is bool truth && equal is { } same) return Refine(state, one, truth == same);
            if (constant is int number && Found(binary, one, number, sense) is { } found && Unwrapped(one) is IInvocationOperation search)
                return Searched(state, search, found);
        }

        if (equal != true) return state;
        return Equal(state, binary.LeftOperand, binary.RightOperand);
    }

    private TaintState Equal(TaintState state, IOperation left, IOperation right)
    {
        var one = evaluator.Evaluate(left);
        var other = evaluator.Evaluate(right);
        // A path that is its own last part has no folder.
        if (one.Form == ValueForm.FileName && one.Origins.Overlaps(other.Origins)) return Evaluator.Clear(state, one, TaintKinds.Path);
        if (other.Form == ValueForm.FileName && other.Origins.Overlaps(one.Origins)) return Evaluator.Clear(state, other, TaintKinds.Path);
        if (!other.Tainted && left.ConstantValue.HasValue == false && !IsNull(right)) state = Clear(state, one);
        if (!one.Tainted && right.ConstantValue.HasValue == false && !IsNull(left)) state = Clear(state, other);
        return state;
    }

    // Whether a comparison of IndexOf with a number says that something was found; null when it does not say.
    private static bool? Found(IBinaryOperation binary, IOperation search, int number, bool sense)
    {
        if (Unwrapped(search) is not IInvocationOperation { TargetMethod.Name: "IndexOf" or "IndexOfAny" or "FindIndex" or "LastIndexOf" }) return null;
        var onLeft = ReferenceEquals(binary.LeftOperand, search);
        return (binary.OperatorKind, number) switch
        {
            (BinaryOperatorKind.GreaterThanOrEqual, 0) when onLeft => sense,
            (BinaryOperatorKind.GreaterThan, -1) when onLeft => sense,
            (BinaryOperatorKind.LessThan, 0) when onLeft => !sense,
            (BinaryOperatorKind.Equals, -1) => !sense,
            (BinaryOperatorKind.NotEquals, -1) => sense,
            _ => null,
        };
    }

    private TaintState Searched(TaintState state, IInvocationOperation search, bool found)
    {
        var text = search.Instance is not null && Types.IsString(search.Instance.Type);
        if (!text)
        {
            // The index in a list of allowed values.
            return found ? Listed(state, search) : state;
        }

        return found ? state : Absent(state, search.Instance!, search.Arguments.FirstOrDefault()?.Value);
    }

    private TaintState Absent(TaintState state, IOperation subject, IOperation? what)
    {
        var value = evaluator.Evaluate(subject);
        if (what is null) return state;
        var text = evaluator.Evaluate(what).Constant;
        if (text == "..") return Evaluator.Clear(state, value, TaintKinds.PathUp);
        // Without separators there is neither a folder nor a way out of one.
        if (text is "/" or "\\" || Mentions(what, "GetInvalidFileNameChars") || Mentions(what, "DirectorySeparatorChar"))
            return Evaluator.Clear(state, value, TaintKinds.Path);
        return what is IArrayCreationOperation { Initializer: { } set } && set.ElementValues.Any(element => element.ConstantValue is { Value: '/' })
            ? Evaluator.Clear(state, value, TaintKinds.Path) : state;
    }

    private TaintState Matched(TaintState state, IOperation subject, IPatternOperation pattern, bool sense)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                return Matched(state, subject, negated.Pattern, !sense);
            case IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool truth } }:
                return Refine(state, subject, truth == sense) ?? state;
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both when sense:
                return Matched(Matched(state, subject, both.LeftPattern, true), subject, both.RightPattern, true);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } neither when !sense:
                return Matched(Matched(state, subject, neither.LeftPattern, false), subject, neither.RightPattern, false);
            case IRecursivePatternOperation recursive when sense:
                foreach (var part in recursive.PropertySubpatterns)
                {
                    if (part.Member is IPropertyReferenceOperation { Property: var property } && IsList(part.Pattern))
                    {
                        var value = evaluator.Evaluate(subject);
                        state = property.Name is "Host" or "IdnHost" ? Evaluator.Clear(state, value, TaintKinds.Url) : state;
                        if (Types.FullName(property.ContainingType) != "System.Uri")
                        {
                            state = Evaluator.Clear(state, value with
                            {
                                Origins = [.. value.Origins.Select(origin =>
                                new Origin(origin.Symbol, property.Name))]
                            },
                                TaintKinds.Argument);
                        }
                    }
                }

                return state;
            default:
                return sense && IsList(pattern) ? Clear(state, evaluator.Evaluate(subject)) : state;
        }
    }

    private static bool IsList(IPatternOperation pattern) => pattern switch
    {
        IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: not null } } => true,
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either => IsList(either.LeftPattern) && IsList(either.RightPattern),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => IsList(both.LeftPattern) || IsList(both.RightPattern),
        _ => false,
    };

    private TaintState? Called(TaintState state, IInvocationOperation call, bool sense)
    {
        var method = call.TargetMethod;
        var type = Types.FullName(method.ContainingType);
        var name = method.Name;
        var arguments = call.Arguments;
        if (type == "System.String" && call.Instance is { } text && arguments.Length > 0)
        {
            var what = arguments[0].Value;
            return name switch
            {
                "Equals" => sense ? Equal(state, text, what) : state,
                "Contains" => sense ? state : Absent(state, text, what),
                "StartsWith" => Begins(state, text, what, sense),
                "EndsWith" when sense && evaluator.Evaluate(text) is { Form: ValueForm.Host } host && evaluator.Evaluate(what) is { Tainted: false } end
                    && end.Part.StartsWith(".", StringComparison.Ordinal) => Evaluator.Clear(state, host, TaintKinds.Url),
                _ => state,
            };
        }

        switch (type, name)
        {
            case ("System.String", "Equals") when arguments.Length >= 2:
                return sense ? Equal(state, arguments[0].Value, arguments[1].Value) : state;
            case ("System.IO.Path", "IsPathRooted"):
                return sense ? state : Evaluator.Clear(state, evaluator.Evaluate(arguments[0].Value), TaintKinds.PathRoot);
            case ("System.IO.Path", "IsPathFullyQualified"):
                return sense ? state : Evaluator.Clear(state, evaluator.Evaluate(arguments[0].Value), TaintKinds.PathRoot);
            case ("System.Text.RegularExpressions.Regex", "IsMatch") when sense:
                var pattern = call.Instance is not null ? PatternOf(engine, call.Instance)
                    : HasWholeEnds(arguments) && Value(arguments, "pattern") is { } given ? evaluator.Evaluate(given).Constant : null;
                return pattern is null || Value(arguments, "input") is not { } input ? state
                    : Evaluator.Clear(state, evaluator.Evaluate(input), Harmless.OfMatch(pattern));
            case ("System.Linq.Enumerable" or "System.MemoryExtensions", "Contains") when sense:
                return evaluator.Evaluate(arguments[0].Value).Tainted ? state : Clear(state, evaluator.Evaluate(arguments[1].Value));
            case ("System.Linq.Enumerable", "All") when sense && evaluator.Evaluate(arguments[arguments.Length - 1].Value).Function is { } test:
                return Evaluator.Clear(state, evaluator.Evaluate(arguments[0].Value), OfCharacters(test));
            case ("System.Linq.Enumerable", "Any") or ("System.Array", "Exists") or ("System.Collections.Generic.List", "Exists"):
                return Any(state, call, sense);
        }

        if (sense && name is "Contains" or "ContainsKey" or "TryGetValue" && call.Instance is not null && arguments.Length > 0 && !engine.IsSource(method.ContainingType))
            return sense ? Listed(state, call) : state;
        return engine.Targets(method) is { Count: 1 } targets ? Checked(state, call, targets[0], sense) : state;
    }

    // A check that the sources have written themselves: what holds for its parameters holds for the arguments.
    private TaintState? Checked(TaintState state, IInvocationOperation call, IMethodSymbol target, bool sense)
    {
        var values = new TaintValue[target.Parameters.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == index) is { } argument
                ? evaluator.Evaluate(argument.Value) : TaintValue.Clean;
        }

        var receiver = call.Instance is null ? TaintValue.Clean : evaluator.Evaluate(call.Instance);
        var result = engine.Call(target, receiver, values, evaluator.Frame);
        if ((sense ? result.WhenTrue : result.WhenFalse) is not { } after) return state;
        for (var index = 0; index < values.Length; index++)
        {
            var lost = values[index].Whole & ~after[index].Whole;
            if (target.Parameters[index].RefKind == RefKind.Out
                && call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == index) is { } given)
            {
                evaluator.State = state;
                evaluator.Assign(given.Value, after[index]);
                state = evaluator.State;
            }
            else if (lost != 0 && !engine.Assigns(target.Parameters[index])) state = Evaluator.Clear(state, values[index], lost);
        }

        return state;
    }

    private TaintState Listed(TaintState state, IInvocationOperation call)
    {
        // `list.IndexOf(x)` and `Array.IndexOf(list, x)`.
        var (list, value) = call.Instance is not null ? (call.Instance, call.Arguments[0].Value)
            : call.Arguments.Length > 1 ? (call.Arguments[0].Value, call.Arguments[1].Value) : (null, null);
        return list is null || Types.IsString(list.Type) || evaluator.Evaluate(list).Tainted ? state : Clear(state, evaluator.Evaluate(value));
    }

    // `allowed.Any(known => known == name)` is a membership, and `roots.Any(root => full.StartsWith(root))` a beginning.
    private TaintState? Any(TaintState state, IInvocationOperation call, bool sense)
    {
        if (!sense || call.Arguments.Length < 2 || evaluator.Evaluate(call.Arguments[0].Value).Tainted) return state;
        return engine.Expression(call.Arguments[call.Arguments.Length - 1].Value.Syntax) is { } test ? Refine(state, test, true) : state;
    }

    /// <summary>The kinds that the characters rule out for which a function is true: <c>char.IsLetterOrDigit</c>.</summary>
    public TaintKinds OfCharacters(FunctionValue function) => function.Method is { } method ? OfTest(method)
        : function.Lambda is { } lambda && engine.Expression(lambda.Syntax) is { } test ? OfCharacters(test) : TaintKinds.None;

    private static TaintKinds OfTest(IMethodSymbol method) => CharacterTests.Contains(method.Name) ? TaintKinds.Argument : TaintKinds.None;

    private static TaintKinds OfCharacters(IOperation test) => test switch
    {
        IInvocationOperation call => OfTest(call.TargetMethod),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either =>
            OfCharacters(either.LeftOperand) & OfCharacters(either.RightOperand),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equal =>
            (Character(equal.LeftOperand) ?? Character(equal.RightOperand)) is { } letter ? Harmless.RuledOut(letter) : TaintKinds.None,
        IIsPatternOperation { Pattern: var pattern } => OfCharacters(pattern),
        _ => TaintKinds.None,
    };

    private static TaintKinds OfCharacters(IPatternOperation pattern) => pattern switch
    {
        IConstantPatternOperation constant when Character(constant.Value) is { } letter => Harmless.RuledOut(letter),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either =>
            OfCharacters(either.LeftPattern) & OfCharacters(either.RightPattern),
        IBinaryPatternOperation
        {
            LeftPattern: IRelationalPatternOperation { OperatorKind: BinaryOperatorKind.GreaterThanOrEqual } from,
            RightPattern: IRelationalPatternOperation { OperatorKind: BinaryOperatorKind.LessThanOrEqual } to
        } when Character(from.Value) is { } first && Character(to.Value) is { } last => Harmless.RuledOut(first, last),
        _ => TaintKinds.None,
    };

    private static char? Character(IOperation value) => value.ConstantValue is { HasValue: true, Value: char letter } ? letter
        : value is IConversionOperation conversion ? Character(conversion.Operand) : null;

    private TaintState Begins(TaintState state, IOperation subject, IOperation beginning, bool sense)
    {
        var value = evaluator.Evaluate(subject);
        var start = evaluator.Evaluate(beginning);
        if (!sense)
        {
            return value.Form == ValueForm.RelativePath && start.Constant is { } up && up.StartsWith("..", StringComparison.Ordinal)
                ? Evaluator.Clear(state, value, TaintKinds.Path)
                : start.Constant is "/" or "\\" ? Evaluator.Clear(state, value, TaintKinds.PathRoot) : state;
        }

        if (start.Tainted) return state;
        // "/data" is also the beginning of "/data-of-others": the folder must end with its separator.
        if (value.Form == ValueForm.FullPath && start.Separator != false) return Evaluator.Clear(state, value, TaintKinds.Path);
        if (value.Form == ValueForm.FullPath) return state;
        return start.Constant is { } address && Texts.HasHost(address) ? Evaluator.Clear(state, value, TaintKinds.Url) : state;
    }

    private static TaintState Clear(TaintState state, TaintValue value) => value.Form switch
    {
        ValueForm.Host => Evaluator.Clear(state, value, TaintKinds.Url),
        ValueForm.FileName => state,
        _ => Evaluator.Clear(state, value, TaintKinds.Argument),
    };

    private static string? PatternOf(TaintEngine engine, IOperation regex) => regex switch
    {
        IFieldReferenceOperation field => engine.PatternOf(field.Field),
        IPropertyReferenceOperation property => engine.PatternOf(property.Property),
        IInvocationOperation call => engine.PatternOf(call.TargetMethod),
        IObjectCreationOperation creation => PatternOf(creation),
        _ => null,
    };

    /// <summary>The pattern of a regular expression that is made; null when it is not known, or when its ends are those of a line.</summary>
    public static string? PatternOf(IObjectCreationOperation creation) =>
        HasWholeEnds(creation.Arguments) ? Value(creation.Arguments, "pattern")?.ConstantValue.Value as string : null;

    /// <summary>Whether the options let <c>^</c> and <c>$</c> be the ends of the text, and not of any of its lines (CWE-777).</summary>
    public static bool HasWholeEnds(object? options) => options is int set && ((RegexOptions)set & RegexOptions.Multiline) == 0;

    private static bool HasWholeEnds(ImmutableArray<IArgumentOperation> arguments) =>
        Value(arguments, "options") is not { } options || (options.ConstantValue.HasValue && HasWholeEnds(options.ConstantValue.Value));

    // Arguments are in the order in which they are written.
    private static IOperation? Value(ImmutableArray<IArgumentOperation> arguments, string parameter) =>
        arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;

    private static IOperation Unwrapped(IOperation operation) =>
        operation is IConversionOperation conversion ? Unwrapped(conversion.Operand) : operation;

    private static bool IsNull(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: null };

    private static bool Mentions(IOperation operation, string member) => operation.DescendantsAndSelf().Any(part => part switch
    {
        IInvocationOperation call => call.TargetMethod.Name == member,
        IFieldReferenceOperation field => field.Field.Name == member,
        _ => false,
    });
}
