using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Tests.Oracle;

/// <summary>A condition as the oracle judges it: over parsed JSON, with every open argument tried in all three ways.</summary>
internal abstract record OracleCondition
{
    public abstract bool ReadsArguments { get; }

    /// <summary>The values the condition can have.</summary>
    public abstract HashSet<Verdict> Judge(Caller caller, Question question);

    public abstract string ToYaml();
}

internal sealed record OracleGroup(bool IsAll, OracleCondition[] Parts) : OracleCondition
{
    public override bool ReadsArguments => Parts.Any(part => part.ReadsArguments);

    public override HashSet<Verdict> Judge(Caller caller, Question question)
    {
        HashSet<Verdict[]> combinations = [[]];
        foreach (var part in Parts)
            combinations = [.. combinations.SelectMany(head => part.Judge(caller, question).Select(tail => (Verdict[])[.. head, tail]))];
        return [.. combinations.Select(Combine)];
    }

    public override string ToYaml() => $"{{ {(IsAll ? "all" : "any")}: [{string.Join(", ", Parts.Select(part => part.ToYaml()))}] }}";

    private Verdict Combine(Verdict[] values)
    {
        var (absorbing, neutral) = IsAll ? (Verdict.False, Verdict.True) : (Verdict.True, Verdict.False);
        if (values.Contains(absorbing)) return absorbing;
        return values.Contains(Verdict.Undecidable) ? Verdict.Undecidable : neutral;
    }
}

internal sealed record OracleNot(OracleCondition Part) : OracleCondition
{
    public override bool ReadsArguments => Part.ReadsArguments;

    public override HashSet<Verdict> Judge(Caller caller, Question question) => [.. Part.Judge(caller, question).Select(value => value switch
    {
        Verdict.True => Verdict.False,
        Verdict.False => Verdict.True,
        _ => Verdict.Undecidable,
    })];

    public override string ToYaml() => $"{{ not: {Part.ToYaml()} }}";
}

internal sealed record OracleHours(int From, int Until) : OracleCondition
{
    public override bool ReadsArguments => false;

    public override HashSet<Verdict> Judge(Caller caller, Question question) =>
        [(From <= Until ? question.Hour >= From && question.Hour < Until : question.Hour >= From || question.Hour < Until) ? Verdict.True
            : Verdict.False];

    public override string ToYaml() =>
        string.Create(CultureInfo.InvariantCulture, $"{{ time: {{ from: \"{From:00}:00\", until: \"{Until:00}:00\" }} }}");
}

internal sealed record OracleValue(bool IsArgument, string Name, string Test, string Operand) : OracleCondition
{
    public override bool ReadsArguments => IsArgument;

    public override HashSet<Verdict> Judge(Caller caller, Question question)
    {
        if (IsArgument && question.IsOpen) return [Verdict.True, Verdict.False, Verdict.Undecidable];
        if (!IsArgument) return [caller.Claims[Name] is JsonArray list ? Some(list, caller) : Ask(caller.Claims[Name], caller)];
        if (question.Arguments is null) return [Ask(null, caller)];
        return [question.Arguments is JsonObject arguments ? Ask(arguments[Name], caller, arguments.ContainsKey(Name)) : Verdict.Undecidable];
    }

    public override string ToYaml() => $"{{ {(IsArgument ? "argument" : "claim")}: {Name}, {Test}: {Operand} }}";

    private Verdict Some(JsonArray list, Caller caller)
    {
        if (Test == "present") return Operand == "true" ? Verdict.True : Verdict.False;
        var values = list.Select(item => Ask(item, caller)).ToList();
        if (values.Contains(Verdict.True)) return Verdict.True;
        return values.Contains(Verdict.Undecidable) ? Verdict.Undecidable : Verdict.False;
    }

    private Verdict Ask(JsonNode? value, Caller caller, bool isThere = false)
    {
        _ = isThere; // null and absence are one to every test
        if (Test == "present") return (value is not null) == (Operand == "true") ? Verdict.True : Verdict.False;
        return value is null ? Verdict.Undecidable : Compare(value, caller);
    }

    private Verdict Compare(JsonNode value, Caller caller)
    {
        var kind = value.GetValueKind();
        switch (Test)
        {
            case "equals":
                return Equal(value, JsonNode.Parse(Operand));
            case "in":
                var all = JsonNode.Parse(Operand)!.AsArray().Select(item => Equal(value, item)).ToList();
                if (all.Contains(Verdict.True)) return Verdict.True;
                return all.Contains(Verdict.False) ? Verdict.False : Verdict.Undecidable;
            case "atMost":
                return Number(value) is { } number ? Of(number <= decimal.Parse(Operand, CultureInfo.InvariantCulture)) : Verdict.Undecidable;
            case "startsWith":
                return kind == JsonValueKind.String
                    ? Of(value.GetValue<string>().StartsWith(Operand, StringComparison.Ordinal)) : Verdict.Undecidable;
            case "matches":
                return kind == JsonValueKind.String
                    ? Of(Regex.IsMatch(value.GetValue<string>(), "^(" + Operand.Trim('"') + @")\z")) : Verdict.Undecidable;
            case "under":
                return kind == JsonValueKind.String ? Under(value.GetValue<string>()) : Verdict.Undecidable;
            default:
                return caller.Claims[Operand] is { } claim and not JsonArray ? Equal(value, claim) : Verdict.Undecidable;
        }
    }

    private Verdict Under(string path)
    {
        if (!path.StartsWith('/') || path.Contains("..", StringComparison.Ordinal) || path.IndexOfAny(['\\', '%', '\0']) >= 0)
            return Verdict.Undecidable;
        var normal = "/" + string.Join('/', path.Split('/').Where(part => part is not ("" or "."))) + "/";
        return Of(normal.StartsWith(Operand + "/", StringComparison.Ordinal));
    }

    private static Verdict Equal(JsonNode? left, JsonNode? right)
    {
        if (left is null || right is null) return Verdict.Undecidable;
        var (a, b) = (left.GetValueKind(), right.GetValueKind());
        if (a is JsonValueKind.True or JsonValueKind.False && b is JsonValueKind.True or JsonValueKind.False) return Of(a == b);
        if (a != b) return Verdict.Undecidable;
        if (a == JsonValueKind.String) return Of(left.GetValue<string>() == right.GetValue<string>());
        return a == JsonValueKind.Number && Number(left) is { } x && Number(right) is { } y ? Of(x == y) : Verdict.Undecidable;
    }

    private static decimal? Number(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.Number
            && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && (double)number is var asDouble
            && decimal.TryParse(asDouble.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out var back)
            && back == number
            ? number
            : null;

    private static Verdict Of(bool value) => value ? Verdict.True : Verdict.False;
}
