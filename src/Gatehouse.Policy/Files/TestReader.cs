using System.Collections.Immutable;
using Gatehouse.Policy.Conditions;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>A reader of the tests that a condition applies to its value.</summary>
internal static class TestReader
{
    private static readonly string[] Bounds = ["atLeast", "above", "atMost", "below"];
    private static readonly string[] Single = ["equals", "in", "startsWith", "under", "matches", "equalsClaim", "inClaim", "present"];

    /// <summary>Reads the test. Returns null, and adds a fault, when there is none, a faulty one, or more than one.</summary>
    public static ValueTest? Read(PolicyMap map, FaultList faults)
    {
        var written = Single.Where(map.Has).Concat(Bounds.Any(map.Has) ? ["a range"] : []).ToList();
        if (written.Count == 1) return ReadOne(map, written[0], faults);
        map.Fault(
            written.Count == 0 ? "the value has no test" : $"the value has several tests: {string.Join(" and ", written)}",
            written.Count == 0 ? $"add one of {string.Join(", ", Single.Concat(Bounds))}" : "write a separate entry for each; all entries of "
                + "'when' must hold");
        return null;
    }

    private static ValueTest? ReadOne(PolicyMap map, string key, FaultList faults) => key switch
    {
        "equals" => Literals(map, key, [map.Node(key)!]),
        "in" => ReadIn(map, faults),
        "startsWith" => map.Text(key) is { } prefix ? new PrefixTest(prefix) : null,
        "under" => ReadPath(map),
        "matches" => ReadPattern(map),
        "equalsClaim" or "inClaim" => ReadClaim(map, key),
        "present" => map.Switch(key) is { } expected ? new PresentTest(expected) : null,
        _ => ReadRange(map),
    };

    private static InTest? ReadIn(PolicyMap map, FaultList faults)
    {
        if (map.Node("in") is YamlList { Items.Count: > 0 } list) return Literals(map, "in", list.Items);
        faults.Add(map.Node("in")!.At, map.PathOf("in"), "a list of values is expected here", "write 'in: [one, another]'");
        return null;
    }

    private static InTest? Literals(PolicyMap map, string key, IReadOnlyList<YamlNode> nodes)
    {
        var literals = nodes.Select(PolicyScalars.Literal).OfType<PolicyLiteral>().ToImmutableArray();
        if (literals.Length == nodes.Count) return new InTest(literals);
        if (!nodes.Any(node => node is YamlRefused))
            map.Fault(key, "a string, a number, true or false is expected here",
                "write one value; put a word that YAML reads as null into quotes");
        return null;
    }

    private static PathTest? ReadPath(PolicyMap map)
    {
        if (map.Text("under") is not { } folder) return null;
        if (PathTest.IsDecidable(folder)) return new PathTest(folder);
        map.Fault("under", "this is not a plain path from the root", "write it like /srv/data, without '..', backslashes and '%'");
        return null;
    }

    private static PatternTest? ReadPattern(PolicyMap map)
    {
        if (map.Text("matches") is not { } pattern) return null;
        try
        {
            return new PatternTest(pattern);
        }
        catch (ArgumentException)
        {
            map.Fault("matches", "this regular expression cannot be used",
                $"it must be valid, at most {PatternTest.LongestPattern} characters long, and need no look-around, back-reference or atomic group");
            return null;
        }
    }

    private static ClaimTest? ReadClaim(PolicyMap map, string key)
    {
        if (map.Text(key) is not { } text) return null;
        if (JsonPath.TryParse(text, out var path) && !path!.HasWildcard) return new ClaimTest(path, key == "inClaim");
        map.Fault(key, "this is neither the name of a claim nor a JSON Pointer without '*'", "write e.g. department or /address/country");
        return null;
    }

    private static RangeTest? ReadRange(PolicyMap map)
    {
        if (map.Has("atLeast") && map.Has("above")) map.Fault("above", "'atLeast' and 'above' limit the same end", "keep one of them");
        if (map.Has("atMost") && map.Has("below")) map.Fault("below", "'atMost' and 'below' limit the same end", "keep one of them");
        var test = new RangeTest
        { AtLeast = map.Number("atLeast"), Above = map.Number("above"), AtMost = map.Number("atMost"), Below = map.Number("below") };
        if ((test.AtLeast ?? test.Above) > (test.AtMost ?? test.Below))
            map.Fault("no number is between these bounds", "use atLeast or above for the smaller bound");
        return test;
    }
}
