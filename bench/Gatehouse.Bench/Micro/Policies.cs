using System.Globalization;
using Gatehouse.Policy;

namespace Gatehouse.Bench.Micro;

/// <summary>Policies in which the rule that permits is the last one looked at.</summary>
internal static class Policies
{
    public static PolicySubject Subject { get; } = new("http://127.0.0.1:8080/dev-issuer", "developer", "gatehouse-dev", ["mcp:tools"], ["staff"], ["team-a", "team-b"]);

    public static PolicyRule[] Rules(int count) =>
    [
        .. Enumerable.Range(0, count - 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}")).Select(i => new PolicyRule
        {
            Id = "other-" + i,
            Who = new WhoClause { Groups = new NameSet(["team-" + i]) },
            Servers = new NameSet(["bench", "s" + i + "*"]),
            Tools = new NameSet(["read_*", "list_" + i]),
        }),
        new PolicyRule { Id = "bench", Who = new WhoClause { Subjects = new NameSet(["developer"]) }, Servers = new NameSet(["bench"]), Tools = new NameSet(["r200", "r10k"]) },
    ];
}
