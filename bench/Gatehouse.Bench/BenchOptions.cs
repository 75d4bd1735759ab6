using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Bench;

/// <summary>What to measure and for how long.</summary>
internal sealed record BenchOptions
{
    private static readonly string[] Known =
        ["micro", "texts", "policy", "decisions", "lists", "integrity", "scan", "http", "stdio", "memory", "streams", "limits", "wrap",
            "tokens", "search", "evidence", "approvals"];

    public bool Full { get; private init; }

    /// <summary>Only the cells that throughput goals name: while one changes something.</summary>
    public bool Brief { get; private init; }

    public IReadOnlyList<string> Areas { get; private init; } = Known;

    public required string Root { get; init; }

    public required string Output { get; init; }

    public string Mode => Size.IsSmallest ? "smallest" : Brief ? "brief" : Full ? "full" : "quick";

    /// <summary>Alternating rounds of one cell.</summary>
    public int Rounds => Size.Of(Full ? 5 : 3, 1);

    /// <summary>Length of one measurement.</summary>
    public TimeSpan Round => Size.Of(TimeSpan.FromSeconds(Full ? 2 : 1), TimeSpan.FromMilliseconds(50));

    public int Streams => Size.Of(Full ? 5000 : 1000, 20);

    public static bool TryParse(string[] arguments, [NotNullWhen(true)] out BenchOptions? options, out string fault)
    {
        options = null;
        fault = $"usage: bench/run [smallest|brief|quick|full] [--only {string.Join('|', Known)}] [--output DIR]";
        var (full, brief) = (false, false);
        var areas = new List<string>();
        string? root = null, output = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            var next = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "quick":
                    continue;
                case "full":
                    full = true;
                    continue;
                case "brief":
                    brief = true;
                    continue;
                case "smallest":
                    Size.IsSmallest = true;
                    continue;
                case "--only" when next is not null && Known.Contains(next):
                    areas.Add(next);
                    break;
                case "--root" when next is not null:
                    root = next;
                    break;
                case "--output" when next is not null:
                    output = next;
                    break;
                default:
                    return false;
            }

            i++;
        }

        if (root is null) return false;
        options = new BenchOptions
        {
            Full = full,
            Brief = brief,
            Areas = areas.Count == 0 ? Known : areas,
            Root = root,
            Output = output ?? Path.Combine(root, "bench", "results"),
        };
        return true;
    }
}
