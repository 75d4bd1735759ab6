using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Policy;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Bench.Micro;

/// <summary>Policies in which the rule that permits is the last one looked at.</summary>
internal static class Policies
{
    private static readonly JsonElement Claims = JsonDocument.Parse("""{"region":"eu","department":"finance","level":3}""").RootElement;

    public static PolicySubject Subject { get; } = Caller();

    /// <summary>Arguments of a call, for conditions.</summary>
    public static ReadOnlyMemory<byte> Arguments { get; } =
        Encoding.UTF8.GetBytes("""{"sql":"select 1","region":"eu","limit":100,"path":"/srv/data/reports/2026"}""");

    public static PolicySubject Caller(int roles = 1) =>
        new("http://127.0.0.1:8080/dev-issuer", "developer", "gatehouse-dev", ["mcp:tools"],
            [.. Enumerable.Range(0, roles).Select(i => Number("staff", i)), "bench"], ["team-a", "team-b"])
        {
            Claims = static name => Claims.TryGetProperty(name, out var value) ? value : null,
        };

    public static PolicyRule[] Rules(int count) =>
    [
        .. Enumerable.Range(0, count - 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}")).Select(i => new PolicyRule
        {
            Id = "other-" + i,
            Who = new WhoClause { Groups = new NameSet(["team-" + i]) },
            Servers = new NameSet(["bench", "s" + i + "*"]),
            Tools = new NameSet(["read_*", "list_" + i]),
        }),
        new PolicyRule { Id = "bench", Who = new WhoClause { Subjects = new NameSet(["developer"]) }, Servers = new NameSet(["bench"]),
            Tools = new NameSet(["r200", "r10k"]) },
    ];

    /// <summary>Each rule gives a role a tool.</summary>
    public static PolicyRule[] Roles(int count) =>
    [
        .. Enumerable.Range(0, count - 1).Select(i => new PolicyRule
        {
            Id = Number("r", i),
            Who = new WhoClause { Roles = new NameSet([Number("role", i), Number("staff", i)]) },
            Tools = new NameSet([Number("tool", i + 8)]),
        }),
        new PolicyRule { Id = "bench", Who = new WhoClause { Roles = new NameSet(["bench"]) }, Tools = new NameSet(["tool-7"]) },
    ];

    /// <summary>Patterns that no table by first characters helps with.</summary>
    public static PolicyRule[] Suffixes(int count) =>
        [.. Enumerable.Range(0, count)
            .Select(i => new PolicyRule { Id = Number("r", i), Tools = new NameSet(["*" + Number("tool", count - 1 - i + 7)]) })];

    /// <summary>One rule whose conditions hold.</summary>
    public static PolicyRule[] Conditions(int count)
    {
        Condition[] kinds =
        [
            Value(ValueSourceKind.Argument, "region", new ClaimTest(Path("region"), false)),
            Value(ValueSourceKind.Argument, "limit", new RangeTest { AtMost = 1000 }),
            Value(ValueSourceKind.Argument, "path", new PathTest("/srv/data")),
            Value(ValueSourceKind.Claim, "department", new InTest([PolicyLiteral.Of("finance"), PolicyLiteral.Of("legal")])),
        ];
        return [new PolicyRule
            { Id = "bench", Tools = new NameSet(["query"]), When = [.. Enumerable.Range(0, count).Select(i => kinds[i % kinds.Length])] }];
    }

    private static ValueCondition Value(ValueSourceKind kind, string name, ValueTest test) => new(new ValueSource(kind, Path(name)), test);

    private static JsonPath Path(string text) => JsonPath.TryParse(text, out var path) ? path! : throw new ArgumentException(text);

    private static string Number(string word, int number) => string.Create(CultureInfo.InvariantCulture, $"{word}-{number}");
}
