using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>The abilities of servers, from the words in package, image, address and name. A guess with a stated confidence.</summary>
internal static partial class Capabilities
{
    private static readonly (string Words, Capability Has)[] Table =
    [
        ("filesystem|files|desktop-commander|obsidian|memory|notes", Capability.PrivateData),
        ("postgres|postgresql|mysql|mariadb|sqlite|mongodb|redis|clickhouse|bigquery|snowflake|mssql|oracle|duckdb|motherduck|qdrant|supabase|neon|elasticsearch", Capability.PrivateData),
        ("gdrive|onedrive|sharepoint|dropbox|box|confluence|aws|azure|kubernetes|k8s|stripe|hubspot|salesforce|calendar|contacts|vault",
            Capability.PrivateData),
        ("fetch|puppeteer|playwright|browser|browsermcp|browserbase|chrome-devtools|selenium|firecrawl|crawl|scrape|scraper|brightdata|apify",
            Capability.UntrustedContent | Capability.WayOut),
        ("brave-search|tavily|exa|duckduckgo|websearch|search|youtube|reddit|rss|arxiv|hackernews|twitter", Capability.UntrustedContent),
        ("gmail|outlook|email|imap|mail", Capability.All),
        ("github|gitlab|bitbucket|jira|atlassian|linear|sentry|zendesk|intercom|azure-devops", Capability.All),
        ("slack|discord|telegram|teams|whatsapp|notion", Capability.All),
        ("smtp|sendgrid|twilio|webhook|zapier|ntfy|pushover|desktop-commander|shell|terminal|commands|ssh|http|curl", Capability.WayOut),
    ];

    private static readonly (HashSet<string> Words, Capability Has)[] Rows =
        [.. Table.Select(row => (row.Words.Split('|').ToHashSet(StringComparer.Ordinal), row.Has))];

    /// <summary>Returns the abilities of the server, and whether they are known of its package (medium) or guessed from its name (low).</summary>
    public static (Capability Has, Confidence Confidence) Of(ServerEntry server)
    {
        var bySource = Named(server.Source.Kind is OriginKind.Remote ? Host(server.Source.Name) : server.Source.Name);
        if (bySource != Capability.None && server.Source.Kind is OriginKind.Npm or OriginKind.PyPi or OriginKind.Image or OriginKind.Remote)
            return (bySource, Confidence.Medium);
        return (bySource | Named(server.Name), Confidence.Low);
    }

    private static Capability Named(string name)
    {
        var parts = Separator().Split(name.ToLowerInvariant()).Where(part => part.Length > 0).ToList();
        var pairs = parts.Zip(parts.Skip(1), (left, right) => $"{left}-{right}");
        var words = parts.Concat(pairs).ToHashSet(StringComparer.Ordinal);
        return Rows.Where(row => row.Words.Overlaps(words)).Aggregate(Capability.None, (has, row) => has | row.Has);
    }

    private static string Host(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url) ? url.Host.Replace("githubcopilot", "github", StringComparison.Ordinal) : origin;

    [GeneratedRegex(@"[^a-z0-9]+")]
    private static partial Regex Separator();
}
