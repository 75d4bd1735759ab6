using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Tests;

/// <summary>Reports that no scan has to make: any servers, findings and gaps, names that repeat, texts from outside.</summary>
internal static class RandomReport
{
    private static readonly string[] Words =
        ["one", "two", "\u001b[2Jthree", "</td><script>x</script>", "vier\nfünf", "\u202esix", "GHS1001", "    high     GHS2002", "<td>GHS2001</td>",
            ""];

    private static readonly string[] Places =
        ["/home/a/.cursor/mcp.json", "/repo/.mcp.json", "/repo/deep/<b>.json", "/repo/x.mcpb", "/proc/17", "tcp://[::]:80"];

    public static ScanReport Of(int seed)
    {
        var random = new Random(seed);
        var servers = Many(random, 6, () => Server(random));
        return new ScanReport
        {
            At = DateTimeOffset.UnixEpoch.AddDays(random.Next(20000)),
            Duration = TimeSpan.FromMilliseconds(random.Next(5000)),
            Servers = servers,
            Findings = Many(random, 20, () => Finding(random, servers)),
            Gaps = Many(random, 5, () => new Gap(One(random, Places), One(random, Words), random.Next(2) == 0)),
            Files = Many(random, 4, () => One(random, Places)),
            RuleFiles = Many(random, 4, () => One(random, Places)),
            Roots = random.Next(2) == 0 ? ["/repo"] : [],
            Running = Many(random,
                3, () => random.Next(2) == 0 ? new RunningServer(random.Next(1, 9999), One(random, Words), null, random.Next(2) == 0)
                    : new RunningServer(null, null, "127.0.0.1:80", false)),
        };
    }

    private static Finding Finding(Random random, List<ServerEntry> servers)
    {
        var about = servers.Count > 0 && random.Next(3) > 0 ? servers[random.Next(servers.Count)] : null;
        // Often at the server's own place, sometimes elsewhere.
        var place = about is not null && random.Next(4) > 0 ? about.Place with { Line = about.Place.Line + random.Next(3) } : Place(random);
        return new Finding(One(random, FindingRules.All), One(random, Enum.GetValues<Confidence>()), One(random, Words), place, about?.Name,
            about?.Client);
    }

    private static ServerEntry Server(Random random) => new()
    {
        Name = One(random, Words),
        Client = One(random, (string[])["Cursor", "VS Code", "any"]),
        Place = Place(random),
        Scope = One(random, Enum.GetValues<LocationScope>()),
        Transport = One(random, (string[])["stdio", "http", "unknown"]),
        CommandLine = random.Next(3) == 0 ? null : One(random, Words),
        EnvironmentNames = Many(random, 2, () => One(random, Words)),
        Source = new ServerOrigin(One(random, Enum.GetValues<OriginKind>()), One(random, Words), random.Next(2) == 0
            ? "1.0" : null, random.Next(2) == 0),
        IsWrapped = random.Next(3) == 0,
        IsDisabled = random.Next(3) == 0,
    };

    private static SourceLocation Place(Random random) => new(One(random, Places), random.Next(4), random.Next(2) == 0 ? -1 : random.Next(1000));

    private static List<T> Many<T>(Random random, int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => make())];

    private static T One<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
