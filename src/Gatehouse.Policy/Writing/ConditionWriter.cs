using System.Globalization;
using Gatehouse.Policy.Conditions;

namespace Gatehouse.Policy.Writing;

/// <summary>Writes conditions as a policy writes them, on one line.</summary>
internal static class ConditionWriter
{
    public static string Write(Condition condition) => condition switch
    {
        AllCondition all => $"{{ all: [{string.Join(", ", all.Parts.Select(Write))}] }}",
        AnyCondition any => $"{{ any: [{string.Join(", ", any.Parts.Select(Write))}] }}",
        NotCondition not => $"{{ not: {Write(not.Part)} }}",
        TimeCondition time => $"{{ time: {{ {string.Join(", ", Parts(time))} }} }}",
        ValueCondition value => $"{{ {Source(value.Source)}, {Test(value.Test)}{(value.Quantifier == Quantifier.Some ? ", holdsFor: some" : "")} }}",
        _ => throw new ArgumentException("unknown condition", nameof(condition)),
    };

    private static string Source(ValueSource source) => $"{source.Kind.ToString().ToLowerInvariant()}: {YamlScalars.Text(source.Path.Text)}";

    private static string Test(ValueTest test) => test switch
    {
        InTest { Values.Length: 1 } one => $"equals: {one.Values[0]}",
        InTest many => $"in: [{string.Join(", ", many.Values)}]",
        PrefixTest prefix => $"startsWith: {YamlScalars.Text(prefix.Prefix)}",
        PathTest path => $"under: {YamlScalars.Text(path.Folder)}",
        PatternTest pattern => $"matches: {YamlScalars.Text(pattern.Pattern)}",
        ClaimTest claim => $"{(claim.IsMember ? "inClaim" : "equalsClaim")}: {YamlScalars.Text(claim.Claim.Text)}",
        PresentTest present => $"present: {(present.Expected ? "true" : "false")}",
        RangeTest range => string.Join(", ", Bounds(range)),
        _ => throw new ArgumentException("unknown test", nameof(test)),
    };

    private static IEnumerable<string> Bounds(RangeTest range)
    {
        if (range.AtLeast is { } least) yield return $"atLeast: {Number(least)}";
        if (range.Above is { } above) yield return $"above: {Number(above)}";
        if (range.AtMost is { } most) yield return $"atMost: {Number(most)}";
        if (range.Below is { } below) yield return $"below: {Number(below)}";
    }

    private static IEnumerable<string> Parts(TimeCondition time)
    {
        if (time.Days is { } days) yield return $"days: [{days}]";
        if (time.From is { } from) yield return $"from: \"{from.ToString("HH:mm", CultureInfo.InvariantCulture)}\"";
        if (time.Until is { } until) yield return $"until: \"{until.ToString("HH:mm", CultureInfo.InvariantCulture)}\"";
        if (time.Zone != TimeZoneInfo.Utc) yield return $"zone: {YamlScalars.Text(time.Zone.Id)}";
        if (time.NotBefore is { } first) yield return $"notBefore: \"{Moment(first)}\"";
        if (time.NotAfter is { } last) yield return $"notAfter: \"{Moment(last)}\"";
    }

    private static string Moment(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
