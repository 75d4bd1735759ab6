using Gatehouse.Integrity.Origins;

namespace Gatehouse.Inventory.Checks;

/// <summary>Well-known packages and images of MCP servers, and names that resemble one without being it.</summary>
internal static class KnownServers
{
    private static readonly HashSet<string> Npm = new(StringComparer.Ordinal)
    {
        "@modelcontextprotocol/server-filesystem", "@modelcontextprotocol/server-memory", "@modelcontextprotocol/server-everything",
        "@modelcontextprotocol/server-sequential-thinking", "@modelcontextprotocol/server-github", "@modelcontextprotocol/server-gitlab",
        "@modelcontextprotocol/server-postgres", "@modelcontextprotocol/server-slack", "@modelcontextprotocol/server-puppeteer",
        "@modelcontextprotocol/server-brave-search", "@modelcontextprotocol/server-google-maps", "@modelcontextprotocol/server-gdrive",
        "@modelcontextprotocol/server-redis", "@modelcontextprotocol/server-everart", "@modelcontextprotocol/server-aws-kb-retrieval",
        "@modelcontextprotocol/inspector", "@playwright/mcp", "@upstash/context7-mcp", "@azure/mcp", "@azure-devops/mcp",
        "@notionhq/notion-mcp-server",
        "@supabase/mcp-server-supabase", "@stripe/mcp", "@sentry/mcp-server", "@cloudflare/mcp-server-cloudflare", "@hubspot/mcp-server",
        "@heroku/mcp-server", "@brightdata/mcp", "@wonderwhy-er/desktop-commander", "@browsermcp/mcp", "@jetbrains/mcp-proxy", "@21st-dev/magic",
        "@apify/actors-mcp-server", "@elastic/mcp-server-elasticsearch", "@mongodb-js/mongodb-mcp-server", "mongodb-mcp-server", "firecrawl-mcp",
        "tavily-mcp", "exa-mcp-server", "figma-developer-mcp", "chrome-devtools-mcp", "mcp-remote", "supergateway", "mcp-server-kubernetes",
        "shadcn", "task-master-ai", "puppeteer-mcp-server", "mcp-obsidian", "@executeautomation/playwright-mcp-server", "@browserbasehq/mcp",
    };

    private static readonly HashSet<string> PyPi = new(StringComparer.Ordinal)
    {
        "mcp-server-fetch", "mcp-server-git", "mcp-server-time", "mcp-server-sqlite", "mcp-server-sentry", "mcp-server-filesystem", "mcp-proxy",
        "mcp-atlassian", "mcp-server-qdrant", "mcp-server-motherduck", "mcp-obsidian", "duckduckgo-mcp-server", "excel-mcp-server", "blender-mcp",
        "awslabs.core-mcp-server", "awslabs.aws-documentation-mcp-server", "awslabs.cdk-mcp-server", "postgres-mcp", "office-powerpoint-mcp-server",
        "arxiv-mcp-server", "markitdown-mcp", "serena-agent", "fastmcp", "mcp", "mcpo", "mcp-scan",
    };

    private static readonly HashSet<string> Images = new(StringComparer.Ordinal)
    {
        "mcp/filesystem", "mcp/fetch", "mcp/git", "mcp/github", "mcp/postgres", "mcp/puppeteer", "mcp/slack", "mcp/sqlite", "mcp/time", "mcp/memory",
        "mcp/playwright", "mcp/notion", "mcp/brave-search", "ghcr.io/github/github-mcp-server", "mcr.microsoft.com/playwright/mcp",
        "docker/mcp-gateway",
        "ghcr.io/sooperset/mcp-atlassian", "hashicorp/terraform-mcp-server", "mongodb/mongodb-mcp-server",
    };

    /// <summary>Returns the names of a kind.</summary>
    public static IReadOnlySet<string> Of(OriginKind kind) =>
        kind switch { OriginKind.Npm => Npm, OriginKind.PyPi => PyPi, OriginKind.Image => Images, _ => new HashSet<string>() };

    /// <summary>
    /// Returns the well-known name that this one resembles without being it: one letter more, less, other or exchanged, other separators, letters
    /// that look alike, or the same name in another scope that differs by two letters at most. Null when it is known itself or resembles none.
    /// </summary>
    public static string? ResembledBy(ServerOrigin source)
    {
        var names = Of(source.Kind);
        var name = source.Name.ToLowerInvariant();
        if (names.Contains(source.Kind == OriginKind.PyPi ? name.Replace('_', '-') : name)) return null;
        return names.FirstOrDefault(known => known.Length >= 6 && Resembles(name, known));
    }

    private static bool Resembles(string name, string known)
    {
        var plain = Plain(name);
        if (plain == Plain(known)) return true;
        if (Math.Abs(name.Length - known.Length) > 2) return false;
        var (scope, rest) = Scope(name);
        var (knownScope, knownRest) = Scope(known);
        if (scope != knownScope) return rest == knownRest && knownScope.Length >= 6 && Distance(scope, knownScope) <= 2;
        // Short names differ by one letter honestly.
        return knownRest.Length >= 8 && Distance(rest, knownRest) == 1;
    }

    private static (string Publisher, string Bare) Scope(string name)
    {
        var slash = name.LastIndexOf('/');
        return slash < 0 ? ("", name) : (name[..slash], name[(slash + 1)..]);
    }

    private static string Plain(string name) => string.Concat(LookAlikes.Fold(name).Where(char.IsLetterOrDigit));

    /// <summary>Returns the number of edits between two texts, an exchange of neighbours counting as one.</summary>
    internal static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[left.Length, right.Length];
    }
}
