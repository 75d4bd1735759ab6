using System.Text.Json;

namespace Gatehouse.Policy.Conditions;

/// <summary>A value of the request or of the caller satisfies a test.</summary>
/// <param name="Source">The place of the value.</param>
/// <param name="Test">The test of the value.</param>
/// <param name="Quantifier">The demand on a list that the path goes through, and on a claim with several values.</param>
public sealed record ValueCondition(ValueSource Source, ValueTest Test, Quantifier Quantifier = Quantifier.Every) : Condition
{
    /// <inheritdoc />
    public override bool ReadsArguments => Source.Kind == ValueSourceKind.Argument;

    internal override Ternary Judge(in ConditionScope scope) => Source.Kind switch
    {
        ValueSourceKind.Claim => JudgeClaim(scope),
        ValueSourceKind.Variable => ResourceVariables.Judge(this, scope),
        _ when scope.Request.LeavesArgumentsOpen => Ternary.Open,
        _ => JudgeJson(scope.Request.Arguments.Span, Source.Path.Parts.AsSpan(), scope),
    };

    private Ternary JudgeClaim(in ConditionScope scope)
    {
        var raw = ClaimReader.Raw(scope.Subject, Source.Path.Parts[0]);
        return raw.IsEmpty ? Test.Judge(PolicyValue.Absent, scope) : JudgeJson(raw, Source.Path.Parts.AsSpan()[1..], scope);
    }

    private Ternary JudgeJson(ReadOnlySpan<byte> json, ReadOnlySpan<string> path, in ConditionScope scope)
    {
        var reader = new Utf8JsonReader(json);
        return JsonSteps.TryRead(ref reader) ? Walk(ref reader, path, scope) : Test.Judge(PolicyValue.Absent, scope);
    }

    private Ternary Walk(ref Utf8JsonReader reader, ReadOnlySpan<string> path, in ConditionScope scope)
    {
        if (path.IsEmpty) return AtEnd(ref reader, scope);
        if (path[0] == "*")
            return reader.TokenType == JsonTokenType.StartArray ? Entries(ref reader, path[1..], Quantifier, scope) : Ternary.Undecidable;
        if (reader.TokenType != JsonTokenType.StartObject) return Ternary.Undecidable;
        return Enter(ref reader, path[0]) switch
        {
            Ternary.True => Walk(ref reader, path[1..], scope),
            Ternary.False => Test.Judge(PolicyValue.Absent, scope),
            _ => Ternary.Undecidable,
        };
    }

    // Names of claims are compared with case (RFC 7519 §10.1.1), and only this gateway reads them.
    private Ternary Enter(ref Utf8JsonReader reader, string name) => Source.Kind == ValueSourceKind.Argument
        ? JsonSteps.Enter(ref reader, name)
        : TernaryLogic.Of(JsonSteps.TryEnter(ref reader, name));

    private Ternary AtEnd(ref Utf8JsonReader reader, in ConditionScope scope)
    {
        // A claim with several values (roles, groups) satisfies a test when one of them does.
        if (reader.TokenType == JsonTokenType.StartArray && Source.Kind == ValueSourceKind.Claim && Test is not PresentTest)
            return Entries(ref reader, [], Quantifier.Some, scope);
        if (reader.TokenType == JsonTokenType.Null) return Test is PresentTest ? Test.Judge(PolicyValue.Absent, scope) : Ternary.Undecidable;
        var scalar = JsonScalar.Read(ref reader);
        var result = Test.Judge(scalar.Value, scope);
        scalar.Dispose();
        return result;
    }

    private Ternary Entries(ref Utf8JsonReader reader, ReadOnlySpan<string> path, Quantifier quantifier, in ConditionScope scope)
    {
        var every = quantifier == Quantifier.Every;
        var result = TernaryLogic.Of(every);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var entry = reader;
            var one = Walk(ref entry, path, scope);
            result = every ? TernaryLogic.And(result, one) : TernaryLogic.Or(result, one);
            reader.Skip();
        }

        return result;
    }

    private protected override string Describe()
    {
        var which = Source.Path.HasWildcard ? Quantifier == Quantifier.Every ? "every entry of " : "some entry of " : "";
        return $"{which}{Source} {Test}";
    }
}
