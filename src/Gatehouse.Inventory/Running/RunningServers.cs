using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Running;

/// <summary>Processes that look like MCP servers, and ports of this machine that answer as one. Linux only; elsewhere it reports a gap.</summary>
internal static partial class RunningServers
{
    /// <summary>Most ports that are asked.</summary>
    public const int MostPorts = 256;

    private const int MostAncestors = 32;

    // The runtime "dotnet" runs programs of others too, so that a process of it must also name our assembly. Null for a program of its own.
    private static readonly string? OwnAssembly = Path.GetFileName(Environment.ProcessPath) == "dotnet"
        ? Path.Join(AppContext.BaseDirectory, $"{Assembly.GetEntryAssembly()?.GetName().Name}.dll") : null;

    public static async Task<(IReadOnlyList<RunningServer> Running, IReadOnlyList<Finding> Findings)> FindAsync(
        IReadOnlyList<ServerEntry> servers, bool probe, ICollection<Gap> gaps, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
        {
            gaps.Add(new Gap("processes and ports", "they are scanned only on Linux", true));
            return ([], []);
        }

        var running = Processes(servers).ToList();
        var findings = running.Where(process => !process.IsConfigured)
            .Select(process => new Finding(FindingRules.Unlisted, Confidence.Low, $"process {process.Process}: {process.CommandLine}",
            new SourceLocation($"/proc/{process.Process}", 0), null, null)
            { Evidence = process.CommandLine ?? "" }).ToList();
        var listeners = Listeners.Read(gaps);
        if (!probe)
        {
            gaps.Add(new Gap(Counted.Of(listeners.Count, "listening port"),
                "not asked for MCP; --probe asks them", false));
            return (running, findings);
        }

        if (listeners.Count > MostPorts) gaps.Add(new Gap("listening ports", "more than 256; the rest was not scanned", true));
        var answers = await Task.WhenAll(listeners.Take(MostPorts)
            .Select(listener => LoopbackProbe.AskAsync(listener, cancellation))).ConfigureAwait(false);
        foreach (var answer in answers.OfType<ProbeAnswer>()) Add(answer, servers, running, findings);
        return (running, findings);
    }

    private static void Add(ProbeAnswer answer, IReadOnlyList<ServerEntry> servers, List<RunningServer> running, List<Finding> findings)
    {
        var port = answer.Listener.Port;
        var configured = servers.Any(server =>
            server.RawUrl is { } url && Uri.TryCreate(url.Text, UriKind.Absolute, out var parsed) && parsed.IsLoopback && parsed.Port == port);
        var address = new System.Net.IPEndPoint(answer.Listener.Address, port).ToString();
        running.Add(new RunningServer(null, null, address, configured));
        var place = new SourceLocation($"tcp://{address}", 0);
        if (!configured) findings.Add(new Finding(FindingRules.Unlisted, Confidence.High, $"{address} answers as an MCP server", place, null, null));
        if (answer.Listener.IsOpen) findings.Add(new Finding(FindingRules.OpenListener, Confidence.High, address, place, null, null));
        if (answer.IsUnauthenticated) findings.Add(new Finding(FindingRules.OpenProbe, Confidence.Medium, address, place, null, null));
    }

    private static IEnumerable<RunningServer> Processes(IReadOnlyList<ServerEntry> servers)
    {
        var names = servers.Where(server => server.Source.Name.Length > 0).Select(server => server.Source.Name).Where(name => name.Length >= 4)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId)
                continue;
            if (CommandLine(folder) is not { Length: > 0 } parts) continue;
            var configured = IsNamed(parts, names);
            if (!configured && !LooksLike(parts)) continue;
            configured = configured || HasKnownAncestor(id, names);
            // Masked before it is cut: a secret that the cut goes through has lost its form.
            var whole = string.Join(' ', CommandSecrets.Mask(parts));
            yield return new RunningServer(id, whole.Length > 500 ? whole[..500] : whole, null, configured);
        }
    }

    private static bool IsNamed(string[] parts, HashSet<string> names) =>
        names.Any(name => parts.Any(
            part => part == name || part.StartsWith(name + "@", StringComparison.Ordinal) || part.EndsWith("/" + name, StringComparison.Ordinal)));

    // A process that a configured server or a running Gatehouse started belongs to it: package runners and launchers start the real program as a
    // child. A running Gatehouse is known by its executable and assembly, which are ours, and by the wrapper in the same folder, never by its own
    // name.
    private static bool HasKnownAncestor(int id, HashSet<string> names)
    {
        for (var steps = 0; steps < MostAncestors && Parent(id) is { } parent and > 1; steps++)
        {
            id = parent;
            var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
            if (CommandLine(folder) is not { Length: > 0 } parts) return false;
            if (IsNamed(parts, names) || IsGatehouse(folder, parts)) return true;
        }

        return false;
    }

    private static bool IsGatehouse(string folder, string[] parts)
    {
        try
        {
            if (Executable(folder) is not { } one || Executable("/proc/self") is not { } own) return false;
            return OwnAssembly is { } assembly ? one == own && parts.Contains(assembly) : one == own || one == WrapperBeside(own);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The archive has a program of its own for wrapped servers.
    private static string WrapperBeside(string command) => Path.Join(Path.GetDirectoryName(command), "gatehouse-wrap");

    private static string? Executable(string folder) =>
        new FileInfo(Path.Join(folder, "exe")).ResolveLinkTarget(returnFinalTarget: true)?.FullName;

    // proc(5), /proc/pid/stat: after the name in brackets come the state and the parent.
    private static int? Parent(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > 1 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent) ? parent : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // it has gone
        }
    }

    // A program or script named so, not any process that has the word in an argument (an editor with such a file open).
    private static bool LooksLike(string[] parts) =>
        parts.Take(3).Any(part => part.Length < 300 && ServerName().IsMatch(part) && !Other().IsMatch(part));

    private static string[]? CommandLine(string folder)
    {
        try
        {
            using var stream = new FileStream(Path.Join(folder, "cmdline"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[16 * 1024];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, count).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?:^|[/\\@._-])mcp(?:$|[/\\@._-])|@modelcontextprotocol[/\\]server-", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ServerName();

    [GeneratedRegex(@"mcp\.json$|\.(?:md|txt|log|yaml|cs)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Other();
}
